"""
The line of a run: which step follows which, written once; its two halves, pulling and scoring, can be run apart.

A runner decides how a step is run: `Direct` calls it, `flows.pipeline` makes it a recorded task. Both leave the same
rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import ParamSpec, Protocol, TypeVar

from flows.project.project import Project
from flows.project.version import VERSION
from flows.project.writing import write_warehouse
from flows.run import steps
from flows.run.backup import keep
from flows.run.clock import Pulled, by_the_clock
from flows.run.events import Event, Tell
from flows.run.logs import file_log, logged, secrets_in
from flows.run.outcome import Outcome, landing_event
from flows.run.quality import check_quality, line_of
from flows.run.sources import failing_sources, register_sources, same_account, secure_customer_key
from flows.run.steps import Job, Options, RunContext
from flows.run.telemetry import traced
from flows.run.watching import Watch, watched
from flows.scoring import Judged, judge_all
from flows.sources.missing import config_of, require_config
from okr_config import Config
from okr_config.delivery import Delivery, Failure, VendorTotal
from okr_config.errors import ClockError
from warehouse import Load, Warehouse

RUN, PULL, SCORE = "run", "pull", "score --derive"
"""What a run and its two halves are called in the ledger; the views know them by these names."""
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
class Landed:
    """
    What the first half of a run came to.

    totals: connector and totals of the vendor's page by source. failing: sources that could not be pulled last.
    """

    loads: tuple[Load, ...] = ()
    totals: Mapping[str, tuple[str, Sequence[VendorTotal]]] = field(default_factory=dict)
    failing: tuple[str, ...] = ()


FirstHalf = Callable[[RunContext, Tell, Runner], Landed]


def run(project: Project, options: Options, tell: Tell, *, runner: Runner | None = None, command: str = RUN) -> Outcome:
    """
    Pull, land, score and publish, once.

    Raises:
        ConfigError, UsageError, WarehouseError, LockHeldError: nothing was pulled or published then.
        ClockError: nothing was kept.
    """
    return _run_watched(project, options, tell, runner or Direct(), command=command, first_half=_pull)


def score(project: Project, options: Options, tell: Tell) -> Outcome:
    """
    Do what a run does after its pulls, with what others have landed: derive, score and publish.

    Raises:
        ConfigError, UsageError, WarehouseError, LockHeldError: nothing was published then.
    """
    return _run_watched(project, options, tell, Direct(), command=SCORE, first_half=_others_pulled)


def pull(project: Project, options: Options, tell: Tell) -> Landed:
    """
    Pull and land alone, once; `score` makes scores of it.

    Raises:
        ConfigError, UsageError, WarehouseError, LockHeldError: nothing was pulled then.
        ClockError: nothing was kept.
    """
    config, runner = config_of(project), Direct()
    with (
        _opened(project, config, tell, shares=True) as (warehouse, heard),
        _recorded(project, config, warehouse, PULL, tell=heard) as record,
    ):
        context = RunContext(project, config, warehouse, record.run_id, options)
        result = _pull(context, heard, runner)
        steps.compare_totals(context, result.totals)
        record.state = "partial" if any(load.state == "failed" for load in result.loads) else "done"
    return result


def _run_watched(  # noqa: PLR0913 - what is run, and how
    project: Project, options: Options, tell: Tell, runner: Runner, *, command: str, first_half: FirstHalf
) -> Outcome:
    with watched(project, options, tell) as watch:
        outcome = _run_whole(project, options, watch, runner, command=command, first_half=first_half)
        watch.is_good = outcome.complete
    if project.settings.notify and options.publish and options.as_of is None and not outcome.scoreboard.is_empty():
        from flows.notify.after_run import notify

        for line in notify(project):
            tell(Event("log", line))
    return outcome


def _run_whole(  # noqa: PLR0913 - what is run, and how
    project: Project, options: Options, watch: Watch, runner: Runner, *, command: str, first_half: FirstHalf
) -> Outcome:
    config = config_of(project, need_secrets=command != SCORE)
    with _opened(project, config, watch.tell) as (warehouse, tell):
        with _recorded(project, config, warehouse, command, tell=tell, watch=watch) as record:
            context = RunContext(project, config, warehouse, record.run_id, options)
            outcome, judged = _score(context, first_half(context, tell, runner), tell, runner)
            record.state = "done" if outcome.complete else "partial"
        if options.publish:
            from flows.report.pages import page_problem

            extent = runner.call(steps.publish, context)
            if problem := runner.call(keep, project, config.timezone, extent):
                tell(Event("log", problem))
            # a folder may have sources before it has goals: its numbers are there to query all the same
            if not outcome.scoreboard.is_empty():
                outcome = replace(outcome, page_problem=runner.call(page_problem, project, judged))
                if outcome.page_problem:
                    tell(Event("log", outcome.page_problem))
    return outcome


@contextmanager
def _opened(project: Project, config: Config, tell: Tell, *, shares: bool = False) -> Iterator[tuple[Warehouse, Tell]]:
    """Open the warehouse, and what whoever holds the lock of the runs writes; `shares`: see `write_warehouse`."""
    with (
        write_warehouse(project, shares=shares) as warehouse,
        traced(project.environ, project.id, project.world, tell) as traces,
        logged(file_log(project.home, "run", project.world, secrets_in(config)), traces) as heard,
    ):
        require_config(project, warehouse)
        yield warehouse, heard


@dataclass
class _Record:
    """A run in the ledger, and how it ends."""

    run_id: str
    state: str = "failed"


@contextmanager
def _recorded(  # noqa: PLR0913 - what a run is of, and who hears of it
    project: Project, config: Config, warehouse: Warehouse, command: str, *, tell: Tell, watch: Watch | None = None
) -> Iterator[_Record]:
    """Enter a run in the ledger and tell of it, from its beginning to its end."""
    unfinished, began = warehouse.unfinished_runs(), warehouse.now()
    record = _Record(warehouse.start_run(command=command, version=VERSION, config_hash=config.fingerprint))
    tell(Event("start", command, {"run_id": record.run_id, "home": str(project.home)}))
    if watch:
        watch.send("start", tell)
    for cut_off in unfinished:
        tell(Event("log", f"run {cut_off} did not finish: what it had landed stays, the rest is read again"))
    try:
        yield record
    except ClockError:
        warehouse.repairs.take_back(began)
        raise
    finally:
        record.state = "stopped" if project.world.stop.is_set() else record.state
        warehouse.finish_run(record.run_id, record.state)
        tell(Event("end", command, {"run_id": record.run_id, "state": record.state}))


def _pull(context: RunContext, tell: Tell, runner: Runner) -> Landed:
    loads: list[Load] = []
    totals: dict[str, tuple[str, Sequence[VendorTotal]]] = {}
    secure_customer_key(context)
    others, leaving = runner.call(register_sources, context)
    for sentence in leaving:
        tell(Event("log", sentence))
    with steps.puller(context.project, context.config) as puller:
        jobs = runner.call(steps.plan, context, others)
        if waiting := steps.not_due(context, jobs):
            tell(Event("log", f"not due yet: {', '.join(waiting)}"))
        for pulled in by_the_clock(runner.pull(puller, jobs), context.project.world.clock):
            results = [same_account(context, result) for result in pulled]
            loads_of = runner.call(steps.land_all, context, results)
            loads += loads_of
            for load, result in zip(loads_of, results, strict=True):
                if isinstance(result, Delivery) and result.totals:
                    totals[result.source_id] = (result.connector, result.totals)
                tell(landing_event(load, result))
    return Landed(tuple(loads), totals)


def _others_pulled(context: RunContext, tell: Tell, runner: Runner) -> Landed:
    """Take what has been landed as it is."""
    _, leaving = runner.call(register_sources, context)
    for sentence in leaving:
        tell(Event("log", sentence))
    return Landed(failing=tuple(failing_sources(context)))


def _score(context: RunContext, landed: Landed, tell: Tell, runner: Runner) -> tuple[Outcome, Judged]:
    changed = runner.call(steps.register, context)
    if changed:
        tell(Event("log", f"definitions new or changed: {', '.join(changed)}"))
    derived = runner.call(steps.derive, context)
    broken = steps.broken_metrics(context)
    for metric, error in broken.items():
        tell(Event("log", f"metric {metric} could not be computed: {error}"))
    runner.call(steps.compare_totals, context, landed.totals)
    findings = runner.call(check_quality, context)
    for finding in findings:
        if finding.state != "silenced":
            tell(Event("log", line_of(finding), asdict(finding)))
    as_of = context.options.as_of or context.warehouse.now()
    judged = runner.call(judge_all, context.warehouse, context.config, as_of=as_of, known_at=None)
    scores = judged.scores
    runner.call(steps.save, context, scores, as_of=as_of, known_at=judged.known_at)
    tell(Event("step", "score", {"key_results": scores.key_results.height, "observations": derived, "as_of": as_of}))
    outcome = Outcome(
        context.run_id,
        as_of,
        landed.loads,
        scores.key_results,
        scores.objectives,
        is_first=not context.warehouse.has_run(),
        broken_metrics=tuple(broken),
        broken=scores.broken,
        findings=findings,
        failing=landed.failing,
    )
    return outcome, judged
