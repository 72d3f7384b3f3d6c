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


@pytest.mark.parametrize(
    ("answer", "instance"),
    [
        ({"followers_count": 0, "pleroma": {"hide_followers_count": True}}, "2.7.2 (compatible; Pleroma 2.6.0)"),
        ({"followers_count": 412, "pleroma": {"hide_followers_count": True}}, "2.7.2 (compatible; Akkoma 3.10)"),
        ({"followers_count": -1}, "4.3.0+glitch"),
        ({"followers_count": 0, "hide_collections": True}, "0.17.0"),
        ({"followers_count": 0}, "3.5.3 (compatible; Pixelfed 0.12.3)"),
    ],
)
def test_a_hidden_count_is_unknown(loopback: Loopback, answer: dict[str, object], instance: str) -> None:
    """Servers hide it behind a 0 or a -1, some without saying so: it is no row of 0, and a note says why."""
    loopback.script = lambda request: Reply(
        {"version": instance} if request.path == "/api/v1/instance" else {**ACCOUNT, **answer}
    )

    pulled = loopback.pull("mastodon", SETTINGS)

    assert [None] == pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list()
    assert [210] == pulled.frames[RecordKind.ACCOUNTS]["posts"].to_list()
    [note] = pulled.notes
    assert note.startswith("waldladen@social.example may hide its follower count: it is unknown, not ")


@pytest.mark.parametrize("instance", [{"version": "4.5.2"}, None])
def test_nobody_at_mastodon_itself_is_zero(loopback: Loopback, instance: object) -> None:
    """It always shows the count; a server that does not say what it is is taken for one."""
    loopback.script = lambda request: (
        (Reply(instance) if instance else Reply({}, 404))
        if request.path == "/api/v1/instance"
        else Reply({**ACCOUNT, "followers_count": 0})
    )

    pulled = loopback.pull("mastodon", SETTINGS)

    assert ([0], ()) == (pulled.frames[RecordKind.ACCOUNTS]["followers"].to_list(), pulled.notes)


@pytest.mark.parametrize(
    ("emptied", "told"),
    [
        ({"display_name": "", "discoverable": False}, "social.example has deleted the account waldladen"),
        ({"display_name": "Waldladen", "discoverable": False}, None),
        ({"display_name": "", "discoverable": True}, None),
    ],
)
def test_a_deleted_account_at_takahe_is_not_zero(
    loopback: Loopback, emptied: dict[str, object], told: str | None
) -> None:
    """Takahe 0.11 goes on answering for it, without name and followers, and not to be found: it is gone."""
    loopback.script = lambda request: Reply(
        {"version": "takahe/0.11.0"}
        if request.path == "/api/v1/instance"
        else {**ACCOUNT, "followers_count": 0, **emptied}
    )

    try:
        outcome = loopback.pull("mastodon", SETTINGS).frames[RecordKind.ACCOUNTS]["followers"].to_list()
    except SourceError as error:
        outcome = error.what

    assert outcome == (told or [0])
