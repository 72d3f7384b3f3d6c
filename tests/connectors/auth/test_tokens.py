"""Access tokens: asked for once, renewed in time, kept when they rotate."""

import fcntl
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from connectors.auth.tokens import basic, read_token, refresh, request_token, with_token
from connectors.credentials import Vault
from connectors.http.client import Client
from connectors.http.errors import RequestError
from connectors.source import Pull
from okr_config.delivery import Window
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request


def _client(loopback: Loopback) -> Client:
    return loopback.client("bluesky", {"account": "a.b", "budget": 86_400})


def _pull(loopback: Loopback, client: Client) -> Pull[Any]:
    settings = loopback.settings("bluesky", {"account": "a.b"})
    zone = ZoneInfo("UTC")
    return Pull(
        settings, client, Window(START, NOW), zone, NOW, loopback.home, str, Vault(loopback.home, loopback.world)
    )


def test_a_token_is_shared_and_renewed_before_it_ends(loopback: Loopback, clock: Clock) -> None:
    """Two calls need one token; five minutes before its end a new one is got."""
    loopback.script = lambda _: Reply({"access_token": "CANARY-token", "expires_in": 3600})
    used: list[str] = []

    with _client(loopback) as client:

        def obtain() -> Any:  # noqa: ANN401 - a token
            return read_token(client, request_token(client, "/token", {"grant_type": "client_credentials"}))

        def call(token: str) -> Any:  # noqa: ANN401 - an answer
            used.append(token)
            return client.get("/x")

        for minutes in (0, 54, 1, 1):
            clock.move(minutes=minutes)
            with_token(client, obtain, call)

    assert ["/token", "/x", "/x", "/token", "/x", "/x"] == [request.path for request in loopback.seen]
    assert ["CANARY-token"] * 4 == used


def test_a_refused_token_is_got_anew_once(loopback: Loopback) -> None:
    """A second refusal is final."""
    loopback.script = lambda request: (
        Reply({"access_token": "a", "expires_in": 3600}) if request.path == "/token" else Reply({}, 401)
    )

    with _client(loopback) as client, pytest.raises(SourceError) as caught:
        with_token(client, lambda: read_token(client, request_token(client, "/token", {})), lambda _: client.get("/x"))

    assert "unauthorized" == caught.value.reason
    assert ["/token", "/x", "/token", "/x"] == [request.path for request in loopback.seen]


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        ({"error": "invalid_grant", "error_description": "CANARY"}, 400, "gives no token: the code has expired"),
        ({"error": "invalid_client"}, 401, "gives no token: invalid_client"),
        ({"error": "CANARY <b>"}, 403, "gives no token: no reason told"),
        ({"access_token": ""}, 200, "gives no token: no reason told"),
        ([], 200, "gives no token: no reason told"),
    ],
)
def test_a_refusal_says_why(loopback: Loopback, answer: object, status: int, told: str) -> None:
    """By the endpoint's code, in words where we know them; never by its free text."""
    loopback.script = lambda _: Reply(answer, status)

    with _client(loopback) as client, pytest.raises(RequestError) as caught:
        request_token(client, "/token", {}, meanings={"invalid_grant": "the code has expired"})

    assert ("unauthorized", told) == (caught.value.reason, caught.value.what)


def test_a_rotating_token_is_kept_before_it_is_used(loopback: Loopback, tmp_path: Path) -> None:
    """Each exchange sends the newest refresh token, of this run or an earlier one, and is never asked twice."""
    tokens = iter(["second", "third"])
    loopback.script = lambda _: Reply({"access_token": "a", "refresh_token": next(tokens), "expires_in": 60})

    for _ in range(2):
        with _client(loopback) as client:
            refresh(_pull(loopback, client), SecretStr("first"), "/token", {"client_key": "k"})

    assert [("first", "k"), ("second", "k")] == [(r.body["refresh_token"], r.body["client_key"]) for r in loopback.seen]
    assert "third" == Vault(tmp_path, loopback.world).read("src", "first")["refresh_token"]


def test_nobody_else_exchanges_meanwhile(loopback: Loopback) -> None:
    """While the answer is awaited the source's tokens are held: two askers with one token would burn it."""
    held: list[bool] = []

    def script(_: Request) -> Reply:
        descriptor = os.open(loopback.home / ".okr" / "src.lock", os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.append(True)
        finally:
            os.close(descriptor)
        return Reply({"access_token": "a", "refresh_token": "second", "expires_in": 60})

    loopback.script = script

    with _client(loopback) as client:
        refresh(_pull(loopback, client), SecretStr("first"), "/token", {})

    assert [True] == held


def test_an_exchange_of_a_rotating_token_is_sent_once(loopback: Loopback) -> None:
    """Asking again could burn the token that the lost answer held."""
    loopback.script = lambda _: Reply({}, 503)

    with _client(loopback) as client, pytest.raises(SourceError):
        refresh(_pull(loopback, client), SecretStr("first"), "/token", {})

    assert 1 == len(loopback.seen)


def test_basic_is_as_the_rfc_has_it() -> None:
    """The example of RFC 7617."""
    assert "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" == basic("Aladdin", "open sesame")
