"""A plug-in for pytest, `-p tests.another_day`: each test is played on days that calendars are bad at."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

DAYS = {
    "leap day": (datetime(2028, 2, 29, 9, tzinfo=UTC), date(2028, 2, 29)),
    # 02:30 comes twice in that night of Oslo: this is the second
    "end of summer time": (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
    "last second of the year": (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
    "five years on": (datetime(2031, 11, 30, 12, tzinfo=UTC), date(2031, 11, 30)),
}
"""An instant each, and the day that it is in Oslo."""


@pytest.fixture(autouse=True, params=sorted(DAYS))
def another_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """Move the clock of this process before the test, and on from there; say so."""
    with time_machine.travel(DAYS[request.param][0], tick=True):
        sys.stdout.write(f"the clock of {request.node.name} stands at {datetime.now(UTC).date()}\n")
        yield
