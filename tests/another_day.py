"""A plug-in for pytest: the tests are played as if the machine's clock stood at TEST_DAY. `-p tests.another_day`."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture(scope="session", autouse=True)
def another_day() -> Iterator[None]:
    """Move the clock of this process before the first test, and on from there."""
    with time_machine.travel(datetime.fromisoformat(os.environ["TEST_DAY"]), tick=True):
        yield


def pytest_report_header() -> str:
    """Say so."""
    return f"the clock of these tests stands at {datetime.fromisoformat(os.environ['TEST_DAY']).astimezone(UTC).date()}"
