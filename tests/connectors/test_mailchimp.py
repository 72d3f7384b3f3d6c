"""Mailchimp: active subscribers now, and at the end of each month past."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"api_key": "CANARY0123456789abcdef-us21", "list_id": "a1b2c3d4e5"}
GOOD = {"id": "a1b2c3d4e5", "stats": {"member_count": 131}}

CASE = {"settings": SETTINGS, "good": lambda _: GOOD, "rows": {"accounts": 1}}


def test_an_audience_becomes_one_row(loopback: Loopback) -> None:
    """Under its own metric, by the key in HTTP Basic; only the count is asked for."""
    loopback.script = lambda _: Reply(GOOD)

    pulled = loopback.pull("mailchimp", SETTINGS)

    expected = [("a1b2c3d4e5", "newsletter.subscribers", NOW, 131, None, 0)]
    assert expected == pulled.frames[RecordKind.ACCOUNTS].rows()
    [seen] = loopback.seen
    assert ("/3.0/lists/a1b2c3d4e5", {"fields": "id,stats.member_count"}) == (seen.path, seen.query)
    assert seen.headers["authorization"].startswith("Basic ")


def test_months_past_are_snapshots_at_their_end(loopback: Loopback) -> None:
    """At midnight of the source's zone, across the year; the running month and those before the window are left out."""
    months = {
        "2026-11": 131,
        "2026-10": 120,
        "2026-09": None,
        "2025-12": 80,
        "2025-10": 60,
        "soon": 1,
    }
    loopback.script = lambda _: Reply(
        {"history": [{"month": month, "subscribed": count} for month, count in months.items()] + [7]}
    )

    pulled = loopback.pull("mailchimp", SETTINGS, "history", window=(datetime(2025, 11, 15, tzinfo=UTC), NOW))

    assert [
        ("a1b2c3d4e5", "newsletter.subscribers", datetime(2026, 10, 31, 23, tzinfo=UTC), 120, None, 0),
        ("a1b2c3d4e5", "newsletter.subscribers", datetime(2025, 12, 31, 23, tzinfo=UTC), 80, None, 0),
    ] == pulled.frames[RecordKind.ACCOUNTS].rows()
    assert ("merge", datetime(2026, 10, 31, 23, tzinfo=UTC)) == (pulled.mode, pulled.cursor)


def test_the_key_leads_to_its_data_centre() -> None:
    """The host is the key's end."""
    source = connectors.load("mailchimp")

    settings = source.settings(id="m", connector="mailchimp", **SETTINGS)

    assert "https://us21.api.mailchimp.com" == source.url(settings)


@pytest.mark.parametrize(
    "key", ["CANARY", "CANARY-us", "CANARY-evil.example/us21", "CANARY-us21.evil.example", "-us21"]
)
def test_a_key_without_a_data_centre_is_refused(key: str) -> None:
    """It would lead elsewhere; the error does not repeat it."""
    with pytest.raises(ValidationError) as caught:
        connectors.load("mailchimp").settings(id="m", connector="mailchimp", api_key=key, list_id="a")

    assert "must end with a data centre" in str(caught.value)
    assert "CANARY" not in str(caught.value)


def test_the_probe_tells_the_audience(loopback: Loopback) -> None:
    """From the call of a pull."""
    loopback.script = lambda _: Reply(GOOD)

    assert SourceHealth(account="a1b2c3d4e5") == loopback.probe("mailchimp", SETTINGS)
