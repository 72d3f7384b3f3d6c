"""
The wire under httpx: checked addresses, certificates always verified, and a deadline for a whole request.

httpx has no total deadline: a server that drips a byte now and then holds it for ever. Here each read and write gets
what is left of the time its request was given, and of the source's budget; a read looks up now and then whether the run
is to stop.
"""

import math
import os
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import httpcore
import httpx

from connectors.http.addresses import resolve
from connectors.http.budget import Budget
from connectors.http.errors import RequestError
from okr_config.world import World

DEADLINE = 60.0
"""Seconds from the first byte sent to the last byte read; twice the configured timeout where that is longer."""

LASTING = "lasting"
"""The extension of a request whose body may come for as long as the source's budget lasts, if only it comes."""

_ADDRESSES_TRIED = 3
_LOOK_UP = 0.5
"""Seconds after which a read looks whether the run is to stop."""


class Wire(httpx.BaseTransport):
    """Sends requests over TCP and TLS."""

    def __init__(  # noqa: PLR0913 - what a connection depends on, all by name
        self, world: World, budget: Budget, *, timeout: float, tls: bool, insecure: bool, connections: int
    ) -> None:
        self._timer = _Timer(world, budget, max(DEADLINE, 2 * timeout))
        self._refusal: RequestError | None = None
        try:
            authorities = trusted(os.environ) if tls else None
        except RequestError as error:  # told to whoever asks, as all that goes wrong with a request
            authorities, self._refusal = None, error
        self._pool = httpcore.ConnectionPool(
            ssl_context=authorities,
            max_connections=connections,
            network_backend=_Backend(self._timer, insecure=insecure),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its body is read later, within the same deadline."""
        if self._refusal:
            raise self._refusal
        self._timer.start(lasting=bool(request.extensions.get(LASTING)))
        url = request.url
        with _httpx_errors():
            response = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def trusted(environ: Mapping[str, str]) -> ssl.SSLContext:
    """
    Return whom connections trust.

    The usual authorities, or in their place those of the file SSL_CERT_FILE or the folder SSL_CERT_DIR, as other
    programs do: a school's or a firm's proxy signs with an authority of its own. No other word of the environment is
    taken: a proxy that it names would look up addresses that have been checked here, and see whom one asks.

    Raises:
        RequestError: where the certificates named cannot be read.
    """
    return _certificates(environ.get("SSL_CERT_FILE", ""), environ.get("SSL_CERT_DIR", ""))


@cache
def _certificates(file: str, folder: str) -> ssl.SSLContext:
    """Read them once for all sources: it takes longer than many a pull."""
    if not (file or folder):
        return httpx.create_ssl_context(trust_env=False)
    name = "SSL_CERT_FILE" if file else "SSL_CERT_DIR"
    if not (Path(file).is_file() if file else Path(folder).is_dir()):
        raise RequestError("tls", f"cannot be asked: {name} names nothing that is there")
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except OSError as error:
        raise RequestError("tls", f"cannot be asked: {name} names no certificates (PEM)") from error


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        with _httpx_errors():
            self._response.close()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        _raise_as_httpx(error)


def _raise_as_httpx(error: Exception) -> NoReturn:
    # httpx names its errors as httpcore does
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    raise kind(str(error)) from error


class _Timer:
    """What is left of the running request's time; each thread has its own request."""

    def __init__(self, world: World, budget: Budget, deadline: float) -> None:
        self._now = world.monotonic
        self._budget = budget
        self._deadline = deadline
        self._running = threading.local()

    def start(self, *, lasting: bool) -> None:
        self._running.until = math.inf if lasting else self._now() + self._deadline

    def limit(self, timeout: float | None) -> float:
        """Return the seconds that the next step may take."""
        self._budget.check()
        left: float = self._running.until - self._now()
        if left <= 0:
            raise RequestError("timed_out", f"took more than {self._deadline:g} s in total", again=True)
        return min(left, self._budget.left, left if timeout is None else timeout)

    def read(self, stream: httpcore.NetworkStream, max_bytes: int, timeout: float | None) -> bytes:
        """Read in short steps, until bytes come or the time is over."""
        silent = 0.0
        while True:
            step = min(_LOOK_UP, self.limit(None if timeout is None else timeout - silent))
            try:
                return stream.read(max_bytes, step)
            except httpcore.ReadTimeout:
                silent += step
                if timeout is not None and silent >= timeout:
                    raise


class _Backend(httpcore.NetworkBackend):
    def __init__(self, timer: _Timer, *, insecure: bool) -> None:
        self._timer = timer
        self._insecure = insecure
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = resolve(host, port, insecure=self._insecure)
        except OSError as error:
            raise httpcore.ConnectError("name not found") from error
        *others, last = addresses[:_ADDRESSES_TRIED]
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        limit = self._timer.limit(timeout)
        return _Stream(self._tcp.connect_tcp(address, port, limit, local_address, socket_options), self._timer)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, timer: _Timer) -> None:
        self._stream = stream
        self._timer = timer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._timer.read(self._stream, max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._timer.limit(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._timer.limit(timeout)), self._timer)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the base class has it
        return self._stream.get_extra_info(info)
