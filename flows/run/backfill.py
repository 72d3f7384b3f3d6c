"""
The past, read in windows beside the runs: what the ledger has no landing of, a month at a time, newest first.

A window is pulled without a lock and landed under one, which a run waits for; a run is waited for in turn. Windows of a
stream are landed in order, so that what is known always reaches back from the present without a gap. What has been
landed is in the ledger: a backfill that was cut off goes on with what is missing there.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise
from zoneinfo import ZoneInfo

import connectors
from flows.project.project import Project
from flows.project.version import VERSION
from flows.project.writing import write_warehouse
from flows.run import steps
from flows.run.backup import keep
from flows.run.clock import by_the_clock
from flows.run.events import Event, Tell
from flows.run.outcome import landing_event
from flows.run.sources import register_sources, same_account, secure_customer_key
from flows.run.spans import chosen_sources
from flows.run.steps import Job, Options, RunContext
from flows.scoring import judge_all
from flows.sources.missing import config_of, require_config
from okr_config import Config
from okr_config.delivery import Delivery, Failure, Window
from okr_config.errors import LockHeldError, UsageError
from warehouse import Load, Warehouse
from warehouse.extents import mark_of

COMMAND = "backfill"
"""What its runs are called; the views leave them out of how fresh a source is."""
_IN_FLIGHT = 8
_GLANCE = 1.0


@dataclass(frozen=True)
class Backfilled:
    """
    What a backfill came to.

    left: windows that were not read, since one of their stream failed or it was stopped. page_problem: why there is no
    new page.
    """

    loads: Sequence[Load]
    left: int
    page_problem: str | None = None

    @property
    def failed(self) -> tuple[Load, ...]:
        """Loads that brought nothing."""
        return tuple(load for load in self.loads if load.state == "failed")


def backfill(project: Project, first: date, last: date | None, only: Sequence[str], tell: Tell) -> Backfilled:
    """
    Read what is missing from a day on, up to another day or to the present; then score and publish.

    Raises:
        ConfigError, UsageError, WarehouseError: nothing was read then.
        ClockError: what a source with another time brought was not landed.
    """
    config = config_of(project)
    with _moment(project, tell) as warehouse:
        require_config(project, warehouse)
        context = RunContext(project, config, warehouse, "", Options(only=tuple(only)))
        secure_customer_key(context)
        others, _ = register_sources(context)
        jobs = _plan(context, first, last)
        jobs = [replace(job, obstacle=others.get(job.settings.id)) for job in jobs]
        # one that was cut off after its last landing has not shown it
        is_shown = _is_shown(project, warehouse)
    tell(Event("start", COMMAND, {"home": str(project.home), "windows": len(jobs)}))
    if not jobs:
        return Backfilled((), 0, None if is_shown else _conclude(project, config, tell))
    loads = list(_read(project, config, jobs, tell))
    landed = any(load.state == "ok" for load in loads)
    return Backfilled(loads, len(jobs) - len(loads), _conclude(project, config, tell) if landed else None)


def _plan(context: RunContext, first: date, last: date | None) -> list[Job]:
    """List what is missing, the newest windows first; what only tells of its present is left out."""
    config, now = context.config, context.warehouse.now()
    chosen = chosen_sources(config, context.options.only)
    jobs = []
    for settings in chosen:
        source = connectors.load(settings.connector)
        zone = ZoneInfo(settings.timezone or config.timezone)
        start = datetime.combine(first, time(), zone).astimezone(UTC)
        end = min(now, datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)) if last else now
        if start >= end:
            raise UsageError(f"{first} is not before what is to be read up to", next_step="name an earlier day")
        of_source: list[Job] = []
        for stream in source.streams:
            if stream.mode == "snapshot" or stream.whole(settings):
                continue
            known = context.warehouse.landed_windows(settings.id, stream.name)
            # what has come since the newest reading is the next run's
            until = end if last or not known else min(end, max(window.end for window in known))
            if start >= until or not (missing := missing_windows(Window(start, until), known)):
                continue
            windows = (
                [month for gap in missing for month in months(gap, zone)]
                if stream.bounded
                else [Window(missing[0].start, now)]
            )
            of_source += [Job(source, settings, stream, window, zone) for window in windows]
        # a budget is of one reading: here are several
        generous = settings.model_copy(update={"budget": settings.budget * max(1, len(of_source))})
        jobs += [replace(job, settings=generous) for job in of_source]
    return sorted(jobs, key=lambda job: job.window.end, reverse=True)


def missing_windows(span: Window, known: Sequence[Window]) -> list[Window]:
    """Return what of a span no known window covers, oldest first."""
    missing, start = [], span.start
    for window in sorted(known, key=lambda window: window.start):
        if window.start > start:
            missing.append(Window(start, min(window.start, span.end)))
        start = max(start, window.end)
        if start >= span.end:
            return [gap for gap in missing if gap.start < gap.end]
    return [*missing, Window(start, span.end)]


def months(span: Window, zone: ZoneInfo) -> list[Window]:
    """Split a span where months begin in a zone, newest first."""
    bounds = [span.end]
    day = (span.end - timedelta(microseconds=1)).astimezone(zone).date().replace(day=1)
    while (begin := datetime.combine(day, time(), zone).astimezone(UTC)) > span.start:
        bounds.append(begin)
        day = (day - timedelta(days=1)).replace(day=1)
    bounds.append(span.start)
    return [Window(start, end) for end, start in pairwise(bounds)]


def _read(project: Project, config: Config, jobs: Sequence[Job], tell: Tell) -> Iterator[Load]:
    """Pull several windows at once and land them in order; one that fails ends its stream."""
    world, rows = project.world, 0
    began, ended, done = world.monotonic(), set[tuple[str, str]](), 0
    with steps.puller(project, config) as pull:
        pulled = ([result] for result in _pulled(pull, jobs, ended, world.stop.is_set))
        for result in chain.from_iterable(by_the_clock(pulled, world.clock)):
            load = _land(project, config, result, tell)
            done, rows = done + 1, rows + load.rows_read
            if load.state == "failed":
                ended.add((load.source_id, load.stream))
            tell(landing_event(load, result))
            tell(_progress(done, len(jobs), rows, world.monotonic() - began))
            yield load


def _pulled(
    pull: Callable[[Job], Delivery | Failure],
    jobs: Sequence[Job],
    ended: set[tuple[str, str]],
    is_stopped: Callable[[], bool],
) -> Iterator[Delivery | Failure]:
    """Yield what each job brought, in their order; those of a stream that has ended are passed over."""
    waiting, flying = deque(jobs), deque[tuple[Job, Future[Delivery | Failure]]]()
    with ThreadPoolExecutor(max_workers=_IN_FLIGHT, thread_name_prefix="pull") as pool:
        while (waiting or flying) and not is_stopped():
            while waiting and len(flying) < _IN_FLIGHT:
                job = waiting.popleft()
                if _name(job) not in ended:
                    flying.append((job, pool.submit(pull, job)))
            if flying:
                job, future = flying.popleft()
                result = future.result()
                if _name(job) not in ended and not is_stopped():
                    yield result


def _name(job: Job) -> tuple[str, str]:
    return job.settings.id, job.stream.name


def _land(project: Project, config: Config, result: Delivery | Failure, tell: Tell) -> Load:
    """Land one window as a run of its own, so that no other run finds one that has not ended."""
    with _moment(project, tell) as warehouse:
        run_id = warehouse.start_run(command=COMMAND, version=VERSION, config_hash=config.fingerprint)
        context = RunContext(project, config, warehouse, run_id, Options())
        state = "failed"
        try:
            accepted = same_account(context, result)
            if isinstance(accepted, Delivery):
                # where the next run begins is no matter of the past
                accepted = replace(accepted, cursor=None)
            load = steps.land(context, accepted)
            state = "done" if load.state == "ok" else "partial"
        finally:
            warehouse.finish_run(run_id, state)
    return load


def _is_shown(project: Project, warehouse: Warehouse) -> bool:
    """Whether the copy has all that sources and people have brought, and the page was drawn after it."""
    page, copy = project.page, project.published
    if warehouse.extent().mark != mark_of(copy) or not page.exists():
        return False
    return page.stat().st_mtime_ns >= copy.stat().st_mtime_ns


def _conclude(project: Project, config: Config, tell: Tell) -> str | None:
    """Work out what follows from what was landed, and show it; return why there is no new page."""
    from flows.report.pages import page_problem

    with _moment(project, tell) as warehouse:
        run_id = warehouse.start_run(command=COMMAND, version=VERSION, config_hash=config.fingerprint)
        context = RunContext(project, config, warehouse, run_id, Options())
        state = "failed"
        try:
            derived, as_of = steps.derive(context), warehouse.now()
            judged = judge_all(warehouse, config, as_of=as_of, known_at=None)
            scores = judged.scores
            steps.save(context, scores, as_of=as_of, known_at=judged.known_at)
            state = "done"
        finally:
            warehouse.finish_run(run_id, state)
        steps.publish(context)
        if problem := keep(project, config.timezone):
            tell(Event("log", problem))
        # under the lock as well: a run that draws the page at the same time would take this draft for a leftover
        problem = None if scores.key_results.is_empty() else page_problem(project)
    tell(Event("step", "score", {"key_results": scores.key_results.height, "observations": derived, "as_of": as_of}))
    if problem:
        tell(Event("log", problem))
    return problem


@contextmanager
def _moment(project: Project, tell: Tell) -> Iterator[Warehouse]:
    """Open the warehouse for a moment; a run that is going on is waited for."""
    is_told = False
    with ExitStack() as stack:
        while True:
            try:
                warehouse = stack.enter_context(write_warehouse(project, brief=True))
                break
            except LockHeldError as error:
                if project.world.stop.is_set():
                    raise
                if not is_told:
                    tell(Event("log", f"waits for a run: {error.where}"))
                is_told = True
                project.world.sleep(_GLANCE)
        yield warehouse


def _progress(done: int, windows: int, rows: int, seconds: float) -> Event:
    pace = rows / seconds if seconds else 0.0
    left = round(seconds / done * (windows - done))
    text = f"{done} of {windows} windows, {rows} rows, {pace:,.0f} rows/s, {left // 60}:{left % 60:02} left"
    counts = {"done": done, "windows": windows, "rows": rows, "rows_per_second": round(pace, 1), "seconds_left": left}
    return Event("log", text, dict(counts))
