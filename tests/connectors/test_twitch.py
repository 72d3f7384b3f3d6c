"""Twitch: the id behind a name, and the total that any app may read."""

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

SETTINGS = {"login": "Waldladen", "client_id": "app-id", "client_secret": "CANARY-secret"}
FOLLOWERS = {"total": 28, "data": [], "pagination": {}}


def login(request: Request) -> object:
    """Answer the token endpoint."""
    token = {"access_token": "CANARY-token", "expires_in": 5_011_271, "token_type": "bearer"}
    return token if request.path == "/oauth2/token" else None


def good(request: Request) -> object:
    """Answer the look-up of the name and the followers."""
    return {"data": [{"id": "123", "login": "waldladen"}]} if request.path == "/helix/users" else FOLLOWERS


CASE = {"settings": SETTINGS, "login": login, "good": good, "rows": {"accounts": 1}}


def test_a_channel_becomes_one_row(loopback: Loopback) -> None:
    """One token for both look-ups; names are written small."""
    loopback.script = lambda request: Reply(login(request) or good(request))

    pulled = loopback.pull("twitch", SETTINGS)

    assert [("waldladen", "social.followers", NOW, 28, None, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    token, *asked = loopback.seen
    assert {
        "client_id": "app-id",
        "client_secret": "CANARY-secret",
        "grant_type": "client_credentials",
    } == token.body
    assert [
        ("/helix/users", {"login": "waldladen"}),
        ("/helix/channels/followers", {"broadcaster_id": "123", "first": "1"}),
    ] == [(request.path, request.query) for request in asked]
    assert {("Bearer CANARY-token", "app-id")} == {
        (request.headers["authorization"], request.headers["client-id"]) for request in asked
    }


def test_a_name_nobody_has_is_not_found(loopback: Loopback) -> None:
    """An empty list at 200."""
    loopback.script = lambda request: Reply(login(request) or {"data": []})

    with pytest.raises(SourceError) as caught:
        loopback.pull("twitch", SETTINGS)

    assert ("not_found", "Twitch knows no channel waldladen") == (caught.value.reason, caught.value.what)


def test_the_probe_tells_account_and_quota(loopback: Loopback) -> None:
    """From the headers of the second look-up."""
    loopback.script = lambda request: Reply(login(request) or good(request), headers={"Ratelimit-Remaining": "798"})

    assert SourceHealth(account="waldladen", quota="798 points left in this minute") == loopback.probe(
        "twitch", SETTINGS
    )
