"""X: both names of the post counter, answers without data, and what costs money."""

import pytest

from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"username": "waldladen", "bearer_token": "CANARY-x-4d"}
METRICS = {"followers_count": 58, "following_count": 41, "tweet_count": 130, "listed_count": 1}
PROBLEMS = "https://api.x.com/2/problems/"


def user(**metrics: object) -> dict[str, object]:
    """Return the answer of a user."""
    told = {"id": "1700000000000000001", "name": "Waldladen", "username": "waldladen"}
    return {"data": {**told, "public_metrics": {**METRICS, **metrics}}}


CASE = {"settings": SETTINGS, "good": lambda _: user(), "rows": {"accounts": 1}}


@pytest.mark.parametrize(("metrics", "posts"), [({}, 130), ({"post_count": 131}, 131), ({"tweet_count": None}, None)])
def test_a_user_becomes_one_row(loopback: Loopback, metrics: dict[str, object], posts: int | None) -> None:
    """Posts are called by either name; the metrics must be asked for."""
    loopback.script = lambda _: Reply(user(**metrics))

    pulled = loopback.pull("x", {**SETTINGS, "username": "@waldladen"})

    assert [("waldladen", "social.followers", NOW, 58, posts, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert ("/2/users/by/username/waldladen", {"user.fields": "public_metrics"}) == (seen.path, seen.query)
    assert "Bearer CANARY-x-4d" == seen.headers["authorization"]


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("resource-not-found", "X knows no account waldladen"),
        ("not-authorized-for-resource", "X has suspended, or does not show, the account waldladen"),
    ],
)
def test_an_answer_without_data_tells_why(loopback: Loopback, problem: str, told: str) -> None:
    """An account that is not there is an answer of status 200."""
    loopback.script = lambda _: Reply({"errors": [{"detail": "CANARY", "type": PROBLEMS + problem}]})

    with pytest.raises(SourceError) as caught:
        loopback.pull("x", SETTINGS)

    assert ("not_found", told) == (caught.value.reason, caught.value.what)


def test_errors_beside_data_do_not_matter(loopback: Loopback) -> None:
    """A partial success has the user all the same."""
    loopback.script = lambda _: Reply({**user(), "errors": [{"type": f"{PROBLEMS}field-not-authorized"}]})

    pulled = loopback.pull("x", SETTINGS)

    assert [58] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()


@pytest.mark.parametrize(
    ("status", "body", "reason", "told"),
    [
        (403, {"type": f"{PROBLEMS}usage-capped"}, "rate_limited", "the credits or the spending limit are used up"),
        (429, {"type": f"{PROBLEMS}usage-capped"}, "rate_limited", "the credits or the spending limit are used up"),
        (403, {"type": f"{PROBLEMS}client-forbidden"}, "forbidden", "the app is in no project"),
        (401, {"type": "about:blank", "title": "Unauthorized"}, "unauthorized", "401 Unauthorized"),
    ],
)
def test_what_money_or_rights_forbid_is_not_asked_again(
    loopback: Loopback, *, status: int, body: dict[str, object], reason: str, told: str
) -> None:
    """One request, and the reason in words."""
    loopback.script = lambda _: Reply({"detail": "CANARY", "status": status, **body}, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("x", SETTINGS)

    assert (reason, 1) == (caught.value.reason, len(loopback.seen))
    assert told in caught.value.what


@pytest.mark.parametrize(
    ("reset", "waits"),
    [("1795424460", [60.0]), ("1795420000", [0.5]), ("soon", [0.5]), ("", [0.5])],
)
def test_the_window_of_the_limit_is_waited_for(
    loopback: Loopback, clock: Clock, reset: str, waits: list[float]
) -> None:
    """Until the reset by X's own clock; one that is past or no number is not believed."""
    limited = {"X-Rate-Limit-Reset": reset, "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}
    answers = iter([Reply({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 429, limited)])
    loopback.script = lambda _: next(answers, None) or Reply(user())

    loopback.pull("x", SETTINGS)

    assert waits == clock.slept


def test_the_probe_tells_account_and_quota(loopback: Loopback) -> None:
    """From one look-up and its headers."""
    loopback.script = lambda _: Reply(user(), headers={"X-Rate-Limit-Remaining": "299"})

    expected = SourceHealth(account="waldladen", quota="299 look-ups left in this quarter of an hour")
    assert expected == loopback.probe("x", SETTINGS)
