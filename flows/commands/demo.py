"""
`okr demo`: the whole pipeline on real data, with neither account nor network.

The sandbox serves a real shop's orders of 2011 in the vendors' own protocols. The demo replays five weeks of it, one
run a week as a schedule would, and leaves an ordinary project folder.
"""

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from connectors.sandbox import serve
from flows.commands._options import debug_option, the_world
from flows.commands.run import execute, tell_line
from flows.commands.status import show_board
from flows.console import output
from flows.project.paths import evening_clock
from flows.project.project import SANDBOX_URL, Project, open_project
from flows.run.events import Event
from flows.run.steps import Options
from flows.scaffold.folder import write_template
from okr_config.errors import UsageError
from okr_config.world import World
from warehouse import open_warehouse

FIRST_DAY = date(2011, 10, 16)
LAST_DAY = date(2011, 11, 20)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("okr-demo"))
@click.option(
    "--prefect/--no-prefect", default=False, help="Run the last day as a recorded Prefect flow run (20 s more)."
)
@debug_option
def demo(folder: Path, *, prefect: bool) -> None:
    """
    Show the whole pipeline on real data: no account, no network.

    Starts the sandbox APIs on 127.0.0.1, replays five weeks of a real shop against them week by week, and prints the
    scoreboard. FOLDER (default: okr-demo) is an ordinary project folder afterwards.
    """
    play(folder, the_world(), prefect=prefect)


@dataclass
class _StoryClock:
    """The clock of the replay: it runs on from the evening of the day it was turned to."""

    world: World

    def __post_init__(self) -> None:
        self.turn_to(LAST_DAY)

    def __call__(self) -> datetime:
        return self._now()

    def turn_to(self, day: date) -> None:
        """Go on from the evening of a day."""
        self._now = evening_clock(self.world, day)


def play(folder: Path, world: World, *, prefect: bool) -> None:
    """
    Write the demo's folder, replay its weeks, and show where they led.

    Raises:
        UsageError: when the folder holds a project that is not the demo.
    """
    clock = _StoryClock(world)
    project = _open(folder, replace(world, clock=clock))
    with serve(clock) as sandbox:
        output.say(
            f"sandbox    {sandbox.url}: Shopify, Plausible, Bluesky and Mastodon over a real shop's orders of 2011"
        )
        os.environ[SANDBOX_URL] = sandbox.url
        today = replace(project, world=replace(world, clock=clock), environ=dict(os.environ))
        days = _days_to_replay(today)
        output.say(f"replaying  {days[0]} .. {days[-1]}, one run a week" if len(days) > 1 else f"running    {days[-1]}")
        for day in days[:-1]:
            clock.turn_to(day)
            execute(today, Options(publish=False), prefect=False, tell=_quiet)
        clock.turn_to(days[-1])
        outcome = execute(today, Options(), prefect=prefect, tell=tell_line)
    show_board(today.reading, outcome.as_of)
    output.say("visitors are the shop's customers; followers its first-time customers from Germany and France")
    if project.page.exists():
        output.say(f"page       {project.page}")
    output.say(f"warehouse  {project.published}")
    output.next_step(f"cd {folder} && okr open")


def _open(folder: Path, world: World) -> Project:
    if not (folder / "okr_config").exists():
        write_template("demo", folder, world, {"LAST_DAY": LAST_DAY.isoformat()})
    project = open_project(folder, os.environ, world)
    if project.settings.sandbox is None:
        raise UsageError(
            f"{folder} holds a project of its own",
            where="okr_config/project.yaml",
            next_step="okr demo DIR, with a new folder",
        )
    return project


def _days_to_replay(project: Project) -> list[date]:
    """Sundays not lived through yet; a demo that was played before only runs its last day again."""
    last = project.settings.sandbox or LAST_DAY
    days = [FIRST_DAY + timedelta(weeks=number) for number in range((last - FIRST_DAY).days // 7)]
    if not project.warehouse.is_there:
        return [*days, last]
    long_ago = replace(project.world, clock=lambda: datetime(1970, 1, 1, tzinfo=UTC))
    with open_warehouse(project.warehouse, world=long_ago, trusts_clock=False) as warehouse:
        lived = warehouse.now().date()
    return [*(day for day in days if day > lived), last]


def _quiet(_event: Event) -> None:
    """Replayed days pass without a word."""
