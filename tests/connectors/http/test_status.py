"""Which error a status or a broken connection is (.errors)."""

import ssl
from datetime import UTC, datetime

import httpx
import pytest

from connectors.http.response import Answer
from connectors.http.status import next_step, status_error, transport_error

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
URL = httpx.URL("https://shop.example/orders")


@pytest.mark.parametrize(
    ("status", "reason", "again", "what"),
    [
        (400, "bad_answer", False, "answered 400 Bad Request"),
        (401, "unauthorized", False, "answered 401 Unauthorized"),
        (402, "forbidden", False, "answered 402 Payment Required"),
        (403, "forbidden", False, "answered 403 Forbidden"),
        (404, "not_found", False, "answered 404 Not Found"),
        (408, "timed_out", True, "answered 408 Request Timeout"),
        (410, "not_found", False, "answered 410 Gone"),
        (429, "rate_limited", True, "answered 429 Too Many Requests"),
        (430, "rate_limited", True, "answered 430 Too Many Requests, as Shopify says it"),
        (500, "server_error", True, "answered 500 Internal Server Error"),
        (501, "server_error", False, "answered 501 Not Implemented"),
        (509, "rate_limited", True, "answered 509 Bandwidth Limit Exceeded"),
        (522, "server_error", True, "answered 522 Host behind Cloudflare Timed Out"),
        (526, "server_error", False, "answered 526 Host behind Cloudflare Has a Wrong Certificate"),
        (529, "rate_limited", True, "answered 529 Overloaded"),
        (599, "server_error", False, "answered 599"),
    ],
)
def test_a_status_is_an_error_of_one_kind(status: int, reason: str, what: str, *, again: bool) -> None:
    """With its name, also where no standard has one; what will not pass is not tried again."""
    error = status_error(Answer(status, {}, b"", "/orders"), URL, NOW)

    assert error
    assert (reason, what, again, None) == (error.reason, error.what, error.again, error.after)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_good_status_is_none(status: int) -> None:
    """All of 2xx."""
    assert status_error(Answer(status, {}, b"", "/orders"), URL, NOW) is None


def test_the_wait_that_is_asked_for_is_kept() -> None:
    """Of any status that says how long."""
    error = status_error(Answer(503, {"retry-after": "7"}, b"", "/orders"), URL, NOW)

    assert error
    assert 7.0 == error.after


@pytest.mark.parametrize(
    ("location", "what"),
    [
        ("/elsewhere", "answered 302: redirect refused"),
        ("https://shop.example/other", "answered 302: redirect refused"),
        ("https://evil.example/", "answered 302: redirect to another host refused"),
        ("http://shop.example/orders", "answered 302: redirect to another host refused"),
        ("https://shop.example:8443/", "answered 302: redirect to another host refused"),
        ("http://[", "answered 302: redirect to another host refused"),
    ],
)
def test_a_redirect_says_whether_it_leads_away(location: str, what: str) -> None:
    """Another scheme or port is another host, and so is an address that is none."""
    error = status_error(Answer(302, {"location": location}, b"", "/orders"), URL, NOW)

    assert error
    assert ("redirect", what, False) == (error.reason, error.what, error.again)


def _tls(cause: ssl.SSLError) -> httpx.ConnectError:
    error = httpx.ConnectError("tls")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reading", "expected"),
    [
        (httpx.ConnectTimeout(""), False, ("timed_out", "did not answer within 3 s", True, True)),
        (httpx.ReadTimeout(""), False, ("timed_out", "did not answer within 3 s", True, False)),
        (httpx.ReadTimeout(""), True, ("timed_out", "sent nothing more for 3 s", True, False)),
        (httpx.ConnectError("refused"), False, ("unreachable", "cannot be reached", True, True)),
        (httpx.ReadError(""), False, ("unreachable", "closed the connection without an answer", True, False)),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            False,
            ("unreachable", "closed the connection without an answer", True, False),
        ),
        (httpx.RemoteProtocolError("illegal"), False, ("bad_answer", "sent something that is not HTTP", True, False)),
        (
            httpx.RemoteProtocolError("peer closed"),
            True,
            ("incomplete", "sent an answer that is not complete: the connection broke off", True, False),
        ),
        (
            httpx.LocalProtocolError("header"),
            False,
            ("bad_answer", "cannot be asked: the request is not valid HTTP", False, False),
        ),
        (_tls(ssl.SSLError("eof")), False, ("tls", "does not speak TLS as it should", False, False)),
    ],
)
def test_a_broken_connection_is_told_by_how_far_it_came(
    error: httpx.TransportError, expected: tuple[str, str, bool, bool], *, reading: bool
) -> None:
    """What never left may be sent again whatever it does; what was half read may be, where asking twice is safe."""
    found = transport_error(error, timeout=3.0, reading=reading)

    assert expected == (found.reason, found.what, found.again, found.unsent)


def test_a_failure_has_its_next_step() -> None:
    """Credentials are renewed; whatever else is wrong, the doctor asks."""
    assert [
        "okr run",
        "okr connect shop",
        "check what the credentials of source shop may read, then okr doctor shop",
        "okr doctor shop",
    ] == [next_step(reason, "shop") for reason in ("stopped", "unauthorized", "forbidden", "server_error")]
