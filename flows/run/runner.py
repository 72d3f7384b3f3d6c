"""
The line of a run: which step follows which, written once.

A runner decides how a step is run: `Direct` calls it, `flows.pipeline` makes it a recorded task. Both leave the same
rows.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

import polars as pl

from flows.project.project import Project
from flows.project.version import VERSION
from flows.project.writing import write_warehouse
from flows.run import steps
from flows.run.backup import keep
from flows.run.clock import Pulled, by_the_clock
from flows.run.events import Event, Tell
from flows.run.logs import file_log, logged, secrets_in
from flows.run.quality import check_quality, line_of
from flows.run.sources import register_sources, same_account, secure_customer_key
from flows.run.steps import Job, Options, RunContext
from flows.run.telemetry import traced
from flows.run.watching import Watch, watched
from flows.scoring import score_all
from flows.sources.missing import config_of, require_config
from okr_config.delivery import Delivery, Failure, VendorTotal
from okr_config.errors import ClockError
from okr_config.kinds import Origin, kinds_from
from warehouse import Load
from warehouse.quality import Finding

_SHORT_WAIT = 0.5
_TOGETHER = 0.05
"""Seconds for which what is done waits for more: a transaction costs as much as landing five streams."""
_MOST_THREADS = 32
"""Of pulls at once: beyond it memory grows and nothing is faster."""

Step = ParamSpec("Step")
Result = TypeVar("Result")


class Runner(Protocol):
    """How steps are run."""

    def call(self, step: Callable[Step, Result], *args: Step.args, **kwargs: Step.kwargs) -> Result:
        """Run one step."""

    def pull(self, step: Callable[[Job], Delivery | Failure], jobs: Sequence[Job]) -> Iterator[Pulled]:
        """Pull jobs side by side and yield what is done, several where they are, so that none holds up another."""


class Direct:
    """Runs steps in this process, pulls in threads."""

    def call(self, step: Callable[Step, Result], *args: Step.args, **kwargs: Step.kwargs) -> Result:
        """Call the step."""
        return step(*args, **kwargs)

    def pull(self, step: Callable[[Job], Delivery | Failure], jobs: Sequence[Job]) -> Iterator[Pulled]:
        """Pull in a thread a job, up to a bound; the client of each source bounds what is in flight."""
        if not jobs:
            return
        with ThreadPoolExecutor(max_workers=min(len(jobs), _MOST_THREADS), thread_name_prefix="pull") as pool:
            waiting = {pool.submit(step, job) for job in jobs}
            while waiting:
                # in short waits: with Polars, Ctrl-C breaks off none, and is heard after it
                done, waiting = wait(waiting, timeout=_SHORT_WAIT, return_when=FIRST_COMPLETED)
                if done and waiting:
                    soon, waiting = wait(waiting, timeout=_TOGETHER)
                    done |= soon
                if done:
                    yield [one.result() for one in done]


@dataclass(frozen=True)
class Outcome:
    """
    What a run came to. is_first: no run had come to its end before. broken: key results beyond computing.

    page_problem: why there is no new page.
    """

    run_id: str
    as_of: datetime
    loads: tuple[Load, ...]
    scoreboard: pl.DataFrame
    objectives: pl.DataFrame
    is_first: bool
    broken_metrics: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    page_problem: str | None = None

    @property
    def failed(self) -> tuple[Load, ...]:
        """Loads that brought nothing because their source could not be pulled."""
        return tuple(load for load in self.loads if load.state == "failed")

    @property
    def uncomputed(self) -> tuple[str, ...]:
        """Key results that could not be computed: for want of a rate, by an error of their SQL, for their size."""
        queries = [kind.value for kind in kinds_from(Origin.QUERY)]
        failed_query = pl.col("kind").is_in(queries) & pl.col("value").is_null()
        broken = self.scoreboard.filter(pl.col("flags").list.contains("no_rate") | failed_query)
        return (*broken["key_result_id"], *self.broken)

    @property
    def complete(self) -> bool:
        """Whether everything could be pulled and computed, and no check fails; a missed target is no failure."""
        errors = [finding for finding in self.findings if finding.is_error]
        return not (self.failed or self.uncomputed or self.broken_metrics or errors or self.page_problem)


def run(
    project: Project, options: Options, tell: Tell, *, runner: Runner | None = None, command: str = "run"
) -> Outcome:
    """
    Pull, land, score and publish, once.

    Raises:
        ConfigError, UsageError, WarehouseError, LockHeldError: nothing was pulled or published then.
        ClockError: nothing was kept.
    """
    with watched(project, options, tell) as watch:
        outcome = _run_whole(project, options, watch, runner or Direct(), command)
        watch.is_good = outcome.complete
    if project.settings.notify and options.publish and options.as_of is None and not outcome.scoreboard.is_empty():
        from flows.notify.after_run import notify

        for line in notify(project):
            tell(Event("log", line))
    return outcome


def _run_whole(project: Project, options: Options, watch: Watch, runner: Runner, command: str) -> Outcome:
    config = config_of(project)
    with (
        write_warehouse(project) as warehouse,
        # who holds the lock of the runs writes their log
        traced(project.environ, project.id, project.world, watch.tell) as told,
        logged(file_log(project.home, "run", project.world, secrets_in(config)), told) as tell,
    ):
        require_config(project, warehouse)
        unfinished, began = warehouse.unfinished_runs(), warehouse.now()
        run_id = warehouse.start_run(command=command, version=VERSION, config_hash=config.fingerprint)
        tell(Event("start", command, {"run_id": run_id, "home": str(project.home)}))
        watch.send("start", tell)
        for cut_off in unfinished:
            tell(Event("log", f"run {cut_off} did not finish: what it had landed stays, the rest is read again"))
        context = RunContext(project, config, warehouse, run_id, options)
        state = "failed"
        try:
            outcome = _go(context, tell, runner)
            state = "done" if outcome.complete else "partial"
        except ClockError:
            warehouse.repairs.take_back(began)
            raise
        finally:
            state = "stopped" if project.world.stop.is_set() else state
            warehouse.finish_run(run_id, state)
            tell(Event("end", command, {"run_id": run_id, "state": state}))
        if options.publish:
            from flows.report.pages import page_problem

            extent = runner.call(steps.publish, context)
            if problem := runner.call(keep, project, config.timezone, extent):
                tell(Event("log", problem))
            # a folder may have sources before it has goals: its numbers are there to query all the same
            if not outcome.scoreboard.is_empty():
                outcome = replace(outcome, page_problem=runner.call(page_problem, project))
                if outcome.page_problem:
                    tell(Event("log", outcome.page_problem))
    return outcome


def _go(context: RunContext, tell: Tell, runner: Runner) -> Outcome:
    loads: list[Load] = []
    totals: dict[str, tuple[str, Sequence[VendorTotal]]] = {}
    secure_customer_key(context)
    others, leaving = runner.call(register_sources, context)
    for sentence in leaving:
        tell(Event("log", sentence))
    with steps.puller(context.project, context.config) as pull:
        jobs = runner.call(steps.plan, context, others)
        if waiting := steps.not_due(context, jobs):
            tell(Event("log", f"not due yet: {', '.join(waiting)}"))
        for pulled in by_the_clock(runner.pull(pull, jobs), context.project.world.clock):
            results = [same_account(context, result) for result in pulled]
            loads_of = runner.call(steps.land_all, context, results)
            loads += loads_of
            for load, result in zip(loads_of, results, strict=True):
                if isinstance(result, Delivery) and result.totals:
                    totals[result.source_id] = (result.connector, result.totals)
                tell(landed(load, result))
    changed = runner.call(steps.register, context)
    if changed:
        tell(Event("log", f"definitions new or changed: {', '.join(changed)}"))
    derived = runner.call(steps.derive, context)
    broken = steps.broken_metrics(context)
    for metric, error in broken.items():
        tell(Event("log", f"metric {metric} could not be computed: {error}"))
    runner.call(steps.compare_totals, context, totals)
    findings = runner.call(check_quality, context)
    for finding in findings:
        if finding.state != "silenced":
            tell(Event("log", line_of(finding), asdict(finding)))
    as_of = context.options.as_of or context.warehouse.now()
    scores, known_at = runner.call(score_all, context.warehouse, context.config, as_of=as_of, known_at=None)
    runner.call(steps.save, context, scores, as_of=as_of, known_at=known_at)
    tell(Event("step", "score", {"key_results": scores.key_results.height, "observations": derived, "as_of": as_of}))
    return Outcome(
        context.run_id,
        as_of,
        tuple(loads),
        scores.key_results,
        scores.objectives,
        is_first=not context.warehouse.has_run(),
        broken_metrics=tuple(broken),
        broken=scores.broken,
        findings=findings,
    )


def landed(load: Load, result: Delivery | Failure) -> Event:
    """Return what there is to tell of a landing."""
    fields: dict[str, object] = {
        "source": load.source_id,
        "stream": load.stream,
        "from": load.window_from,
        "to": load.window_to,
        "rows": load.rows_read,
        "new": load.rows_new,
        "changed": load.rows_changed,
        "refused": load.rows_refused,
        "seconds": round(load.seconds, 3),
        "state": load.state,
    }
    if isinstance(result, Failure):
        return Event(
            "step",
            "land",
            {**fields, "error": result.error, "reason": result.reason, "next": result.next_step},
        )
    return Event("step", "land", {**fields, "notes": list(load.notes)})
