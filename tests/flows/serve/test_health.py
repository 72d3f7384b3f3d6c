"""What a monitor is told of a served folder (warehouse.runs)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.serve.health import Health
from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import FILE_SOURCE, Folder

HOURLY = "0 * * * *"


@pytest.fixture
def served(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder that ran well at nine."""
    return made_once.copy(_served, tmp_path / "project", world, clock)


def _served(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, still_world(clock))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/project.yaml", "timezone: Europe/Oslo\n")
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2026-11-20,1\n")
    folder.run()
    return folder


def test_all_is_well_after_a_good_run(served: Folder, clock: Clock) -> None:
    """The last run and the last good one are told, and nothing is missing."""
    report = Health(served.project().reading, HOURLY, "Europe/Oslo").report()

    assert (True, 0, 0) == (report.healthy, report.facts["missed_runs"], report.facts["failing_sources"])
    assert report.facts["last_run"] == report.facts["last_good_run"]
    assert str(report.facts["last_run"]).startswith(f"{clock.now:%Y-%m-%d %H}")


@pytest.mark.parametrize(
    ("later", "healthy", "missed"),
    [
        (timedelta(minutes=65), True, 0),  # the run of ten may take a while yet
        (timedelta(minutes=75), True, 1),
        (timedelta(minutes=135), False, 2),
        (timedelta(days=365), False, 100),
    ],
)
def test_due_runs_that_are_missing_are_counted(
    served: Folder, clock: Clock, later: timedelta, healthy: bool, missed: int
) -> None:
    """Two in a row are too many."""
    clock.now += later

    report = Health(served.project().reading, HOURLY).report()

    assert (healthy, missed) == (report.healthy, report.facts["missed_runs"])


def test_runs_that_always_lack_a_source_are_not_good(served: Folder, clock: Clock) -> None:
    """A run that ends is not enough where no run has been whole for longer than two cadences."""
    (served.home / "numbers" / "numbers.csv").unlink()
    found = []
    for _ in range(4):
        clock.now += timedelta(hours=1)
        served.run()
        report = Health(served.project().reading, HOURLY).report()
        found.append((report.healthy, report.facts["missed_runs"], report.facts["failing_sources"]))

    assert [(True, 0, 1), (True, 0, 1), (True, 0, 1), (False, 0, 1)] == found


def test_before_the_first_run_nothing_is_missing(folder: Folder) -> None:
    """A folder that has never run tells so, without an error."""
    report = Health(folder.project().reading, HOURLY).report()

    assert (True, None, 0) == (report.healthy, report.facts["last_run"], report.facts["missed_runs"])


def test_a_schedule_that_failed_is_not_well(served: Folder) -> None:
    """Whatever the runs were."""
    health = Health(served.project().reading, HOURLY)
    health.schedule = "failed"

    assert not health.report().healthy


def test_without_a_schedule_nothing_is_due(served: Folder, clock: Clock) -> None:
    """A page that is served alone is well however old it is."""
    clock.now = datetime(2031, 1, 1, tzinfo=UTC)

    report = Health(served.project().reading).report()

    assert (True, False) == (report.healthy, "missed_runs" in report.facts)
