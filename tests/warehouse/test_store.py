"""The warehouse's clock, ledger and marks (.ledger, .readings)."""

import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from okr_config.delivery import Failure, Window
from okr_config.errors import ClockError, WarehouseError
from okr_config.world import World
from scorecard.schemas import CHECK_INS, FRESHNESS, RATES, SQL_VALUES
from tests.conftest import Clock
from tests.warehouse.deliveries import FROM, TO, ask, delivery
from warehouse import Load, Warehouse, open_warehouse

FAILURE = Failure("shop", "shopify", "orders", Window(FROM, TO), TO, "401 token expired", requests=3)


def states(warehouse: Warehouse, known_at: datetime | None = None) -> list[tuple[str, ...]]:
    """Return each stream's state and last error."""
    return warehouse.freshness(known_at).select("source_id", "stream", "state", "last_error").rows()


def test_frames_have_the_columns_that_scores_read(warehouse: Warehouse) -> None:
    """Warehouse and scorecard agree on columns and types without knowing each other."""
    now = warehouse.now()

    assert dict(FRESHNESS) == dict(warehouse.freshness().schema)
    assert dict(RATES) == dict(warehouse.rates().schema)
    assert dict(CHECK_INS) == dict(warehouse.check_ins().schema)
    assert dict(SQL_VALUES) == dict(warehouse.sql_values({}, as_of=now, known_at=None).schema)


def test_no_two_instants_are_the_same(warehouse: Warehouse, clock: Clock) -> None:
    """While the clock stands still, or goes back, each instant is just after the one before."""
    first = warehouse.now()
    clock.move(hours=-1)

    assert clock.now + timedelta(hours=1) == first
    assert first + timedelta(microseconds=1) == warehouse.now()


def test_a_clock_set_back_is_caught_up_with(path: Path, world: World, clock: Clock) -> None:
    """What is opened with a clock ten minutes earlier goes on after the newest instant that was recorded."""
    with open_warehouse(path, world=world) as warehouse:
        warehouse.land(delivery({"orders": []}), "run")
        newest = warehouse.now()
    clock.move(minutes=-9)

    with open_warehouse(path, world=world) as warehouse:
        assert newest == warehouse.now()


def test_a_clock_far_behind_stops_whoever_writes(path: Path, world: World, clock: Clock) -> None:
    """More than ten minutes are not bridged: both times and the run are named, and nothing is written."""
    with open_warehouse(path, world=world) as warehouse:
        run_id = warehouse.start_run(command="run", version="1", config_hash="h")
        warehouse.finish_run(run_id, "done")
    clock.move(minutes=-11)

    with (
        pytest.raises(
            ClockError, match=f"says 2026-11-23 08:49 UTC, but run {run_id} .* at 2026-11-23 09:00"
        ) as caught,
        open_warehouse(path, world=world),
    ):
        pass

    assert "okr repair" in caught.value.next_step


def test_runs_sort_by_time_and_a_broken_one_is_told(warehouse: Warehouse, clock: Clock) -> None:
    """Ids sort as runs began; a run that never ended is interrupted once the next begins."""
    broken = warehouse.start_run(command="run", version="1", config_hash="h")
    clock.move(hours=1)
    good = warehouse.start_run(command="run", version="1", config_hash="h")
    warehouse.finish_run(good, "done")

    found = ask(warehouse, "select run_id, state, finished_at from run order by run_id")

    assert [(broken, "interrupted", None), (good, "done", clock.now + timedelta(microseconds=1))] == found
    assert broken < good


def test_the_cursor_is_the_newest_mark(warehouse: Warehouse) -> None:
    """Each stream has its own; neither an older window nor a failure moves it back."""
    assert warehouse.cursor("shop", "orders") is None

    warehouse.land(delivery({"orders": []}, cursor=TO), "run")
    warehouse.land(delivery({"orders": []}, cursor=FROM), "run")
    warehouse.land(delivery({"orders": []}, cursor=None), "run")
    warehouse.record_failure(FAILURE, "run")

    assert TO == warehouse.cursor("shop", "orders")
    assert warehouse.cursor("shop", "shop_state") is None


