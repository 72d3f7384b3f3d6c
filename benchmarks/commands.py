"""
How long a person waits: whole commands, as medians, over a demo folder made for it.

The sandbox of `okr run` serves in a process of its own, as a vendor would; that of `okr demo` is part of the command.

    uv run python benchmarks/commands.py [--runs 5]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# where bytecode may not be written, every start would measure the compiler
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
SANDBOX = ("-m", "connectors.sandbox", "--at", "2011-11-20 21:00:00", "--port", "8874", "--plan", "ample")
OKR = Path(sys.executable).with_name("okr")


def once(command: list[str], folder: Path) -> float:
    """Time a command."""
    began = time.perf_counter()
    subprocess.run([OKR, *command], cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own command
    return time.perf_counter() - began


def several(command: list[str], folder: Path, runs: int) -> list[float]:
    """Time a command several times, after one run that does not count."""
    once(command, folder)
    return [once(command, folder) for _ in range(runs)]


def main() -> None:
    """Print a line a command: median, fastest, slowest, and the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        demo = [once(["demo", f"shop-{number}"], folder) for number in range(runs)]
        rows = [("okr demo, a new folder", demo, 10.0)]
        shop = folder / "shop-0"
        os.environ["OKR_SANDBOX_URL"] = "http://127.0.0.1:8874"
        server = subprocess.Popen([sys.executable, *SANDBOX], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        assert server.stdout  # noqa: S101 - it was asked for
        server.stdout.readline()
        for name, command, aim in (
            ("okr --help", ["--help"], 0.5),
            ("okr status", ["status"], 0.5),
            ("okr sql", ["sql", "from scoreboard"], 0.5),
            ("okr run, nothing new", ["run"], 2.0),
            ("okr score", ["score"], 2.0),
        ):
            rows.append((name, several(command, shop, runs), aim))
        server.terminate()
        server.wait()
    print(f"{'command':<26}{'median':>8}{'min':>8}{'max':>8}{'aim':>8}   seconds, {runs} runs")
    for name, taken, aim in rows:
        print(f"{name:<26}{statistics.median(taken):>8.2f}{min(taken):>8.2f}{max(taken):>8.2f}{aim:>8.1f}")


if __name__ == "__main__":
    main()
