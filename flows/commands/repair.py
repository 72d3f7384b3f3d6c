"""`okr repair`: take back what was recorded by a clock that ran ahead."""

import sys
from pathlib import Path

import click

from flows.commands._options import project_options
from flows.commands._project import project_at
from flows.console import output
from flows.run import repair as repairing
from flows.run.repair import Repaired
from okr_config.errors import UsageError


@click.command()
@project_options
@click.option("--yes", is_flag=True, help="Do not ask whether the clock is right.")
def repair(home: Path | None, *, yes: bool) -> None:
    """
    Take back what lies in the future of the clock.

    A run by a clock that was ahead has judged and read days that have not come. Its rows, scores and grades go, its
    cursors go back, and the warehouse from before is kept aside. What people said stays, dated to now.
    """
    with project_at(home) as project:
        if not project.warehouse.is_there and not project.published.exists():
            raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step="okr run")
        now = project.world.clock()
        if not yes and sys.stdin.isatty():
            click.confirm(f"the clock says {now:%Y-%m-%d %H:%M} UTC: is that right?", abort=True, err=True)
        repaired = repairing.repair(project)
    if repaired is None:
        output.say(f"nothing is recorded of a time after {now:%Y-%m-%d %H:%M} UTC: there is nothing to take back")
        output.next_step("okr run")
        return
    _tell(repaired)


def _tell(repaired: Repaired) -> None:
    taken = repaired.taken
    output.say(
        f"taken back: what was recorded from {taken.since:%Y-%m-%d %H:%M} to {taken.newest:%Y-%m-%d %H:%M} UTC,"
        f" by {_counted(len(taken.runs), 'run')} ({', '.join(taken.runs)})"
    )
    for table, rows in sorted(taken.rows.items()):
        output.say(f"           {rows} of {table}")
    if taken.grades:
        output.say(f"           {_counted(taken.grades, 'grade')} among them that had been frozen")
    if repaired.backups:
        output.say(f"           {_counted(len(repaired.backups), 'backup')}: {', '.join(map(str, repaired.backups))}")
    if taken.written:
        output.say(f"kept       check-ins and notes: {taken.written}, dated to now")
    output.say(f"aside      {repaired.aside}")
    output.next_step("okr run")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
