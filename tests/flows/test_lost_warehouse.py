"""A lost warehouse is told and restored (warehouse.opening, .restoring, flows.commands.backup, .restore)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.command import invoke
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import Folder
from tests.flows.test_clock import OBJECTIVES, a_folder, tables

pytestmark = pytest.mark.slow


@pytest.fixture
def kept(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder with two runs on two days and a check-in after them; the file of before is beside it."""
    made = made_once.copy(_kept, tmp_path / "kept", world, clock)
    (made.home / "older.duckdb").rename(tmp_path / "older.duckdb")
    return made


def _kept(home: Path, clock: Clock) -> Folder:
    made = a_folder(home, clock)
    made.run()
    shutil.copy(made.project().warehouse.path, home / "older.duckdb")
    clock.move(days=1)
    made.run()
    clock.move(minutes=5)
    assert 0 == invoke(made.world, "checkin", "mood", "--value", "7", home=made.home).exit_code
    return made


def missing(path: Path, _: Path) -> None:
    """Remove it."""
    path.unlink()


def emptied(path: Path, _: Path) -> None:
    """Leave nothing in it."""
    path.write_bytes(b"")


def older(path: Path, tmp_path: Path) -> None:
    """Put the one of yesterday in its place."""
    shutil.copy(tmp_path / "older.duckdb", path)


def foreign(path: Path, tmp_path: Path) -> None:
    """Put another folder's in its place."""
    other = a_folder(tmp_path / "other", Clock(tokens=50))
    other.world.sleep(7)
    other.run()
    shutil.copy(other.project().warehouse.path, path)


def damaged(path: Path, _: Path) -> None:
    """Write over its beginning."""
    path.write_bytes(b"\xff" * 16384 + path.read_bytes()[16384:])


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (missing, "the warehouse is missing, but its published copy has 2 runs up to 2026-11-24 09:05 UTC, 1 check-in"),
        (emptied, "the warehouse is empty, but its published copy has 2 runs"),
        (older, "older than its published copy: it has 1 run up to 2026-11-23 09:00 UTC, 0 check-ins; the copy has 2"),
        (foreign, "another one than its published copy: it has 1 run"),
        (damaged, "the warehouse is damaged"),
    ],
)
def test_what_is_lost_is_told_and_restored(
    kept: Folder, tmp_path: Path, clock: Clock, fault: Callable[[Path, Path], None], told: str
) -> None:
    """Exit 3 on all that write, with what was there and what is here; the copy stays, and okr restore heals."""
    path, copy = kept.project().warehouse.path, kept.project().published
    whole, published = tables(path), copy.read_bytes()
    fault(path, tmp_path)
    broken = path.read_bytes() if path.exists() else None
    clock.move(hours=1)

    results = [
        invoke(kept.world, *command, home=kept.home)
        for command in (["run"], ["checkin", "mood", "--value", "8"], ["backup"])
    ]

    assert [3] * 3 == [result.exit_code for result in results], [result.output for result in results]
    for result in results:
        assert told in " ".join(result.stderr.split())
        assert "next: okr restore" in result.stderr
    assert (broken, published) == (path.read_bytes() if path.exists() else None, copy.read_bytes())

    restored = invoke(kept.world, "restore", "--yes", home=kept.home)

    assert 0 == restored.exit_code, restored.output
    assert whole == tables(path) == tables(copy)
    assert 0 == invoke(kept.world, "run", home=kept.home).exit_code


def test_a_check_in_is_in_the_copy_at_once(kept: Folder) -> None:
    """What a person says is published as it is said."""
    assert [(7,)] == kept.query("select value::int from check_in").rows()


