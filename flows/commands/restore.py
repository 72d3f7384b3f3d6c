"""`okr restore`: the warehouse from a backup or the published copy, what is lost said before."""

import sys
from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import DAY, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.run.restore import Choice, choose, put_back
from okr_config.errors import UsageError
from warehouse.extents import counted

_SHOWN = 10


@click.command()
@project_options
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="FILE", help="Restore this file.")
@click.option("--as-of", "day", type=DAY, help="Restore the newest backup of this day or before.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(home: Path | None, *, source: Path | None, day: datetime | None, yes: bool) -> None:
    """
    Restore the warehouse from a backup.

    Without an option from whatever goes furthest: the published copy, or the newest backup. What is lost by it is said
    before; what was there is kept aside.
    """
    if source and day:
        raise UsageError("a file or a day, not both", where="--from, --as-of", next_step="leave one out")
    with project_at(home) as project:
        choice = choose(project, source, day.date() if day else None)
        _tell(choice)
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("nothing was restored: nobody can be asked", next_step="okr restore --yes")
            click.confirm("restore it?", abort=True, err=True)
        aside = put_back(project, choice)
    output.say("restored, and published")
    if aside:
        output.say(f"aside      {aside}")
    output.next_step("okr run, which reads again what the sources still have")


def _tell(choice: Choice) -> None:
    output.say(f"from       {choice.source}: {choice.extent}")
    output.say(f"here       {choice.here or 'nothing that can be read'}")
    lost = choice.lost
    if not lost.runs and not lost.written:
        output.say("lost       nothing that is known of")
        return
    output.say(f"lost       {counted(len(lost.runs), 'run')}; check-ins and notes: {len(lost.written)}")
    for about, at in lost.written[:_SHOWN]:
        output.say(f"           what was written of {about} at {at:%Y-%m-%d %H:%M} UTC")
    if len(lost.written) > _SHOWN:
        output.say(f"           and {len(lost.written) - _SHOWN} more")
