"""One request out and one answer back: paced, bounded in number, size and time."""

import logging
import threading
import unicodedata
from typing import Any

import httpx

from connectors.http.body import HELD, PASSED, Body, Reader
from connectors.http.budget import Budget
from connectors.http.rate_limit import Pace
from connectors.http.response import Answer
from connectors.http.status import transport_error
from connectors.http.transport import LASTING, Wire
from okr_config.models import SourceSettings
from okr_config.world import World

# httpx logs whole URLs, and a vendor's paging link may hold a token
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

CONNECT_TIMEOUT = 5.0
"""Seconds in which a server, or a database, must have taken the connection."""


class Exchange:
    """
    The connections of one source.

    Args:
        settings: timeout, and whether private addresses are allowed.
        budget: time that all requests of the source share.
        world: clock and sleep.
        is_tls: whether the source is asked over TLS.
        rate: requests a second, None for as many as there are.
        concurrency: requests in flight.
        sign: signs requests to the source itself.
        transport: instead of the network.
    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        settings: SourceSettings,
        budget: Budget,
        world: World,
        *,
        is_tls: bool,
        rate: float | None,
        concurrency: int,
        sign: httpx.Auth | None,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._timeout = settings.timeout
        self._sign = sign
        self._pace = Pace(rate, world, budget)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._http = httpx.Client(
            transport=transport
            or Wire(
                world,
                budget,
                timeout=settings.timeout,
                tls=is_tls,
                insecure=settings.insecure,
                connections=concurrency,
            ),
            headers={"accept": "application/json", "accept-encoding": "gzip", "user-agent": "okr"},
            timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, CONNECT_TIMEOUT), pool=None),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def build(self, method: str, url: httpx.URL, **content: Any) -> httpx.Request:  # noqa: ANN401 - as httpx has it
        """Return a request with the headers that every one has."""
        return self._http.build_request(method, url, **content)

    def send(self, request: httpx.Request, *, signed: bool, reader: Reader | None = None) -> tuple[Answer, int]:
        """
        Send a request.

        Args:
            request: as `build` made it.
            signed: whether it is signed as one to the source itself.
            reader: reads the body of an answer that is a success as it comes; it is not held then.

        Returns:
            The answer, of any status, and the bytes of its body on the wire.

        Raises:
            RequestError: when none came whole and in time.
        """
        if reader:
            request.extensions[LASTING] = True
        with self._slots:
            self._pace.wait()
            response = None
            try:
                response = self._http.send(request, stream=True, auth=self._sign if signed else None)
                headers = {name.lower(): value for name, value in response.headers.items()}
                read = reader if response.is_success else None
                body = Body(response.iter_raw(), headers, PASSED if read else HELD)
                content = b"" if read else b"".join(body)
                if read:
                    read(body.lines())
            except httpx.TransportError as error:
                raise transport_error(error, timeout=self._timeout, reading=response is not None) from error
            finally:
                if response is not None:
                    response.close()
        return Answer(response.status_code, headers, content, request.url.path), body.wire


def unfit_for_header(value: str) -> str:
    """Name the first character of a text that no HTTP header takes, and its place; nothing where there is none."""
    for place, character in enumerate(value, start=1):
        if not " " <= character <= "~":
            return f"{unicodedata.name(character, 'a control character').lower()}, character {place}"
    return ""