def test_what_a_restore_loses_is_said_before(kept: Folder, tmp_path: Path) -> None:
    """The day of the backup, the run and the check-in beyond it; nothing is done unasked; the old file is kept."""
    before = kept.project().warehouse.path.read_bytes()

    asked = invoke(kept.world, "restore", "--as-of", "2026-11-23", home=kept.home)
    done = invoke(kept.world, "restore", "--as-of", "2026-11-23", "--yes", home=kept.home)

    told = " ".join(asked.stderr.split())
    assert (2, 0) == (asked.exit_code, done.exit_code), done.output
    assert "okr-2026-11-23.duckdb: 1 run up to 2026-11-23 09:00 UTC, 0 check-ins" in told
    assert "here 2 runs up to 2026-11-24 09:05 UTC, 1 check-in" in told
    assert "lost 1 run; check-ins and notes: 1 what was written of mood at 2026-11-24 09:05 UTC" in told
    assert "next: okr restore --yes" in told
    assert (
        tables(tmp_path / "older.duckdb") == tables(kept.project().warehouse.path) == tables(kept.project().published)
    )
    (aside,) = kept.project().backups.glob("before-restore-*")
    assert before == aside.read_bytes()
    back = invoke(kept.world, "restore", "--from", str(aside), "--yes", home=kept.home)
    assert 0 == back.exit_code
    assert [(7,)] == kept.query("select value::int from check_in").rows()


def test_a_day_without_a_backup_is_told(kept: Folder) -> None:
    """The days that have one are named."""
    result = invoke(kept.world, "restore", "--as-of", "2026-11-01", "--yes", home=kept.home)

    assert 2 == result.exit_code
    assert "there is no backup of 2026-11-01 or before" in result.stderr
    assert "2026-11-23, 2026-11-24" in " ".join(result.stderr.split())


@pytest.mark.parametrize("content", [b"no database", b""])
def test_what_is_no_warehouse_is_not_restored(kept: Folder, tmp_path: Path, content: bytes) -> None:
    """Exit 3, and the warehouse is as it was."""
    other = tmp_path / "other.duckdb"
    other.write_bytes(content)
    before = kept.project().warehouse.path.read_bytes()

    result = invoke(kept.world, "restore", "--from", str(other), "--yes", home=kept.home)

    assert 3 == result.exit_code
    assert before == kept.project().warehouse.path.read_bytes()


def test_backup_makes_a_new_file_that_restores(kept: Folder, tmp_path: Path) -> None:
    """It says how far it goes; a file that is there is not written over."""
    target = tmp_path / "elsewhere" / "mine.duckdb"

    made = invoke(kept.world, "backup", str(target), home=kept.home)
    again = invoke(kept.world, "backup", str(target), home=kept.home)

    assert (0, 2) == (made.exit_code, again.exit_code), made.output
    assert "2 runs up to 2026-11-24 09:05 UTC, 1 check-in" in " ".join(made.stderr.split())
    assert tables(kept.project().warehouse.path) == tables(target)
    assert "there already" in again.stderr


def test_each_run_keeps_the_backup_of_its_day(kept: Folder, clock: Clock) -> None:
    """One a day; a run that finds nothing new on the same day writes none."""
    backups = kept.project().backups
    newest = backups / "okr-2026-11-24.duckdb"
    assert ["okr-2026-11-23.duckdb", newest.name] == sorted(path.name for path in backups.iterdir())
    before = newest.stat().st_ino
    clock.move(hours=1)

    kept.run()
    nothing_new = newest.stat().st_ino
    kept.write("numbers/more.csv", "metric,day,value\nshop.units_sold,2026-11-22,5\n")
    clock.move(hours=1)
    kept.run()

    assert before == nothing_new
    assert before != newest.stat().st_ino
    assert {0o600} == {path.stat().st_mode & 0o777 for path in backups.iterdir()}


def test_the_config_can_do_without(tmp_path: Path, world: World, clock: Clock) -> None:
    """Neither days nor weeks: runs keep no backup."""
    made = a_folder(tmp_path / "bare", clock)
    made.write("okr_config/project.yaml", "backup:\n  days: 0\n  weeks: 0\n")

    made.run()

    assert not made.project().backups.exists()
    assert "mood" in OBJECTIVES
    assert world.clock() == clock.now


def test_a_run_that_did_not_finish_is_told(kept: Folder, clock: Clock) -> None:
    """The next one names it."""
    from warehouse import open_warehouse

    with open_warehouse(kept.project().warehouse, world=kept.world) as warehouse:
        run_id = warehouse.start_run(command="run", version="1", config_hash="h")
    clock.move(hours=1)

    result = invoke(kept.world, "run", home=kept.home)

    assert 0 == result.exit_code
    assert f"run {run_id} did not finish" in " ".join(result.stderr.split())
