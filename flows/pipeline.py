"""
The run as a Prefect flow: a thin shell of tasks over `flows.run.steps`. The only module that imports Prefect.

Pulls have no task retries, since the HTTP client retries already and 3 x 3 waits would multiply; publishing, which has
no such client beneath it, has two.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from prefect import Task, flow, serve
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State
from prefect.deployments.runner import RunnerDeployment
from prefect.futures import as_completed
from prefect.logging import get_run_logger
from prefect.schedules import Cron
from prefect.states import Completed, Failed
from prefect.types.entrypoint import EntrypointType

from flows.project.paths import PAGE_ADDRESS
from flows.project.project import Project, open_project, sources_reachable
from flows.run import runner
from flows.run.events import Event, Tell
from flows.run.steps import Job, Options
from okr_config.delivery import Delivery, Failure
from okr_config.world import real_world

Step = ParamSpec("Step")
Result = TypeVar("Result")

_RETRIES = {"publish": 2}
_SHOWN = ("key_result_id", "title", "value", "target", "progress", "probability", "status")
_listener: ContextVar[Tell | None] = ContextVar("listener", default=None)


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


@flow(name="okr", retries=0, persist_result=False)
def okr_run(
    home: str, only: list[str] | None = None, since: date | None = None, as_of: datetime | None = None
) -> State[runner.Outcome]:
    """Pull, land, score and publish a project folder once. A source that fails makes the run end as Partial."""
    options = Options(only=tuple(only or ()), since=since, as_of=as_of)
    with sources_reachable(open_project(Path(home), os.environ, real_world())) as project:
        outcome = runner.run(project, options, _listener.get() or _log, runner=Tasks())
        _leave_artifacts(project, outcome)
    failed = sorted({load.source_id for load in outcome.failed})
    if failed:
        return Completed(name="Partial", message=f"could not be pulled: {', '.join(failed)}", data=outcome)
    return Completed(message=f"{outcome.scoreboard.height} key results scored", data=outcome)


def run_recorded(project: Project, options: Options, tell: Tell) -> runner.Outcome:
    """Run the flow in this process, recorded by the configured Prefect API or a temporary one."""
    listening = _listener.set(tell)
    try:
        state = okr_run(
            str(project.home), only=list(options.only), since=options.since, as_of=options.as_of, return_state=True
        )
    finally:
        _listener.reset(listening)
    return cast("runner.Outcome", state.result())


def scheduled(home: Path, cron: str, timezone: str) -> RunnerDeployment:
    """Return the deployment that runs a project folder on a schedule, one run at a time."""
    deployment = okr_run.to_deployment(
        name=home.name,
        schedule=Cron(cron, timezone=timezone),
        parameters={"home": str(home)},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        description="Pulls the sources, scores the key results, publishes.",
    )
    # outside an event loop, as here, it is the deployment itself
    return cast("RunnerDeployment", deployment)


def serve_schedule(home: Path, cron: str, timezone: str) -> None:
    """Serve the schedule until interrupted."""
    serve(scheduled(home, cron, timezone), limit=1, print_starting_message=False)


def api_answers() -> bool:
    """Tell whether the configured Prefect API answers."""
    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def _leave_artifacts(project: Project, outcome: runner.Outcome) -> None:
    rows = outcome.scoreboard.select(_SHOWN).to_dicts()
    table = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    create_table_artifact(table, key="scoreboard", description=f"Scoreboard as of {outcome.as_of:%Y-%m-%d %H:%M}")
    if project.page.exists():
        address = project.environ.get(PAGE_ADDRESS) or project.page.as_uri()
        create_link_artifact(address, link_text="The page", key="page")


def _log(event: Event) -> None:
    get_run_logger().info("%s %s", event.what, event.as_json())
