"""Mastodon: exact rows, and accounts that are not there any more."""

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, Loopback, Reply

ACCOUNT = {"id": "113000000000000001", "username": "waldladen", "followers_count": 61, "statuses_count": 210}
SETTINGS = {"account": "waldladen@social.example"}

CASE = {"settings": SETTINGS, "good": lambda _: ACCOUNT, "rows": {"accounts": 1}}


def test_an_account_becomes_one_row(loopback: Loopback) -> None:
    """The user half of the handle is looked up; the row carries the whole handle."""
    loopback.script = lambda _: Reply(ACCOUNT)

    pulled = loopback.pull("mastodon", SETTINGS)

    expected = [("waldladen@social.example", "social.followers", NOW, 61, 210, 0)]
    assert expected == pulled.frames[RecordKind.ACCOUNTS].rows()
    assert [("/api/v1/accounts/lookup", {"acct": "waldladen"})] == [(seen.path, seen.query) for seen in loopback.seen]


def test_the_home_instance_is_asked() -> None:
    """Without base_url the handle's own host is asked."""
    source = connectors.load("mastodon")

    assert "https://social.example" == source.url(source.settings(id="m", connector="mastodon", **SETTINGS))


def test_a_moved_account_is_noted(loopback: Loopback) -> None:
    """An account that moved still has its count, and the pull says where to look."""
    loopback.script = lambda _: Reply({**ACCOUNT, "moved": {"id": "2", "acct": "new@other.example"}})

    pulled = loopback.pull("mastodon", SETTINGS)

    assert [61] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()
    assert ("waldladen@social.example has moved to another account: configure the new one",) == pulled.notes


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Reply({"error": "Record not found"}, 404), "social.example knows no account waldladen"),
        (Reply({"error": "gone"}, 410), "social.example knows no account waldladen"),
        (Reply({**ACCOUNT, "suspended": True}), "social.example has suspended the account waldladen"),
    ],
)
def test_an_account_that_is_gone_is_not_found(loopback: Loopback, answer: Reply, told: str) -> None:
    """Unknown, deleted or suspended: the account is not found, and that is told in words."""
    loopback.script = lambda _: answer

    with pytest.raises(SourceError) as caught:
        loopback.pull("mastodon", SETTINGS)

    assert "not_found" == caught.value.reason
    assert told in caught.value.what


@pytest.mark.parametrize(
    "account", ["waldladen", "@social.example", "a@b@c.example", "https://social.example/@waldladen"]
)
def test_a_handle_has_a_user_and_a_host(account: str) -> None:
    """Anything but user@host is refused by the settings."""
    with pytest.raises(ValidationError):
        connectors.load("mastodon").settings(id="m", connector="mastodon", account=account)


def test_the_probe_tells_account_and_quota(loopback: Loopback) -> None:
    """The address of the account, and what the headers leave."""
    headers = {"X-RateLimit-Remaining": "299", "X-RateLimit-Reset": "2026-11-23T09:05:00.000Z"}
    loopback.script = lambda _: Reply({**ACCOUNT, "url": "https://social.example/@waldladen"}, headers=headers)

    expected = SourceHealth(
        account="https://social.example/@waldladen", quota="299 requests left in these five minutes"
    )
    assert expected == loopback.probe("mastodon", SETTINGS)
