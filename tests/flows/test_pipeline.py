"""The same run as a recorded Prefect flow, and the schedule, against a real Prefect server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from connectors.sandbox import serve
from flows.commands.demo import LAST_DAY
from flows.project.project import SANDBOX_URL, open_project
from flows.run import runner
from flows.run.events import Event
from flows.run.steps import Options
from flows.scaffold.folder import write_template
from okr_config.world import real_world
from warehouse.reading import read_published

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

AS_OF = datetime(2011, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox_url(prefect_api: str) -> Iterator[str]:
    """Serve the demo's shop on its last evening."""
    assert prefect_api == os.environ["PREFECT_API_URL"]
    with serve(datetime.combine(LAST_DAY, datetime.min.time(), UTC).replace(hour=21)) as sandbox:
        os.environ[SANDBOX_URL] = sandbox.url
        yield sandbox.url
        del os.environ[SANDBOX_URL]


@pytest.fixture(scope="module", autouse=True)
def scheduled(tmp_path_factory: pytest.TempPathFactory, sandbox_url: str) -> Iterator[str]:
    """Let `okr serve` run a folder every minute, from the first test on, and yield its deployment's name."""
    folder = _demo(tmp_path_factory.mktemp("serving") / "every-minute")
    project = folder / "okr_config" / "project.yaml"
    project.write_text(project.read_text() + 'schedule: {cron: "* * * * *", timezone: Europe/Oslo}\n')
    environ = {**os.environ, SANDBOX_URL: sandbox_url}
    okr = Path(sys.executable).with_name("okr")
    server = subprocess.Popen(
        [okr, "serve", "--home", str(folder)], env=environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    yield open_project(folder, os.environ, real_world()).id
    server.send_signal(signal.SIGINT)
    server.wait(timeout=30)


def _demo(folder: Path) -> Path:
    write_template("demo", folder, real_world(), {"LAST_DAY": LAST_DAY.isoformat()})
    # the key that hashes customers is a folder's own: the same one makes two folders alike
    real_world().write(folder / ".okr" / "customer.key", bytes(32), 0o600)
    return folder


def _rows(folder: Path, table: str) -> pl.DataFrame:
    published = folder / "warehouse" / "published" / "okr.duckdb"
    frame = read_published(published, f'from "{table}"')
    kept = [
        name
        for name in frame.columns
        # what a hash is of has instants in it
        if not name.endswith(("_at", "run_id", "load_id", "cursor", "window_from", "window_to", "at", "content_hash"))
    ]
    return frame.select(kept)


def _tables(folder: Path) -> list[str]:
    published = folder / "warehouse" / "published" / "okr.duckdb"
    names: list[str] = read_published(published, "select table_name from duckdb_tables() order by 1")[
        "table_name"
    ].to_list()
    return names


def test_both_ways_leave_the_same_rows(tmp_path: Path) -> None:
    """A run through Prefect and a direct one fill every table alike, ids and times apart."""
    from flows.pipeline import run_recorded

    told: list[Event] = []
    direct, recorded = _demo(tmp_path / "direct"), _demo(tmp_path / "recorded")
    options = Options(as_of=AS_OF)

    runner.run(open_project(direct, os.environ, real_world()), options, told.append)
    outcome = run_recorded(open_project(recorded, os.environ, real_world()), options, told.append)

    assert () == outcome.failed
    assert _tables(direct) == _tables(recorded)
    for table in _tables(direct):
        assert_frame_equal(_rows(direct, table), _rows(recorded, table), check_row_order=False)


def test_a_failed_source_is_a_failed_task_and_a_partial_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Prefect shows which pull failed; the run itself ends as Partial and has left its artifacts.

    Neither its database nor any file beside it holds the secret that was part of the failing address.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, TaskRunFilter

    from flows.pipeline import okr_run

    folder = _demo(tmp_path / "partial")
    sources = folder / "okr_config" / "sources.yaml"
    sources.write_text(sources.read_text().replace("/bluesky\n", "/nowhere/${CANARY}\n"))

    monkeypatch.setenv("OKR_HOME", str(folder))
    monkeypatch.setenv("CANARY", "canary-5up3r-s3cret")

    state = okr_run(return_state=True)

    assert "Partial" == state.name
    with get_client(sync_client=True) as client:
        mine = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
        tasks = client.read_task_runs(flow_run_filter=mine, task_run_filter=TaskRunFilter())
        failed = [run.name for run in tasks if run.state and run.state.is_failed()]
        kept = client.read_artifacts(flow_run_filter=mine)
    assert ["pull bluesky accounts"] == failed
    kept_by_prefect = b"".join(
        file.read_bytes() for file in Path(os.environ["PREFECT_HOME"]).rglob("*") if file.is_file()
    )
    assert b"answered 404" in kept_by_prefect
    assert b"5up3r-s3cret" not in kept_by_prefect
    project_id = open_project(folder, os.environ, real_world()).id
    assert {f"{project_id}-{name}" for name in ("scoreboard", "checks", "page")} == {artifact.key for artifact in kept}


def test_a_schedule_yields_runs_and_one_executes(scheduled: str) -> None:
    """`okr serve` makes a deployment whose schedule really brings Scheduled runs, and one of them completes."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName

    mine = DeploymentFilter(name=DeploymentFilterName(any_=[scheduled]))
    with get_client(sync_client=True) as client:

        def runs(kind: str) -> list[Any]:
            found = client.read_flow_runs(deployment_filter=mine)
            return [run for run in found if run.auto_scheduled and run.state_type and run.state_type.value == kind]

        assert _await(lambda: len(runs("SCHEDULED")) > 1, seconds=90), "no Scheduled runs"
        assert _await(lambda: bool(runs("COMPLETED")), seconds=150), "none completed"


def _await(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Ask a real server until something holds: bounded, since there is nothing to be told by."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True
