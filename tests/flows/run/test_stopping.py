"""A run that is told to stop: what has landed stays, and it ends soon (flows.console.stopping)."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import duckdb
import pytest

from tests.flows.command import ROOT, line_of

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
