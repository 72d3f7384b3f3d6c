"""A run killed or failing at any write, fsync, rename or commit is as if it had not begun, or had ended."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Clock
from tests.flows.command import ROOT
from tests.flows.crash_points import KILLED
from tests.flows.test_clock import SHEET, a_folder
from warehouse.door import Door
from warehouse.verifying import check_warehouse

pytestmark = pytest.mark.slow

LATER = Clock().now + timedelta(days=1)
EVERY = int(os.environ.get("OKR_POINTS", "5"))
"""Of the points each so many-th is tried; OKR_POINTS=1 tries them all."""


class Player:
    """Plays commands on copies of a folder."""

    def __init__(self, program: "subprocess.Popen[str]", home: Path) -> None:
        self._program, self.home = program, home

    def __call__(self, home: Path, mode: str = "count", number: int = 0, hours: int = 0) -> Mapping[str, Any]:
        """Run once; return exit code and points."""
        now = (LATER + timedelta(hours=hours)).isoformat()
        scenario = {"mode": mode, "number": number, "now": now, "log": f"{home}.log"}
        assert self._program.stdin
        assert self._program.stdout
        self._program.stdin.write(json.dumps({**scenario, "arguments": ["run", "--home", str(home)]}) + "\n")
        self._program.stdin.flush()
        answer: Mapping[str, Any] = json.loads(self._program.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """Yield a player and a folder that ran yesterday, whose sheet has changed since."""
    made = a_folder(tmp_path_factory.mktemp("points") / "project", Clock())
    made.run()
    made.write(
        "numbers/numbers.csv", SHEET.replace("2026-11-20,10", "2026-11-20,12") + "shop.units_sold,2026-11-21,4\n"
    )
    command = [sys.executable, "-m", "tests.flows.crash_points"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        yield Player(program, made.home)
        assert program.stdin
        program.stdin.close()


@pytest.fixture(scope="module")
def points(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Return the points that an undisturbed run meets, and print how many of which they are."""
    home = tmp_path_factory.mktemp("count") / "project"
    shutil.copytree(player.home, home)
    met: Sequence[str] = player(home)["met"]
    print(f"{len(met)} points of a run: {dict(Counter(met))}")  # noqa: T201 - asked for
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
def test_any_point_may_be_the_last(player: Player, points: Sequence[str], tmp_path: Path, mode: str) -> None:
    """What people read stays whole, and the next run ends as one that was never disturbed: nothing twice, none left."""
    twin = tmp_path / "twin"
    shutil.copytree(player.home, twin)
    assert 0 == player(twin)["code"]
    expected = _state(twin)
    offset = ["kill", "once", "ever", "kill twice"].index(mode)

    for number in range(1 + offset % EVERY, len(points) + 1, EVERY):
        home = tmp_path / str(number)
        shutil.copytree(player.home, home)
        broken = player(home, mode.partition(" ")[0], number)
        about = f"{mode} at {number}, {points[number - 1]}: exit {broken['code']}"
        assert broken["code"] in ({KILLED} if "kill" in mode else {0, 1, 3}), about
        _whole(home)
        if mode == "kill twice":
            player(home, "kill", number * 7 % len(points) + 1, hours=1)
            _whole(home)
        again = player(home, hours=2)
        assert 0 == again["code"], (about, Path(f"{home}.log").read_text(encoding="utf-8"))
        assert expected == _state(home), about
        assert [] == [str(path) for path in home.rglob(".*") if ".tmp" in path.name or ".copy-" in path.name], about
        assert "an error of this program" not in Path(f"{home}.log").read_text(encoding="utf-8"), about
        shutil.rmtree(home)
