"""The warehouse's contract, held by a file and by a lake alike (.door, .publishing)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from okr_config.delivery import Delivery
from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.conftest import Clock, waiting_world
from tests.warehouse.deliveries import DAY, TO, ask, delivery, series_request, traffic
from tests.warehouse.doors import KINDS, copy_empty, door_in, make_empty
from tests.warehouse.test_crash import batch
from warehouse import Warehouse, lakes, open_warehouse
from warehouse.door import Door, Lake
from warehouse.engine import connect
from warehouse.lakes import connect_to
from warehouse.migrating import migrate
from warehouse.reader import read_warehouse
from warehouse.verifying import check_warehouse, compare
from warehouse.words import Note

ROOT = Path(__file__).parents[2]
ORDERS = series_request("shop.orders")
SHOP = {"orders": [{"order_id": "A"}, {"order_id": "B"}], "order_lines": [{"order_id": "A"}, {"order_id": "B"}]}
# lands one batch, then begins a second and stops just before it is committed
_WRITER = """
import sys; sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tests.conftest import waiting_world
from tests.warehouse.doors import door_in
from tests.warehouse.test_crash import batch
from warehouse import ledger, open_warehouse
def stop(*args):
    print("stopped", flush=True)
    sys.stdin.read()
with open_warehouse(door_in(Path(sys.argv[1]), sys.argv[3]), world=waiting_world()) as warehouse:
    warehouse.land(batch(1), "run")
    enter = ledger._enter
    ledger._enter = lambda *args: (enter(*args), stop())
    warehouse.land(batch(2), "run")
"""


@pytest.fixture(scope="module")
def empties(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Door]:
    """Return a warehouse of each kind without rows."""
    return {kind: make_empty(tmp_path_factory.mktemp(kind), kind) for kind in KINDS}


@pytest.fixture(params=KINDS)
def door(request: pytest.FixtureRequest, empties: dict[str, Door], tmp_path: Path) -> Door:
    """Return an empty warehouse of each kind."""
    return copy_empty(empties[request.param], tmp_path / "warehouse")


@pytest.fixture
def warehouse(door: Door, world: World) -> Iterator[Warehouse]:
    """Return it open."""
    with open_warehouse(door, world=world) as opened:
        yield opened


def _rows(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return ask(warehouse, "select order_id, status, gross_amount from shop_order order by order_id")


def test_what_lands_again_changes_nothing(warehouse: Warehouse) -> None:
    """Rows, new and changed, are counted; the same again adds only its entry; what is gone is closed."""
    first, again = (warehouse.land(delivery(SHOP), "run") for _ in range(2))
    edited = {"orders": [{"order_id": "A", "status": "void"}], "order_lines": [{"order_id": "A"}]}
    third = warehouse.land(delivery(edited), "run")

    assert [(4, 0), (0, 0), (0, 1)] == [(one.rows_new, one.rows_changed) for one in (first, again, third)]
    assert [("A", "void", Decimal(100)), ("B", "paid", Decimal(100))] == _rows(warehouse)
    assert [(3, 3)] == ask(warehouse, "select count(*), count(distinct load_id) from load")


def test_a_window_that_is_told_as_a_whole_closes_what_it_lacks(warehouse: Warehouse) -> None:
    """A day that does not come any more is gone, one outside the window stays."""
    day = {"visitors": 7}
    warehouse.land(traffic(day, {**day, "period_start": DAY - timedelta(days=9)}), "run")
    warehouse.land(traffic(), "run")

    assert [(DAY - timedelta(days=9),)] == ask(warehouse, "select period_start from web_traffic")


def test_any_moment_can_be_looked_back_to(warehouse: Warehouse, clock: Clock) -> None:
    """Orders and observations are shown as they were known, and as they are."""
    warehouse.land(delivery(SHOP), "run")
    then = warehouse.now()
    clock.move(hours=1)
    warehouse.land(delivery({"orders": [{"order_id": "C"}]}), "run")

    found = [warehouse.observe([ORDERS], known_at=known_at)["value"].to_list() for known_at in (then, None)]

    assert [[Decimal(2)], [Decimal(3)]] == [values[-1:] for values in found]


def test_observations_follow_what_landed(warehouse: Warehouse) -> None:
    """A first derivation keeps them, one without news nothing, one after news what differs."""
    warehouse.land(delivery(SHOP), "run")
    counts = [warehouse.refresh_observations([ORDERS], "run") for _ in range(2)]
    warehouse.land(delivery({"orders": [{"order_id": "C"}]}), "run")
    counts.append(warehouse.refresh_observations([ORDERS], "run"))

    assert counts[0] > 0
    assert [0, 1] == counts[1:]
    assert [(Decimal(3),)] == ask(
        warehouse, "select value from metric_daily where metric = 'shop.orders' and day = '2026-11-20'"
    )


def test_what_is_written_by_people_stays(warehouse: Warehouse, door: Door, world: World) -> None:
    """A check-in and a note are there for whoever opens the warehouse next."""
    warehouse.words.add_check_in("orders", author="Kari", value=Decimal(3))
    warehouse.words.add_note(Note("n1", DAY, DAY, author="Kari"))
    warehouse.close()

    with open_warehouse(door, world=world) as again:
        assert [("orders", "Kari", Decimal(3))] == ask(again, "select key_result_id, author, value from check_in")
        assert ["n1"] == again.notes()["name"].to_list()


def test_the_copy_for_readers_is_a_file_of_all_there_is(warehouse: Warehouse, door: Door, world: World) -> None:
    """It answers as the warehouse does, tells what its columns hold, and is the owner's alone."""
    run_id = warehouse.start_run(command="run", version="1", config_hash="h")
    warehouse.land(delivery(SHOP), run_id)
    warehouse.finish_run(run_id, "done")
    copy = door.path.parent / "published" / "okr.duckdb"
    warehouse.publish(copy)
    warehouse.close()

    with read_warehouse(copy, world=world) as published:
        assert [("A", "paid", Decimal(100)), ("B", "paid", Decimal(100))] == _rows(published)
        assert [(0,)] == ask(
            published,
            "select count(*) from duckdb_columns() where table_name = 'shop_order' and comment is null"
            " and database_name = current_database()",
        )
    assert 0o600 == copy.stat().st_mode & 0o777
    assert [] == [finding for finding in check_warehouse(door, now=world.clock()) if finding.is_error]
    assert [] == compare(door, copy)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_in_a_landing_is_as_if_it_had_never_begun(empties: dict[str, Door], tmp_path: Path, kind: str) -> None:
    """Just before the commit: the next to open it needs no hand and ends the same."""
    door = copy_empty(empties[kind], tmp_path)
    command = [sys.executable, "-c", _WRITER, str(tmp_path), str(ROOT), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert "stopped\n" == writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)

    with open_warehouse(door, world=waiting_world()) as warehouse:
        counts = "select status, count(*), (select count(*) from load) from shop_order group by status"
        assert [("batch 1", 300, 1)] == ask(warehouse, counts)
        load = warehouse.land(batch(2), "run")  # type: ignore[arg-type]  # a delivery
        assert [("batch 2", 300, 2)] == ask(warehouse, counts)
        assert (0, 300) == (load.rows_new, load.rows_changed)


