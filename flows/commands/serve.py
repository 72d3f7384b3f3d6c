"""`okr serve`: the page on this machine, and runs on schedule."""

import os
import sys
from pathlib import Path

import click

from flows.commands._options import log_option, project_options, published_of, the_world
from flows.commands._project import project_at
from flows.run import prefect_settings
from flows.run.logs import stderr_log
from flows.serve.bind import Door
from flows.serve.schedule import serve_page, serve_project


@click.command()
@project_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to serve the page; elsewhere with a token.")
@click.option("--port", type=click.IntRange(0, 65535), help="Its port (default: 8642, or another that is free).")
@click.option("--no-schedule", is_flag=True, help="Serve the page alone: no runs, no Prefect.")
@log_option
def serve(home: Path | None, *, host: str, port: int | None, no_schedule: bool, log_as: str) -> None:
    """
    Serve the page and run on schedule.

    On this machine, one run at a time, until interrupted. The page is there at once; a Prefect server of its own takes
    20 to 60 seconds. Another host than this machine asks for a token: OKR_SERVE_TOKEN, else one that is made and told
    once.
    """
    with stderr_log(log_as, the_world()):
        published = published_of(home)
        door = Door.of(host, port, home=published.home, environ=os.environ)
        if no_schedule:
            sys.exit(serve_page(published, door))
        if log_as == "json":
            os.environ |= prefect_settings.JSON_LOG
        with project_at(home) as project:
            sys.exit(serve_project(project, door))
