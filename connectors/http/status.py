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
    430: "rate_limited",
    509: "rate_limited",
    529: "rate_limited",
}
_AGAIN = frozenset({408, 429, 430, 500, 502, 503, 504, 509, *range(520, 525), 529})
_HUNG_UP = "without sending"
"""How the wire says that the connection was closed before any byte of an answer."""
_UNREGISTERED: Mapping[int, str] = {
    430: "Too Many Requests, as Shopify says it",
    509: "Bandwidth Limit Exceeded",
    520: "Unknown Error of the host behind Cloudflare",
    521: "Host behind Cloudflare Is Down",
    522: "Host behind Cloudflare Timed Out",
    523: "Host behind Cloudflare Unreachable",
    524: "Host behind Cloudflare Took Too Long",
    525: "Host behind Cloudflare Has No TLS",
    526: "Host behind Cloudflare Has a Wrong Certificate",
    529: "Overloaded",
}


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
        return f"{status} {_UNREGISTERED.get(status, '')}".rstrip()


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
        what = f"sent nothing more for {timeout:g} s" if reading else f"did not answer within {timeout:g} s"
        return RequestError("timed_out", what, again=True, unsent=unsent)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return RequestError("tls", f"has a certificate that cannot be trusted: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return RequestError("tls", "does not speak TLS as it should")
    if reading:
        return RequestError("incomplete", "sent an answer that is not complete: the connection broke off", again=True)
    return _unanswered(error)


def _unanswered(error: httpx.TransportError) -> RequestError:
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return RequestError("bad_answer", "cannot be asked: the request is not valid HTTP")
    if isinstance(error, httpx.RemoteProtocolError) and _HUNG_UP not in str(error):
        return RequestError("bad_answer", "sent something that is not HTTP", again=True)
    if isinstance(error, httpx.ConnectError):
        return RequestError("unreachable", "cannot be reached", again=True, unsent=True)
    return RequestError("unreachable", "closed the connection without an answer", again=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def next_step(reason: str, source_id: str) -> str:
    """Return what to do about a failure."""
    doctor = f"okr doctor {source_id}"
    if reason == "stopped":
        return "okr run"
    if reason == "tls":
        return f"where a proxy stands between, let SSL_CERT_FILE name its authority's certificate, then {doctor}"
    if reason == "unauthorized":
        return f"okr connect {source_id}"
    if reason == "forbidden":
        return f"check what the credentials of source {source_id} may read, then {doctor}"
    return doctor
