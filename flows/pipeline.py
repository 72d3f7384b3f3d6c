"""
The run as a Prefect flow: a thin shell of tasks over `flows.run.steps`. The only module that imports Prefect.

Pulls have no task retries, since the HTTP client retries already and 3 x 3 waits would multiply; publishing, which has
no such client beneath it, has two.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import date, datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

from prefect import Task, flow, serve
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.futures import as_completed
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.schedules import Cron
from prefect.states import Completed, Crashed, Failed
from prefect.types.entrypoint import EntrypointType

from flows.project.paths import PAGE_ADDRESS
from flows.project.project import Project, open_project, sources_reachable
from flows.run import prefect_settings, runner
from flows.run.events import Event, Tell
from flows.run.steps import Job, Options
from okr_config.delivery import Delivery, Failure
from okr_config.world import real_world
from warehouse.runs import newest_begun

Step = ParamSpec("Step")
Result = TypeVar("Result")

_RETRIES = {"publish": 2}
_SHOWN = ("key_result_id", "title", "value", "target", "progress", "probability", "status")
_UNDER_WAY = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
_listener: ContextVar[Tell | None] = ContextVar("listener", default=None)
_project: ContextVar[Project | None] = ContextVar("project", default=None)


class Tasks:
    """Runs each step as a recorded task."""

    def call(self, step: Callable[Step, Result], *args: Step.args, **kwargs: Step.kwargs) -> Result:
        """Run a step as a task. It closes over its arguments: they are live objects, not parameters to record."""
        name = getattr(step, "__name__", "step")
        return _task(partial(step, *args, **kwargs), name, retries=_RETRIES.get(name, 0))()

    def pull(self, step: Callable[[Job], Delivery | Failure], jobs: Sequence[Job]) -> Iterator[Delivery | Failure]:
        """Pull all jobs at once; one whose source fails is a failed task, and the flow goes on."""
        results: dict[int, Delivery | Failure] = {}

        def pull_job(number: int) -> State[Any]:
            result = results[number] = step(jobs[number])
            if isinstance(result, Failure):
                # a state, not an exception: Prefect would store the whole chain of causes
                return Failed(message=result.error)
            return Completed(message=f"{result.rows_read} rows")

        futures = {
            _task(pull_job, "pull", run_name=f"pull {job.settings.id} {job.stream.name}").submit(number): number
            for number, job in enumerate(jobs)
        }
        for future in as_completed(list(futures)):
            number = futures[future]
            future.wait()
            yield results[number]


def _task(
    call: Callable[Step, Result], name: str, *, run_name: str | None = None, retries: int = 0
) -> Task[Step, Result]:
    """Make a task that neither caches nor stores: its results are live objects."""
    return Task(
        call,
        name=name,
        task_run_name=run_name,
        retries=retries,
        retry_delay_seconds=5,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _run_name() -> str:
    return f"{_own_project().id} {flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"


def _own_project() -> Project:
    """Return the folder of this process: whoever may ask a server for a run may not say which folder is run."""
    return _project.get() or open_project(None, os.environ, real_world())


@flow(name="okr", flow_run_name=_run_name, retries=0, persist_result=False)
def okr_run(
    only: list[str] | None = None,
    since: date | None = None,
    as_of: datetime | None = None,
    *,
    reconcile: bool = False,
    due: bool = False,
) -> State[runner.Outcome | None]:
    """
    Pull, land, score and publish the project folder once: that of `OKR_HOME`, else the current one.

    A source that fails makes the run end as Partial. A scheduled run that comes late, after a newer one has made up for
    it, ends as Skipped.
    """
    options = Options(only=tuple(only or ()), since=since, as_of=as_of, reconcile=reconcile, due=due)
    with sources_reachable(_own_project()) as project:
        if newer := _made_up_for(project):
            return Completed(name="Skipped", message=f"the run that began at {newer:%Y-%m-%d %H:%M} UTC was newer")
        outcome = runner.run(project, options, _listener.get() or _log, runner=Tasks())
        _leave_artifacts(project, outcome)
    failed = sorted({load.source_id for load in outcome.failed})
    if failed:
        return Completed(name="Partial", message=f"could not be pulled: {', '.join(failed)}", data=outcome)
    return Completed(message=f"{outcome.scoreboard.height} key results scored", data=outcome)


def run_recorded(project: Project, options: Options, tell: Tell) -> runner.Outcome:
    """
    Run the flow in this process, recorded by the configured Prefect API or a temporary one.

    Raises:
        OkrError: when the configured API does not answer.
    """
    if prefect_settings.api_configured(project.environ) and not api_answers():
        raise prefect_settings.no_answer(project.environ)
    listening, running = _listener.set(tell), _project.set(project)
    try:
        state = okr_run(
            only=list(options.only),
            since=options.since,
            as_of=options.as_of,
            reconcile=options.reconcile,
            due=options.due,
            return_state=True,
        )
    finally:
        _listener.reset(listening)
        _project.reset(running)
    return cast("runner.Outcome", state.result())


def _made_up_for(project: Project) -> datetime | None:
    """Return when a run began that is newer than the due time of this one; None where there is none."""
    if deployment.id is None or not project.published.exists():
        return None
    begun = newest_begun(project.published)
    return begun if begun and begun > flow_run.scheduled_start_time else None


def release_runs(project: Project) -> list[str]:
    """
    End the folder's recorded runs that nobody executes any more, free their places, and return their names.

    To be called while nothing runs: Prefect would hold a run that was cut off for one that is still going on, and
    cancel every later one.
    """
    cut_off = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(_UNDER_WAY))))
    with get_client(sync_client=True) as client:
        try:
            mine = client.read_deployment_by_name(f"okr/{project.id}")
        except ObjectNotFound:
            return []
        own = DeploymentFilter(id=DeploymentFilterId(any_=[mine.id]))
        runs = client.read_flow_runs(deployment_filter=own, flow_run_filter=cut_off)
        for run in runs:
            client.set_flow_run_state(run.id, Crashed(message="it was cut off"), force=True)
        with suppress(ObjectNotFound):
            free = GlobalConcurrencyLimitUpdate(active_slots=0)
            client.update_global_concurrency_limit(f"deployment:{mine.id}", free)
    return [run.name for run in runs]


def scheduled(project: Project, cron: str, timezone: str) -> RunnerDeployment:
    """Return the deployment that runs a project folder on a schedule, one run at a time."""
    served = okr_run.to_deployment(
        name=project.id,
        schedule=Cron(cron, timezone=timezone),
        parameters={"due": True},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        description="Pulls the sources, scores the key results, publishes.",
    )
    # outside an event loop, as here, it is the deployment itself
    return cast("RunnerDeployment", served)


def serve_schedule(project: Project, cron: str, timezone: str) -> None:
    """Serve the schedule until interrupted."""
    serve(scheduled(project, cron, timezone), limit=1, print_starting_message=False)


def api_answers() -> bool:
    """Tell whether the configured Prefect API answers."""
    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def _leave_artifacts(project: Project, outcome: runner.Outcome) -> None:
    rows = outcome.scoreboard.select(_SHOWN).to_dicts()
    table = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    create_table_artifact(
        table, key=f"{project.id}-scoreboard", description=f"Scoreboard as of {outcome.as_of:%Y-%m-%d %H:%M}"
    )
    if project.page.exists():
        address = project.environ.get(PAGE_ADDRESS) or project.page.as_uri()
        create_link_artifact(address, link_text="The page", key=f"{project.id}-page")


def _log(event: Event) -> None:
    get_run_logger().info("%s %s", event.what, event.as_json())
