"""
`okr serve`: the page at once, and scheduled runs, with a Prefect server of the folder's own where none is configured.

The page is served from a thread of this process before Prefect is so much as imported. Where the schedule cannot be
kept, that is said, told by `/healthz`, and is the exit code in the end; the page stays.

Prefect's temporary server has no scheduler, so a real one is started on 127.0.0.1; its database lies in the folder's
`.okr/prefect`. Runs missed while nothing served are not created by Prefect: one run at the start catches up, since
every stream reads on from where the warehouse says it got to.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import croniter

from flows.console import output
from flows.console.stopping import on_terminate
from flows.project.paths import PAGE_ADDRESS, Published
from flows.run import prefect_settings
from flows.serve.bind import Address, Door, open_site
from okr_config.errors import OkrError
from okr_config.world import World

if TYPE_CHECKING:
    from flows.project.project import Project

_PATIENCE = 180.0
_PARTING = 30.0
_NAP = 3600.0


def last_due(cron: str, timezone: str, now: datetime) -> datetime:
    """Return the newest instant at or before `now` at which the schedule was due."""
    local = now.astimezone(ZoneInfo(timezone))
    due: datetime = croniter(cron, local).get_prev(datetime)
    return due


def overdue(last_success: datetime | None, cron: str, timezone: str, now: datetime) -> bool:
    """Tell whether a scheduled run was missed."""
    return last_success is None or last_success < last_due(cron, timezone, now)


@contextmanager
def prefect_api(home: Path, world: World, say: Callable[[str], None]) -> Iterator[None]:
    """Make a Prefect API available: the configured one, else a server of our own for as long as the block lasts."""
    prefect_settings.apply_defaults()
    if prefect_settings.api_configured(os.environ):
        yield
        return
    port = _free_port()
    store = home / ".okr" / "prefect"
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(store)
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    say(f"starting a Prefect server on 127.0.0.1:{port} (20 to 60 seconds)")
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    # a group of its own: Ctrl-C ends us, and we end the server once the schedule has been laid down
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0)  # noqa: S603 - our own words
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        # a terminal that is closed must not leave the server behind
        signal.signal(signal.SIGHUP, on_terminate)
    try:
        _await(server, world)
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=_PARTING)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await(server: subprocess.Popen[bytes], world: World) -> None:
    from flows.pipeline import api_answers

    deadline = world.monotonic() + _PATIENCE
    while not api_answers():
        if server.poll() is not None or world.monotonic() > deadline:
            raise OkrError(
                "the Prefect server did not start",
                where=f"it ended with code {server.poll()}"
                if server.poll() is not None
                else f"after {_PATIENCE:.0f} s",
                next_step="run `prefect server start` to see why, or set PREFECT_API_URL to one that runs",
            )
        world.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Schedule:
    """How the schedule is doing, for whoever asks: none, starting, running or failed."""

    state: str = "none"


def serve_page(published: Published, door: Door) -> int:
    """Serve the page alone until interrupted; return the exit code."""
    with open_site(published, door, lambda: "none") as address:
        _tell_page(published, address)
        output.next_step("okr serve, to run on schedule too; Ctrl-C ends it")
        _wait(published.world)
    return 0


def serve_project(project: "Project", door: Door) -> int:
    """
    Serve the page and run the folder on its schedule until interrupted; return the exit code.

    Raises:
        ConfigError: when the config is wrong; nothing is served then.
        UsageError: when the address cannot be had.
    """
    config = project.config()
    cron, timezone = config.project.schedule.cron, config.project.schedule.timezone or config.timezone
    schedule = Schedule("starting")
    with open_site(project.reading, door, lambda: schedule.state) as address:
        _tell_page(project.reading, address)
        os.environ[PAGE_ADDRESS] = address.link
        try:
            with prefect_api(project.home, project.world, output.say):
                _keep_schedule(project, schedule, cron, timezone)
        except Exception as error:  # noqa: BLE001 - whatever it is, the page must not go down with it unheard
            schedule.state = "failed"
            output.say(str(error) if isinstance(error, OkrError) else f"the schedule has ended: {type(error).__name__}")
            output.say(f"no run is scheduled any more; the page is still served: {address.link}")
            _wait(project.world)
            return 1
    return 0


def _keep_schedule(project: "Project", schedule: Schedule, cron: str, timezone: str) -> None:
    from flows.pipeline import okr_run, serve_schedule

    if overdue(_last_success(project), cron, timezone, project.world.clock()):
        output.say("a scheduled run was missed: running now")
        try:
            okr_run(str(project.home))
        except OkrError as error:
            output.say(str(error))
    schedule.state = "running"
    output.say(f"serving    {cron} ({timezone}), one run at a time; Ctrl-C ends it")
    # a profile may name the API instead
    address = os.environ.get("PREFECT_API_URL", "your Prefect server").removesuffix("/api")
    output.next_step(f"{address} shows the runs, okr status the scores")
    serve_schedule(project.home, cron, timezone)


def _tell_page(published: Published, address: Address) -> None:
    output.say(f"page       {address.first_link}")
    if not published.page.exists():
        output.say("           there is none yet: it comes with the first run")


def _wait(world: World) -> None:
    """Wait until interrupted. Only a sleep is: Polars lets signals restart what else a thread may wait for."""
    with suppress(KeyboardInterrupt):
        while True:
            world.sleep(_NAP)


def _last_success(project: "Project") -> datetime | None:
    if not project.published.exists():
        return None
    from warehouse.reading import last_success

    return last_success(project.published)
