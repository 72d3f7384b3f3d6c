"""
`okr serve`: the page at once, and scheduled runs by Prefect.

The page is served from a thread of this process before Prefect is so much as imported. Where the schedule cannot be
kept, that is said, told by `/healthz`, and tried again with growing pauses; the page stays.

A folder has one schedule: a second `okr serve` on it is refused. Runs missed while nothing served are not created by
Prefect: one run at the start catches up, since every stream reads on from where the warehouse says it got to.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import croniter

from flows.console import output
from flows.project.paths import PAGE_ADDRESS, Published
from flows.run import prefect_settings
from flows.run.logs import file_log, secrets_in, talk_kept
from flows.serve.bind import Address, Door, open_site
from flows.serve.health import Health
from flows.serve.prefect_server import prefect_api
from flows.serve.site import Appearance
from okr_config.errors import OkrError
from okr_config.world import World
from warehouse.locking import hold_lock, run_holder

if TYPE_CHECKING:
    from flows.project.project import Project

_NAP = 3600.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 5.0, 300.0
_GLANCE = 2.0


def last_due(cron: str, timezone: str, now: datetime) -> datetime:
    """Return the newest instant at or before `now` at which the schedule was due."""
    local = now.astimezone(ZoneInfo(timezone))
    due: datetime = croniter(cron, local).get_prev(datetime)
    return due


def overdue(last_success: datetime | None, cron: str, timezone: str, now: datetime) -> bool:
    """Tell whether a scheduled run was missed."""
    return last_success is None or last_success < last_due(cron, timezone, now)


def serve_page(project: "Project", door: Door) -> int:
    """Serve the page alone until interrupted; return the exit code."""
    published = project.reading
    with open_site(published, door, Health(published).report, Appearance.of(project)) as address:
        _tell_page(published, address)
        output.next_step("okr serve, to run on schedule too; Ctrl-C ends it")
        _wait(published.world)
    return 0


def serve_project(project: "Project", door: Door) -> int:
    """
    Serve the page and run the folder on its schedule until interrupted; return the exit code.

    Raises:
        ConfigError: when the config is wrong; nothing is served then.
        LockHeldError: when the folder is served by another process already.
        UsageError: when the address cannot be had.
    """
    config = project.config()
    cron, timezone = config.project.schedule.cron, config.project.schedule.timezone or config.timezone
    health = Health(project.reading, cron, timezone)
    with (
        hold_lock(project.home / ".okr" / "serve.lock", "this folder is being served already", world=project.world),
        talk_kept(file_log(project.home, "serve", project.world, secrets_in(config))),
        open_site(project.reading, door, health.report, Appearance.of(project)) as address,
    ):
        _tell_page(project.reading, address)
        # what the scheduled runs need to know: they are processes of their own
        os.environ |= {PAGE_ADDRESS: address.link, "OKR_HOME": str(project.home)}
        with suppress(KeyboardInterrupt):
            _go_on(lambda: _keep_schedule(project, health, cron, timezone), health, address, project.world)
    return 1 if health.schedule == "failed" else 0


def _go_on(keep_schedule: Callable[[], None], health: Health, address: Address, world: World) -> None:
    """Keep the schedule; whatever stops it is said, and it is tried again."""
    pause = _SHORTEST_PAUSE
    while True:
        health.schedule = "starting"
        began = world.monotonic()
        try:
            keep_schedule()
        except Exception as error:  # noqa: BLE001 - whatever it is, the page must not go down with it unheard
            health.schedule = "failed"
            output.say(str(error) if isinstance(error, OkrError) else f"the schedule has ended: {_reason(error)}")
        else:
            return
        pause = min(2 * pause, _LONGEST_PAUSE) if world.monotonic() - began < _LONGEST_PAUSE else _SHORTEST_PAUSE
        output.say(f"no run is scheduled now; trying again in {pause:.0f} s; the page is still served: {address.link}")
        world.sleep(pause)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error).strip().partition("\n")[0] or "it gave no reason"


def _keep_schedule(project: "Project", health: Health, cron: str, timezone: str) -> None:
    with prefect_api(project.home, project.world, output.say):
        from flows.deployments import release_runs, serve_schedule
        from flows.pipeline import api_answers, okr_run

        if not api_answers():
            raise prefect_settings.no_answer(os.environ)
        _await_run(project)
        for name in release_runs(project):
            output.say(f"run {name} was cut off; it is marked as crashed, and its place is free")
        if overdue(_last_success(project), cron, timezone, project.world.clock()):
            output.say("a scheduled run was missed: running now")
            try:
                okr_run(due=True)
            except OkrError as error:
                output.say(str(error))
        health.schedule = "running"
        output.say(f"serving    {cron} ({timezone}), one run at a time; Ctrl-C ends it")
        # a profile may name the API instead
        address = os.environ.get("PREFECT_API_URL", "your Prefect server").removesuffix("/api")
        output.next_step(f"{address} shows the runs, okr status the scores")
        serve_schedule(project, cron, timezone)


def _await_run(project: "Project") -> None:
    """Wait for a run that is still going on, maybe one that an `okr serve` has left behind."""
    waited_for = None
    while holder := run_holder(project.warehouse.path.parent):
        if holder != waited_for:
            output.say(f"waiting for a run to end: {holder}")
            waited_for = holder
        project.world.sleep(_GLANCE)


def _tell_page(published: Published, address: Address) -> None:
    # with the token it is for the person at the terminal, and no log keeps it
    output.confide(f"page       {address.first_link}")
    output.say(f"           {address.link}wall for a screen, {address.link}share for what others may see")
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
