"""The backup that each run keeps of what it has published, and the one that is asked for."""

from pathlib import Path
from zoneinfo import ZoneInfo

from flows.project.project import Project
from flows.project.writing import write_warehouse
from okr_config.errors import UsageError, WarehouseError
from warehouse.backups import Rotation, drop_old, keep_backup
from warehouse.extents import Extent, read_extent


def keep(project: Project, timezone: str, extent: Extent | None = None) -> str | None:
    """
    Keep what is published as the backup of the day; return why that could not be, None where all is well.

    `extent` is how far it goes, where that is known.
    """
    day = project.world.clock().astimezone(ZoneInfo(timezone)).date()
    try:
        keep_backup(project.published, project.backups, day, rotation(project), extent)
    except WarehouseError as error:
        return f"{error.what} ({error.where})"
    return None


def rotation(project: Project) -> Rotation:
    """Return how long the project keeps its backups."""
    settings = project.settings.backup
    return Rotation(settings.days, settings.weeks, settings.megabytes * 1_000_000)


def back_up(project: Project, target: Path | None) -> tuple[Path, Extent]:
    """
    Copy the warehouse as it is now, to a new file or as the backup of the day; return the file and how far it goes.

    Raises:
        UsageError: when the file is there already, or nothing has been landed.
        WarehouseError: when the warehouse cannot be used, or the copy cannot be written or read back.
    """
    if not project.warehouse.is_there and not project.published.exists():
        raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step="okr run")
    zone = ZoneInfo(project.config(need_secrets=False).timezone)
    day = project.world.clock().astimezone(zone).date()
    name = f"okr-{day}.duckdb"
    path = project.backups / name if target is None else target / name if target.is_dir() else target
    if target is not None and path.exists():
        raise UsageError("this file is there already", where=str(path), next_step="name another one")
    with write_warehouse(project, trusts_clock=False) as warehouse:
        warehouse.publish(path)
        extent = read_extent(path)
    if target is None:
        drop_old(project.backups, rotation(project))
    return path, extent
