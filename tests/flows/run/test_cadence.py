"""Which runs were due since one (flows.run.cadence)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.run.cadence import MISSED, is_late, missed_runs

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("cron", "hours", "missed"),
    [("15 6 * * *", 1, 0), ("15 6 * * *", 7, 1), ("15 6 * * *", 31, 2), ("0 * * * *", 3, 3), ("* * * * *", 9, 100)],
)
def test_due_instants_are_counted(cron: str, hours: int, missed: int) -> None:
    """Those between the run and now, less the grace, and a hundred at most."""
    assert missed == len(missed_runs(cron, OSLO, NOON - timedelta(hours=hours, seconds=1), NOON))


@given(
    cron=st.sampled_from(["15 6 * * *", "0 * * * *", "*/5 * * * *", "30 4 1 * *", "0 6,18 * * 1-5", "0 0 * * 0"]),
    minutes=st.integers(0, 60 * 24 * 20),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - the zone is put on below
)
def test_the_short_way_says_what_the_calendar_says(cron: str, minutes: int, now: datetime) -> None:
    """Late is more than two due runs ago, also where the calendar is not asked; summer time included."""
    at = now.replace(tzinfo=UTC)
    last = at - timedelta(minutes=minutes)

    assert (len(missed_runs(cron, OSLO, last, at)) > MISSED) == is_late(cron, OSLO, last, at)
