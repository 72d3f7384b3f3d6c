"""Discord: two ways in, a count that is not exact, and waits in fractions of a second."""

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import NOW, Loopback, Reply

GUILD = "1100000000000000001"
SETTINGS = {"guild_id": GUILD, "token": "CANARY-bot"}
GOOD = {"id": GUILD, "name": "Waldladen", "approximate_member_count": 57, "approximate_presence_count": 9}
INVITED = {"code": "aBcD", "guild": {"id": GUILD}, "approximate_member_count": 57}

CASE = {"settings": SETTINGS, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def test_a_server_becomes_one_row(loopback: Loopback) -> None:
    """By the bot's token; precision 1 says that the count is not exact."""
    loopback.script = lambda _: Reply(GOOD)

    pulled = loopback.pull("discord", SETTINGS)

    assert [(GUILD, "social.followers", NOW, 57, None, 1)] == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert (f"/api/v10/guilds/{GUILD}", {"with_counts": "true"}) == (seen.path, seen.query)
    wanted = ("Bot CANARY-bot", "DiscordBot (okr, 1)")
    assert wanted == (seen.headers["authorization"], seen.headers["user-agent"])


def test_an_invite_needs_no_login(loopback: Loopback) -> None:
    """The count stands beside the server."""
    loopback.script = lambda _: Reply(INVITED)

    pulled = loopback.pull("discord", {"invite": "aBcD"})

    assert [("aBcD", 57)] == pulled.frames[RecordKind.ACCOUNTS].select("account", "followers").rows()
    assert "/api/v10/invites/aBcD" == loopback.seen[0].path
    assert "authorization" not in loopback.seen[0].headers


@pytest.mark.parametrize("answer", [{"id": GUILD}, {"id": GUILD, "approximate_member_count": None}])
def test_a_count_that_is_not_told_is_unknown(loopback: Loopback, answer: object) -> None:
    """Null or missing."""
    loopback.script = lambda _: Reply(answer)

    pulled = loopback.pull("discord", SETTINGS)

    assert [None] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()


@pytest.mark.parametrize(
    ("status", "code", "reason", "told"),
    [
        (404, 10004, "not_found", "knows no such server"),
        (404, 10006, "not_found", "knows no such invite"),
        (403, 50001, "forbidden", "the bot is not in the server"),
        (401, 0, "unauthorized", "401 Unauthorized"),
    ],
)
def test_the_code_tells(loopback: Loopback, *, status: int, code: int, reason: str, told: str) -> None:
    """By Discord's own code, else by the status."""
    loopback.script = lambda _: Reply({"message": "CANARY", "code": code}, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("discord", SETTINGS)

    assert reason == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


def test_the_wait_stands_in_the_answer(loopback: Loopback, clock: Clock) -> None:
    """To the fraction of a second, which the header does not have."""
    answers = iter([Reply({"message": "slow", "retry_after": 0.65, "global": False}, 429, {"Retry-After": "1"})])
    loopback.script = lambda _: next(answers, None) or Reply(GOOD)

    loopback.pull("discord", SETTINGS)

    assert [0.65] == clock.slept


@pytest.mark.parametrize(
    "settings",
    [{}, {"guild_id": "1"}, {"token": "t"}, {"guild_id": "1", "token": "t", "invite": "a"}, {"invite": "a/b"}],
)
def test_there_is_one_way_in(settings: dict[str, str]) -> None:
    """A bot or an invite."""
    with pytest.raises(ValidationError):
        connectors.load("discord").settings(id="d", connector="discord", **settings)


@pytest.mark.parametrize(("settings", "answer"), [(SETTINGS, GOOD), ({"invite": "aBcD"}, INVITED)])
def test_the_probe_tells_the_server(loopback: Loopback, settings: dict[str, str], answer: object) -> None:
    """By its id, whichever way in."""
    loopback.script = lambda _: Reply(answer)

    assert SourceHealth(account=GUILD) == loopback.probe("discord", settings)
