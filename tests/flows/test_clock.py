"""A clock that is wrong is told, and taken back (flows.run.clock, .repair, flows.commands.repair, warehouse.clock)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.command import invoke
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import Folder

pytestmark = pytest.mark.slow

OBJECTIVES = """\
period: {id: autumn, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: Sell
    key_results:
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 400}
      - {id: mood, title: Mood, kind: manual, target: 10}
"""
SHEET = "metric,day,value\n" + "".join(f"shop.units_sold,2026-11-{day:02},10\n" for day in range(1, 21))
SERVED = """\
sources:
  - {{id: sheet, connector: file, path: numbers/*.csv}}
  - {{id: api, connector: http_json, url: '{url}/api', base_url: '{url}', insecure: true, since: 2026-11-01,
     fields: {{day: d, value: v}}, metric: shop.orders}}
  - {{id: other, connector: http_json, url: '{url}/other', base_url: '{url}', insecure: true, since: 2026-11-01,
     fields: {{day: d, value: v}}, metric: web.visits}}
"""


def tables(path: Path) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a warehouse, less the record of repairs."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {
            name: sorted(connection.execute(f'from "{name}"').fetchall(), key=repr)
            for name in names
            if name != "repair"
        }


def a_folder(home: Path, clock: Clock) -> Folder:
    """Return a folder with a sheet and two key results, on a clock."""
    made = Folder(home, still_world(clock))
    made.write("okr_config/sources.yaml", "sources:\n  - {id: sheet, connector: file, path: numbers/*.csv}\n")
    made.write("okr_config/objectives/autumn.yaml", OBJECTIVES)
    made.write("numbers/numbers.csv", SHEET)
    return made


@pytest.fixture
def sold(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return such a folder after its first run."""
    return made_once.copy(a_run_folder, tmp_path / "sold", world, clock)


def a_run_folder(home: Path, clock: Clock) -> Folder:
    """Return such a folder after its first run."""
    made = a_folder(home, clock)
    made.run()
    return made


@pytest.fixture
def server(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Serve two sources."""
    running = Loopback(world, tmp_path)
    yield running
    running.stop()


def ahead(clock: Clock, **span: float) -> Clock:
    """Return another clock that is ahead."""
    return Clock(clock.now + timedelta(**span), tokens=100)


def test_a_run_by_a_clock_a_year_ahead_is_told_by_the_next(sold: Folder, clock: Clock) -> None:
    """Exit 1 with both times and the run, on every command that writes; nothing moves."""
    Folder(sold.home, still_world(ahead(clock, days=365))).run()
    clock.move(hours=1)
    before = tables(sold.project().warehouse.path), tables(sold.project().published)

    results = [
        invoke(sold.world, *command, home=sold.home)
        for command in (["run"], ["score"], ["checkin", "mood", "--value", "5"], ["run", "--dry-run"])
    ]

    assert [1] * 4 == [result.exit_code for result in results]
    for result in results:
        told = " ".join(result.stderr.split())
        assert "the clock says 2026-11-23 10:00 UTC, but run 20271123T090000" in told
        assert "2027-11-23 09:00 UTC" in told
        assert "okr repair" in told
    assert before == (tables(sold.project().warehouse.path), tables(sold.project().published))


def test_repair_leaves_all_as_if_that_run_had_never_been(sold: Folder, tmp_path: Path, clock: Clock) -> None:
    """Every table equals that of a twin which never had the run: at once, in the copy, and after the next run."""
    twin = a_folder(tmp_path / "twin", Clock())
    twin.run()
    later = sold.project().page.read_text()
    sold.write("numbers/more.csv", "metric,day,value\nshop.units_sold,2027-11-20,900\n")
    Folder(sold.home, still_world(ahead(clock, days=365))).run()
    (sold.home / "numbers" / "more.csv").unlink()
    assert tables(twin.project().warehouse.path) != tables(sold.project().warehouse.path)
    clock.move(hours=1)

    result = invoke(sold.world, "repair", home=sold.home)

    assert 0 == result.exit_code, result.output
    for file in ("warehouse", "published"):
        assert tables(getattr(twin.project(), file)) == tables(getattr(sold.project(), file))
    assert later == sold.project().page.read_text()
    twin.world.sleep(3600)
    for folder in (sold, twin):
        folder.run()
    assert tables(twin.project().warehouse.path) == tables(sold.project().warehouse.path)


def test_repair_says_what_it_took_and_keeps_it_aside(sold: Folder, clock: Clock) -> None:
    """The runs, the rows by table and the frozen grades are told; the copy aside has them."""
    Folder(sold.home, still_world(ahead(clock, days=365))).run()

    result = invoke(sold.world, "repair", home=sold.home)

    (aside,) = (sold.home / ".okr" / "backups").glob("before-repair-*")
    told = result.stderr
    assert "from 2027-11-23 09:00 to 2027-11-23 09:00 UTC, by 1 run (20271123T090000" in " ".join(told.split())
    assert "2 of key_result_score" in told
    assert "1 grade among them that had been frozen" in told
    assert str(aside) in told.replace("\n", "").replace("           ", "")
    assert 2 == len({row[0] for row in tables(aside)["run_event"]})
    assert "next: okr run" in told


def test_no_backup_of_a_wrong_clock_comes_back(sold: Folder, clock: Clock) -> None:
    """A run by a clock a year ahead costs no backup; repair takes its own away, or a restore would prefer it."""
    backups = sold.home / ".okr" / "backups"
    before = sorted(backups.glob("okr-*"))
    Folder(sold.home, still_world(ahead(clock, days=365))).run()
    assert {*before} < {*backups.glob("okr-*")}
    clock.move(hours=1)

    result = invoke(sold.world, "repair", home=sold.home)

    assert "1 backup: 2027-11-23" in result.stderr
    assert before == sorted(backups.glob("okr-*"))
    sold.project().warehouse.path.unlink()
    assert 0 == invoke(sold.world, "restore", "--yes", home=sold.home).exit_code
    sold.run()


def test_a_check_in_of_the_future_is_kept(sold: Folder, clock: Clock) -> None:
    """What a person said is true whatever the clock said: it is dated to now."""
    future = still_world(ahead(clock, days=365))
    assert 0 == invoke(future, "checkin", "mood", "--value", "7", home=sold.home).exit_code
    clock.move(hours=1)

    result = invoke(sold.world, "repair", home=sold.home)

    assert "check-ins and notes: 1, dated to now" in result.stderr
    assert [(clock.now, 7)] == sold.query('select "at", value::int from check_in').rows()
    sold.run()
    assert [(7,)] == sold.query("select value::int from scoreboard where key_result_id = 'mood'").rows()


def test_a_pause_of_weeks_is_no_fault(sold: Folder, clock: Clock) -> None:
    """A clock that is later than what is recorded is what clocks are; and there is nothing to repair."""
    clock.move(weeks=7)
    assert 0 == invoke(sold.world, "run", home=sold.home).exit_code

    result = invoke(sold.world, "repair", home=sold.home)

    assert 0 == result.exit_code
    assert "nothing to take back" in " ".join(result.stderr.split())


def test_a_clock_set_back_by_minutes_is_bridged(sold: Folder, clock: Clock) -> None:
    """Some minutes are what a correction makes of a clock."""
    clock.move(minutes=-9)

    assert 0 == invoke(sold.world, "run", home=sold.home).exit_code


def dates(**by_path: str) -> Any:  # noqa: ANN401 - a script
    """Answer each path with one row and the date named for it."""

    def answer(request: Request) -> Reply:
        return Reply([{"d": "2026-11-20", "v": 5}], headers={"Date": by_path[request.path[1:]]})

    return answer


RIGHT, WRONG, CACHED = "Mon, 23 Nov 2026 09:09:00 GMT", "Tue, 23 Nov 2027 09:00:00 GMT", "Mon, 23 Nov 2026 07:00:00 GMT"


@pytest.fixture
def served(sold: Folder, server: Loopback) -> Folder:
    """Return the folder with two sources more."""
    sold.write("okr_config/sources.yaml", SERVED.format(url=server.url))
    return sold


def test_sources_that_tell_another_time_stop_the_run(served: Folder, server: Loopback) -> None:
    """Both times are named, exit 1; no row of any source is kept, no cursor, no run: the next one finds no trace."""
    server.script = dates(api=WRONG, other=WRONG)
    served.write("numbers/numbers.csv", SHEET.replace(",10\n", ",11\n"))
    before = tables(served.project().warehouse.path), tables(served.project().published)

    result = invoke(served.world, "run", home=served.home)

    told = " ".join(result.stderr.split())
    assert 1 == result.exit_code
    assert "the clock says 2026-11-23 09:00 UTC, source " in told
    assert "says 2027-11-23 09:00 UTC: nothing was kept, no cursor moved" in told
    assert "next: set the clock of this machine, then okr run" in told
    assert before == (tables(served.project().warehouse.path), tables(served.project().published))
    server.script = dates(api=RIGHT, other=RIGHT)
    result = invoke(served.world, "run", home=served.home)

    assert 0 == result.exit_code, result.output


def test_a_source_whose_clock_alone_is_wrong_fails_alone(served: Folder, server: Loopback) -> None:
    """Where another source agrees with ours, only what the wrong one brought is left out, with both times."""
    server.script = dates(api=RIGHT, other=WRONG)

    result = invoke(served.world, "run", home=served.home)

    told = " ".join(result.stderr.split())
    assert 1 == result.exit_code
    assert "its clock says 2027-11-23 09:00 UTC, ours and another source's 2026-11-23 09:00 UTC" in told
    loads = served.query("select source_id, state from load where run_id = (select max(run_id) from run) order by 1")
    assert [("api", "ok"), ("other", "failed"), ("sheet", "ok")] == [
        row for row in loads.rows() if row[0] in {"api", "other", "sheet"}
    ]


@pytest.mark.parametrize(
    "odd", ["soon", "Thu, 01 Jan 1970 00:00:10 GMT", "Mon, 23 Nov 99999999999999999999 09:00:00 GMT"]
)
def test_a_date_of_no_clock_that_was_ever_set_tells_nothing(served: Folder, server: Loopback, odd: str) -> None:
    """A machine just switched on, or a header that is no date, stops nobody."""
    server.script = dates(api=odd, other=odd)

    result = invoke(served.world, "run", home=served.home)

    assert 0 == result.exit_code, result.output


def test_an_answer_from_a_cache_is_as_old_as_it_says(served: Folder, server: Loopback) -> None:
    """Its Date is of when it was made; its Age is what has passed since."""
    server.script = lambda _: Reply([{"d": "2026-11-20", "v": 5}], headers={"Date": CACHED, "Age": "7200"})

    result = invoke(served.world, "run", home=served.home)

    assert 0 == result.exit_code, result.output
