"""Reddit: communities and profiles, and those that are closed."""

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply, Request

APP = {"client_id": "app", "client_secret": "CANARY-secret", "username": "ada"}
SETTINGS = {"subreddit": "waldladen", **APP}
GOOD = {"kind": "t5", "data": {"display_name": "waldladen", "name": "t5_abc12", "subscribers": 112}}


def login(request: Request) -> object:
    """Answer the token endpoint."""
    token = {"access_token": "CANARY-token", "token_type": "bearer", "expires_in": 86_400, "scope": "*"}
    return token if request.path == "/api/v1/access_token" else None


CASE = {"settings": SETTINGS, "login": login, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def test_a_community_becomes_one_row(loopback: Loopback) -> None:
    """Every request names program and owner; the secret goes to the token endpoint alone."""
    loopback.script = lambda request: Reply(login(request) or GOOD)

    pulled = loopback.pull("reddit", SETTINGS)

    assert [("r/waldladen", "social.followers", NOW, 112, None, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    token, about = loopback.seen
    assert ("Basic YXBwOkNBTkFSWS1zZWNyZXQ=", {"grant_type": "client_credentials"}) == (
        token.headers["authorization"],
        token.body,
    )
    assert ("/r/waldladen/about", "Bearer CANARY-token") == (about.path, about.headers["authorization"])
    assert {"script:okr:v1 (by /u/ada)"} == {request.headers["user-agent"] for request in loopback.seen}


def test_a_profile_has_its_followers_deeper_down(loopback: Loopback) -> None:
    """A user is a community too."""
    loopback.script = lambda request: Reply(login(request) or {"kind": "t2", "data": {"subreddit": {"subscribers": 5}}})

    pulled = loopback.pull("reddit", {"user": "waldladen", **APP})

    assert [("u/waldladen", 5)] == pulled.frames[RecordKind.ACCOUNTS].select("account", "followers").rows()
    assert "/user/waldladen/about" == loopback.seen[-1].path


@pytest.mark.parametrize("about", [{"display_name": "x", "subscribers": None}, {"display_name": "x"}])
def test_a_count_that_is_not_told_is_unknown(loopback: Loopback, about: dict[str, object]) -> None:
    """Null or missing."""
    loopback.script = lambda request: Reply(login(request) or {"kind": "t5", "data": about})

    pulled = loopback.pull("reddit", SETTINGS)

    assert [None] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()


@pytest.mark.parametrize(
    ("status", "body", "reason", "told"),
    [
        (403, {"reason": "private"}, "forbidden", "says that the community is private"),
        (404, {"reason": "banned"}, "forbidden", "says that the community is banned"),
        (403, {"reason": "CANARY"}, "forbidden", "403 Forbidden"),
        (404, {}, "not_found", "404 Not Found"),
        (302, {}, "redirect", "redirect"),
    ],
)
def test_a_closed_door_is_told(
    loopback: Loopback, *, status: int, body: dict[str, object], reason: str, told: str
) -> None:
    """By its reason; an unknown community that redirects to the search is not followed there."""
    loopback.script = lambda request: (
        Reply(granted)
        if (granted := login(request))
        else Reply({"message": "CANARY", "error": status, **body}, status, {"Location": "/subreddits/search"})
    )

    with pytest.raises(SourceError) as caught:
        loopback.pull("reddit", SETTINGS)

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("names", [{}, {"subreddit": "a1", "user": "b2"}, {"subreddit": "r/waldladen"}])
def test_one_thing_is_named(names: dict[str, str]) -> None:
    """A community or a profile, by its bare name."""
    with pytest.raises(ValidationError):
        connectors.load("reddit").settings(id="r", connector="reddit", **names, **APP)


def test_the_probe_tells_account_and_quota(loopback: Loopback) -> None:
    """What is left comes as a fraction."""
    loopback.script = lambda request: Reply(login(request) or GOOD, headers={"X-Ratelimit-Remaining": "95.0"})

    expected = SourceHealth(account="r/waldladen", quota="95 requests left in these ten minutes")
    assert expected == loopback.probe("reddit", SETTINGS)
