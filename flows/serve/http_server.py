"""
The web server under the page: plain HTTP/1.1, read only, one answer a connection.

What to answer is decided elsewhere (`flows.serve.access`, `flows.serve.site`); here is what keeps a small server
standing: a bounded number of connections at once, a bounded size and time for each request, and no word of a request
in any log.
"""

import io
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import BoundedSemaphore, Thread
from typing import Any

from okr_config.world import World

CONNECTIONS = 16
PATIENCE = 10.0
"""Seconds a client has to say what it wants, and again to take the answer."""

_PARTING = 1.0
_ALWAYS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Content-Type": "text/plain; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Unless an answer says otherwise: not kept, not framed, not guessed at, and no address passed on."""

_LONGEST_LINE = 8_192
_LARGEST_REQUEST = 32_768
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """What a client asks for. target: path and query as sent. headers: all values by lower-case name."""

    method: str
    target: str
    headers: Mapping[str, Sequence[str]]

    def header(self, name: str) -> str | None:
        """Return a header's first value."""
        return next(iter(self.headers.get(name, ())), None)


@dataclass(frozen=True)
class Answer:
    """What it gets; an empty header is left out."""

    status: HTTPStatus
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Respond = Callable[[Request], Answer]


@dataclass(frozen=True)
class Limits:
    """How many connections at once, and how many seconds for a request and for taking the answer."""

    connections: int = CONNECTIONS
    patience: float = PATIENCE


@contextmanager
def serving(listener: socket.socket, respond: Respond, world: World, limits: Limits | None = None) -> Iterator[None]:
    """Answer what comes in at a listening socket, in threads of this process, for as long as the block lasts."""
    with _Server(listener, respond, world, limits or Limits()) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="web", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingMixIn, TCPServer):
    """A thread a connection, up to a number; one more is told to come again."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, respond: Respond, world: World, limits: Limits) -> None:
        self.respond = respond
        self.world = world
        self.limits = limits
        self._seats = BoundedSemaphore(limits.connections)
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        """Seat a connection, or turn it away without waiting for it."""
        if self._seats.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.setblocking(False)
            request.send(_BUSY)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Serve a connection, then free its seat."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._seats.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Let a connection that broke pass: who spoke and what was said is nobody's business."""


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, answers it, and is done."""

    server: _Server
    protocol_version = "HTTP/1.1"
    # what cannot be read is answered with a status line too, which HTTP/0.9 has not
    default_request_version = "HTTP/1.0"
    command = ""
    request_version = "HTTP/1.0"

    def setup(self) -> None:
        """Read with a deadline and a limit for the request as a whole."""
        super().setup()
        self._patient = _Patient(self.connection, self.server.world.monotonic, self.server.limits.patience)
        self.rfile = io.BufferedReader(self._patient)

    def handle(self) -> None:
        """Answer one request; a client that is too slow, or gone, gets nothing."""
        with suppress(OSError):
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            if len(self.raw_requestline) > _LONGEST_LINE:
                self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            elif self.raw_requestline and self.parse_request():
                self._answer()
            self._part()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the library's signature
        """Answer what cannot be read as a request; nothing of it is repeated."""
        self.close_connection = True
        status = HTTPStatus(code)
        self._send(Answer(status, f"{status.phrase}\n".encode()))

    def handle_expect_100(self) -> bool:
        """Promise nothing to a client that asks whether to send a body: it gets its answer."""
        return True

    def log_message(self, *_: object) -> None:
        """Keep no log: addresses may hold a token."""

    def _answer(self) -> None:
        if not self.request_version.startswith("HTTP/1."):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        headers: dict[str, list[str]] = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), []).append(value)
        try:
            answer = self.server.respond(Request(self.command, self.path, headers))
        except Exception:  # noqa: BLE001 - the last seam: one bad answer must not end the thread with a traceback
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.connection.settimeout(self.server.limits.patience)
        self.send_response_only(answer.status)
        # no Date: the clock of a folder may stand in another year
        for name, value in {**_ALWAYS, **answer.headers}.items():
            if value:
                self.send_header(name, value)
        if answer.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _part(self) -> None:
        """Read what is still coming, for a moment, so that the answer is not lost to a reset."""
        self.connection.shutdown(socket.SHUT_WR)
        self._patient.hurry(_PARTING)
        while self.rfile.read(io.DEFAULT_BUFFER_SIZE):
            pass


class _Patient(io.RawIOBase):
    """Reads from a socket until a deadline or a size is reached: a byte now and then keeps no thread."""

    def __init__(self, connection: socket.socket, monotonic: Callable[[], float], patience: float) -> None:
        self._connection = connection
        self._monotonic = monotonic
        self._until = monotonic() + patience
        self._room = _LARGEST_REQUEST

    def hurry(self, seconds: float) -> None:
        """Bring the deadline forward."""
        self._until = min(self._until, self._monotonic() + seconds)

    def readable(self) -> bool:
        """Say so."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - the library's signature
        """Read what has come; TimeoutError after the deadline, nothing more after the size."""
        left = self._until - self._monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        view = memoryview(buffer)[: self._room]
        read = self._connection.recv_into(view) if len(view) else 0
        self._room -= read
        return read
