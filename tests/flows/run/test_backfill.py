"""The past is read in windows beside the runs (flows.commands.backfill)."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from flows.project.project import Project
from flows.report import pages
from flows.run.backfill import missing_windows, months
from okr_config.delivery import Window
from okr_config.world import World
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.command import invoke, line_of
from tests.flows.project_folder import TILL, Folder
from warehouse.locking import run_holder

pytestmark = pytest.mark.slow

SOURCES = f"sources:\n{TILL}"
GOALS = """\
period: {id: autumn, start: 2026-11-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: Sell
    key_results:
      - {id: sold, title: Sold, metric: till.sold, kind: total, target: 300, pace: last_year}
"""
OSLO = ZoneInfo("Europe/Oslo")


def _utc(day: int, month: int = 1) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def _days(request: Request) -> Iterator[date]:
    first, last = (date.fromisoformat(request.query[name]) for name in ("from", "to"))
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


class Till:
    """Answers with what was sold on each day of the window that is asked for; `before` is called with each window."""

    def __init__(self) -> None:
        self.windows: list[tuple[str, str]] = []
        self.before: Any = lambda _: None

    def __call__(self, request: Request) -> Reply:
        """Answer, the request remembered."""
        window = request.query["from"], request.query["to"]
        self.windows.append(window)
        if reply := self.before(window):
            return reply  # type: ignore[no-any-return]  # a Reply, of the test's own
        return Reply([{"day": day.isoformat(), "sold": day.day} for day in _days(request)])


@pytest.fixture
def till() -> Till:
    """Return what the server answers by."""
    return Till()


@pytest.fixture
def shop(tmp_path: Path, world: World, till: Till) -> Iterator[Folder]:
    """Yield a folder of one till that has run once, this month read."""
    server = Loopback(world, tmp_path / "server")
    server.script = till
    yield _folder(tmp_path / "shop", world, server.url)
    server.stop()


def _folder(home: Path, world: World, url: str) -> Folder:
    made = Folder(home, world)
    made.write("okr_config/sources.yaml", SOURCES.format(url=url))
    made.write("okr_config/objectives/autumn.yaml", GOALS)
    made.run()
    return made


def _rows(folder: Folder) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return what was landed and derived, whenever and by whichever run."""
    queries = {
        "stated": "select * exclude (load_id, loaded_at) from stated_value_version order by all",
        "observed": "select * exclude (load_id, loaded_at, run_id) from metric_observation_version order by all",
        "days": "select key_result_id, day, value, round(expected, 6) from key_result_daily order by all",
    }
    with duckdb.connect(str(folder.project().warehouse.path), read_only=True) as connection:
        return {name: connection.execute(sql).fetchall() for name, sql in queries.items()}


def _cursors(folder: Folder) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder.project().warehouse.path), read_only=True) as connection:
        return connection.execute('select max("cursor") from load').fetchall()


def _first_day(folder: Folder) -> str:
    found = folder.query("select min(day)::varchar as day from metric_daily where metric = 'till.sold'")
    return str(found["day"][0])


def test_what_is_missing_is_what_no_window_covers() -> None:
    """Before, between and after what has been landed; windows may overlap."""
    known = [Window(_utc(3), _utc(6)), Window(_utc(5), _utc(8)), Window(_utc(10), _utc(12))]

    assert [
        Window(_utc(1), _utc(3)),
        Window(_utc(8), _utc(10)),
        Window(_utc(12), _utc(20)),
    ] == missing_windows(Window(_utc(1), _utc(20)), known)
    assert [] == missing_windows(Window(_utc(4), _utc(7)), known)
    assert [Window(_utc(8), _utc(9))] == missing_windows(Window(_utc(4), _utc(9)), known)
    assert [Window(_utc(1), _utc(2))] == missing_windows(Window(_utc(1), _utc(2)), [])


def test_windows_are_months_of_the_source_newest_first() -> None:
    """They begin at midnight of its zone, and leave nothing out."""
    windows = months(Window(_utc(15, 1), _utc(10, 4)), OSLO)

    march, april = (datetime(2026, month, 1, tzinfo=OSLO).astimezone(UTC) for month in (3, 4))
    february = datetime(2026, 2, 1, tzinfo=OSLO).astimezone(UTC)
    assert [
        Window(april, _utc(10, 4)),
        Window(march, april),
        Window(february, march),
        Window(_utc(15, 1), february),
    ] == windows


def test_the_past_is_there_afterwards(shop: Folder, till: Till) -> None:
    """Only what no run had read is asked for, by months; last year's pace is known, and the cursor is where it was."""
    assert shop.score("sold")["expected"] is None
    before, _ = _cursors(shop), till.windows.clear()

    result = shop.ask("backfill", "--from", "2025-11-01")

    assert 0 == result.exit_code, result.output
    assert 12 == len(till.windows)
    assert {("2025-11-01", "2025-11-30"), ("2026-10-01", "2026-10-31")} < set(till.windows)
    assert before == _cursors(shop)
    assert shop.query("select min(day), count(*) from metric_daily where metric = 'till.sold'").rows() == [
        (date(2025, 11, 1), 388)
    ]
    november, december = sum(range(1, 31)), sum(range(1, 32))
    expected = shop.score("sold")["expected"]
    assert abs(expected - sum(range(1, 23)) / (november + december)) < 0.02
    assert "12 of 12 windows, 365 rows" in result.stderr
    assert "12 windows read, 365 rows new" in result.stderr
    assert 0 == shop.ask("verify").exit_code


