"""The login in the browser: one answer on 127.0.0.1, with our state, exchanged for what the source needs."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from oauthlib.oauth2 import WebApplicationClient
from pydantic import SecretStr

import connectors
from connectors.auth.browser_login import log_in
from connectors.pulling import open_client
from connectors.source import Login
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from tests.connectors.loopback import Loopback, Reply


class _Settings(SourceSettings):
    client_key: str
    client_secret: SecretStr
    refresh_token: SecretStr | None = None


LOGIN = Login(
    authorize="https://vendor.example/authorize",
    token="/oauth/token",
    keeps={"refresh_token": "refresh_token"},
    client_id="client_key",
    client_parameter="client_key",
    scope_separator=",",
    extra={"prompt": "consent"},
)
GRANTED = {"access_token": "CANARY-access", "refresh_token": "CANARY-refresh", "expires_in": 60}


def _browser(answer: Callable[[dict[str, str]], str], seen: list[str]) -> Callable[[str], None]:
    """Return a browser that goes where the vendor would send it: to `answer` of the query it was opened with."""

    def visit(address: str) -> None:
        try:
            with urllib.request.urlopen(address) as page:  # noqa: S310 - loopback
                seen.append(
                    f"{page.status} {page.headers['Content-Security-Policy']} {page.headers['Referrer-Policy']}"
                )
        except urllib.error.HTTPError as error:
            seen.append(str(error.code))

    def show(address: str) -> None:
        seen.append(address)
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        threading.Thread(target=lambda: [visit(each) for each in answer(query).split()], daemon=True).start()

    return show


def _log_in(loopback: Loopback, login: Login, show: Callable[[str], None]) -> Any:  # noqa: ANN401 - settings
    source = replace(connectors.load("bluesky"), settings=_Settings, login=login, scopes=("read", "stats"))
    settings = _Settings(
        id="src", connector="x", base_url=loopback.url, client_key="key", client_secret=SecretStr("CANARY-secret")
    )
    with open_client(source, settings, world=loopback.world) as client:
        return log_in(source, settings, client, world=loopback.world, show=show)


def _ours(query: dict[str, str]) -> str:
    return f"{query['redirect_uri']}?{urlencode({'code': 'CANARY-code', 'state': query['state']})}"


def test_a_vendor_may_want_other_words(loopback: Loopback) -> None:
    """The redirect says localhost, and the challenge is the verifier's digest in hex."""
    loopback.script = lambda _: Reply(GRANTED)
    seen: list[str] = []

    _log_in(loopback, replace(LOGIN, host="localhost", hex_challenge=True), _browser(_ours, seen))

    query = parse_qs(urlsplit(seen[0]).query)
    verifier = loopback.seen[0].body["code_verifier"]
    assert query["redirect_uri"][0].startswith("http://localhost:")
    assert sha256(verifier.encode()).hexdigest() == query["code_challenge"][0]


def test_the_code_becomes_what_the_source_needs(loopback: Loopback) -> None:
    """The address has scopes, state and challenge; the exchange has code, verifier and the client's credentials."""
    loopback.script = lambda _: Reply(GRANTED)
    seen: list[str] = []

    values = _log_in(loopback, LOGIN, _browser(_ours, seen))

    query = {name: value[0] for name, value in parse_qs(urlsplit(seen[0]).query).items()}
    [request] = loopback.seen
    assert {"refresh_token": "CANARY-refresh"} == values
    assert ("code", "key", "read,stats", "consent", "S256") == (
        query["response_type"],
        query["client_key"],
        query["scope"],
        query["prompt"],
        query["code_challenge_method"],
    )
    assert query["redirect_uri"].startswith("http://127.0.0.1:")
    assert ("/oauth/token", "CANARY-code", query["redirect_uri"], "key", "CANARY-secret") == (
        request.path,
        request.body["code"],
        request.body["redirect_uri"],
        request.body["client_key"],
        request.body["client_secret"],
    )
    assert query["code_challenge"] == WebApplicationClient("").create_code_challenge(
        request.body["code_verifier"], "S256"
    )
    assert ["200 default-src 'none' no-referrer"] == seen[1:]


def test_a_client_may_log_in_by_basic(loopback: Loopback) -> None:
    """Then its secret is in the header alone, and without PKCE there is no verifier."""
    loopback.script = lambda _: Reply(GRANTED)

    _log_in(loopback, replace(LOGIN, basic=True, pkce=False), _browser(_ours, []))

    [request] = loopback.seen
    assert "Basic a2V5OkNBTkFSWS1zZWNyZXQ=" == request.headers["authorization"]
    assert {"grant_type", "code", "redirect_uri"} == set(request.body)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda query: f"{query['redirect_uri']}?code=x&state=other", "does not belong to this login"),
        (lambda query: f"{query['redirect_uri']}?code=x", "does not belong to this login"),
        (lambda query: f"{query['redirect_uri']}?error=access_denied&state={query['state']}", "was refused"),
    ],
    ids=["other state", "no state", "denied"],
)
def test_an_answer_that_is_not_ours_ends_it(
    loopback: Loopback, answer: Callable[[dict[str, str]], str], told: str
) -> None:
    """No code is exchanged then."""
    with pytest.raises(SourceError, match=told):
        _log_in(loopback, LOGIN, _browser(answer, []))

    assert [] == loopback.seen


def test_other_paths_are_no_answer(loopback: Loopback) -> None:
    """A browser that asks for an icon first does no harm."""
    loopback.script = lambda _: Reply(GRANTED)
    seen: list[str] = []

    def icon_first(query: dict[str, str]) -> str:
        return f"{query['redirect_uri'].replace('/callback', '/favicon.ico')} {_ours(query)}"

    assert {"refresh_token": "CANARY-refresh"} == _log_in(loopback, LOGIN, _browser(icon_first, seen))
    assert "404" == seen[1]


def test_nobody_is_waited_for_for_ever(loopback: Loopback) -> None:
    """Two minutes, by our own clock."""
    times = iter([0.0, 0.0, 121.0])
    loopback.world = replace(loopback.world, monotonic=lambda: next(times, 121.0))

    with pytest.raises(SourceError, match="nobody answered within 120 seconds"):
        _log_in(loopback, LOGIN, lambda _: None)
