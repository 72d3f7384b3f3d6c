"""`okr forget`: a customer, for good."""

import sys
from pathlib import Path

import click

from flows.commands._options import project_options
from flows.commands._project import project_at
from flows.console import output
from flows.run import retention
from okr_config.errors import UsageError
from warehouse.extents import counted


@click.command()
@project_options
@click.option("--customer", required=True, metavar="ID", help="The id that the shop itself knows them by.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(home: Path | None, *, customer: str, yes: bool) -> None:
    """
    Forget a customer, for good.

    The keyed hash of their id becomes null in every version of their orders: in the warehouse, the published copy and
    every backup in .okr/backups, whose files are written anew. Their orders count as a guest's do from then on, also
    when they are read again; numbers of new customers stay as they were told. Backups that lie elsewhere are yours.
    """
    with project_at(home) as project:
        if not project.warehouse.is_there:
            raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step="okr run")
        if not yes:
            if not sys.stdin.isatty():
                step = f"okr forget --customer {customer} --yes"
                raise UsageError("nobody was forgotten: nobody can be asked", next_step=step)
            click.confirm(f"forget customer {customer} for good, in all backups too?", abort=True, err=True)
        forgotten = retention.forget(project, customer)
    files = {path: count for path, count in forgotten.versions.items() if count}
    for path, count in files.items():
        output.say(f"{path.name:<40} {counted(count, 'version')} of orders")
    if not files:
        output.say("this customer was forgotten before; nothing of them has come since")
    output.next_step("okr verify")
