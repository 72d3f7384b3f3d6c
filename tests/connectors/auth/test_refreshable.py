"""Access tokens given alone or renewed: which way in, and what is told before an end."""

import pytest
from pydantic import ValidationError

import connectors
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request

APP = {"client_id": "app", "client_secret": "CANARY-secret", "refresh_token": "CANARY-r0"}
ACCOUNT = {"username": "waldladen", "follower_count": 37}


def _vendor(request: Request) -> Reply:
    if request.path.endswith(("/token", "/accessToken")):
        return Reply({"access_token": "CANARY-new", "refresh_token": "CANARY-r1", "expires_in": 2_592_000})
    return Reply({**ACCOUNT, "firstDegreeSize": 73})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "give either access_token, or refresh_token with client_id and client_secret"),
        ({"client_id": "a", "client_secret": "CANARY"}, "give either access_token"),
        ({"refresh_token": "CANARY", "client_id": "a"}, "refresh_token needs client_id and client_secret"),
        ({"refresh_token": "CANARY", "access_token": "CANARY"}, "refresh_token needs client_id and client_secret"),
    ],
)
def test_half_a_login_is_refused(settings: dict[str, str], told: str) -> None:
    """The settings say what is missing, and no secret."""
    with pytest.raises(ValidationError) as caught:
        connectors.load("pinterest").settings(id="p", connector="pinterest", **settings)

    assert told in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_one_vendor_takes_the_apps_login_in_a_header(loopback: Loopback) -> None:
    """Pinterest: HTTP Basic; the form has the grant alone, and the next run sends the next token."""
    loopback.script = _vendor

    for _ in range(2):
        loopback.pull("pinterest", APP)

    tokens = [request for request in loopback.seen if request.method == "POST"]
    assert ["/v5/oauth/token"] * 2 == [request.path for request in tokens]
    assert [
        {"grant_type": "refresh_token", "refresh_token": "CANARY-r0"},
        {"grant_type": "refresh_token", "refresh_token": "CANARY-r1"},
    ] == [request.body for request in tokens]
    assert "Basic YXBwOkNBTkFSWS1zZWNyZXQ=" == tokens[0].headers["authorization"]
    assert "Bearer CANARY-new" == loopback.seen[1].headers["authorization"]


def test_another_takes_it_in_the_form(loopback: Loopback) -> None:
    """LinkedIn: on its other host, without the source's own headers."""
    loopback.script = _vendor

    loopback.pull("linkedin", {"organization_id": "123", **APP})

    token, asked = loopback.seen
    assert "/oauth/v2/accessToken" == token.path
    assert {**APP, "grant_type": "refresh_token"} == token.body
    assert "Bearer CANARY-new" == asked.headers["authorization"]


@pytest.mark.parametrize(("connector", "lives"), [("linkedin", 60), ("pinterest", 30)])
def test_a_token_that_nobody_renews_is_watched(loopback: Loopback, clock: Clock, connector: str, lives: int) -> None:
    """From fifteen days before its end each run names the day, and the doctor what to do."""
    loopback.script = _vendor
    settings = {"access_token": "CANARY-a", **({"organization_id": 123} if connector == "linkedin" else {})}
    loopback.pull(connector, settings)

    clock.move(days=lives - 16)
    early = loopback.pull(connector, settings)
    clock.move(days=1)
    late = loopback.pull(connector, settings)

    day = {60: "2027-01-22", 30: "2026-12-23"}[lives]
    note = f"the access token ends on {day} at the latest: log in again before"
    assert ((), (note,)) == (early.notes, late.notes)
    [(what, step)] = loopback.probe(connector, settings).warnings
    assert (note, "okr connect src") == (what, step)
