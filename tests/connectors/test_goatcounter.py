"""GoatCounter: pages opened a day, events taken off, four requests a second."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

import connectors
from connectors.records import RecordKind
from connectors.source import SourceHealth
from tests.conftest import Clock
from tests.connectors.loopback import NOW, Loopback, Reply

SETTINGS = {"site": "shop", "token": "CANARY-goat-5f0c2a1d7e934b68"}
TOTAL = {
    "total": 54,
    "total_events": 2,
    "total_utc": 54,
    "stats": [{"day": "2026-11-16", "daily": 9, "hourly": [0] * 24}],
}
CASE = {
    "settings": {**SETTINGS, "concurrency": 1, "rate": 1000},
    "good": lambda _: TOTAL,
    "rows": {"observations": 15},
}


def test_pages_by_day_without_events(loopback: Loopback) -> None:
    """Each day is asked for from its midnight on; it is a metric of the source's own, for these are no visits."""
    loopback.script = lambda _: Reply(TOTAL)

    pulled = loopback.pull("goatcounter", SETTINGS)

    rows = (
        pulled.frames[RecordKind.OBSERVATIONS].sort("period_start").select("metric", "period_start", "value", "settled")
    )
    assert ("src.pages", date(2026, 11, 9), 52, True) == rows.row(0)
    assert ("src.pages", date(2026, 11, 23), 52, False) == rows.row(-1)
    first = next(seen for seen in loopback.seen if seen.query["start"].startswith("2026-11-08"))
    assert {"start": "2026-11-08T23:00:00Z", "end": "2026-11-09T22:59:59Z"} == first.query
    assert ("/api/v0/stats/total", f"Bearer {SETTINGS['token']}") == (first.path, first.headers["authorization"])
    assert ((), ()) == (pulled.notes, pulled.refused)


def test_nobody_is_zero_and_nothing_is_unknown(loopback: Loopback) -> None:
    """A total of 0 is a day on which no page was opened; a null is unknown, and no row."""
    loopback.script = lambda seen: Reply({"total": 0 if seen.query["start"] < "2026-11-20" else None})

    pulled = loopback.pull("goatcounter", SETTINGS)

    days = pulled.frames[RecordKind.OBSERVATIONS].sort("period_start").select("period_start", "value").rows()
    assert [(date(2026, 11, day), 0) for day in range(9, 21)] == days


def test_short_and_long_days_are_whole(loopback: Loopback) -> None:
    """23 hours at the end of March, 25 at the end of October."""
    loopback.script = lambda _: Reply(TOTAL)
    for noon in (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)):
        loopback.pull("goatcounter", SETTINGS, window=(noon, noon))

    expected = [
        {"start": "2026-03-28T23:00:00Z", "end": "2026-03-29T21:59:59Z"},
        {"start": "2026-10-24T22:00:00Z", "end": "2026-10-25T22:59:59Z"},
    ]
    assert expected == [seen.query for seen in loopback.seen]


def test_four_requests_a_second_leave(loopback: Loopback, clock: Clock) -> None:
    """After a second's burst the pace is even."""
    loopback.script = lambda _: Reply(TOTAL)

    loopback.pull("goatcounter", {**SETTINGS, "concurrency": 1})

    assert pytest.approx((15 - 4) / 4) == sum(clock.slept)


def test_a_zone_off_the_hour_is_noted(loopback: Loopback) -> None:
    """Hours of UTC are all there is: in Kolkata midnight lies in the middle of one."""
    loopback.script = lambda _: Reply(TOTAL)

    pulled = loopback.pull("goatcounter", SETTINGS, zone="Asia/Kolkata")

    note = "midnight in Asia/Kolkata is within an hour of UTC: a day's pages are those of the hours around it"
    assert (note,) == pulled.notes


@pytest.mark.parametrize(
    ("site", "url"), [("shop", "https://shop.goatcounter.com"), ("stats.shop.example", "https://stats.shop.example")]
)
def test_a_site_is_a_code_or_a_host(loopback: Loopback, site: str, url: str) -> None:
    """The code of the cloud, or one's own server."""
    settings = loopback.settings("goatcounter", {**SETTINGS, "site": site})

    assert url == connectors.load("goatcounter").url(settings)


def test_a_site_is_no_address(loopback: Loopback) -> None:
    """Neither a scheme nor a path."""
    with pytest.raises(ValidationError):
        loopback.settings("goatcounter", {**SETTINGS, "site": "https://shop.example/x"})


def test_a_look_tells_what_is_left(loopback: Loopback) -> None:
    """The headers name the requests left."""
    loopback.script = lambda _: Reply({"total": 0}, headers={"X-Rate-Limit-Remaining": "3", "X-Rate-Limit-Reset": "1"})

    warning = ("no pages opened in the last day", "check the script on the pages")
    expected = SourceHealth("shop.goatcounter.com", quota="3 requests left for 1 s", newest=NOW, warnings=(warning,))
    assert expected == loopback.probe("goatcounter", SETTINGS)
