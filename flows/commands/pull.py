"""`okr pull`: the first half of a run, which lands what sources bring and scores nothing."""

import sys
from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import project_options, pull_options, the_world
from flows.commands._project import project_at
from flows.commands.run import tell_json, tell_line
from flows.console import output
from flows.run import runner
from flows.run.logs import stderr_log
from flows.run.steps import Options
from warehouse.extents import counted


@click.command()
@project_options
@pull_options
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
