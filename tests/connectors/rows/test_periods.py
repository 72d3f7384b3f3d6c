"""First and last days of weeks and months, and the instants where they begin and end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.rows.periods import first_day, instants, last_day

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("day", "grain", "first", "last"),
    [
        (date(2026, 11, 23), "day", date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 23), "week", date(2026, 11, 23), date(2026, 11, 29)),
        (date(2026, 11, 29), "week", date(2026, 11, 23), date(2026, 11, 29)),
        (date(2027, 1, 1), "week", date(2026, 12, 28), date(2027, 1, 3)),
        (date(2028, 2, 29), "month", date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), "month", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_lies_in_a_period(day: date, grain: str, first: date, last: date) -> None:
    """Weeks begin on Monday and may lie in two years; February has the days of its year."""
    assert (first, last) == (first_day(day, grain), last_day(day, grain))


@pytest.mark.parametrize(
    ("day", "grain", "begin", "end", "hours"),
    [
        (date(2026, 10, 25), "week", (2026, 10, 18, 22), (2026, 10, 25, 23), 169),
        (date(2026, 3, 29), "week", (2026, 3, 22, 23), (2026, 3, 29, 22), 167),
        (date(2026, 12, 31), "month", (2026, 11, 30, 23), (2026, 12, 31, 23), 744),
    ],
)
def test_periods_have_the_hours_of_their_zone(
    day: date, grain: str, begin: tuple[int, ...], end: tuple[int, ...], hours: int
) -> None:
    """A week in which the clock is moved has one hour more or less."""
    found = instants(day, grain, OSLO)

    assert (datetime(*begin, tzinfo=UTC), datetime(*end, tzinfo=UTC)) == found  # type: ignore[misc,arg-type]  # parts of an instant
    assert hours == (found[1] - found[0]).total_seconds() / 3600
