"""Commands that pull and score."""

import sys
from datetime import date, datetime
from pathlib import Path

import click

from flows.shell import DAY, INSTANT, instant_of, json_option, project_options, workplace_at


@click.command()
@project_options
@click.option("--only", multiple=True, metavar="SOURCE", help="Pull this source only; may be repeated.")
@click.option("--since", type=DAY, help="Read again from this day on.")
@click.option("--as-of", type=INSTANT, help="Judge as of this day's end or this instant (default: now).")
@click.option("--dry-run", is_flag=True, help="Show what would be pulled; pull nothing.")
@click.option(
    "--prefect/--no-prefect", default=None, help="Record the run in Prefect (default: if its API is configured)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: start, step, log, end.")
def run(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    only: tuple[str, ...],
    since: datetime | None,
    as_of: date | datetime | None,
    dry_run: bool,
    prefect: bool | None,
    as_json: bool,
) -> None:
    """Pull, land, score and publish, once."""
    from flows import running
    from flows.steps import Options

    with workplace_at(home, reach_sources=True) as workplace:
        instant = instant_of(as_of, workplace)
        options = Options(only=only, since=since.date() if since else None, as_of=instant)
        code = (
            running.preview(workplace, options, as_json=as_json)
            if dry_run
            else running.run_once(workplace, options, prefect=prefect, as_json=as_json)
        )
    sys.exit(code)


@click.command()
@project_options
@click.option("--as-of", type=INSTANT, help="Judge as of this day's end or this instant (default: now).")
@click.option("--known-at", type=INSTANT, help="Use only what had been landed by then (default: now).")
@click.option("--restate", is_flag=True, help="Apply later restatements to grades that are frozen.")
@json_option
def score(
    home: Path | None,
    *,
    as_of: date | datetime | None,
    known_at: date | datetime | None,
    restate: bool,
    as_json: bool,
) -> None:
    """Score again from the warehouse alone: any past day, as it was known then."""
    from flows import running

    with workplace_at(home) as workplace:
        running.score_again(
            workplace, instant_of(as_of, workplace), instant_of(known_at, workplace), restate=restate, as_json=as_json
        )


@click.command()
@project_options
def serve(home: Path | None) -> None:
    """Run on schedule, one run at a time, with Prefect, until interrupted."""
    from flows.serving import serve_project

    with workplace_at(home) as workplace:
        serve_project(workplace)


COMMANDS = (run, score, serve)
