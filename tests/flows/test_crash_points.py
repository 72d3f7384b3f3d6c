"""A run or backfill killed or failing at any write, fsync, rename or commit is as if it had not begun, or had ended."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.command import ROOT
from tests.flows.crash_points import KILLED
from tests.flows.project_folder import FILE_SOURCE, TILL
from tests.flows.test_clock import SHEET, a_folder
from warehouse.door import Door
from warehouse.verifying import check_warehouse

pytestmark = pytest.mark.slow

LATER = Clock().now + timedelta(days=1)
EVERY = {"run": 5, "backfill": 20}
"""Of the points each so many-th is tried; OKR_POINTS=1 tries them all."""
Play = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Command:
    """A command, and the folder on copies of which it is played."""

    name: str
    home: Path
    play: Play

    @property
    def every(self) -> int:
        """Of its points each so many-th is tried."""
        return int(os.environ.get("OKR_POINTS", EVERY[self.name]))

    def __call__(self, home: Path, mode: str = "count", number: int = 0, hours: int = 0) -> Mapping[str, Any]:
        """Play it once; return exit code and points."""
        more = ["--from", "2026-09-10"] if self.name == "backfill" else []
        now = (LATER + timedelta(hours=hours)).isoformat()
        arguments = [self.name, *more, "--home", str(home)]
        return self.play({"mode": mode, "number": number, "now": now, "log": f"{home}.log", "arguments": arguments})


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    """Yield what plays a scenario."""
    command = [sys.executable, "-m", "tests.flows.crash_points"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        commands, answers = program.stdin, program.stdout
        assert commands
        assert answers

        def ask(scenario: Mapping[str, Any]) -> Mapping[str, Any]:
            commands.write(json.dumps(scenario) + "\n")
            commands.flush()
            answer: Mapping[str, Any] = json.loads(answers.readline())
            return answer

        yield ask
        commands.close()


def _sold(request: Request) -> Reply:
    """Answer with what was sold on each day of the window that is asked for."""
    first, last = (date.fromisoformat(request.query[name]) for name in ("from", "to"))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Reply([{"day": str(day), "sold": day.day} for day in days])


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    """Start a till that has sold something every day."""
    running = Loopback(still_world(Clock()), tmp_path_factory.mktemp("till"))
    running.script = _sold
    yield running
    running.stop()


@pytest.fixture(scope="module", params=EVERY)
def command(
    request: pytest.FixtureRequest, play: Play, till: Loopback, tmp_path_factory: pytest.TempPathFactory
) -> Command:
    """Return a command and a folder that ran yesterday, whose sheet has changed since and whose till has a past."""
    made = a_folder(tmp_path_factory.mktemp("points") / "project", Clock())
    if request.param == "backfill":
        made.write("okr_config/sources.yaml", FILE_SOURCE + TILL.format(url=till.url))
    made.run()
    if request.param == "run":
        made.write(
            "numbers/numbers.csv", SHEET.replace("2026-11-20,10", "2026-11-20,12") + "shop.units_sold,2026-11-21,4\n"
        )
    return Command(request.param, made.home, play)


@pytest.fixture(scope="module")
def points(command: Command, tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Return the points that an undisturbed command meets, and print how many of which they are."""
    home = tmp_path_factory.mktemp("count") / "project"
    shutil.copytree(command.home, home)
    met: Sequence[str] = command(home)["met"]
    print(f"{len(met)} points of a {command.name}: {dict(Counter(met))}")  # noqa: T201 - asked for
    return met


def _state(home: Path) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return what people see, whenever and by whichever run it came about."""
    queries = {
        "stated": "select metric, period_start, value from stated_value order by all",
        "versions": "select metric, period_start, value, removed from stated_value_version order by all",
        "daily": "select metric, day, value from metric_daily order by all",
        "board": "select key_result_id, value, progress, status from scoreboard order by all",
    }
    found = {}
    for name in ("okr.duckdb", "published/okr.duckdb"):
        with duckdb.connect(str(home / "warehouse" / name), read_only=True) as connection:
            found |= {f"{name} {query}": connection.execute(sql).fetchall() for query, sql in queries.items()}
    return found


def _whole(home: Path) -> None:
    """Make sure that what people read is whole, whatever has just happened, and that nothing lies about."""
    assert [] == check_warehouse(Door(home / "warehouse/published/okr.duckdb"), now=LATER + timedelta(days=1))
    assert (home / "warehouse/published/okr.html").read_text(encoding="utf-8").endswith("</html>")


@pytest.mark.parametrize("mode", ["kill", "once", "ever", "kill twice"])
def test_any_point_may_be_the_last(command: Command, points: Sequence[str], tmp_path: Path, mode: str) -> None:
    """What people read stays whole, and the same again ends as if never disturbed: nothing twice, nothing left."""
    twin = tmp_path / "twin"
    shutil.copytree(command.home, twin)
    assert 0 == command(twin)["code"]
    expected = _state(twin)
    offset = ["kill", "once", "ever", "kill twice"].index(mode)

    for number in range(1 + offset % command.every, len(points) + 1, command.every):
        home = tmp_path / str(number)
        shutil.copytree(command.home, home)
        broken = command(home, mode.partition(" ")[0], number)
        about = f"{mode} at {number}, {points[number - 1]}: exit {broken['code']}"
        assert broken["code"] in ({KILLED} if "kill" in mode else {0, 1, 3}), about
        _whole(home)
        if mode == "kill twice":
            command(home, "kill", number * 7 % len(points) + 1, hours=1)
            _whole(home)
        again = command(home, hours=2)
        assert 0 == again["code"], (about, Path(f"{home}.log").read_text(encoding="utf-8"))
        assert expected == _state(home), about
        assert [] == [str(path) for path in home.rglob(".*") if ".tmp" in path.name or ".copy-" in path.name], about
        assert "an error of this program" not in Path(f"{home}.log").read_text(encoding="utf-8"), about
        shutil.rmtree(home)
