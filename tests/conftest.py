"""What every test may use: a world whose clock stands still until it is told to move."""

import os
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from okr_config.world import World, real_world, write_whole
from tests.real_day import no_test_reads_the_real_day

__all__ = ["no_test_reads_the_real_day"]


def _keep_bytecode() -> None:
    """
    Keep what Python compiles, also where the environment forbids files of it among the sources.

    Tests start hundreds of processes; each would compile all it imports anew, which takes longer than what it does.
    """
    if sys.dont_write_bytecode:
        prefix = Path(__file__).parents[1] / ".pytest_cache" / "bytecode"
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(prefix)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(prefix)


_keep_bytecode()


@dataclass
class Clock:
    """A clock that only moves when told, or when something sleeps on it."""

    now: datetime = datetime(2026, 11, 23, 9, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)
    tokens: int = 0

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now

    def seconds(self) -> float:
        """Return the time as seconds, for deadlines."""
        return self.now.timestamp()

    def move(self, **span: float) -> None:
        """Move on, by the arguments of a timedelta."""
        self.now += timedelta(**span)

    def sleep(self, seconds: float) -> None:
        """Sleep: move on and remember it."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def token(self, size: int) -> bytes:
        """Return bytes that differ from call to call."""
        self.tokens += 1
        return bytes([self.tokens % 256]) * size


def still_world(clock: Clock) -> World:
    """Return a world on a clock: it never really sleeps, and its dice always fall in the middle."""
    return World(
        clock=clock,
        monotonic=clock.seconds,
        sleep=clock.sleep,
        random=lambda: 0.5,
        token=clock.token,
        write=write_whole,
    )


def waiting_world(start: datetime | None = None) -> World:
    """Return the real world, for what really waits, but that its day is set: it goes on from `start`."""
    begin, began = start or Clock().now, time.monotonic()
    return replace(real_world(), clock=lambda: begin + timedelta(seconds=time.monotonic() - began))


LONGEST_FIRST = (
    "flows/test_schedule_survives.py",
    "flows/test_year.py",
    *(f"simulator/test_lives_{number}.py" for number in (1, 2, 3)),
    "simulator/test_simulator.py",
    "flows/test_faults.py",
    "flows/test_crash_points.py",
    "connectors/test_connector_contract.py",
    "flows/test_pipeline.py",
    "flows/commands/test_verify.py",
    "test_transcript.py",
    "flows/test_restatement.py",
    "flows/test_connectors_landed.py",
    "flows/run/test_backfill.py",
    "warehouse/test_observing.py",
    "flows/test_run.py",
    "scorecard/page/test_browser.py",
    "flows/commands/test_plan.py",
    "warehouse/test_query_sandbox.py",
)
"""Files that take long, and how long decides: a file is one worker's, and none of these may be the last that runs."""


def pytest_xdist_auto_num_workers() -> int | None:
    """Start one worker more than there are cores: some tests wait for a server, a browser or another process."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play the longest files first, then those with a slow test, then the rest."""
    folder = Path(__file__).parent
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item: pytest.Item) -> tuple[int, bool]:
        name = item.path.relative_to(folder).as_posix() if item.path.is_relative_to(folder) else ""
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST), item.path not in slow

    items.sort(key=place)


@pytest.fixture
def clock() -> Clock:
    """Return a clock at 2026-11-23 09:00 UTC."""
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """Return a world on that clock."""
    return still_world(clock)
