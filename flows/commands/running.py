"""Commands that pull and score."""

import os
import sys
from datetime import date, datetime
from pathlib import Path

import click

from flows.commands._options import DAY, INSTANT, instant_of, json_option, project_at, project_options, published_of


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
    from flows.commands import run as running
    from flows.run.steps import Options

    with project_at(home, reach_sources=True) as project:
        instant = instant_of(as_of, project)
        options = Options(only=only, since=since.date() if since else None, as_of=instant)
        code = (
            running.preview(project, options, as_json=as_json)
            if dry_run
            else running.run_once(project, options, prefect=prefect, as_json=as_json)
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
    from flows.commands import run as running

    with project_at(home) as project:
        running.score_again(
            project, instant_of(as_of, project), instant_of(known_at, project), restate=restate, as_json=as_json
        )


@click.command()
@project_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to serve the page; elsewhere with a token.")
@click.option("--port", type=click.IntRange(0, 65535), help="Its port (default: 8642, or another that is free).")
@click.option("--no-schedule", is_flag=True, help="Serve the page alone: no runs, no Prefect.")
def serve(home: Path | None, *, host: str, port: int | None, no_schedule: bool) -> None:
    """
    Serve the page on this machine and run on schedule, one run at a time, until interrupted.

    The page is there at once; a Prefect server of its own takes 20 to 60 seconds. Another host than this machine asks
    for a token: OKR_SERVE_TOKEN, else one that is made and told once.
    """
    from flows.serve.bind import Door
    from flows.serve.schedule import serve_page, serve_project

    published = published_of(home)
    door = Door.of(host, port, home=published.home, environ=os.environ)
    if no_schedule:
        sys.exit(serve_page(published, door))
    with project_at(home) as project:
        sys.exit(serve_project(project, door))


COMMANDS = (run, score, serve)