def test_a_failure_is_a_load_without_rows(warehouse: Warehouse, clock: Clock) -> None:
    """The ledger says what went wrong."""
    load = warehouse.record_failure(FAILURE, "run")

    seconds = (clock.now - TO).total_seconds()
    assert (
        Load(load.load_id, "shop", "orders", FROM, TO, 0, 0, 0, 0, seconds, "failed", "401 token expired", []) == load
    )


def test_freshness(warehouse: Warehouse, clock: Clock) -> None:
    """Never, fresh, failing, fresh again, and stale after 26 hours; each as known at its time."""
    warehouse.record_failure(FAILURE, "run")
    never = warehouse.now()
    warehouse.land(delivery({"orders": []}), "run")
    fresh = warehouse.now()
    warehouse.record_failure(FAILURE, "run")
    failing = warehouse.now()
    warehouse.land(delivery({"orders": []}), "run")
    clock.move(hours=27)

    assert [("shop", "orders", "never", "401 token expired")] == states(warehouse, never)
    assert [("shop", "orders", "fresh", None)] == states(warehouse, fresh)
    assert [("shop", "orders", "failing", "401 token expired")] == states(warehouse, failing)
    assert [("shop", "orders", "stale", None)] == states(warehouse)


def test_check_ins_are_known_from_when_they_were_said(warehouse: Warehouse) -> None:
    """A check-in keeps value, confidence and note; before it was said it is not known."""
    before = warehouse.now()
    at = warehouse.words.add_check_in("kr", author="kari", value=Decimal("7.25"), confidence=6.0, note="on our way")

    assert [("kr", at, "kari", Decimal("7.25"), 6.0, "on our way")] == warehouse.check_ins().rows()
    assert [] == warehouse.check_ins(before).rows()


def test_the_newest_rate_counts(warehouse: Warehouse) -> None:
    """A corrected rate replaces the old one, which is still what was known before."""
    first, corrected = Decimal("11.7012345678"), Decimal("11.8")
    source = {"source_id": "ecb", "stream": "rates"}
    warehouse.land(delivery({"rates": [{"currency": "NOK", "rate": first}]}, **source), "run")
    then = warehouse.now()
    warehouse.land(delivery({"rates": [{"currency": "NOK", "rate": corrected}]}, **source), "run")

    assert [corrected] == warehouse.rates()["rate"].to_list()
    assert [first] == warehouse.rates(then)["rate"].to_list()


def test_files_are_their_owners_only(path: Path, world: World) -> None:
    """Warehouse, write-ahead log and published copy are 0600, folders 0700, whatever the umask."""
    with open_warehouse(path, world=world) as warehouse:
        warehouse.land(delivery({"orders": []}), "run")
        warehouse.publish(path.parent / "published" / path.name)
        warehouse.land(delivery({"orders": []}), "run")
        modes = {
            found.relative_to(path.parent).as_posix(): stat.S_IMODE(found.stat().st_mode)
            for found in path.parent.rglob("*")
        }

    assert {
        "okr.duckdb": 0o600,
        "okr.duckdb.wal": 0o600,
        "published": 0o700,
        "published/okr.duckdb": 0o600,
    } == modes
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, world: World) -> None:
    """Where the folder should be there is a file: the error says where."""
    (tmp_path / "warehouse").touch()

    with (
        pytest.raises(WarehouseError, match="cannot be written to") as caught,
        open_warehouse(tmp_path / "warehouse" / "okr.duckdb", world=world),
    ):
        pass

    assert str(tmp_path) in caught.value.where


def test_instants_are_utc(warehouse: Warehouse, clock: Clock) -> None:
    """Whatever zone the clock speaks, instants are told in UTC."""
    assert UTC == warehouse.now().tzinfo
    assert clock.now == warehouse.now() - timedelta(microseconds=1)
