"""
Deployments of the flow: the schedule of one folder here, and on a work pool; what a Prefect server knows of them.

This and `flows.pipeline` are the only modules that import Prefect.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import cast

import prefect
from prefect import serve
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.pipeline import okr_run, tags_of
from flows.project.project import Project
from flows.run.deployment import DESCRIPTION, KINDS, Pool
from okr_config.errors import UsageError

_UNDER_WAY = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


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


def scheduled(project: Project, cron: str, timezone: str, pool: Pool | None = None) -> RunnerDeployment:
    """Return the deployment that runs a project folder on a schedule, one run at a time: here, or in a work pool."""
    served = okr_run.to_deployment(
        name=project.id,
        schedule=Cron(cron, timezone=timezone),
        parameters={"due": True},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        description=DESCRIPTION,
        tags=tags_of(project),
        work_pool_name=pool.name if pool else None,
        job_variables=dict(pool.job_variables) if pool else None,
    )
    # outside an event loop, as here, it is the deployment itself
    return cast("RunnerDeployment", served)


def serve_schedule(project: Project, cron: str, timezone: str) -> None:
    """Serve the schedule until interrupted."""
    serve(scheduled(project, cron, timezone), limit=1, print_starting_message=False)


def deploy(project: Project, cron: str, timezone: str, pool: Pool) -> str:
    """Make the deployment of a folder in a work pool, or renew the one that is there; return its name."""
    deployment = scheduled(project, cron, timezone, pool)
    deployment.apply()
    return f"{deployment.flow_name}/{deployment.name}"


def kind_of_pool(name: str) -> str:
    """
    Return what kind of work pool it is: process, docker or kubernetes.

    Raises:
        UsageError: when the server is of another major version, or has no such pool, or it is of another kind.
    """
    with get_client(sync_client=True) as client:
        _require_own_version(client.api_version(), str(client.api_url))
        try:
            kind = client.read_work_pool(name).type
        except ObjectNotFound:
            raise _unknown_pool(name, client) from None
        if kind not in KINDS:
            raise UsageError(
                f"work pool {name} is of kind {kind}",
                where=str(client.api_url),
                next_step=f"name a pool of kind {', '.join(KINDS)}",
            )
    return kind


def _require_own_version(theirs: str, where: str) -> None:
    if theirs.partition(".")[0] != prefect.__version__.partition(".")[0]:
        raise UsageError(
            f"the Prefect server is of version {theirs}, this program speaks with version {prefect.__version__}",
            where=where,
            next_step=f"run a server of version {prefect.__version__.partition('.')[0]}, or name another address",
        )


def _unknown_pool(name: str, client: SyncPrefectClient) -> UsageError:
    pools: Sequence[str] = sorted(pool.name for pool in client.read_work_pools())
    return UsageError.unknown("work pool", name, pools, next_step=f"prefect work-pool create --type process {name}")
