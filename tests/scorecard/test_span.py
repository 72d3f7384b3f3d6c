"""Days in a zone, the share that has passed, and full windows."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.models import Every
from scorecard.span import Span, Window, full_windows, midnight, period_end, window_around

OSLO = ZoneInfo("Europe/Oslo")


def _at(*when: int) -> datetime:
    return datetime(*when, tzinfo=OSLO)  # type: ignore[arg-type, misc]  # year, month, day, ...


def _span(as_of: datetime, start: date = date(2020, 4, 27), due: date = date(2020, 6, 5)) -> Span:
    return Span(start, due, OSLO, as_of.astimezone(UTC))


@pytest.mark.parametrize(
    ("as_of", "told"),
    [
        (_at(2020, 4, 26, 12), (0.0, date(2020, 4, 26), 0.5, 0, 40)),
        (_at(2020, 4, 27), (0.0, date(2020, 4, 26), 1.0, 0, 40)),
        (_at(2020, 4, 27, 12), (0.0125, date(2020, 4, 27), 0.5, 1, 39)),
        (_at(2020, 5, 17), (0.5, date(2020, 5, 16), 1.0, 20, 20)),
        (_at(2020, 6, 6), (1.0, date(2020, 6, 5), 1.0, 40, 0)),
        (_at(2020, 7, 1), (1.0, date(2020, 6, 5), 1.0, 40, 0)),
    ],
)
def test_how_much_has_passed(as_of: datetime, told: tuple[float, date, float, int, int]) -> None:
    """A day ends at its 24:00, which still belongs to it; after the last one nothing moves."""
    span = _span(as_of)

    assert told == (span.elapsed, span.today, span.today_share, len(span.days), span.days_left)


@pytest.mark.parametrize(("day", "hours"), [(date(2020, 3, 29), 23), (date(2020, 10, 25), 25), (date(2020, 5, 1), 24)])
def test_days_of_a_clock_change(day: date, hours: int) -> None:
    """A period of one day has 23 or 25 hours when the clock changes, and noon is not its half."""
    span = _span(_at(day.year, day.month, day.day, 12), day, day)

    assert timedelta(hours=hours) == span.ends - span.begins
    assert (12 + hours - 24) / hours == pytest.approx(span.elapsed)


def test_a_day_that_begins_at_one() -> None:
    """Where the clock jumps at midnight the day begins at the jump."""
    zone = ZoneInfo("America/Sao_Paulo")

    assert datetime(2018, 11, 4, 3, tzinfo=UTC) == midnight(date(2018, 11, 4), zone)


def test_full_weeks_lie_inside() -> None:
    """Weeks that stick out of the period are not judged; the last full one of the example begins 05-25."""
    weeks = full_windows(date(2020, 4, 29), date(2020, 6, 5), Every.WEEK, "monday")

    assert [date(2020, 5, 4), date(2020, 5, 11), date(2020, 5, 18), date(2020, 5, 25)] == [week.first for week in weeks]


@pytest.mark.parametrize(
    ("every", "week_start", "first", "last"),
    [
        (Every.DAY, "monday", date(2020, 12, 31), date(2020, 12, 31)),
        (Every.WEEK, "monday", date(2020, 12, 28), date(2021, 1, 3)),
        (Every.WEEK, "sunday", date(2020, 12, 27), date(2021, 1, 2)),
        (Every.MONTH, "monday", date(2020, 12, 1), date(2020, 12, 31)),
    ],
)
def test_window_around_a_day(every: Every, week_start: str, first: date, last: date) -> None:
    """Week 53 and the turn of the year are windows like others."""
    assert Window(first, last) == window_around(date(2020, 12, 31), every, week_start)


@given(
    first=st.dates(date(2019, 1, 1), date(2022, 1, 1)),
    length=st.integers(0, 200),
    every=st.sampled_from(Every),
    week_start=st.sampled_from(["monday", "saturday", "sunday"]),
)
@settings(max_examples=50, deadline=None)
def test_windows_tile_the_period(first: date, length: int, every: Every, week_start: str) -> None:
    """Full windows touch, lie inside, and leave less than a window at either end."""
    last = first + timedelta(days=length)
    windows = full_windows(first, last, every, week_start)

    assert all(first <= window.first <= window.last <= last for window in windows)
    assert all(one.last + timedelta(days=1) == other.first for one, other in itertools.pairwise(windows))
    assert all(window == window_around(window.first, every, week_start) for window in windows)
    if windows:
        assert last < window_around(windows[-1].last + timedelta(days=1), every, week_start).last


@pytest.mark.parametrize(
    ("grain", "end"),
    [("day", _at(2020, 2, 4)), ("week", _at(2020, 2, 10)), ("month", _at(2020, 3, 1)), ("instant", _at(2020, 2, 4))],
)
def test_when_an_observed_period_ends(grain: str, end: datetime) -> None:
    """A day ends at midnight, a week after seven days, a month with its last day."""
    first = date(2020, 2, 1) if grain == "month" else date(2020, 2, 3)

    assert end == period_end(first, grain, OSLO)


def test_a_year_earlier() -> None:
    """The same days of the year before; 29 February becomes the 28th."""
    span = _span(_at(2020, 3, 1), date(2020, 2, 29), date(2020, 4, 30)).a_year_earlier()

    assert (date(2019, 2, 28), date(2019, 4, 30), 1.0) == (span.start, span.due, span.elapsed)