def test_two_landings_of_one_instant_have_an_order(warehouse: Warehouse) -> None:
    """Where two programs land the same row at the same microsecond, the one of the higher id counts, alone."""
    load = warehouse.land(delivery({"orders": [{"order_id": "A"}]}), "run")
    with warehouse._reading() as connection:  # noqa: SLF001 - as another program would
        connection.execute(
            "insert into shop_order_version by name"
            " select * replace ('void' as status, load_id + 1 as load_id) from shop_order_version"
        )

    assert [("A", "void", load.load_id + 1)] == ask(warehouse, "select order_id, status, load_id from shop_order")


def test_a_pull_that_was_overtaken_is_made_up_for(warehouse: Warehouse) -> None:
    """One that began before another was landed, and was landed after, has what it may have undone read again."""
    began = TO - timedelta(hours=1)
    warehouse.land(delivery({"orders": []}), "one")
    warehouse.land(delivery({"orders": []}, started_at=began, cursor=began), "other")

    assert began == warehouse.cursor("shop", "orders")

    warehouse.land(delivery({"orders": []}, started_at=warehouse.now(), cursor=TO + timedelta(hours=1)), "next")

    assert TO + timedelta(hours=1) == warehouse.cursor("shop", "orders")


def _overtaken(warehouse: Warehouse) -> Delivery:
    """Return a delivery whose rows another run has changed since it was pulled, and that has been landed."""
    pulled = delivery({"orders": [{"order_id": "A"}]})
    warehouse.land(pulled, "one")
    warehouse.land(delivery({"orders": [{"order_id": "A", "status": "void"}]}, stream="others"), "other")
    warehouse.land(pulled, "one")
    return pulled


def test_what_may_not_have_seen_another_run_is_compared_again(warehouse: Warehouse) -> None:
    """The hash of a landing stands for rows only where no other run changed any while it was under way."""
    pulled = _overtaken(warehouse)
    with warehouse._reading() as connection:  # noqa: SLF001 - what the other program had not seen committed
        connection.execute("delete from shop_order_version where load_id = (select max(load_id) from load)")

    load = warehouse.land(replace(pulled, started_at=warehouse.now()), "two")

    assert 1 == load.rows_changed


def test_runs_of_others_are_left_alone(door: Door, world: World, clock: Clock) -> None:
    """Where several may write, a run without an end is cut off only once it is too old to be going on."""
    with open_warehouse(door, world=world) as alone:
        alone.start_run(command="pull", version="1", config_hash="h")
    shared = replace(door, lake=Lake("postgres:", "rows")) if door.lake else door

    with open_warehouse(door, world=world) as warehouse:
        several = Warehouse(warehouse._connection, shared, world)  # noqa: SLF001 - as if it lay in PostgreSQL
        assert (0 if door.lake else 1) == len(several.unfinished_runs())
        clock.move(hours=7)
        assert 1 == len(several.unfinished_runs())
        several.start_run(command="pull", version="1", config_hash="h")
        assert ["interrupted", "running"] == [
            state for (state,) in ask(several, "select state from run order by started_at")
        ]


