"""Bluesky: exact rows, and what its refusals mean."""

from datetime import UTC, datetime

import httpx
import pytest

from connectors.records import RecordKind
from connectors.sandbox import accounts, serve
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.lexicons import Lexicons, needs_lexicons
from tests.connectors.loopback import NOW, Loopback, Reply

PROFILE = {"did": "did:plc:abc", "handle": "shop.example", "followersCount": 83, "followsCount": 30, "postsCount": 140}
WHOLE = {
    **PROFILE,
    "did": "did:plc:abcdefghijklmnopqrstuvwx",
    "displayName": "Waldladen",
    "createdAt": "2025-01-10T09:00:00.000Z",
    "indexedAt": "2026-11-01T09:00:00.000Z",
    "labels": [],
    "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
}

CASE = {
    "settings": {"account": "shop.example"},
    "good": lambda _: PROFILE,
    "rows": {"accounts": 1},
    "first_stream": "accounts",
}


def test_profile_becomes_one_row(loopback: Loopback) -> None:
    """A profile is one snapshot row under the configured handle."""
    loopback.script = lambda _: Reply(PROFILE)

    pulled = loopback.pull("bluesky", {"account": "shop.example"})

    expected = [("shop.example", "social.followers", NOW, 83, 140, 0)]
    assert expected == pulled.frames[RecordKind.ACCOUNTS].rows()
    assert [("/xrpc/app.bsky.actor.getProfile", {"actor": "shop.example"})] == [
        (r.path, r.query) for r in loopback.seen
    ]
    assert (NOW, "snapshot", 1, "did:plc:abc") == (pulled.cursor, pulled.mode, pulled.rows_read, pulled.account)


@pytest.mark.parametrize("profile", [{"did": "d", "handle": "h"}, {"did": "d", "handle": "h", "followersCount": None}])
def test_missing_count_is_unknown(loopback: Loopback, profile: dict[str, object]) -> None:
    """A count that is left out is null, not 0, and the pull says so."""
    loopback.script = lambda _: Reply(profile)

    pulled = loopback.pull("bluesky", {"account": "shop.example"})

    assert [(None, None)] == pulled.frames[RecordKind.ACCOUNTS].select("followers", "posts").rows()
    assert ("shop.example: the answer has no follower count",) == pulled.notes


def test_a_broken_handle_is_noted(loopback: Loopback) -> None:
    """Its count is still right; the DID is what stays."""
    loopback.script = lambda _: Reply({**PROFILE, "handle": "handle.invalid"})

    pulled = loopback.pull("bluesky", {"account": "shop.example"})

    assert [83] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()
    assert ("shop.example: the handle is broken: configure did:plc:abc",) == pulled.notes


def test_the_probe_tells_the_did(loopback: Loopback) -> None:
    """What a handle leads to."""
    loopback.script = lambda _: Reply(PROFILE)

    assert SourceHealth(account="did:plc:abc") == loopback.probe("bluesky", {"account": "shop.example"})


@needs_lexicons
def test_the_networks_own_lexicon_knows_request_and_answers(loopback: Loopback) -> None:
    """The query asks what getProfile takes, and every answer read here is one that it gives."""
    loopback.script = lambda _: Reply(WHOLE)
    lexicon = Lexicons().query("app.bsky.actor.getProfile")

    for account in ("shop.example", "did:plc:abcdefghijklmnopqrstuvwx"):
        loopback.pull("bluesky", {"account": account})

    for seen in loopback.seen:
        lexicon.check_parameters(seen.query)
    for answer in (WHOLE, {**WHOLE, "handle": "handle.invalid"}, {"did": WHOLE["did"], "handle": "shop.example"}):
        lexicon.check_answer(answer)


@needs_lexicons
def test_the_sandbox_answers_as_the_lexicon_says() -> None:
    """The demo's Bluesky is one by the network's own description."""
    with serve(datetime(2011, 11, 20, 21, tzinfo=UTC)) as sandbox:
        base = f"{sandbox.base_url('bluesky')}/xrpc/app.bsky.actor."
        profile = httpx.get(f"{base}getProfile", params={"actor": accounts.BLUESKY_ACCOUNT}).json()
        profiles = httpx.get(f"{base}getProfiles", params={"actors": accounts.BLUESKY_ACCOUNT}).json()

    Lexicons().query("app.bsky.actor.getProfile").check_answer(profile)
    Lexicons().query("app.bsky.actor.getProfiles").check_answer(profiles)


@pytest.mark.parametrize(
    ("problem", "reason", "told"),
    [
        (("InvalidRequest", "Profile not found"), "not_found", "Bluesky knows no account shop.example"),
        (("AccountTakedown", "x"), "not_found", "Bluesky has suspended the account shop.example"),
        (("AccountDeactivated", "x"), "not_found", "the Bluesky account shop.example is deactivated"),
        (("InvalidRequest", "x"), "bad_answer", "Bluesky does not take shop.example for a handle or DID"),
    ],
)
def test_400_is_told_by_its_message(loopback: Loopback, problem: tuple[str, str], reason: str, told: str) -> None:
    """Status 400 has several meanings; error and message tell which."""
    loopback.script = lambda _: Reply({"error": problem[0], "message": problem[1]}, status=400)

    with pytest.raises(SourceError) as caught:
        loopback.pull("bluesky", {"account": "shop.example"})

    assert (reason, told) == (caught.value.reason, caught.value.what)
    assert 1 == len(loopback.seen)


@pytest.mark.parametrize("count", [True, -1, 1.5, "many", {"n": 1}])
def test_count_that_is_none_is_refused(loopback: Loopback, count: object) -> None:
    """Booleans, negatives, fractions and words are no follower counts."""
    loopback.script = lambda _: Reply({**PROFILE, "followersCount": count})

    with pytest.raises(SourceError) as caught:
        loopback.pull("bluesky", {"account": "shop.example"})

    assert "bad_rows" == caught.value.reason
