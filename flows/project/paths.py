"""What people read of a project folder: the published copy, the page, and the clock the folder lives by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from okr_config.errors import UsageError
from okr_config.world import World

PAGE_ADDRESS = "OKR_PAGE_ADDRESS"
"""The variable by which `okr serve` tells the runs it starts where the page is served."""

DEFAULT_CRON = "15 6 * * *"

_EVENING = time(21, tzinfo=UTC)


@dataclass(frozen=True)
class Published:
    """Where the published copy and the newest page of a folder lie, the world with the folder's clock, its schedule."""

    home: Path
    copy: Path
    world: World
    cron: str = DEFAULT_CRON

    @property
    def page(self) -> Path:
        """The newest page."""
        return self.copy.with_name("okr.html")

    def retrospective(self, period_id: str) -> Path:
        """Return where the page of a closed period's retrospective lies."""
        return self.home / "retrospectives" / f"{period_id}.html"

    def scored(self) -> Path:
        """Return the copy's path, or say what makes one."""
        if not self.copy.exists():
            raise UsageError("nothing has been published yet", where=str(self.copy), next_step="okr run")
        return self.copy


def project_folder(home: Path | None, environ: Mapping[str, str]) -> Path:
    """
    Return the project folder: the one given, else `OKR_HOME`, else the current one.

    Raises:
        UsageError: when it holds no `okr_config`.
    """
    folder = (home or Path(environ.get("OKR_HOME") or ".")).resolve()
    if not (folder / "okr_config").is_dir():
        raise UsageError(
            "no project folder here: okr_config/ is missing",
            where=f"looked in {folder}",
            next_step="okr init DIR, or okr demo, or name a folder with --home",
        )
    return folder


def warehouse_address(environ: Mapping[str, str], configured: str) -> str:
    """Return the address of the warehouse that runs write."""
    return environ.get("OKR_WAREHOUSE") or configured


def published_copy(warehouse: Path) -> Path:
    """Return where the copy lies that people read of a warehouse at a path, or of a lake that is kept beside it."""
    return warehouse.parent / "published" / warehouse.name


def world_of(world: World, day: date) -> World:
    """Return the world of a folder that lives by the sandbox: its clock stands at the evening of a day."""
    return replace(world, clock=evening_clock(world, day))


def evening_clock(world: World, day: date) -> Callable[[], datetime]:
    """Return a clock that starts at the evening of a day and runs on as real time does."""
    began, evening = world.monotonic(), datetime.combine(day, _EVENING)
    return lambda: evening + timedelta(seconds=world.monotonic() - began)
