"""
The run as a Prefect flow: a thin shell of tasks over `flows.run.steps`.

This and `flows.deployments` are the only modules that import Prefect.

Pulls have no task retries, since the HTTP client retries already and 3 x 3 waits would multiply; publishing, which has
no such client beneath it, has two.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from prefect import Task, flow, tags
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.futures import as_completed
from prefect.logging import get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Failed
from prefect.tasks import MaterializingTask, TaskOptions
from prefect.variables import Variable
from pydantic import AwareDatetime, Field

from flows.project.paths import PAGE_ADDRESS
from flows.project.project import Project, open_project, sources_reachable
from flows.run import prefect_settings, runner
from flows.run.clock import Pulled
from flows.run.events import Event, Tell
from flows.run.outcome import Outcome
from flows.run.steps import Job, Options
from okr_config import names_without_value
from okr_config.delivery import Delivery, Failure
from okr_config.world import real_world
from warehouse.runs import newest_begun

SourceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Step = ParamSpec("Step")
Result = TypeVar("Result")

_RETRIES = {"publish": 2}
_ASSETS = ("scoreboard", "key_result_score", "metric_daily", "load")
"""The tables that a server shows as assets, renewed by each run that publishes."""
_SHOWN = ("key_result_id", "title", "value", "target", "progress", "probability", "status")
_FOUND = ("severity", "check_id", "source_id", "subject", "found", "expected", "state")
_listener: ContextVar[Tell | None] = ContextVar("listener", default=None)
_project: ContextVar[Project | None] = ContextVar("project", default=None)


class Tasks:
    """Runs each step as a recorded task; the tables of a project that is published are its assets."""

    def __init__(self, project_id: str) -> None:
        self._assets = [f"duckdb://{project_id}/{table}" for table in _ASSETS]

    def call(self, step: Callable[Step, Result], *args: Step.args, **kwargs: Step.kwargs) -> Result:
        """Run a step as a task. It closes over its arguments: they are live objects, not parameters to record."""
        name = getattr(step, "__name__", "step")
        about = next((one for one in args if isinstance(one, Delivery | Failure)), None)
        run_name = f"{name} {about.source_id} {about.stream}" if about else name
        assets = self._assets if name == "publish" else []
        call = partial(step, *args, **kwargs)
        return _task(call, name, run_name=run_name, retries=_RETRIES.get(name, 0), assets=assets)()

    def pull(self, step: Callable[[Job], Delivery | Failure], jobs: Sequence[Job]) -> Iterator[Pulled]:
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
            yield [results[number]]


def _task(
    call: Callable[Step, Result], name: str, *, run_name: str, retries: int = 0, assets: Sequence[str] = ()
) -> Task[Step, Result]:
    """Make a task that neither caches nor stores: its results are live objects."""
    options: TaskOptions = {
        "name": name,
        "task_run_name": run_name,
        "retries": retries,
        "retry_delay_seconds": 5,
        "cache_policy": NO_CACHE,
        "persist_result": False,
    }
    return MaterializingTask(call, assets=assets, **options) if assets else Task(call, **options)


def _run_name() -> str:
    """Say what is pulled: the project, its sources, and what is out of the ordinary; then when it was due."""
    asked: Mapping[str, Any] = flow_run.parameters
    what = ", ".join(asked.get("only") or ()) or ("what is due" if asked.get("due") else "all sources")
    more = [f"{word} {asked[name]}" for name, word in (("since", "since"), ("as_of", "as of")) if asked.get(name)]
    more += ["reconciled"] if asked.get("reconcile") else []
    return " ".join([_own_project().id, what, *more, f"{flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"])


def _own_project() -> Project:
    """Return the folder of this process: whoever may ask a server for a run may not say which folder is run."""
    return _project.get() or open_project(None, os.environ, real_world())


def _with_blocks(project: Project) -> Project:
    """
    Give variables that have no value here that of the server: a Secret block, else a variable of Prefect.

    `SHOP_TOKEN` of project `shop` is the block `shop-shop-token` or the variable `shop_shop_token`: on a server of many
    folders none reads another's.
    """
    found: dict[str, str] = {}
    for name in names_without_value(project.home, project.environ):
        key = f"{project.id}-{name.lower().replace('_', '-')}"
        try:
            found[name] = str(cast("Secret[Any]", Secret.load(key)).get())
        except ValueError:  # as Prefect has it: there is no such block
            value = Variable.get(key.replace("-", "_"))
            found |= {name: str(value)} if value is not None else {}
    return replace(project, environ={**project.environ, **found}) if found else project


@flow(name="okr", flow_run_name=_run_name, retries=0, persist_result=False)
def okr_run(
    only: list[SourceId] | None = None,
    since: date | None = None,
    as_of: AwareDatetime | None = None,
    *,
    reconcile: bool = False,
    due: bool = False,
) -> State[Outcome | None]:
    """
    Pull, land, score and publish the project folder once: that of `OKR_HOME`, else the current one.

    A source that fails makes the run end as Partial, and so does a key result that cannot be computed or a check of
    severity error. A scheduled run that comes late, after a newer one has made up for it, ends as Skipped. Each end is
    an event for automations, `okr.run.completed`, `.partial`, `.failed` or `.skipped`: to Prefect's own types all but
    one are Completed.
    """
    options = Options(only=tuple(only or ()), since=since, as_of=as_of, reconcile=reconcile, due=due)
    with sources_reachable(_with_blocks(_own_project())) as project:
        if newer := _made_up_for(project):
            _emit(project, "skipped")
            return Completed(name="Skipped", message=f"the run that began at {newer:%Y-%m-%d %H:%M} UTC was newer")
        try:
            outcome = runner.run(project, options, _listener.get() or _log, runner=Tasks(project.id))
        except Exception:
            _emit(project, "failed")
            raise
        _leave_artifacts(project, outcome)
        failed = outcome.failed_sources
        uncomputed = [*outcome.uncomputed, *outcome.broken_metrics]
        checks = sorted({finding.check_id for finding in outcome.findings if finding.is_error})
        _emit(project, "completed" if outcome.complete else "partial", failed, uncomputed, checks)
    if outcome.complete:
        return Completed(message=f"{outcome.scoreboard.height} key results scored", data=outcome)
    reasons = {"could not be pulled": failed, "could not be computed": uncomputed, "checks that fail": checks}
    message = "; ".join(f"{reason}: {', '.join(names)}" for reason, names in reasons.items() if names)
    return Completed(name="Partial", message=message, data=outcome)


def _emit(
    project: Project,
    end: str,
    failed: Sequence[str] = (),
    uncomputed: Sequence[str] = (),
    checks: Sequence[str] = (),
) -> None:
    """Tell automations how a run ended, with the names of what failed."""
    emit_event(
        event=f"okr.run.{end}",
        resource={"prefect.resource.id": f"okr.project.{project.id}", "prefect.resource.name": project.id},
        payload={"failed_sources": [*failed], "uncomputed": [*uncomputed], "failed_checks": [*checks]},
    )


def tags_of(project: Project) -> list[str]:
    """Return what a project's runs are found by."""
    return ["okr", project.id]