def test_nothing_is_read_twice(shop: Folder, till: Till) -> None:
    """The same again asks nothing, and says so; --to bounds it."""
    shop.ask("backfill", "--from", "2026-05-01", "--to", "2026-06-30")
    assert ["2026-05-01", "2026-06-01"] == sorted(first for first, _ in till.windows[1:])
    till.windows.clear()

    again = shop.ask("backfill", "--from", "2026-05-01", "--to", "2026-06-30")

    assert (0, []) == (again.exit_code, till.windows)
    assert "everything from 2026-05-01 on has been read already" in again.stderr


def test_how_fresh_a_source_is_is_no_matter_of_the_past(shop: Folder, till: Till) -> None:
    """A month that fails leaves the source fresh; older ones wait, exit 1, and the same again goes on."""
    freshness = shop.query("from source_freshness").rows()
    till.before = lambda window: Reply(status=403) if window[0] == "2026-08-01" else None

    failed = shop.ask("backfill", "--from", "2026-05-01")

    assert 1 == failed.exit_code, failed.output
    assert "3 windows left, since a window failed: till" in failed.stderr
    assert "next: the same again: okr backfill --from 2026-05-01" in failed.stderr
    assert freshness == shop.query("from source_freshness").rows()
    assert "2026-09-01" == _first_day(shop)
    till.before = lambda _: None
    assert 0 == shop.ask("backfill", "--from", "2026-05-01").exit_code
    assert [("2026-05-01",)] == shop.query(
        "select min(day)::varchar from metric_daily where metric = 'till.sold'"
    ).rows()


def test_json_tells_how_fast_and_how_long(shop: Folder) -> None:
    """One object a line, with rows, rows a second and the seconds left."""
    result = shop.ask("backfill", "--from", "2026-09-01", "--json")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    progress = [line for line in lines if "rows_per_second" in line]
    assert [1, 2] == [line["done"] for line in progress]
    assert 0 == progress[-1]["seconds_left"]
    assert 2 == lines[0]["windows"]


def test_a_kill_in_the_middle_leaves_what_an_uninterrupted_one_does(
    shop: Folder, till: Till, world: World, tmp_path: Path
) -> None:
    """Killed as it asks for the seventh month; a run and the same again: the rows of a folder that was never killed."""
    killed: list[int] = []

    def kill(_window: tuple[str, str]) -> None:
        if len(till.windows) == asked + 7 and running:
            killed.append(running[0].pid)
            os.kill(running[0].pid, signal.SIGKILL)

    running: list[subprocess.Popen[bytes]] = []
    asked = len(till.windows)
    till.before = kill
    command = line_of("backfill", "--from", "2025-11-01", "--home", str(shop.home), now=world.clock())
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        running.append(process)
        assert -signal.SIGKILL == process.wait(timeout=120)
    assert killed
    till.before = lambda _: None

    world.sleep(3600)
    assert 0 == shop.ask("run").exit_code
    assert 0 == shop.ask("backfill", "--from", "2025-11-01").exit_code

    other = Folder(tmp_path / "other", world)
    for name in ("sources.yaml", "objectives/autumn.yaml"):
        other.write(f"okr_config/{name}", (shop.home / "okr_config" / name).read_text(encoding="utf-8"))
    other.run()
    assert 0 == other.ask("backfill", "--from", "2025-11-01").exit_code
    assert _rows(other) == _rows(shop)
    assert [] == json.loads(shop.ask("verify", "--json").stdout)


def test_a_scheduled_run_is_not_disturbed(shop: Folder, till: Till, world: World) -> None:
    """One that begins in the middle ends well, exit 0, whoever holds the lock just then; the backfill ends as well."""
    runs: list[subprocess.Popen[bytes]] = []

    def run(window: tuple[str, str]) -> None:
        if window[0] == "2026-06-01" and not runs:
            later = world.clock() + timedelta(minutes=1)
            runs.append(subprocess.Popen(line_of("run", "--home", str(shop.home), now=later), stderr=subprocess.PIPE))

    till.before = run
    command = line_of("backfill", "--from", "2026-01-01", "--home", str(shop.home), now=world.clock())

    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)

    said = runs[0].communicate(timeout=240)[1]
    assert (0, 0) == (done.returncode, runs[0].returncode), (done.stderr, said)
    assert "2026-01-01" == _first_day(shop)
    world.sleep(7200)
    assert 0 == invoke(world, "verify", home=shop.home).exit_code


def test_a_day_to_come_cannot_be_read(shop: Folder) -> None:
    """Exit 2, and nothing is asked."""
    result = shop.ask("backfill", "--from", "2027-01-01")

    assert 2 == result.exit_code
    assert "2027-01-01 is not before what is to be read up to" in result.stderr


def test_the_page_is_drawn_under_the_lock_of_the_runs(shop: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever draws it clears away drafts that were left, and would take that of a run for one."""
    holders: list[str | None] = []

    def draw(project: Project) -> None:
        holders.append(run_holder(project.warehouse.path.parent))

    monkeypatch.setattr(pages, "page_problem", draw)
    result = shop.ask("backfill", "--from", "2026-09-01")

    assert 0 == result.exit_code
    assert [True] == [holder is not None for holder in holders]
