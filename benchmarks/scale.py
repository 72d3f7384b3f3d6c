"""
What many shops cost: CPU seconds, memory and disk a shop-run; in one warm process, a process each, recorded by Prefect.

A shop has ten sources of 120 days, read from files, and four key results; a run finds nothing new. Files cost what the
program does itself: a vendor's answers come on top, and are waited for, not worked on.

    uv run python benchmarks/scale.py [--shops 20 100] [--processes 5] [--recorded 3]
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.console import output
from flows.serve.homes import Homes
from flows.serve.prefect_server import prefect_api
from flows.serve.rounds import Rounds
from okr_config.world import World, real_world

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
OKR = Path(sys.executable).with_name("okr")
SOURCES, DAYS, KEY_RESULTS = 10, 120, 4
START = datetime.now(UTC).date() - timedelta(days=DAYS)


def make_shop(home: Path) -> None:
    """Write a project folder with its numbers."""
    (home / "okr_config" / "objectives").mkdir(parents=True)
    (home / "numbers").mkdir()
    sources = "".join(f"  - {{id: s{n}, connector: file, path: numbers/s{n}.csv}}\n" for n in range(SOURCES))
    (home / "okr_config" / "sources.yaml").write_text(f"sources:\n{sources}")
    (home / "okr_config" / "project.yaml").write_text('timezone: UTC\nschedule: {cron: "0 * * * *"}\n')
    goals = "".join(
        f"      - {{id: k{n}, title: K{n}, metric: s{n}.sold, kind: total, target: 900, confidence: 5}}\n"
        for n in range(KEY_RESULTS)
    )
    begin, end = START + timedelta(days=DAYS - 40), START + timedelta(days=DAYS + 50)
    (home / "okr_config" / "objectives" / "term.yaml").write_text(
        f"period: {{id: term, start: {begin}, end: {end}}}\ntimezone: UTC\nobjectives:\n"
        f"  - id: o\n    title: O\n    key_results:\n{goals}"
    )
    for n in range(SOURCES):
        rows = "".join(f"s{n}.sold,{START + timedelta(days=day)},{(day * 7 + n) % 11}\n" for day in range(DAYS))
        (home / "numbers" / f"s{n}.csv").write_text(f"metric,day,value\n{rows}")


def shifted(world: World, hours: list[float]) -> World:
    """Return a world whose clock is ahead by the hours that stand in the list: schedules come due without waiting."""
    return replace(world, clock=lambda: datetime.now(UTC) + timedelta(hours=hours[0]))


def cpu() -> float:
    """Return the CPU seconds of this process and of those it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def measure(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Return CPU and wall seconds of each of so many pieces of work."""
    cpu_before, began = cpu(), time.perf_counter()
    work()
    return (cpu() - cpu_before) / times, (time.perf_counter() - began) / times


def warm(root: Path, shops: int) -> None:
    """Serve shops in this process: a first round, and two that find nothing new."""
    hours = [0.0]
    homes = Homes([f"{root}/*"], os.environ, shifted(real_world(), hours), output.say)
    homes.look()

    def all_shops() -> None:
        done = 0
        with ThreadPoolExecutor(1) as pool:
            rounds = Rounds(homes, 1)
            while done < shops:
                begun = rounds.begin(pool)
                wait(begun)
                done += len(begun)

    with output.talk_by(lambda _: None):
        for name in ("first round", "nothing new", "nothing new, later"):
            used, wall = measure(all_shops, shops)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{shops:>5} shops, one warm process, {name:<18} {used:6.2f} CPU s {wall:6.2f} s, peak {peak:.0f} MB")
            hours[0] += 1
    troubles = [one.trouble for one in homes.served.values() if one.trouble]
    homes.close()
    assert not troubles, troubles[0]  # noqa: S101 - a benchmark of runs that fail says nothing
    size = sum(file.stat().st_size for file in root.glob("*/warehouse/**/*.duckdb")) / shops / 1e6
    print(f"{shops:>5} shops, on disk {size:.1f} MB a shop, warehouse and published copy")


def okr(home: Path, *options: str) -> None:
    """Run a folder in a process of its own."""
    subprocess.run([OKR, "run", *options, "--home", home], check=True, capture_output=True)  # noqa: S603 - our own command


def recorded(home: Path, times: int) -> None:
    """Run a folder recorded by a Prefect server that is up."""
    with prefect_api(home, real_world(), lambda _: None):
        okr(home, "--prefect")
        used, wall = measure(lambda: [okr(home, "--prefect") for _ in range(times)], times)
        print(f"      recorded by Prefect, without its server     {used:6.2f} CPU s {wall:6.2f} s")
        with closing(sqlite3.connect(home / ".okr" / "prefect" / "prefect.db", timeout=60)) as database:
            for table in ("task_run", "task_run_state", "events", "log"):
                ((rows,),) = database.execute(f"select count(*) from {table}").fetchall()  # noqa: S608 - our own words
                print(f"      rows of {table:<15} {rows / (times + 1):6.0f} a run")


def main() -> None:
    """Print a line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, nargs="*", default=[20, 100])
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--recorded", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for shops in asked.shops:
            root = Path(place) / str(shops)
            for number in range(shops):
                make_shop(root / f"shop-{number:03}")
            warm(root, shops)
        one = Path(place) / "one"
        make_shop(one)
        okr(one, "--no-prefect")
        if asked.processes:
            runs = asked.processes
            used, wall = measure(lambda: [okr(one, "--no-prefect") for _ in range(runs)], runs)
            print(f"      a process each, nothing new                 {used:6.2f} CPU s {wall:6.2f} s")
        if asked.recorded:
            recorded(one, asked.recorded)


if __name__ == "__main__":
    main()
