"""
Backups: whole copies of a warehouse in a folder, the newest of each day and, further back, of each week.

What goes is told by the backups alone, not by the clock: days and weeks are those that have one. A clock that is a year
ahead takes none away.

A name says what a file is: `okr-2026-11-23.duckdb` the backup of a day, `before-...` what was there before something
was done to the warehouse.
"""

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from okr_config.errors import WarehouseError
from warehouse.extents import Extent, mark_of, read_extent
from warehouse.publishing import is_same_file, publish_file

_NAME = re.compile(r"okr-(\d{4}-\d{2}-\d{2})\.duckdb")
_BEFORE = re.compile(r"before-.*-(\d{8})T\d{6}Z\.duckdb")
_MOST_SET_ASIDE = 8


@dataclass(frozen=True)
class Backup:
    """A backup: its file, and the day at whose end, or in whose course, it was made."""

    path: Path
    day: date


@dataclass(frozen=True)
class Rotation:
    """How many days, and how many weeks, keep their newest backup; how many bytes all may take, None: any number."""

    days: int
    weeks: int
    bytes: int | None = None


def backups_in(folder: Path) -> list[Backup]:
    """List the backups of a folder, oldest first."""
    named = ((path, _NAME.fullmatch(path.name)) for path in folder.glob("okr-*.duckdb"))
    found = [Backup(path, date.fromisoformat(name[1])) for path, name in named if name]
    return sorted(found, key=lambda backup: backup.day)


def keep_backup(copy: Path, folder: Path, day: date, rotation: Rotation, extent: Extent | None = None) -> Path | None:
    """
    Keep a published copy as the backup of a day and drop what the rotation does not keep; None where nothing is new.

    `extent` is how far the copy goes, where that is known.

    Raises:
        WarehouseError: when the disk has no room for it, or it cannot be written.
    """
    if not rotation.days + rotation.weeks:
        return None
    target = folder / f"okr-{day}.duckdb"
    extent = extent or read_extent(copy)
    if mark_of(target) == extent.mark:
        return None
    write_backup(copy, target)
    drop_old(folder, rotation)
    return target


def write_backup(copy: Path, target: Path) -> None:
    """
    Copy a warehouse that can be read and that nobody writes to, and see that what was written is the same.

    Raises:
        WarehouseError: when there is no room for it, it cannot be written, or it is not the same once written.
    """
    folder = next(place for place in target.parents if place.exists())
    size, free = copy.stat().st_size, shutil.disk_usage(folder).free
    if free < 2 * size:
        raise WarehouseError(
            f"no backup was made: it takes {size:,} bytes, {free:,} are free",
            where=str(target),
            next_step="free some disk space",
        )
    publish_file(copy, target)
    if not is_same_file(copy, target):
        target.unlink()
        raise WarehouseError("no backup was made: it cannot be read back", where=str(target), next_step="okr verify")


def drop_old(folder: Path, rotation: Rotation) -> None:
    """Remove the backups that a rotation does not keep: never the newest one."""
    backups = backups_in(folder)
    # of each week the newest: a later day takes the place of an earlier one
    of_week = {_monday(backup.day): backup for backup in backups}
    weeks = sorted(of_week)[-rotation.weeks :] if rotation.weeks else []
    kept = [*backups[-max(rotation.days, 1) :], *(of_week[week] for week in weeks)]
    for backup in backups:
        if backup not in kept:
            backup.path.unlink(missing_ok=True)
    oldest = min((backup.day for backup in kept), default=date.min)
    set_aside = sorted(
        (name[1], path) for path in folder.glob("before-*.duckdb") if (name := _BEFORE.fullmatch(path.name))
    )
    for stamp, path in set_aside:
        if date.fromisoformat(stamp) < oldest or (stamp, path) not in set_aside[-_MOST_SET_ASIDE:]:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    if rotation.bytes is not None:
        _bound(folder, rotation.bytes)


def drop_later(folder: Path, instant: datetime) -> tuple[date, ...]:
    """Remove the backups that know of anything later than an instant; return their days."""
    later = []
    for backup in backups_in(folder):
        with suppress(WarehouseError):
            newest = read_extent(backup.path).newest
            if newest and newest > instant:
                backup.path.unlink()
                later.append(backup.day)
    return tuple(later)


def _bound(folder: Path, most: int) -> None:
    """Remove what was set aside, then the oldest backups, until the rest takes no more than that: never the newest."""
    aside = sorted(folder.glob("before-*.duckdb"), key=lambda path: path.stat().st_mtime)
    going = [*aside, *(backup.path for backup in backups_in(folder)[:-1])]
    size = sum(path.stat().st_size for path in folder.glob("*.duckdb*"))
    for path in going:
        if size <= most:
            return
        for file in (path, path.with_name(f"{path.name}.wal")):
            if file.exists():
                size -= file.stat().st_size
                file.unlink()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