def run_recorded(project: Project, options: Options, tell: Tell) -> Outcome:
    """
    Run the flow in this process, recorded by the configured Prefect API or a temporary one.

    Raises:
        OkrError: when the configured API does not answer.
    """
    if prefect_settings.api_configured(project.environ) and not api_answers():
        raise prefect_settings.no_answer(project.environ)
    listening, running = _listener.set(tell), _project.set(project)
    try:
        with tags(*tags_of(project)):
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
    return cast("Outcome", state.result())


def _made_up_for(project: Project) -> datetime | None:
    """Return when a run began that is newer than the due time of this one; None where there is none."""
    if deployment.id is None or not project.published.exists():
        return None
    begun = newest_begun(project.published)
    return begun if begun and begun > flow_run.scheduled_start_time else None


def api_answers() -> bool:
    """Tell whether the configured Prefect API answers."""
    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def _leave_artifacts(project: Project, outcome: Outcome) -> None:
    rows = outcome.scoreboard.select(_SHOWN).to_dicts()
    table = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    create_table_artifact(
        table, key=f"{project.id}-scoreboard", description=f"Scoreboard as of {outcome.as_of:%Y-%m-%d %H:%M}"
    )
    findings = [{name: str(getattr(one, name) or "") for name in _FOUND} for one in outcome.findings]
    create_table_artifact(findings, key=f"{project.id}-checks", description="What looks wrong with what came")
    if project.page.exists():
        address = project.environ.get(PAGE_ADDRESS) or project.page.as_uri()
        create_link_artifact(address, link_text="The page", key=f"{project.id}-page")


def _log(event: Event) -> None:
    get_run_logger().info("%s %s", event.what, event.as_json())
