"""A run that is told to stop: what has landed stays, and it ends soon (flows.console.stopping)."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import duckdb
import pytest

from tests.conftest import Clock
from tests.flows.command import ROOT, line_of
from tests.flows.test_clock import a_folder

pytestmark = pytest.mark.slow

SOURCES = """\
sources:
  - id: silent
    connector: bluesky
    account: shop.example
    base_url: http://127.0.0.1:{port}
    timeout: 300
"""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Listen, and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_whose_source_is_silent(
    tmp_path: Path, silent: socket.socket, number: signal.Signals, code: int
) -> None:
    """Within five seconds, by its own exit code, with one sentence, and the ledger says stopped."""
    config = tmp_path / "okr_config"
    config.mkdir()
    (config / "project.yaml").write_text("timezone: Europe/Oslo\n")
    (config / "sources.yaml").write_text(SOURCES.format(port=silent.getsockname()[1]))

    process = subprocess.Popen(
        line_of("run", "--home", str(tmp_path)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    connection, _ = silent.accept()
    with connection:
        before = monotonic()
        process.send_signal(number)
        _, told = process.communicate(timeout=30)

    assert (code, True) == (process.returncode, monotonic() - before < 5)
    assert told.endswith("stopped; what was landed is kept, the rest is done by the next run\n")
    with duckdb.connect(str(tmp_path / "warehouse" / "okr.duckdb"), read_only=True) as warehouse:
        assert [("stopped",)] == warehouse.execute("select state from run").fetchall()
        assert [] == warehouse.execute("select load_id from load").fetchall()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_within_a_query(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Within five seconds, by its own exit code, though DuckDB is at a query that would take hours."""
    made = a_folder(tmp_path / "project", Clock())
    made.run()
    with duckdb.connect(str(made.project().warehouse.path)) as connection:
        connection.execute(
            """
            create or replace view shop_covered_day as
            select 'sheet' as source_id, current_date as day, 1::bigint as load_id, now() as loaded_at
            from range(1_000_000_000_000) as numbers(number)
            where number % 7 = 8
            """
        )

    process = subprocess.Popen(
        line_of("run", "--home", str(made.home), now=Clock().now + timedelta(hours=1)),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    assert "sheet" in process.stderr.readline()
    before = monotonic()
    process.send_signal(number)
    _, told = process.communicate(timeout=60)

    assert (code, True) == (process.returncode, monotonic() - before < 5), told
    assert told.endswith("stopped; what was landed is kept, the rest is done by the next run\n")
    with duckdb.connect(str(made.project().warehouse.path), read_only=True) as warehouse:
        assert [("done",), ("stopped",)] == warehouse.execute("select state from run order by run_id").fetchall()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_second_signal_ends_it_at_once(number: signal.Signals, code: int) -> None:
    """Whatever the first one has begun to put in order."""
    program = f"""
import signal, sys
sys.path.insert(0, {str(ROOT)!r})
from flows.console.stopping import StopSignals
from okr_config.world import Stop
StopSignals(Stop()).listen()
try:
    signal.raise_signal({number.value})
finally:
    signal.raise_signal({number.value})
    print("still here")
"""

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert (code, "") == (ended.returncode, ended.stdout)