def test_a_lake_of_another_project_is_refused(empties: dict[str, Door], tmp_path: Path, world: World) -> None:
    """Whose it is, and whose it should be; nothing was changed."""
    lake = copy_empty(empties["lake"], tmp_path)

    with (
        pytest.raises(WarehouseError, match="another project's: it holds shop, here is cafe") as caught,
        open_warehouse(replace(lake, project="cafe"), world=world),
    ):
        pass

    assert str(lake) == caught.value.where


def test_a_lake_older_than_its_copy_is_refused(empties: dict[str, Door], tmp_path: Path, world: World) -> None:
    """A new lake beside a copy that knows of runs is not filled from the beginning in silence."""
    lake, copy = copy_empty(empties["lake"], tmp_path), tmp_path / "published" / "okr.duckdb"
    with open_warehouse(lake, world=world) as warehouse:
        warehouse.finish_run(warehouse.start_run(command="run", version="1", config_hash="h"), "done")
        warehouse.publish(copy)
    other = copy_empty(empties["lake"], tmp_path / "other")

    with (
        pytest.raises(WarehouseError, match="older than its published copy") as caught,
        open_warehouse(other, world=world, copy=copy),
    ):
        pass

    assert f"name the right lake; where this one it is, move {copy} away" == caught.value.next_step


def _newer(door: Door) -> None:
    with connect_to(door) as connection:
        migrate(connection, where="", migrations={"9999_later": "create table later (x integer)"})


def _without_rows(door: Door) -> None:
    with open_warehouse(door, world=waiting_world()) as warehouse:
        warehouse.land(batch(1), "run")  # type: ignore[arg-type]  # a delivery
    for file in door.path.parent.glob("rows/**/*.parquet"):
        file.unlink()


def _damaged(door: Door) -> None:
    assert door.lake
    Path(door.lake.catalogue).write_bytes(b"no catalogue " * 1000)


def _foreign(door: Door) -> None:
    assert door.lake
    Path(door.lake.catalogue).unlink()
    with connect(Path(door.lake.catalogue)) as connection:
        connection.execute("create table own (x integer)")


def _moved(door: Door) -> None:
    assert door.lake
    with duckdb.connect(door.lake.catalogue) as catalogue:
        catalogue.execute("update ducklake_metadata set value = '/elsewhere/' where key = 'data_path'")


@pytest.mark.parametrize(
    ("harm", "what", "next_step"),
    [
        (_newer, "newer than this program: schema 9999", "update okr"),
        (_without_rows, "storage, in which its rows lie, is out of reach or lacks a file", "lake: {data}"),
        (_damaged, "damaged or no DuckDB file", "okr restore"),
        (_foreign, "no lake's catalogue", "name another file"),
        (_moved, "rows lie elsewhere than okr_config/project.yaml says", "lake: {data}"),
    ],
)
def test_a_lake_that_cannot_be_used_is_told(
    empties: dict[str, Door], tmp_path: Path, harm: Callable[[Door], None], what: str, next_step: str
) -> None:
    """What is wrong, at which address, and what to do; no word of DuckDB's."""
    door = copy_empty(empties["lake"], tmp_path)
    harm(door)

    with pytest.raises(WarehouseError) as caught, open_warehouse(door, world=waiting_world()) as warehouse:
        _rows(warehouse)

    assert what in caught.value.what
    assert str(tmp_path) in caught.value.where
    assert next_step in caught.value.next_step


def test_a_missing_extension_is_told(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which one, for which DuckDB, and what installs it."""
    monkeypatch.setattr(lakes, "find_spec", lambda _name: None)
    monkeypatch.setenv("HOME", str(tmp_path))

    with (
        pytest.raises(WarehouseError, match="extension ducklake is missing") as caught,
        open_warehouse(door_in(tmp_path, "lake"), world=world),
    ):
        pass

    assert "pip install 'okr[lake]'" in caught.value.next_step


def test_a_catalogue_out_of_reach_is_told(tmp_path: Path, world: World) -> None:
    """The address without its password, which is in no cause either, and what to start or mend."""
    lake = Lake("postgres:host=127.0.0.1 port=1 user=me password=CANARY dbname=x", str(tmp_path / "rows"), "okr_shop")

    with (
        pytest.raises(WarehouseError, match="catalogue in PostgreSQL is out of reach") as caught,
        open_warehouse(Door(tmp_path / "okr.duckdb", lake, "shop"), world=world),
    ):
        pass

    assert "ducklake:postgres:host=127.0.0.1 port=1 user=me password=*** dbname=x" == caught.value.where
    assert "start PostgreSQL" in caught.value.next_step
    assert "CANARY" not in f"{caught.value.__cause__}"
