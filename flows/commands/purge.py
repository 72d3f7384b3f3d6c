"""`okr purge`: versions that no published score rests on."""

import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.commands._options import examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.run import retention
from okr_config.errors import UsageError

_AGE = re.compile(r"(\d{1,4})([dmy])")


@click.command(epilog=examples("okr purge --older-than 2y", "okr purge --older-than 2024-01-01 --yes"))
@project_options
@click.option("--older-than", "age", required=True, metavar="AGE|DAY", help="Such as 2y, 18m, 90d, or a day.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(home: Path | None, *, age: str, yes: bool) -> None:
    """
    Take out old versions that no published score rests on.

    A version goes that another took the place of before that day, if nothing was scored while it counted. What is
    counted now stays, and every published score can be worked out again as it was. What goes is said before.
    """
    with project_at(home) as project:
        if not project.warehouse.is_there:
            raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step="okr run")
        before = _before(age, project)
        found = retention.purgeable(project, before)
        if not found:
            output.say(f"no version from before {before:%Y-%m-%d} may go: published scores rest on all of them")
            output.next_step("okr status")
            return
        for table, rows in found.items():
            output.say(f"{rows:>8} versions of {table.removesuffix('_version')}")
        output.say("no published score rests on them; they can be read in a backup only: okr backup FILE")
        if not yes:
            if not sys.stdin.isatty():
                step = f"okr purge --older-than {age} --yes"
                raise UsageError("nothing was purged: nobody can be asked", next_step=step)
            click.confirm("take them out?", abort=True, err=True)
        rows_by_table, freed = retention.purge(project, before)
    output.say(f"purged {sum(rows_by_table.values())} versions, {max(0, freed):,} bytes given back")
    output.next_step("okr verify")


def _before(age: str, project: Project) -> datetime:
    """Return the instant that an age or a day means, in the project's zone."""
    zone = ZoneInfo(project.config(need_secrets=False).timezone)
    today = project.world.clock().astimezone(zone).date()
    if found := _AGE.fullmatch(age):
        days = int(found[1]) * {"d": 1, "m": 30, "y": 365}[found[2]]
        day = today - timedelta(days=min(days, (today - date.min).days))
    else:
        try:
            day = date.fromisoformat(age)
        except ValueError:
            raise UsageError(
                f"{age} is no age and no day", where="--older-than", next_step="2y, 18m, 90d or a day like 2024-01-31"
            ) from None
    if day > today:
        raise UsageError(f"{day} is in the future", where="--older-than", next_step="name a day up to today")
    return datetime.combine(day, time(), zone).astimezone(UTC)
