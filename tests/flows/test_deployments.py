"""The flow on a real Prefect server: work pools, names, tags, events (flows.deployments, flows.commands.deploy)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply
from tests.flows.command import invoke
from tests.flows.project_folder import TERM, Folder

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SOURCES = """\
sources:
  - {id: sheet, connector: file, path: "${SHEET_FOLDER}/${SHEET_NAME}.csv"}
  - {id: gone, connector: file, path: nowhere/*.csv}
"""


@pytest.fixture(scope="module", autouse=True)
def pool(prefect_api: str) -> str:
    """Make a process pool on the real server; return its name."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    assert prefect_api
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="laptops", type="process"))
        client.create_work_pool(WorkPoolCreate(name="boxes", type="docker"))
    return "laptops"


@pytest.fixture
def shop(folder: Folder) -> Folder:
    """Return a folder with a schedule of its own and a source that always fails."""
    folder.write("okr_config/project.yaml", 'id: shop\nschedule: {cron: "7 5 * * *", timezone: Asia/Tokyo}\n')
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", SOURCES)
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.units_sold,2020-05-02,1\n")
    return folder


def _deployment() -> Any:  # noqa: ANN401 - Prefect is not imported yet
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_deployment_by_name("okr/shop")


def test_a_folder_is_deployed_and_a_worker_runs_it(shop: Folder, pool: str) -> None:
    """
    What is applied is what the file says, done twice it is one deployment, and a worker's run is the folder's.

    Variables without a value here come from the server's Secret blocks and variables, of this project's name only.
    The run is named for what it pulls, is found by its tags, ends as Partial, and tells so by an event.
    """
    from prefect.blocks.system import Secret
    from prefect.client.orchestration import get_client
    from prefect.variables import Variable

    Secret(value=SecretStr("numbers")).save("shop-sheet-folder")
    Secret(value=SecretStr("elsewhere")).save("sheet-name")
    Variable.set("shop_sheet_name", "numbers")
    first = invoke(shop.world, "deploy", "--pool", pool, home=shop.home)
    before = _deployment()
    second = invoke(shop.world, "deploy", "--pool", pool, home=shop.home)
    deployment = _deployment()

    assert (0, 0) == (first.exit_code, second.exit_code), first.stderr + second.stderr
    assert before.id == deployment.id
    assert _written(shop) == {
        "name": deployment.name,
        "entrypoint": deployment.entrypoint,
        "description": deployment.description,
        "tags": deployment.tags,
        "parameters": deployment.parameters,
        "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
        "schedules": [{"cron": one.schedule.cron, "timezone": one.schedule.timezone} for one in deployment.schedules],
        "work_pool": {"name": deployment.work_pool_name, "job_variables": deployment.job_variables},
    }
    assert [("7 5 * * *", "Asia/Tokyo")] == [(one.schedule.cron, one.schedule.timezone) for one in deployment.schedules]

    with get_client(sync_client=True) as client:
        run = client.create_flow_run_from_deployment(deployment.id)
        command = ["-m", "prefect", "worker", "start", "--pool", pool, "--run-once", "--limit", "1"]
        subprocess.run([sys.executable, *command], cwd=shop.home, check=True, capture_output=True, timeout=400)
        ended = client.read_flow_run(run.id)
        events = _events(client, "okr.run.partial", run.id)
        renewed = _events(client, "prefect.asset.materialization.succeeded", run.id)

    assert ended.state
    assert ("Partial", "could not be pulled: gone") == (ended.state.name, ended.state.message)
    assert ended.name.startswith("shop what is due 20")
    assert {"okr", "shop"} <= set(ended.tags)
    assert [["gone"]] == [event["payload"]["failed_sources"] for event in events]
    assert "duckdb://shop/scoreboard" in {event["resource"]["prefect.resource.id"] for event in renewed}
    assert [1] == shop.query("select count(*) as n from run")["n"].to_list()


def _written(folder: Folder) -> dict[str, Any]:
    from ruamel.yaml import YAML

    (deployment,) = YAML(typ="safe").load((folder.home / "prefect.yaml").read_text())["deployments"]
    found: dict[str, Any] = deployment
    return found


def _events(client: Any, name: str, run: UUID) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    """Return the events of a name from one run, as the server is shared: they reach its table a moment later."""
    asked = {"filter": {"event": {"name": [name]}, "related": {"id": [f"prefect.flow-run.{run}"]}}}
    found: list[dict[str, Any]] = []

    def came() -> bool:
        found[:] = client._client.post("/events/filter", json=asked).json()["events"]  # noqa: SLF001 - it has no call of its own
        return bool(found)

    assert _await(came, seconds=60)
    return found


def _await(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Ask a real server until something holds: bounded, since there is nothing to be told by."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def test_a_parameter_that_is_none_is_refused() -> None:
    """A source's id and an instant are looked at before anything runs; no parameter names a folder."""
    from prefect.exceptions import ParameterTypeError

    from flows.pipeline import okr_run

    for wrong in ({"only": ["../etc"]}, {"as_of": "2026-11-23T09:00"}, {"since": "soon"}):
        with pytest.raises(ParameterTypeError):
            okr_run(**wrong)  # type: ignore[arg-type]

    assert {"only", "since", "as_of", "reconcile", "due"} == set(okr_run.parameters.properties)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--pool", "laptop"], "unknown work pool 'laptop'\n  did you mean 'laptops'?"),
        (["--pool", "boxes"], "a docker pool runs an image, and none is named\n  work pool boxes\n  next: okr deploy"),
    ],
)
def test_a_pool_that_cannot_run_it_is_told(shop: Folder, options: list[str], told: str) -> None:
    """What, where, next; and nothing has been written."""
    result = invoke(shop.world, "deploy", *options, home=shop.home)

    assert 2 == result.exit_code
    assert told in result.stderr
    assert not (shop.home / "prefect.yaml").exists()


@pytest.mark.parametrize(
    ("project", "told"),
    [
        ('schedule: {cron: "7 5 * *"}\ntimezone: UTC\n', "okr_config/project.yaml:1:18  not a cron line"),
        ("schedule: {timezone: Asia/Tokio}\ntimezone: UTC\n", "okr_config/project.yaml:1:22  unknown timezone"),
    ],
)
def test_a_schedule_that_is_none_is_told(shop: Folder, pool: str, project: str, told: str) -> None:
    """With its place in the file, before a server is asked."""
    shop.write("okr_config/project.yaml", project)

    result = invoke(shop.world, "deploy", "--pool", pool, home=shop.home)

    assert (2, True) == (result.exit_code, told in result.stderr), result.stderr


def test_a_file_of_somebody_else_is_left_alone(shop: Folder, pool: str) -> None:
    """Unless it is said that it may be written over."""
    shop.write("prefect.yaml", "name: mine\n")

    refused = invoke(shop.world, "deploy", "--pool", pool, home=shop.home)
    kept = (shop.home / "prefect.yaml").read_text()
    forced = invoke(shop.world, "deploy", "--pool", pool, "--force", home=shop.home)

    assert (2, "name: mine\n", 0) == (refused.exit_code, kept, forced.exit_code)
    assert "next: move it aside, or write over it: okr deploy --force" in refused.stderr


def test_without_a_server_it_says_where_it_looked(shop: Folder, pool: str) -> None:
    """And what does without one."""
    nowhere = {"PREFECT_API_URL": None, "PREFECT_PROFILES_PATH": str(shop.home / "none.toml")}

    result = invoke(shop.world, "deploy", "--pool", pool, home=shop.home, env=nowhere)

    assert 2 == result.exit_code
    assert "no Prefect server is named\n  looked for PREFECT_API_URL" in result.stderr


@pytest.fixture
def another(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that says it is of the next major version."""
    running = Loopback(world, tmp_path / "server")
    running.script = lambda request: Reply("4.0.1" if request.path.endswith("version") else True)
    yield running
    running.stop()


def test_a_server_of_another_major_version_is_told(shop: Folder, pool: str, another: Loopback) -> None:
    """Both versions, its address, and what to do; nothing is sent to it."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: f"{another.url}/api"}):
        result = invoke(shop.world, "deploy", "--pool", pool, home=shop.home)

    assert 2 == result.exit_code
    assert f"the Prefect server is of version 4.0.1, this program speaks with version 3.{''}" in result.stderr
    assert another.url in result.stderr
    assert {"GET"} == {request.method for request in another.seen}
    assert os.environ["PREFECT_API_URL"] not in result.stderr
