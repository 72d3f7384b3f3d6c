"""Which backups are kept, and when (flows.run.backup, .restore, flows.project.writing)."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.warehouse.deliveries import delivery
from warehouse import Warehouse, migrating, open_warehouse
from warehouse.backups import Rotation, backups_in, keep_backup
from warehouse.extents import read_extent
from warehouse.sql_files import read_folder

TODAY = date(2026, 11, 23)


@pytest.mark.slow
def test_days_and_weeks_are_kept_and_no_more(empty: Path, tmp_path: Path) -> None:
    """After seven weeks: the last 7 days of them, and the newest of each of the last 4 weeks."""
    for day in range(49):
        keep_backup(empty, tmp_path / "backups", TODAY + timedelta(days=day), Rotation(7, 4))

    last = TODAY + timedelta(days=48)
    monday = last - timedelta(days=last.weekday())
    days = {last - timedelta(days=back) for back in range(7)}
    sundays = {monday - timedelta(days=1 + 7 * back) for back in range(3)}
    assert sorted(days | sundays) == [backup.day for backup in backups_in(tmp_path / "backups")]


def test_the_newest_is_never_dropped(empty: Path, tmp_path: Path) -> None:
    """After a pause of a year the old one goes only once there is a new one."""
    keep_backup(empty, tmp_path, TODAY, Rotation(7, 4))
    keep_backup(empty, tmp_path, TODAY + timedelta(days=365), Rotation(7, 4))

    assert TODAY + timedelta(days=365) == backups_in(tmp_path)[-1].day


def test_a_clock_that_is_ahead_takes_none_away(empty: Path, tmp_path: Path) -> None:
    """A backup dated a year from now stands beside those of before it, as one more day."""
    days = [TODAY + timedelta(days=day) for day in (0, 1, 2, 365)]
    for day in days:
        keep_backup(empty, tmp_path, day, Rotation(7, 4))

    assert days == [backup.day for backup in backups_in(tmp_path)]


def test_they_take_no_more_than_they_may(empty: Path, tmp_path: Path) -> None:
    """What was set aside goes first, then the oldest; the newest stays even where it alone is too large."""
    size, folder = empty.stat().st_size, tmp_path / "backups"
    for day in range(3):
        keep_backup(empty, folder, TODAY + timedelta(days=day), Rotation(7, 4))
    aside = folder / "before-restore-20261124T090000Z.duckdb"
    aside.write_bytes(empty.read_bytes())

    keep_backup(empty, folder, TODAY + timedelta(days=3), Rotation(7, 4, bytes=3 * size))

    assert not aside.exists()
    assert [TODAY + timedelta(days=day) for day in (1, 2, 3)] == [backup.day for backup in backups_in(folder)]

    keep_backup(empty, folder, TODAY + timedelta(days=4), Rotation(7, 4, bytes=size - 1))

    assert [TODAY + timedelta(days=4)] == [backup.day for backup in backups_in(folder)]


def test_a_copy_that_is_none_is_not_kept(tmp_path: Path) -> None:
    """What cannot be read back is no backup, and takes no other's place."""
    broken = tmp_path / "okr.duckdb"
    broken.write_bytes(b"nothing")

    with pytest.raises(WarehouseError):
        keep_backup(broken, tmp_path / "backups", TODAY, Rotation(7, 4))

    assert [] == backups_in(tmp_path / "backups")


def test_a_backup_is_made_before_a_migration(
    warehouse: Warehouse, path: Path, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that knows one migration more keeps the warehouse as it was."""
    load_id = warehouse.land(delivery({"orders": [{"order_id": "A"}]}), "run").load_id
    warehouse.close()
    newest = max(int(name[:4]) for name in read_folder("migrations"))
    more = {**read_folder("migrations"), "9999_more": "create table more (one integer)"}
    monkeypatch.setattr(migrating, "read_folder", lambda name: more if name == "migrations" else read_folder(name))

    with open_warehouse(path, world=world, backups=tmp_path / "backups"):
        pass

    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.name.startswith(f"before-schema-{newest}-")
    versions = {}
    for file in (kept, path):
        with duckdb.connect(str(file), read_only=True) as connection:
            versions[file] = connection.execute("select version from schema_state").fetchall()
    assert {kept: [(newest,)], path: [(9999,)]} == versions
    assert load_id == read_extent(kept).load_id
