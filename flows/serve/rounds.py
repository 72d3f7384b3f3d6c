"""
`okr serve --homes`: one warm process that runs many project folders by their own schedules, and one page of all.

A run here is not recorded by Prefect: that would take six times the work. The folder that has waited longest is next,
some at once, so that a slow one holds up no other; what fails in one is its own affair.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from flows.console import output
from flows.project.project import open_project, sources_reachable
from flows.run import runner
from flows.run.events import Event
from flows.run.steps import Options
from flows.serve.bind import Door, open_door
from flows.serve.homes import Homes, Served, in_turn
from flows.serve.homes_site import HomesSite
from okr_config.errors import OkrError
from okr_config.world import World

LOOK = 30.0
"""Seconds after which new folders are looked for."""
_GLANCE = 0.5


def serve_homes(  # noqa: PLR0913 - what was asked for
    patterns: Sequence[str], door: Door, *, environ: Mapping[str, str], world: World, at_once: int, no_schedule: bool
) -> int:
    """
    Serve all folders until interrupted; return the exit code.

    Raises:
        UsageError: when there is no folder, or the address cannot be had.
    """
    homes = Homes(patterns, environ, world, output.say)
    homes.look()
    try:
        with open_door(door, world, lambda guard: HomesSite(homes, guard).respond) as address:
            output.confide(f"page       {address.first_link}")
            with suppress(KeyboardInterrupt):
                if no_schedule:
                    _look_only(homes)
                else:
                    output.say(f"serving    {len(homes.served)} folders, {at_once} at once; Ctrl-C ends it")
                    output.next_step(f"{address.link} shows all, okr status --home DIR one")
                    Rounds(homes, at_once).go_on()
    finally:
        homes.close()
    return 0


def _look_only(homes: Homes) -> None:
    while not homes.world.stop.is_set():
        homes.world.sleep(LOOK)
        homes.look()


class Rounds:
    """Runs the folders as they come due, some at once."""

    def __init__(self, homes: Homes, at_once: int) -> None:
        self._homes = homes
        self._at_once = at_once
        self._going: dict[str, Future[None]] = {}
        self._looked = homes.world.monotonic()

    def go_on(self) -> None:
        """Run until it is to stop; what is going on then comes to its end first, soon."""
        world = self._homes.world
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="run") as pool:
            try:
                while not world.stop.is_set():
                    self.begin(pool)
                    world.sleep(_GLANCE)
                    if world.monotonic() - self._looked > LOOK:
                        self._homes.look()
                        self._looked = world.monotonic()
            finally:
                world.stop.set()

    def begin(self, pool: ThreadPoolExecutor) -> list[Future[None]]:
        """Begin the runs that are due, as many as there are seats; return them."""
        self._going = {name: run for name, run in self._going.items() if not run.done()}
        begun = []
        for one in in_turn(self._homes.served.values()):
            if len(self._going) == self._at_once:
                break
            due_at = one.due_at
            if one.name not in self._going and due_at and due_at <= one.project.world.clock():
                # before it begins: the run sets when it is due next, and may be done at once
                one.due_at = None
                self._going[one.name] = pool.submit(run_one, one, due_at)
                begun.append(self._going[one.name])
        return begun


def run_one(one: Served, due_at: datetime) -> None:
    """Run a folder; whatever happens there is said and kept, and it has its turn again when it is due next."""
    try:
        _run(one)
        one.trouble = None
    except OkrError as error:
        one.trouble = str(error)
        output.say(f"{one.name}  did not run: {error}")
    except Exception as error:
        logging.getLogger(__name__).debug("%s did not run", one.name, exc_info=True)
        one.trouble = f"an error of this program: {type(error).__name__}"
        output.say(f"{one.name}  did not run: {one.trouble}   next: okr run --home {one.project.home} --debug")
    # what came due meanwhile is made up for by the run that has just ended
    one.due_at = one.due_after(max(due_at, one.project.world.clock()))


def _run(one: Served) -> None:
    # the folder as it is now: its files may have changed since the last time
    project = open_project(one.project.home, one.project.environ, one.project.world)
    began = project.world.monotonic()
    config = project.config()
    one.cron = config.project.schedule.cron
    one.timezone = config.project.schedule.timezone or config.timezone
    with sources_reachable(project) as reachable:
        outcome = runner.run(reachable, Options(due=True), lambda event: _tell(one.name, event))
    seconds = project.world.monotonic() - began
    failed = outcome.failed_sources
    output.say(
        f"{one.name}  {len(outcome.loads)} streams, {outcome.scoreboard.height} key results, {seconds:.1f} s"
        + (f"   FAILED: {', '.join(failed)}" if failed else "")
    )


def _tell(name: str, event: Event) -> None:
    if event.kind == "step" and event.fields.get("state") == "failed":
        output.say(f"{name}  {event.fields['source']} {event.fields['stream']}  FAILED  {event.fields['error']}")
    elif event.kind == "log" and not event.what.startswith("not due"):
        output.say(f"{name}  {event.what}")
