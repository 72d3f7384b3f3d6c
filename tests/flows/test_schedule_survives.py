"""
What a schedule survives, against a real Prefect server (flows.serve.prefect_child, .prefect_server).

Runs cut off by a kill, a termination or Ctrl-C, two folders of one name, strangers.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from flows.project.project import open_project
from okr_config.world import real_world
from warehouse.reading import read_published

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SOURCES = """\
sources:
  - id: till
    connector: http_json
    url: {url}
    records: rows
    fields: {{day: day, value: value}}
    metric: shop.units_sold
    timeout: 500
"""
OBJECTIVES = """\
period: {id: term, start: 2020-04-27, end: 2020-06-05}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: ten, title: Sell 10 units, metric: shop.units_sold, kind: total, target: 10, confidence: 5}
"""
BODY = json.dumps({"rows": [{"day": "2020-05-02", "value": 1}]}).encode()


class Till(ThreadingHTTPServer):
    """Answers at once, but for the requests of a folder that it is told to keep waiting."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.slow: set[str] = set()
        self.asked: dict[str, Event] = {}
        self.go_on = Event()


class _Answer(BaseHTTPRequestHandler):
    server: Till

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].strip("/")
        self.server.asked.setdefault(name, Event()).set()
        if name in self.server.slow:
            self.server.go_on.wait()
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def till() -> Iterator[Till]:
    """Start the source that all folders of this module have."""
    server = Till()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.go_on.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def api(prefect_api: str) -> Mapping[str, str]:
    """Return the environment of a client of the real Prefect server."""
    assert prefect_api == os.environ["PREFECT_API_URL"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("OKR_")}
    return {**own, "PREFECT_RUNNER_POLL_FREQUENCY": "1"}


def _folder(path: Path, till: Till, name: str) -> Path:
    (path / "okr_config" / "objectives").mkdir(parents=True)
    url = f"http://127.0.0.1:{till.server_port}/{name}"
    (path / "okr_config" / "sources.yaml").write_text(SOURCES.format(url=url))
    (path / "okr_config" / "objectives" / "term.yaml").write_text(OBJECTIVES)
    # the next due time is never within the minutes that a test takes: each comes when the test brings it about
    far = (datetime.now(UTC) + timedelta(minutes=30)).minute
    (path / "okr_config" / "project.yaml").write_text(f'schedule: {{cron: "{far} * * * *", timezone: UTC}}\n')
    return path


