"""
What a run costs as a team grows: CPU, memory and file size of whole `okr run` processes, first and with nothing new.

    uv run python benchmarks/growth.py [key_results | sources | observations] [--most 1000000]
    uv run python benchmarks/growth.py year [--days 365]

`year`: a run an hour in one process, whose clock moves on; 20 key results of 5 sources, each with a new row a day. It
takes an hour or two of one core, and tells every ten days how it stands.

Sources are CSV files. CPU is what the whole process took, memory its peak. Other work on the machine makes a run up to
half again as dear, so that steps are told by their ratios.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time

from flows.project.project import open_project
from flows.run.runner import run as run_once
from flows.run.steps import Options
from okr_config.world import real_world

# where bytecode may not be written, every start would measure the compiler
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
OKR = Path(sys.executable).with_name("okr")
START, DAYS = date(2026, 7, 27), 120
PERIOD = "period: {id: q4, start: 2026-10-01, end: 2026-12-31}\ntimezone: Europe/Oslo\ncurrency: NOK\nlanguage: en\n"


@dataclass(frozen=True)
class Size:
    """How large a team is: metrics a source, days a metric."""

    key_results: int
    sources: int
    metrics: int = 1
    days: int = DAYS

    @property
    def rows(self) -> int:
        """Observations in all."""
        return self.sources * self.metrics * self.days


SIZES = {
    "key_results": [Size(number, 5) for number in (10, 100, 1_000)],
    "sources": [Size(20, number) for number in (5, 50, 500)],
    "observations": [Size(6, 1, number, 1_000) for number in (1, 10, 100, 1_000)],
}


def write(folder: Path, size: Size) -> None:
    """Write a folder of that size."""
    (folder / "okr_config" / "objectives").mkdir(parents=True)
    (folder / "numbers").mkdir()
    last = START + timedelta(days=DAYS - 1)
    days = [last - timedelta(days=number) for number in reversed(range(size.days))]
    lines = ["sources:"]
    for source in range(size.sources):
        rows = [
            f"s{source}.m{metric},{day},{(source + metric + number) % 17}"
            for metric in range(size.metrics)
            for number, day in enumerate(days)
        ]
        (folder / "numbers" / f"s{source}.csv").write_text("\n".join(["metric,day,value", *rows]) + "\n")
        lines.append(f"  - {{id: s{source}, connector: file, path: numbers/s{source}.csv}}")
    (folder / "okr_config" / "sources.yaml").write_text("\n".join(lines) + "\n")
    key_results = [
        f"      - {{id: k{number}, title: K{number}, metric: s{number % size.sources}.m{number % size.metrics},"
        f" kind: total, target: {400 + number}}}"
        for number in range(size.key_results)
    ]
    head = f"{PERIOD}objectives:\n  - id: grow\n    title: Grow\n    key_results:\n"
    (folder / "okr_config" / "objectives" / "q4.yaml").write_text(head + "\n".join(key_results) + "\n")


def run(folder: Path) -> tuple[float, float]:
    """Run once; return CPU seconds and the peak of memory in MB."""
    command = [OKR, "run", "--no-prefect"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:  # noqa: S603 - our own
        assert process.stdout  # noqa: S101 - it was asked for
        told = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(told.decode())
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measured(size: Size) -> Iterator[str]:
    """Yield the cells of a size's row."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(folder, size)
        first, _, again = run(folder), run(folder), run(folder)
        file = (folder / "warehouse" / "okr.duckdb").stat().st_size
    yield from (f"{size.key_results:,}", f"{size.sources:,}", f"{size.rows:,}")
    yield from (f"{first[0]:.1f}", f"{again[0]:.1f}", f"{first[1]:.0f}", f"{again[1]:.0f}", f"{file / 1e6:.1f}")


def live(days: int) -> Iterator[str]:
    """Run every hour of some days, and yield a row every ten days."""
    with tempfile.TemporaryDirectory() as place:
        folder, now = Path(place), datetime.combine(START + timedelta(days=DAYS), time(), UTC)
        write(folder, Size(20, 5))
        world = replace(real_world(), clock=lambda: now)
        for day in range(days):
            for number in range(5):
                with (folder / "numbers" / f"s{number}.csv").open("a") as rows:
                    rows.write(f"s{number}.m0,{now:%Y-%m-%d},{(number + day) % 17}\n")
            began = process_time()
            for _ in range(24):
                outcome = run_once(open_project(folder, {}, world), Options(), lambda _: None)
                if outcome.failed or outcome.broken:
                    sys.exit(f"{now}: {outcome}")
                now += timedelta(hours=1)
            if (day + 1) % 10 == 0:
                spent = (process_time() - began) / 24
                sizes = [path.stat().st_size / 1e6 for path in (folder / "warehouse").glob("okr.duckdb*")]
                most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                yield f"{day + 1} | {24 * (day + 1):,} | {sum(sizes):.1f} | {spent:.2f} | {most:.0f}"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=list(SIZES))
    parser.add_argument("--most", type=int, default=1_000_000, help="rows; larger sizes are left out")
    parser.add_argument("--days", type=int, default=365, help="of the year")
    asked = parser.parse_args()
    if asked.what == ["year"]:
        print("| days | runs | file MB | CPU s a run | most MB |\n|---|---|---|---|---|")
        for row in live(asked.days):
            print(f"| {row} |", flush=True)
        return
    print("| key results | sources | observations | CPU s first | nothing new | MB first | nothing new | file MB |")
    print("|---|---|---|---|---|---|---|---|")
    for what in asked.what:
        for size in SIZES[what]:
            if size.rows <= asked.most:
                print(f"| {' | '.join(measured(size))} |", flush=True)


if __name__ == "__main__":
    main()
