"""Which error an HTTP status or a transport error is."""

import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus

import httpx

from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.http.retry import retry_after

_REASONS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    HTTPStatus.PAYMENT_REQUIRED: "forbidden",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.GONE: "not_found",
    HTTPStatus.REQUEST_TIMEOUT: "timed_out",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
}
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


def status_error(answer: Answer, url: httpx.URL, now: datetime) -> RequestError | None:
    """Return what is wrong with an answer's status, None for 2xx."""
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        away = _leads_away(url, answer.headers.get("location", ""))
        return RequestError("redirect", f"answered {status}: redirect {'to another host ' if away else ''}refused")
    reason = _REASONS.get(status) or ("server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_answer")
    return RequestError(
        reason, f"answered {_name(status)}", again=status in _AGAIN, after=retry_after(answer.headers, now)
    )


def _leads_away(url: httpx.URL, location: str) -> bool:
    try:
        target = url.join(location)
    except httpx.InvalidURL:
        return True
    return (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port)


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def transport_error(error: httpx.TransportError, *, timeout: float, reading: bool) -> RequestError:
    """
    Return what a transport error means.

    Args:
        error: as httpx raises it.
        timeout: seconds without a byte that were allowed.
        reading: the status line had come and the body was being read.
    """
    if isinstance(error, httpx.TimeoutException):
        unsent = isinstance(error, httpx.ConnectTimeout)
        return RequestError("timed_out", f"did not answer within {timeout:g} s", again=True, unsent=unsent)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RequestError("tls", f"has a certificate that cannot be trusted: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return RequestError("tls", "does not speak TLS as it should")
    if reading:
        return RequestError("incomplete", "sent an answer that is not complete: the connection broke off", again=True)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return RequestError("bad_answer", "cannot be asked: the request is not valid HTTP")
    unsent = isinstance(error, httpx.ConnectError)
    return RequestError("unreachable", "cannot be reached", again=True, unsent=unsent)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def next_step(reason: str, source_id: str) -> str:
    """Return what to do about a failure."""
    doctor = f"okr doctor {source_id}"
    if reason == "unauthorized":
        return f"check the credentials of source {source_id} in .env, then {doctor}"
    if reason == "forbidden":
        return f"check what the credentials of source {source_id} may read, then {doctor}"
    return doctor
