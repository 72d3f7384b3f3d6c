"""YouTube: rounded and hidden counts, unknown channels, and what Google's reasons mean."""

from typing import Any

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.discovery import Discovery
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"channel": "@waldladen", "api_key": "CANARY-google-3f1c"}


def channel(**statistics: object) -> dict[str, Any]:
    """Return the answer of a channel; a statistic that is None is left out."""
    counts = {"viewCount": "20411", "subscriberCount": "930", "hiddenSubscriberCount": False, "videoCount": "37"}
    told = {name: value for name, value in {**counts, **statistics}.items() if value is not None}
    return {
        "kind": "youtube#channelListResponse",
        "etag": "x",
        "pageInfo": {"totalResults": 1, "resultsPerPage": 5},
        "items": [{"kind": "youtube#channel", "etag": "y", "id": "UCwaldladen0000000000000", "statistics": told}],
    }


NOBODY = {"kind": "youtube#channelListResponse", "etag": "x", "pageInfo": {"totalResults": 0, "resultsPerPage": 5}}
CASE = {"settings": SETTINGS, "good": lambda _: channel(), "rows": {"accounts": 1}}


def test_a_channel_becomes_one_row(loopback: Loopback) -> None:
    """The handle selects it, the key travels in a header, and only the statistics are asked for."""
    loopback.script = lambda _: Reply(channel())

    pulled = loopback.pull("youtube", SETTINGS)

    assert [("@waldladen", "social.followers", NOW, 930, 37, 0)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert "/youtube/v3/channels" == seen.path
    fields = "pageInfo,items(id,statistics)"
    assert {"part": "statistics", "fields": fields, "forHandle": "@waldladen"} == seen.query
    assert "CANARY-google-3f1c" == seen.headers["x-goog-api-key"]


def test_an_id_is_asked_for_as_such(loopback: Loopback) -> None:
    """A channel id goes into the other selector."""
    loopback.script = lambda _: Reply(channel())

    loopback.pull("youtube", {**SETTINGS, "channel": "UCwaldladen0000000000000"})

    assert "UCwaldladen0000000000000" == loopback.seen[0].query["id"]
    assert "forHandle" not in loopback.seen[0].query


@pytest.mark.parametrize(
    ("count", "precision"), [("0", 0), ("999", 0), ("1230", 10), ("12300", 100), ("123000", 1_000), ("1230000", 10_000)]
)
def test_from_a_thousand_on_counts_are_rounded(loopback: Loopback, count: str, precision: int) -> None:
    """Three digits are given, so that the step grows tenfold with each further one."""
    loopback.script = lambda _: Reply(channel(subscriberCount=count))

    pulled = loopback.pull("youtube", SETTINGS)

    assert [(int(count), precision)] == pulled.frames[RecordKind.ACCOUNTS].select("followers", "precision").rows()


@pytest.mark.parametrize("told", ["0", None])
def test_a_hidden_count_is_unknown(loopback: Loopback, told: str | None) -> None:
    """Hidden is null, whether the answer says 0 or nothing, and the pull says what to do."""
    loopback.script = lambda _: Reply(channel(subscriberCount=told, hiddenSubscriberCount=True))

    pulled = loopback.pull("youtube", SETTINGS)

    assert [(None, 37, 0)] == pulled.frames[RecordKind.ACCOUNTS].select("followers", "posts", "precision").rows()
    assert "@waldladen hides its subscriber count: show it in YouTube Studio" in pulled.notes


def test_a_channel_nobody_knows_is_not_found(loopback: Loopback) -> None:
    """It is an answer without items, at 200."""
    loopback.script = lambda _: Reply(NOBODY)

    with pytest.raises(SourceError) as caught:
        loopback.pull("youtube", SETTINGS)

    assert ("not_found", "YouTube knows no channel @waldladen") == (caught.value.reason, caught.value.what)


@pytest.mark.parametrize(
    ("status", "error", "reason", "told", "tries"),
    [
        (403, {"errors": [{"reason": "quotaExceeded"}]}, "rate_limited", "the quota is used up", 1),
        (403, {"errors": [{"reason": "rateLimitExceeded"}]}, "rate_limited", "asked too fast", 4),
        (400, {"errors": [{"reason": "keyInvalid"}]}, "unauthorized", "does not take the API key", 1),
        (
            400,
            {"errors": [{"reason": "badRequest"}], "details": [{"@type": "x"}, {"reason": "API_KEY_INVALID"}]},
            "unauthorized",
            "does not take the API key",
            1,
        ),
        (403, {"errors": [{"reason": "accessNotConfigured"}]}, "forbidden", "the API is not enabled", 1),
        (403, {"errors": [{"reason": "forbidden"}]}, "forbidden", "does not let these credentials", 1),
        (404, {"errors": [{"reason": "channelNotFound"}]}, "not_found", "404 Not Found", 1),
        (401, {"errors": [{"reason": "authError"}]}, "unauthorized", "refused the login", 1),
        (503, {"errors": [{"reason": "backendError"}]}, "server_error", "an error of its own", 4),
        (400, {"errors": [{"reason": "CANARY"}], "status": "INVALID_ARGUMENT"}, "bad_answer", "400 Bad Request", 1),
        (400, {"errors": "CANARY", "details": {}, "status": 7}, "bad_answer", "400 Bad Request", 1),
    ],
)
def test_a_refusal_is_told_by_its_reason(  # noqa: PLR0913 - each column of the table
    loopback: Loopback, *, status: int, error: dict[str, object], reason: str, told: str, tries: int
) -> None:
    """The reason decides, and whether asking again may help; the message is not repeated."""
    loopback.script = lambda _: Reply({"error": {"code": status, "message": "CANARY", **error}}, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("youtube", SETTINGS)

    assert (reason, tries) == (caught.value.reason, len(loopback.seen))
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize("name", ["@waldladen", "UCwaldladen0000000000000"])
def test_googles_own_description_knows_request_and_answers(loopback: Loopback, name: str) -> None:
    """What is asked is a channels.list of the discovery document, and what is read here is an answer of it."""
    described = Discovery("youtube.v3")
    loopback.script = lambda _: Reply(channel())

    loopback.pull("youtube", {**SETTINGS, "channel": name})

    for seen in loopback.seen:
        described.check_request("channels.list", seen)
    for answer in (channel(), channel(subscriberCount=None, hiddenSubscriberCount=True), NOBODY):
        described.check_answer("channels.list", answer)


def test_the_probe_names_the_channel(loopback: Loopback) -> None:
    """One call tells the id that a handle leads to."""
    loopback.script = lambda _: Reply(channel())

    health = loopback.probe("youtube", SETTINGS)

    assert SourceHealth(account="UCwaldladen0000000000000", quota="one unit of 10 000 a day for each run") == health


@pytest.mark.parametrize("name", ["waldladen", "UCshort", "https://youtube.com/@waldladen", "@a b"])
def test_a_channel_is_an_id_or_a_handle(name: str) -> None:
    """Names and addresses are refused by the settings."""
    with pytest.raises(ValidationError):
        connectors.load("youtube").settings(id="y", connector="youtube", channel=name, api_key="k")
