"""
What a load of orders costs: this project, dlt and the least that can be, side by side against one server on loopback.

    uv run python benchmarks/ingest.py [--dlt PYTHON] [--orders 10000 100000] [--shapes woocommerce shopify] [--runs 5]

Each load is a process of its own, all of it counted: start, imports, reading, landing. Loads of the readers take turns,
so that what else the machine does falls on all; CPU seconds (user and system) and the peak of memory are medians.
PYTHON is that of an environment with dlt[duckdb], httpx and pyarrow; without one dlt is left out:

    uv venv /tmp/dlt && uv pip install --python /tmp/dlt/bin/python 'dlt[duckdb]' 'duckdb<2' httpx pyarrow
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# where bytecode may not be written, every start would measure the compiler
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
HERE = Path(__file__).parent
ALL, CHANGES = "2020-01-01T00:00:00", "2026-11-19T00:00:00"
# name, share of orders changed before it, since when is asked
LOADS = (
    ("first", 0.0, ALL),
    ("identical", 0.0, ALL),
    ("1 % changed, changes asked for", 0.01, CHANGES),
    ("1 % changed, all read again", 0.01, ALL),
)


@dataclass(frozen=True)
class Cost:
    """What a load took."""

    cpu: float
    wall: float
    memory: float


@contextmanager
def server(orders: int, latency: float) -> Iterator[str]:
    """Serve; yield the address."""
    command = [sys.executable, str(HERE / "ingest_server.py"), str(orders), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            assert process.stdout  # noqa: S101 - it was asked for
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def command_of(reader: str, dlt: str | None) -> list[str]:
    """Return how a reader is started."""
    program, *way = reader.split("-")
    return [dlt if program == "dlt" and dlt else sys.executable, str(HERE / f"ingest_{program}.py"), *way]


def load(command: list[str], orders: int) -> Cost:
    """Load once; every order must be there then."""
    environ = {**os.environ, "PYTHONPATH": str(HERE.parent), "RUNTIME__DLTHUB_TELEMETRY": "false"}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own
        out, errors = process.stdout, process.stderr
        assert out and errors  # noqa: S101, PT018 - they were asked for
        told, wrong = out.read().decode(), errors.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or int(told.split()[-1]) != orders:
        sys.exit(f"{command}: {told}{wrong}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)


def change(url: str, share: float) -> None:
    """Have orders changed."""
    urllib.request.urlopen(f"{url}/changed?share={share}", data=b"").read()  # noqa: S310 - our own server


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dlt")
    parser.add_argument("--orders", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--shapes", nargs="*", default=["woocommerce", "shopify"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--readers", nargs="*", default=["ours", "bare", "dlt-flat", "dlt-nested"])
    parser.add_argument("--loads", type=int, default=len(LOADS), help="as many of the loads, in their order")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a page")
    asked = parser.parse_args()
    readers = [reader for reader in asked.readers if asked.dlt or not reader.startswith("dlt")]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" load {os.getloadavg()[0]:.0f}"
    )
    print("| shape | orders | load | reader | CPU s | seconds | MB |\n|---|---|---|---|---|---|---|")
    for shape in asked.shapes:
        for orders in asked.orders:
            costs: dict[tuple[str, str], list[Cost]] = {}
            with server(orders, asked.latency) as url, tempfile.TemporaryDirectory() as place:
                for run in range(asked.runs):
                    folders = {reader: Path(place) / f"{reader}-{run}" for reader in readers}
                    for name, share, since in LOADS[: asked.loads]:
                        change(url, share)
                        for reader, folder in folders.items():
                            folder.mkdir(exist_ok=True)
                            command = command_of(reader, asked.dlt)
                            cost = load([*command, shape, url, str(folder), since], orders)
                            costs.setdefault((name, reader), []).append(cost)
                    for folder in folders.values():
                        shutil.rmtree(folder)
            for (name, reader), found in costs.items():
                cells = (statistics.median(getattr(cost, what) for cost in found) for what in ("cpu", "wall", "memory"))
                cpu, wall, memory = cells
                row = f"| {shape} | {orders:,} | {name} | {reader} | {cpu:.2f} | {wall:.1f} | {memory:.0f} |"
                print(row, flush=True)


if __name__ == "__main__":
    main()
