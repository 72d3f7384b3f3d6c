"""The steps of a run: which sources and from when, and what becomes of what cannot be kept (.spans)."""

from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from flows.run import spans, steps
from flows.run.steps import Options, RunContext
from okr_config import Config
from okr_config.delivery import Delivery, Failure, Window
from okr_config.errors import UsageError
from tests.flows.project_folder import Folder
from warehouse import Warehouse, open_warehouse

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOURCES = """\
sources:
  - {id: a, connector: file, path: a.csv}
  - {id: b, connector: file, path: b.csv, enabled: false}
  - {id: c, connector: file, path: c.csv, since: 2026-11-01}
"""
OBJECTIVES = """\
period: {id: ID, start: START, end: END}
timezone: Europe/Oslo
objectives:
  - {id: o-ID, title: O, key_results: [{id: k-ID, title: K, metric: shop.orders, kind: total, target: 9WORDS}]}
"""


@pytest.fixture
def three(folder: Folder) -> Folder:
    """Return a folder of three sources without objectives."""
    folder.write("okr_config/sources.yaml", SOURCES)
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    return folder


def _period(folder: Folder, name: str, start: str, end: str, words: str = "") -> Config:
    text = OBJECTIVES.replace("ID", name).replace("START", start).replace("END", end).replace("WORDS", words)
    folder.write(f"okr_config/objectives/{name}.yaml", text)
    return folder.project().config()


@pytest.mark.parametrize(("only", "chosen"), [((), ["a", "c"]), (("b",), ["b"]), (("c", "a"), ["a", "c"])])
def test_sources_in_use_or_those_that_are_named(three: Folder, only: tuple[str, ...], chosen: list[str]) -> None:
    """One that is switched off may be pulled by name; the order is the config's."""
    assert chosen == [settings.id for settings in steps.chosen_sources(three.project().config(), only)]


def test_a_source_nobody_knows_is_told(three: Folder) -> None:
    """Before anything is pulled."""
    with pytest.raises(UsageError, match="unknown source 'd'"):
        steps.chosen_sources(three.project().config(), ["a", "d"])


def test_a_source_is_read_from_before_its_first_key_result(three: Folder) -> None:
    """A hundred and twenty days for the forecast to learn from, a year where a pace follows last year's."""
    without = spans.first_day(three.project().config(), NOW)
    one = spans.first_day(_period(three, "q4", "2026-10-01", "2026-12-31"), NOW)
    earlier = spans.first_day(_period(three, "q3", "2026-07-01", "2026-09-30"), NOW)
    a_year = spans.first_day(_period(three, "q2", "2026-08-01", "2026-08-31", ", pace: last_year"), NOW)

    assert date(2026, 7, 26) == without
    assert date(2026, 6, 3) == one
    assert date(2026, 3, 3) == earlier
    assert date(2025, 6, 30) == a_year


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (datetime(2026, 10, 3, 21, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC)),
        (datetime(2026, 10, 3, 22, tzinfo=UTC), datetime(2026, 9, 30, 22, tzinfo=UTC)),
        (datetime(2026, 6, 1, 9, tzinfo=UTC), datetime(2026, 5, 31, 22, tzinfo=UTC)),
    ],
)
def test_a_grade_may_move_for_three_days(three: Folder, now: datetime, since: datetime) -> None:
    """What was refused is read again from when the earliest key result began that is not settled; else from today."""
    _period(three, "q3", "2026-07-01", "2026-09-30")

    assert since == spans.running_since(_period(three, "q4", "2026-10-01", "2026-12-31"), OSLO, now)


def test_a_plan_has_a_window_for_each_stream(three: Folder) -> None:
    """From `since` of the command line, of the source, or from before the first key result, up to now."""
    config = _period(three, "q4", "2026-10-01", "2026-12-31")

    def starts(options: Options) -> list[tuple[str, datetime]]:
        project = three.project()
        with open_warehouse(project.warehouse, world=project.world) as warehouse:
            jobs = steps.plan(RunContext(project, config, warehouse, "", options), {})
        return [(job.settings.id, job.window.start) for job in jobs]

    assert [
        ("a", datetime(2026, 6, 2, 22, tzinfo=UTC)),
        ("c", datetime(2026, 10, 31, 23, tzinfo=UTC)),
    ] == starts(Options())
    assert [("c", datetime(2026, 1, 31, 23, tzinfo=UTC))] == starts(Options(only=("c",), since=date(2026, 2, 1)))


class _Full:
    """A warehouse that can keep nothing but failures."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.failures: list[Failure] = []

    def land(self, _delivery: Delivery, _run_id: str) -> None:
        """Fail."""
        raise self.error

    def record_failure(self, failure: Failure, _run_id: str) -> None:
        """Note it."""
        self.failures.append(failure)


def _landed(error: Exception, three: Folder) -> list[Failure]:
    full = _Full(error)
    context = RunContext(three.project(), three.project().config(), cast("Warehouse", full), "r1", Options())
    steps.land(context, Delivery("a", "file", "rows", "merge", Window(NOW, NOW), "UTC", {}, NOW, 7, 3, 99))
    return full.failures


def test_what_no_column_holds_is_a_failure_of_its_source(three: Folder) -> None:
    """It says what to do, holds no value, and what was asked over the wire is counted."""
    (failure,) = _landed(ValueError("CANARY"), three)

    assert ("a", "rows", "bad_rows", "okr doctor a", 3, 99) == (
        failure.source_id, failure.stream, failure.reason, failure.next_step, failure.requests, failure.bytes,
    )  # fmt: skip
    assert "what it brought cannot be kept: a value that no column holds" == failure.error


@pytest.mark.parametrize("error", [MemoryError(), UsageError("the disk is full", next_step="make room")])
def test_what_is_not_the_sources_fault_ends_the_run(three: Folder, error: Exception) -> None:
    """Memory, and what has an explanation of its own."""
    with pytest.raises(type(error)):
        _landed(error, three)