def _serve(folder: Path, environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    okr = Path(sys.executable).with_name("okr")
    command = [okr, "serve", "--port", "0", "--home", str(folder)]
    with (folder / "serve.log").open("ab") as log:
        return subprocess.Popen(command, env=dict(environ), stdout=log, stderr=log, process_group=0)


def _runs(folder: Path) -> list[Any]:
    """Return the folder's recorded runs."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName

    project_id = open_project(folder, {}, real_world()).id
    with get_client(sync_client=True) as client:
        mine = DeploymentFilter(name=DeploymentFilterName(any_=[project_id]))
        return [run for run in client.read_flow_runs(deployment_filter=mine) if run.state]


def _bring_about(runs: Sequence[Any]) -> None:
    """Let the next run of a folder's schedule be due now, unless one is due or going on."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Scheduled

    now = datetime.now(UTC)
    open_runs = [run for run in runs if not run.state.is_final()]
    to_come = [run for run in open_runs if run.auto_scheduled and run.state.is_scheduled()]
    if to_come and len(to_come) == len(open_runs) and all(run.next_scheduled_start_time > now for run in to_come):
        # a schedule that is being laid down takes away what was to come, and brings it again
        with get_client(sync_client=True) as client, suppress(ObjectNotFound):
            first = min(to_come, key=lambda run: run.next_scheduled_start_time)
            client.set_flow_run_state(first.id, Scheduled(scheduled_time=now), force=True)


def _ended(runs: Sequence[Any]) -> int:
    """Count the runs that came to their end, those that a newer one had made up for included."""
    return sum(run.state.is_completed() for run in runs)


def _await(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Ask a real server until something holds: bounded, since there is nothing to be told by."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """End the schedule and the run that is going on, as a power cut does; the server here is another process."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


def _terminate(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)


def _interrupt(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGINT)


WAYS = {"killed": _kill_group, "terminated": _terminate, "interrupted": _interrupt}


def test_a_run_that_is_cut_off_ends_no_schedule(tmp_path: Path, till: Till, api: Mapping[str, str]) -> None:
    """
    However it was cut off, after the next start the next due run is executed, and nothing has been doubled.

    All folders have one name; one that is not cut off goes on meanwhile.
    """
    folders = {way: _folder(tmp_path / way / "shop", till, way) for way in (*WAYS, "bystander")}
    serving = {way: _serve(folder, api) for way, folder in folders.items()}
    try:
        for way, folder in folders.items():
            assert _await(_copy(folder).exists, seconds=300), f"{way}: the run that makes up for what was missed"
        till.asked.clear()
        till.slow |= set(WAYS)
        for way in WAYS:
            assert _await(partial(_is_asked, till, folders[way], way), seconds=300), f"{way}: none to cut off"
        before = {way: _ended(_runs(folder)) for way, folder in folders.items()}
        for way, cut in WAYS.items():
            cut(serving[way])
        for way in WAYS:
            serving[way].wait(timeout=60)
        till.slow.clear()
        till.go_on.set()
        serving |= {way: _serve(folders[way], api) for way in WAYS}
        with ThreadPoolExecutor() as pool:
            more = {
                way: pool.submit(_await, partial(_has_more, folders[way], before[way]), seconds=300) for way in folders
            }
            went_on = {way: waiting.result() for way, waiting in more.items()}
        units = "select sum(value) as units from metric_daily"
        frames = [read_published(_copy(folder), units) for folder in folders.values()]
    finally:
        for process in serving.values():
            process.kill()
            process.wait(timeout=30)

    assert dict.fromkeys(folders, True) == went_on
    assert [1] * len(folders) == [frame["units"][0] for frame in frames]


def _is_asked(till: Till, folder: Path, name: str) -> bool:
    if name in till.asked:
        return True
    _bring_about(_runs(folder))
    return False


def _has_more(folder: Path, count: int) -> bool:
    runs = _runs(folder)
    if _ended(runs) > count:
        return True
    _bring_about(runs)
    return False


def _copy(folder: Path) -> Path:
    return folder / "warehouse" / "published" / "okr.duckdb"


def test_a_stranger_is_refused(api: Mapping[str, str]) -> None:
    """Without the password nothing is told or taken, and no other page may ask."""
    address = f"{api['PREFECT_API_URL']}/deployments/filter"
    headers = {"Content-Type": "application/json", "Origin": "http://elsewhere.example"}

    with pytest.raises(HTTPError) as refused, urlopen(Request(address, b"{}", headers), timeout=20):  # noqa: S310
        pass
    preflight = Request(address, headers=headers | {"Access-Control-Request-Method": "POST"}, method="OPTIONS")  # noqa: S310
    with pytest.raises(HTTPError) as foreign, urlopen(preflight, timeout=20):  # noqa: S310
        pass

    with refused.value, foreign.value:
        assert 401 == refused.value.code
        assert None is foreign.value.headers["Access-Control-Allow-Origin"]


def test_a_folder_is_served_once(tmp_path: Path, till: Till, api: Mapping[str, str]) -> None:
    """A second `okr serve` names the first and ends with exit code 4."""
    folder = _folder(tmp_path / "shop", till, "once")
    first = _serve(folder, api)
    try:
        assert _await((folder / ".okr" / "serve.lock").exists, seconds=60)
        second = _serve(folder, api)
        code = second.wait(timeout=60)
    finally:
        first.kill()
        first.wait(timeout=30)

    assert 4 == code


def test_the_server_ends_with_the_schedule(tmp_path: Path, till: Till) -> None:
    """A kill that leaves no time for farewells leaves no server behind either."""
    folder = _folder(tmp_path / "shop", till, "own")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "OKR_"))}
    environ["PREFECT_PROFILES_PATH"] = str(tmp_path / "none.toml")
    process = _serve(folder, environ)

    def server() -> list[str]:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [pid for pid in children if b"prefect_child" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    try:
        assert _await(lambda: bool(server()), seconds=60)
        (pid,) = server()
    finally:
        process.kill()
        process.wait(timeout=30)

    assert _await(lambda: not Path(f"/proc/{pid}/exe").exists(), seconds=60)
