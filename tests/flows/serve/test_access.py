"""Who may ask the web server, and how."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.serve.access import Guard, is_loopback
from flows.serve.http_server import Request

TOKEN = "a token of some length"
OPEN, CLOSED = Guard(None, "okr-8642"), Guard(TOKEN, "okr-8642")


def _request(target: str = "/", method: str = "GET", **headers: str) -> Request:
    return Request(method, target, {"host": ["localhost:8642"], **{name: [value] for name, value in headers.items()}})


def _status(guard: Guard, request: Request) -> int:
    answer = guard.refuse(request)
    return HTTPStatus.OK if answer is None else answer.status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8642", 200),
        # another port: a tunnel
        ("localhost:9000", 200),
        ("LocalHost.", 200),
        ("127.0.0.1:8642", 200),
        ("127.8.8.8", 200),
        ("[::1]:8642", 200),
        ("evil.example", 421),
        ("evil.example:8642", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.2:8642", 421),
        ("[2001:db8::1]", 421),
        ("user@localhost", 400),
        ("localhost/", 400),
        ("localhost:", 400),
        ("", 400),
    ],
)
def test_only_this_machines_own_names_are_answered(host: str, status: int) -> None:
    """A name elsewhere that points here, as in DNS rebinding, reads nothing; nonsense is a bad request."""
    assert status == _status(OPEN, _request(host=host))


@pytest.mark.parametrize("hosts", [[], ["localhost", "localhost"], ["localhost", "evil.example"]])
def test_there_is_exactly_one_host(hosts: list[str]) -> None:
    """None, or two, is a bad request, with a token too."""
    request = Request("GET", "/", {"host": hosts} if hosts else {})

    assert [400, 400] == [_status(guard, request) for guard in (OPEN, CLOSED)]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "MKCOL", "get"])
def test_there_is_no_way_to_write(method: str) -> None:
    """GET and HEAD are all there is, and the answer says so."""
    answer = OPEN.refuse(_request(method=method))

    assert answer is not None
    assert (405, "GET, HEAD") == (answer.status, answer.headers["Allow"])


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/../okr.duckdb", 200),  # no route has such a name: see the site's tests
        ("/a//b", 404),
        ("/a/", 200),  # a folder of many; no route of one has a slash at its end
        ("/a/b//", 404),
        ("/%2e%2e/okr.duckdb", 404),
        ("/..%2fokr.duckdb", 404),
        ("/\\evil.example", 404),
        ("/okr.html%00", 404),
        ("/okr.html;a", 404),
        ("http://localhost/", 400),
        ("*", 400),
        ("/a b", 400),
        ("/\x7f", 400),
        ("/blåbær", 400),
        ("/a#b", 400),
        ("", 400),
    ],
)
def test_odd_paths_lead_nowhere(target: str, status: int) -> None:
    """Escapes, back-strokes, other servers' addresses and what is no path at all."""
    assert status == _status(OPEN, _request(target))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer  {TOKEN} "}, 200),
        ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"authorization": f"Bearer {TOKEN}x"}, 401),
        ({"authorization": "Bearer"}, 401),
        ({"authorization": "Bearer \xe5\xe6"}, 401),
        ({"cookie": f"okr-8642={TOKEN}"}, 401),
        ({"cookie": "okr-8642="}, 401),
        ({"cookie": "a=b; =; okr-8642"}, 401),
    ],
)
def test_a_token_is_wanted(headers: dict[str, str], status: int) -> None:
    """As a bearer; the token itself is no cookie."""
    assert status == _status(CLOSED, _request("/status.json", **headers))


def test_a_token_in_the_address_becomes_a_cookie() -> None:
    """The same address without it, and from then on the cookie opens; the token is in neither."""
    answer = CLOSED.refuse(_request(f"/okr.html?a=b&token={TOKEN.replace(' ', '+')}&c="))

    assert answer is not None
    cookie = answer.headers["Set-Cookie"]
    assert (303, "/okr.html?a=b&c=") == (answer.status, answer.headers["Location"])
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax")
    assert TOKEN not in cookie
    assert 200 == _status(CLOSED, _request(cookie="other=1; " + cookie.partition(";")[0]))
    assert 401 == _status(Guard(TOKEN + "!", "okr-8642"), _request(cookie=cookie.partition(";")[0]))


def test_a_wrong_token_in_the_address_is_not_led_on() -> None:
    """No cookie, no redirection, though a right bearer comes along."""
    request = _request("/?token=guess", authorization=f"Bearer {TOKEN}")

    assert 401 == _status(CLOSED, request)


def test_where_there_is_a_token_any_name_will_do() -> None:
    """A page elsewhere has no cookie for the name it lets point here."""
    assert 200 == _status(CLOSED, _request(host="team.example:8642", authorization=f"Bearer {TOKEN}"))
    assert 401 == _status(CLOSED, _request(host="team.example:8642"))


def test_health_is_told_to_anyone() -> None:
    """A probe has no token; it learns nothing but whether all is well."""
    assert 200 == _status(CLOSED, _request("/healthz"))


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - a word to judge
        ("::", False),
        ("example.org", False),
        ("localhost.example", False),
        ("0x7f.1", False),
    ],
)
def test_is_loopback(host: str, own: bool) -> None:
    """Addresses of the loopback network, and the one name for them."""
    assert own == is_loopback(host)


WORDS = st.text(st.characters(max_codepoint=0xFF)) | st.sampled_from(
    ["Bearer ", "okr-8642=", "/?token=", "/?token", "="]
)


@given(target=WORDS, cookie=WORDS, authorization=WORDS)
def test_no_other_words_open_it(target: str, cookie: str, authorization: str) -> None:
    """Whatever is sent, there is an answer, and it is not the page's."""
    answer = CLOSED.refuse(_request("/" + target, cookie=cookie, authorization=authorization))

    assert target.partition("?")[0] == "healthz" or (answer is not None and answer.status in {400, 401, 404})
