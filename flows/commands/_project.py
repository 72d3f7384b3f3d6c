"""How commands open the project folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.commands._options import the_world
from flows.project.project import Project, open_project, sources_reachable
from okr_config.errors import UsageError


@contextmanager
def project_at(home: Path | None, *, reach_sources: bool = False) -> Iterator[Project]:
    """Open the project folder for a command; `reach_sources`: with the sandbox up, where the folder lives by it."""
    project = open_project(home, os.environ, the_world())
    if reach_sources:
        with sources_reachable(project) as reachable:
            yield reachable
    else:
        yield project


def instant_of(value: date | datetime | None, project: Project) -> datetime | None:
    """Return a day's end, or an instant, in UTC; a day that is not over yet means now."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(
                "the instant has no time zone", where=value.isoformat(), next_step="add +00:00 or the like"
            )
        return value.astimezone(UTC)
    zone = ZoneInfo(project.config(need_secrets=False).timezone)
    now = project.world.clock()
    today = now.astimezone(zone).date()
    if value > today:
        raise UsageError(f"{value} is in the future", where=f"today is {today}", next_step="name a day up to today")
    return None if value == today else datetime.combine(value + timedelta(days=1), time(), zone).astimezone(UTC)
