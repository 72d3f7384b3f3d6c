"""What is needed a day, and over how many days (scorecard/pace.py)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from scorecard.pace import days_to_go
from scorecard.span import Span


@pytest.mark.parametrize(
    ("as_of", "days"),
    [
        (datetime(2026, 11, 20, 0, 0, 1, tzinfo=UTC), 42),
        (datetime(2026, 11, 20, 11, 59, tzinfo=UTC), 42),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), 41),
        (datetime(2026, 11, 20, 12, 30, tzinfo=UTC), 41),
        (datetime(2026, 11, 21, tzinfo=UTC), 41),
        (datetime(2026, 12, 31, 23, tzinfo=UTC), 1),
        (datetime(2026, 9, 1, tzinfo=UTC), 92),
    ],
)
def test_today_counts_while_half_of_it_remains(as_of: datetime, days: int) -> None:
    """From noon on only the days after today are left, but never none; before the start all of them are."""
    span = Span(date(2026, 10, 1), date(2026, 12, 31), ZoneInfo("UTC"), as_of)

    assert days == days_to_go(span)
