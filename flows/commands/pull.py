"""`okr pull`: the first half of a run, which lands what sources bring and scores nothing."""

import sys
from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import DAY, log_option, project_options, the_world
from flows.commands._project import project_at
from flows.commands.run import tell_json, tell_line
from flows.console import output
from flows.run import runner
from flows.run.logs import stderr_log
from flows.run.steps import Options
from warehouse.extents import counted


@click.command()
@project_options
@click.option("--only", multiple=True, metavar="SOURCE", help="Pull this source only; may be repeated.")
@click.option("--since", type=DAY, help="Read again from this day on.")
@click.option("--due", is_flag=True, help="Leave out sources whose `every` is not over, as scheduled runs do.")
@click.option("--reconcile", is_flag=True, help="Read again now what sources change without telling (else each night).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: start, step, log, end.")
@log_option
def pull(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    only: tuple[str, ...],
    since: datetime | None,
    due: bool,
    reconcile: bool,
    as_json: bool,
    log_as: str,
) -> None:
    """
    Pull and land; score and publish nothing.

    The first half of okr run. Its second, okr score --derive, takes all that was landed since.
    """
    with stderr_log(log_as, the_world()) as log, project_at(home, reach_sources=True) as project:
        options = Options(only=only, since=since.date() if since else None, reconcile=reconcile, due=due)
        tell = tell_json if as_json else log.tell if log else tell_line
        loads = runner.pull(project, options, tell).loads
    failed = sorted({load.source_id for load in loads if load.state == "failed"})
    if not as_json:
        rows = sum(load.rows_new + load.rows_changed for load in loads)
        output.say(f"{counted(len(loads), 'stream')} pulled, {rows} rows new or changed")
        if failed:
            output.say(f"{counted(len(failed), 'source')} failed: {', '.join(failed)}")
        again = "mend what the lines above name, then the same again; " if failed else ""
        output.next_step(f"{again}okr score --derive, for scores and the page")
    sys.exit(1 if failed else 0)
