"""Restoring the warehouse from a backup or from the published copy."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.project.project import Project
from flows.report.pages import write_page
from okr_config.errors import UsageError, WarehouseError
from warehouse import hold_run_lock, open_warehouse
from warehouse.backups import backups_in
from warehouse.extents import Extent, read_extent
from warehouse.restoring import Loss, loss, restorable, restore


@dataclass(frozen=True)
class Choice:
    """
    What would be restored.

    source: the file, `extent` how far it goes. here: how far the warehouse goes, None where it cannot be read.
    lost: what the warehouse and its published copy have beyond that.
    """

    source: Path
    extent: Extent
    here: Extent | None
    lost: Loss


def choose(project: Project, source: Path | None, day: date | None) -> Choice:
    """
    Choose what to restore: a named file, the newest backup up to a day, else whatever goes furthest.

    Raises:
        UsageError: when there is no backup of that day or before.
        WarehouseError: when the named file cannot be restored, or there is none that can.
    """
    if source is None and day is not None:
        source = _of_day(project, day)
    extent = restorable(source) if source else None
    if source is None or extent is None:
        source, extent = _furthest(project)
    path = _file_of(project)
    return Choice(source, extent, _readable(path), loss(source, path, project.published))


def put_back(project: Project, choice: Choice) -> Path | None:
    """
    Put what was chosen in the warehouse's place and publish it; return where what was there is kept, if anything was.

    Raises:
        LockHeldError: when a run is going on.
        WarehouseError: when it cannot be written.
    """
    path, world = _file_of(project), project.world
    aside = project.backups / f"before-restore-{world.clock():%Y%m%dT%H%M%SZ}.duckdb"
    with hold_run_lock(path.parent, world=world):
        was_there = restore(choice.source, path, aside)
        with open_warehouse(path, world=world, trusts_clock=False, backups=project.backups) as warehouse:
            warehouse.publish(project.published)
    try:
        write_page(project, project.page)
    except UsageError:  # nothing had been scored by then
        project.page.unlink(missing_ok=True)
    return aside if was_there else None


def _file_of(project: Project) -> Path:
    return project.warehouse.require_file(
        "only a file is restored",
        "okr warehouse move duckdb:///BACKUP and a new lake's address, then name that lake in okr_config/project.yaml",
    )


def _of_day(project: Project, day: date) -> Path:
    backups = backups_in(project.backups)
    found = [backup for backup in backups if backup.day <= day]
    if not found:
        days = ", ".join(str(backup.day) for backup in backups) or "none"
        raise UsageError(
            f"there is no backup of {day} or before",
            where=f"{project.backups}; days that have one: {days}",
            next_step="okr restore, from what goes furthest",
        )
    return found[-1].path


def _furthest(project: Project) -> tuple[Path, Extent]:
    found = []
    for path in (*(backup.path for backup in backups_in(project.backups)), project.published):
        try:
            extent = restorable(path)
        except WarehouseError:
            continue
        if extent.newest:
            found.append((extent.newest, extent.check_ins, path, extent))
    if not found:
        raise WarehouseError(
            "there is nothing to restore from: no published copy and no backup can be read",
            where=f"{project.published}; {project.backups}",
            next_step="okr restore --from FILE; without one, move the warehouse and warehouse/published away, then"
            " okr run: sources are read anew",
        )
    _, _, path, extent = max(found, key=lambda one: one[:2])
    return path, extent


def _readable(path: Path) -> Extent | None:
    try:
        return read_extent(path)
    except WarehouseError:
        return None
