"""Derived again is only what has changed, and the outcome is that of deriving everything (warehouse.observations)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from okr_config.delivery import Window
from okr_config.metrics import BUILT_IN, Nature
from tests.warehouse.deliveries import DAY, FROM, NOON, TO, Fresh, ask, delivery, series_request, sheet, traffic
from warehouse import SourceRow, Warehouse
from warehouse.observing import observe_records

EVERYTHING = [
    series_request(metric.id, metric.unit) for metric in BUILT_IN.values() if metric.nature is not Nature.RATIO
]
YESTERDAY = DAY - timedelta(days=1)
Step = Callable[[Warehouse, int, int], object]


def _orders(warehouse: Warehouse, number: int, days: int) -> None:
    orders = [{"order_id": str(number % 3), "gross_amount": Decimal(number), "customer_key": "c", "day": YESTERDAY}]
    lines = [{"order_id": str(number % 3), "quantity": number}]
    refunds = [{"order_id": "1", "quantity": None}] if number % 2 else []
    window = Window(FROM, TO + timedelta(days=days))
    shop = delivery({"orders": orders, "order_lines": lines, "refunds": refunds}, window=window)
    warehouse.land(shop, "run")


def _empty_orders(warehouse: Warehouse, number: int, days: int) -> None:
    window = Window(FROM - timedelta(days=number), TO + timedelta(days=days))
    warehouse.land(delivery({"orders": []}, window=window), "run")


def _look(warehouse: Warehouse, number: int, days: int) -> None:
    looks = [{"account": f"handle-{number % 2}", "followers": number, "observed_at": NOON + timedelta(days=days)}]
    warehouse.land(
        delivery({"accounts": looks}, source_id="page", mode="snapshot", stream="accounts", connector="facebook"), "run"
    )


def _probe(warehouse: Warehouse, number: int, days: int) -> None:
    probe = {"probe": "shop.open", "value": number % 2, "observed_at": NOON + timedelta(hours=days)}
    warehouse.land(delivery({"shop_state": [probe]}, mode="snapshot", stream="shop_state"), "run")


def _traffic(warehouse: Warehouse, number: int, days: int) -> None:
    warehouse.land(traffic({"visitors": number, "period_start": DAY - timedelta(days=days)}), "run")


def _stated(warehouse: Warehouse, number: int, days: int) -> None:
    rows = [{"metric": name, "value": Decimal(number)} for name in ("sheet.calls", "shop.orders")[: 1 + number % 2]]
    rows += [{"metric": "sheet.calls", "value": Decimal(1), "period_start": DAY - timedelta(days=3)}]
    window = Window(FROM, TO + timedelta(days=days))
    missing = ("unknown", "zero", "zero_in_window", "zero_from_start", "zero_in_whole_window")[number % 5]
    warehouse.land(sheet(*rows, missing=missing, window=window), "run")


def _configure(warehouse: Warehouse, number: int, _days: int) -> None:
    names = ("shop", "site", "page", "sheet")[number % 2 :]
    warehouse.sources.register([SourceRow(name, "any") for name in names])


def _take_back(warehouse: Warehouse, _number: int, _days: int) -> None:
    ((newest,),) = ask(warehouse, "select max(finished_at) from load")
    if newest:
        warehouse.repairs.take_back(newest)


STEPS: tuple[Step, ...] = (_orders, _empty_orders, _look, _probe, _traffic, _stated, _configure, _take_back)


def _all_derived(warehouse: Warehouse) -> pl.DataFrame:
    return observe_records(warehouse._connection, EVERYTHING)  # noqa: SLF001 - what the door derives bit by bit


def _newest_versions(warehouse: Warehouse) -> pl.DataFrame:
    return warehouse._read(  # noqa: SLF001 - as `ask`, with its types
        "select metric as series, * exclude (metric, loaded_at, superseded_at, run_id) from metric_observation"
        " where superseded_at is null"
        " order by series, source_id, account, grain, period_start, observed_at, currency"
    )


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 2)), min_size=2, max_size=6))
def test_deriving_what_changed_is_deriving_everything(fresh: Fresh, steps: list[tuple[Step, int, int]]) -> None:
    """Whatever lands, leaves the config or is taken back, both ways give the same observations and versions."""
    with fresh() as warehouse:
        for step, number, days in steps:
            step(warehouse, number, days)
            warehouse.refresh_observations(EVERYTHING, f"run {number}")

            everything = _all_derived(warehouse)
            assert_frame_equal(everything, warehouse.observe(EVERYTHING))
            told = everything.drop_nulls("value").drop("loaded_at", "load_id", "unknown")
            assert_frame_equal(told, _newest_versions(warehouse).select(told.columns), check_dtypes=False)


def _tampered(path: Path) -> Path:
    """Write numbers that are not so into what was derived last, so that reading it shows."""
    derived = path.with_name(".okr.derived.duckdb")
    with duckdb.connect(derived) as connection:
        connection.execute("update observation set value = 99 where value <> 0")
    return derived


def _counts(warehouse: Warehouse) -> list[Decimal]:
    found = warehouse.observe(EVERYTHING, series=["shop.orders", "web.visitors"]).filter(pl.col("value") != 0)
    return found["value"].to_list()


@pytest.fixture
def landed(warehouse: Warehouse) -> Warehouse:
    """Return a warehouse with an order and a day's visitors, derived."""
    _orders(warehouse, 1, 0)
    _traffic(warehouse, 7, 0)
    warehouse.refresh_observations(EVERYTHING, "run")
    return warehouse


def test_nothing_new_is_not_derived_again(landed: Warehouse, path: Path) -> None:
    """What was derived last is read for as long as no landing has added anything."""
    assert [1, 7] == _counts(landed)
    _tampered(path)
    _traffic(landed, 7, 0)

    assert 0 == landed.refresh_observations(EVERYTHING, "run")
    assert [99, 99] == _counts(landed)


def test_only_the_source_that_changed_is_derived_again(landed: Warehouse, path: Path) -> None:
    """A new number of one source leaves what was derived of another as it was."""
    _tampered(path)
    _traffic(landed, 8, 0)

    assert 1 == landed.refresh_observations(EVERYTHING, "run")
    assert [99, 8] == _counts(landed)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"no database")])
def test_what_was_derived_is_no_record(landed: Warehouse, path: Path, damage: Callable[[Path], object]) -> None:
    """Without the file, or with one that cannot be read, everything is derived, and nothing is new."""
    damage(_tampered(path))

    assert 0 == landed.refresh_observations(EVERYTHING, "run")
    assert [1, 7] == _counts(landed)


def test_other_series_are_derived_anew(landed: Warehouse, path: Path) -> None:
    """What was derived for other key results is not taken for what these ask for."""
    _tampered(path)

    found = landed.observe([series_request("shop.orders")], series=["shop.orders"]).filter(pl.col("value") != 0)

    assert [1] == found["value"].to_list()
