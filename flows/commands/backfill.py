"""`okr backfill`: the past that no run has read."""

import sys
from datetime import datetime
from pathlib import Path

import click

from flows.commands._options import DAY, examples, project_options
from flows.commands._project import project_at
from flows.commands.run import tell_json, tell_line
from flows.console import output
from flows.run import backfill as backfilling
from warehouse.extents import counted


@click.command(epilog=examples("okr backfill --from 2023-01-01", "okr backfill --from 2023-01-01 --only shop"))
@project_options
@click.option("--from", "first", type=DAY, required=True, help="The first day to read.")
@click.option("--to", "last", type=DAY, help="The last day to read (default: to the present).")
@click.option("--only", multiple=True, metavar="SOURCE", help="Read this source only; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: start, step, log.")
def backfill(
    home: Path | None, *, first: datetime, last: datetime | None, only: tuple[str, ...], as_json: bool
) -> None:
    """
    Read the past that no run has read.

    Month by month, the newest first, several at once within the source's limits, each landed as it comes: cut off, the
    same command goes on with what is missing. Scheduled runs go on beside it, and begin where they would have without
    it. What sources tell of their present only, such as followers, has no past to read. To read again what has been
    read: okr run --since.
    """
    with project_at(home, reach_sources=True) as project:
        to = last.date() if last else None
        tell = tell_json if as_json else tell_line
        result = backfilling.backfill(project, first.date(), to, only, tell)
        stopped = project.world.stop.number
    if stopped:
        sys.exit(128 + stopped)
    if as_json:
        sys.exit(1 if result.failed or result.page_problem else 0)
    if not result.loads:
        output.say(f"everything from {first:%Y-%m-%d} on has been read already")
    else:
        rows = sum(load.rows_new for load in result.loads)
        output.say(f"{counted(len(result.loads), 'window')} read, {rows} rows new")
    if result.failed:
        failed = ", ".join(sorted({load.source_id for load in result.failed}))
        output.say(f"{counted(result.left, 'window')} left, since a window failed: {failed}")
        output.next_step(f"the same again: okr backfill --from {first:%Y-%m-%d}; it goes on from where it got to")
        sys.exit(1)
    if result.page_problem:
        output.say("there is no new page; everything else is done")
        output.next_step("mend what the line above names, then okr report")
        sys.exit(1)
    output.next_step("okr status")
