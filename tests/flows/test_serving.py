"""When a schedule was due, and whether a run was missed."""

from datetime import UTC, datetime

import pytest

from flows.serving import last_due, overdue

NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
CRON = "15 6 * * *"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (MORNING, datetime(2026, 11, 23, 5, 15, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 22, 5, 15, tzinfo=UTC)),
        # summer time: the same wall clock is an hour earlier in UTC
        (datetime(2026, 7, 1, 9, tzinfo=UTC), datetime(2026, 7, 1, 4, 15, tzinfo=UTC)),
    ],
)
def test_last_due_follows_the_wall_clock(now: datetime, due: datetime) -> None:
    """A cron line is read in its own zone, in winter and in summer."""
    assert due == last_due(CRON, "Europe/Oslo", now)


@pytest.mark.parametrize(
    ("last_success", "missed"),
    [(None, True), (datetime(2026, 11, 20, 6, tzinfo=UTC), True), (datetime(2026, 11, 23, 5, 16, tzinfo=UTC), False)],
)
def test_overdue(last_success: datetime | None, missed: bool) -> None:
    """A run was missed when the newest success is older than the newest due time."""
    assert missed == overdue(last_success, CRON, "Europe/Oslo", MORNING)
