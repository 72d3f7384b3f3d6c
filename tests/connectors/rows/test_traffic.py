"""Traffic pages: whole periods, zeros only where absence means none, and settled when the vendor has done counting."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.credentials import Vault
from connectors.records import RecordKind
from connectors.rows.periods import instants
from connectors.rows.traffic import Span, spans, traffic_page
from connectors.source import Page, Pull
from okr_config.delivery import Window
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, START, Loopback

WEEKS = Span("week", date(2026, 11, 2), date(2026, 11, 29))


def _pull(loopback: Loopback, start: datetime = START, end: datetime = NOW, zone: str = "Europe/Oslo") -> Pull[Any]:
    settings = loopback.settings("bluesky", {"account": "a.b"})
    client = loopback.client("bluesky", {"account": "a.b"})
    vault = Vault(loopback.home, loopback.world)
    return Pull(settings, client, Window(start, end), ZoneInfo(zone), NOW, loopback.home, str, vault)


def _weeks(page: Page) -> list[tuple[object, ...]]:
    columns = ("period_start", "visitors", "visits", "pageviews", "settled")
    return page.frames[RecordKind.TRAFFIC].sort("period_start").select(columns).rows()


def test_a_window_is_covered_by_whole_periods(loopback: Loopback) -> None:
    """Days as they are, weeks from a Monday to a Sunday with some before them, months whole."""
    start, end = datetime(2027, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 2, 12, tzinfo=UTC)

    covered = spans(_pull(loopback, start, end), weeks_back=2)

    expected = (
        Span("day", date(2027, 1, 1), date(2027, 1, 2)),
        Span("week", date(2026, 12, 14), date(2027, 1, 3)),
        Span("month", date(2027, 1, 1), date(2027, 1, 31)),
    )
    assert expected == covered
    assert (date(2026, 12, 14), date(2026, 12, 21), date(2026, 12, 28)) == covered[1].periods


def test_what_is_left_out_had_nobody_once_it_is_told(loopback: Loopback) -> None:
    """With a delay of a week the last full week is not 0 yet; without one all weeks are that have begun."""
    row = {"period_start": "2026-11-23", "visitors": "4", "visits": 5, "pageviews": None}

    late = traffic_page(_pull(loopback), WEEKS, [row], delay=timedelta(weeks=1))
    prompt = traffic_page(_pull(loopback), WEEKS, [row])

    rest = [(date(2026, 11, 2), 0, 0, 0, True), (date(2026, 11, 9), 0, 0, 0, True)]
    running = (date(2026, 11, 23), 4, 5, None, False)
    assert [*rest, running] == _weeks(late)
    assert [*rest, (date(2026, 11, 16), 0, 0, 0, True), running] == _weeks(prompt)
    assert (3, 4) == (late.rows_read, prompt.rows_read)


def test_what_is_hidden_is_unknown(loopback: Loopback) -> None:
    """Null in every count, of those the vendor has; the others are null anyway."""
    page = traffic_page(_pull(loopback), Span("week", date(2026, 11, 2), date(2026, 11, 8)), [], hides=True)

    assert [(date(2026, 11, 2), None, None, None, True)] == _weeks(page)


def test_a_count_the_vendor_lacks_is_never_zero(loopback: Loopback) -> None:
    """Visits alone are counted: visitors and page views stay unknown where nobody came."""
    span = Span("week", date(2026, 11, 2), date(2026, 11, 8))

    assert [(date(2026, 11, 2), None, 0, None, True)] == _weeks(
        traffic_page(_pull(loopback), span, [], counts=("visits",))
    )


def test_a_part_of_a_period_is_refused_and_its_period_unknown(loopback: Loopback) -> None:
    """A week named by its Wednesday counts from there on only; a row that names no period leaves none at 0."""
    whole = [{"period_start": f"2026-11-{day:02}", "visitors": 1} for day in (2, 9, 23)]

    cut = traffic_page(_pull(loopback), WEEKS, [*whole, {"period_start": "2026-11-18", "visitors": 1}])
    lost = traffic_page(_pull(loopback), WEEKS, [*whole, {"visitors": 1}])

    assert ["period_start is a day instead of the first day of a week"] == [row.reason for row in cut.refused]
    assert (date(2026, 11, 16), None, None, None, True) in _weeks(lost)


def test_mostly_cut_periods_are_an_error(loopback: Loopback) -> None:
    """More than half of the rows misplaced: the source has changed."""
    rows = [{"period_start": "2026-11-18", "visitors": 1}]

    with pytest.raises(SourceError, match="1 of 1 rows of traffic do not fit") as caught:
        traffic_page(_pull(loopback), WEEKS, rows)

    assert "bad_rows" == caught.value.reason


def test_rows_beyond_the_span_are_left_out(loopback: Loopback) -> None:
    """A week that was not asked for as a whole may be cut by the range."""
    page = traffic_page(_pull(loopback), WEEKS, [{"period_start": "2026-11-30", "visitors": 1}])

    assert date(2026, 11, 30) not in [row[0] for row in _weeks(page)]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "No/Such", "../etc/passwd", "Europe/Oslo"])
def test_the_vendors_zone_tells_which_week_runs(loopback: Loopback, zone: str) -> None:
    """The vendor's own zone counts; one that nobody knows leaves the configured one."""
    page = traffic_page(_pull(loopback), WEEKS, [], zone=zone)

    running = [row[0] for row in _weeks(page) if not row[-1]]
    known = zone if zone.startswith("A") else "Europe/Oslo"
    assert ([date(2026, 11, 23)], known) == (running, page.zone)


@pytest.mark.parametrize(
    ("day", "grain", "hours"),
    [
        (date(2026, 3, 29), "day", 23),
        (date(2026, 10, 25), "day", 25),
        (date(2026, 3, 25), "week", 167),
        (date(2026, 10, 25), "week", 169),
        (date(2026, 2, 10), "month", 28 * 24),
    ],
)
def test_periods_have_the_hours_of_their_zone(day: date, grain: str, hours: int) -> None:
    """Summer time makes days of 23 and 25 hours, and weeks of 167 and 169."""
    start, end = instants(day, grain, ZoneInfo("Europe/Oslo"))

    assert timedelta(hours=hours) == end - start
