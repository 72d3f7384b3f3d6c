"""`okr serve`: the page on this machine, and runs on schedule."""

import os
import sys
from pathlib import Path

import click

from flows.commands._options import log_option, project_options, the_world
from flows.commands._project import project_at
from flows.project.project import open_project
from flows.run import prefect_settings
from flows.run.logs import stderr_log
from flows.serve.bind import Door
from flows.serve.schedule import serve_page, serve_project
from okr_config.errors import UsageError


@click.command()
@project_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to serve the page; elsewhere with a token.")
@click.option("--port", type=click.IntRange(0, 65535), help="Its port (default: 8642, or another that is free).")
@click.option("--no-schedule", is_flag=True, help="Serve the page alone: no runs, no Prefect.")
@click.option(
    "--homes", multiple=True, metavar="PATTERN", help="Serve all project folders that match, in one process; quote it."
)
@click.option(
    "--at-once", type=click.IntRange(1, 32), default=2, show_default=True, help="With --homes: runs going on at once."
)
@log_option
def serve(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    host: str,
    port: int | None,
    no_schedule: bool,
    homes: tuple[str, ...],
    at_once: int,
    log_as: str,
) -> None:
    """
    Serve the page and run on schedule.

    On this machine, one run at a time, until interrupted. The page is there at once; a Prefect server of its own takes
    20 to 60 seconds. Another host than this machine asks for a token: OKR_SERVE_TOKEN, else one that is made and told
    once.

    With --homes many folders are served by one process, each by its own schedule and with its own .env alone, and
    without Prefect.
    """
    with stderr_log(log_as, the_world()):
        if homes:
            if home:
                raise UsageError("--homes goes without --home", where=str(home), next_step="okr serve --help")
            from flows.serve.rounds import serve_homes  # noqa: PLC0415 - one folder does without

            door = Door.of(host, port, home=Path(), environ=os.environ)
            world = the_world()
            sys.exit(
                serve_homes(homes, door, environ=os.environ, world=world, at_once=at_once, no_schedule=no_schedule)
            )
        if no_schedule:
            project = open_project(home, os.environ, the_world())
            sys.exit(serve_page(project, Door.of(host, port, home=project.home, environ=os.environ)))
        if log_as == "json":
            os.environ |= prefect_settings.JSON_LOG
        with project_at(home) as project:
            sys.exit(serve_project(project, Door.of(host, port, home=project.home, environ=os.environ)))
