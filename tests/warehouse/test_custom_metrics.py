"""A team's own SQL: metrics by day, and key results of one number."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from scorecard.schemas import OBSERVATIONS, SQL_VALUES
from tests.warehouse.deliveries import DAY, delivery, sheet
from warehouse import SeriesRequest, Warehouse

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 11, 21, tzinfo=UTC)


def own(sql: str, **changes: str) -> SeriesRequest:
    """Return a metric of the team's."""
    return SeriesRequest(
        series="shop.mug_units", metric="shop.mug_units", where={}, unit="units", currency=None, sql=sql, **changes
    )


UNITS = own("select day, sum(quantity) as value from shop_order_line group by day")


def land(warehouse: Warehouse, quantity: int) -> None:
    """Land one order of so many units."""
    lines = [{"order_id": "A", "quantity": quantity}]
    warehouse.land(delivery({"orders": [{"order_id": "A"}], "order_lines": lines}), "run")


def test_a_metric_is_observed_by_day(warehouse: Warehouse, path: Path) -> None:
    """Its rows are observations like any other's, and the private copy is gone after."""
    land(warehouse, 3)

    found = warehouse.observe([UNITS])

    assert dict(OBSERVATIONS) == dict(found.schema)
    assert [("shop.mug_units", "metrics", "", "day", DAY, Decimal(3), "units", True)] == found.select(
        "series", "source_id", "account", "grain", "period_start", "value", "unit", "settled"
    ).rows()
    assert {"okr.duckdb", "okr.duckdb.wal"} == {found.name for found in path.parent.iterdir()}


def _twice(metric: str) -> str:
    return f"select day, sum(value) * 2 as value from metric_daily where metric = '{metric}' group by day"


def test_a_metric_over_metrics_sees_what_was_just_landed(warehouse: Warehouse) -> None:
    """Over metric_daily it gives this run's numbers, and the same again when nothing has changed."""
    calls, seen = own(_twice("sheet.calls")), []
    for value in (10, 20, 20):
        warehouse.land(sheet({"metric": "sheet.calls", "value": Decimal(value)}), "run")
        warehouse.refresh_observations([calls], "run")
        seen.append(warehouse.observe([calls]).filter(series="shop.mug_units")["value"].to_list())

    assert [[20], [40], [40]] == seen


def test_a_metric_over_another_own_metric(warehouse: Warehouse) -> None:
    """It sees the one it names as worked out now, in whichever order they stand, and never itself."""
    first = replace(own(_twice("sheet.calls")), series="own.first", metric="own.first")
    second = replace(own(_twice("own.first")), series="own.second", metric="own.second")
    itself = own("select day, sum(value) as value from metric_daily group by day")
    warehouse.land(sheet({"metric": "sheet.calls", "value": Decimal(3)}), "run")

    for _ in range(2):
        warehouse.refresh_observations([second, itself, first], "run")
        found = warehouse.observe([second, itself, first]).select("series", "value").rows()

        assert {"sheet.calls": 3, "own.first": 6, "own.second": 12, "shop.mug_units": 3} == dict(found)


def test_a_metric_over_metrics_as_known_then(warehouse: Warehouse) -> None:
    """Over metric_daily too it gives for an instant what it gave then."""
    calls = own(_twice("sheet.calls"))
    warehouse.land(sheet({"metric": "sheet.calls", "value": Decimal(10)}), "run")
    warehouse.refresh_observations([calls], "run")
    then, observed = warehouse.now(), warehouse.observe([calls])
    warehouse.land(sheet({"metric": "sheet.calls", "value": Decimal(20)}), "run")
    warehouse.refresh_observations([calls], "run")

    assert observed.equals(warehouse.observe([calls], known_at=then))


def test_a_metric_is_observed_as_known_then(warehouse: Warehouse) -> None:
    """The same SQL over what was known at an instant gives what it gave then."""
    land(warehouse, 3)
    then, observed = warehouse.now(), warehouse.observe([UNITS])
    land(warehouse, 5)
    warehouse.refresh_observations([UNITS], "run")

    assert observed.equals(warehouse.observe([UNITS], known_at=then))
    assert [Decimal(5)] == warehouse.observe([UNITS])["value"].to_list()


def test_instants_and_unknowns(warehouse: Warehouse) -> None:
    """A metric of instants keeps them; a null is no observation."""
    sql = "select timestamptz '2026-11-20 23:30:00+00' as day, 1.5 as value union all select now(), null"

    found = warehouse.observe([own(sql, grain="instant")])

    assert [(date(2026, 11, 20), datetime(2026, 11, 20, 23, 30, tzinfo=UTC), Decimal("1.5"))] == found.select(
        "period_start", "observed_at", "value"
    ).rows()


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select 1 as x", "must return the columns day and value, not x"),
        ("select 'monday' as day, 1 as value", "must hold days"),
        ("select date '2026-11-20' as day, 'many' as value", "no number"),
        ("select date '2026-11-20' as day, unnest([1, 2]) as value", "more than one row for 2026-11-20"),
        ("select date '2026-11-20' as day, 'inf'::double as value", "too large or no number"),
        ("from nowhere", "nowhere does not exist"),
    ],
)
def test_a_metric_that_fails_is_unknown_and_named(warehouse: Warehouse, sql: str, reason: str) -> None:
    """It has no observations, the ledger says why, and every other metric goes on."""
    land(warehouse, 3)

    assert 0 == warehouse.observe([own(sql)]).height
    warehouse.refresh_observations([own(sql)], "run")

    ((source, stream, state, error),) = (
        warehouse.freshness()
        .filter(pl.col("source_id") == "metrics")
        .select("source_id", "stream", "state", "last_error")
        .rows()
    )
    assert ("metrics", "shop.mug_units", "never") == (source, stream, state)
    assert reason in error


def test_a_mended_metric_is_fresh_again(warehouse: Warehouse) -> None:
    """The ledger knows of success too."""
    land(warehouse, 3)
    warehouse.refresh_observations([own("from nowhere")], "r1")

    assert 1 == warehouse.refresh_observations([UNITS], "r2")

    assert ["fresh"] == warehouse.freshness().filter(pl.col("source_id") == "metrics")["state"].to_list()


def test_key_results_of_one_number(warehouse: Warehouse) -> None:
    """A number for the judged instant and as known, or the reason why there is none."""
    land(warehouse, 3)
    then = warehouse.now()
    land(warehouse, 5)
    queries = {
        "units": "select sum(quantity) from shop_order_line",
        "judged": "select year(getvariable('as_of')) + 0.5",
        "none": "select sum(quantity) from shop_order_line where false",
        "two": "select 1, 2",
        "text": "select 'a'",
        "wrong": "from nowhere",
    }

    found = warehouse.sql_values(queries, as_of=AS_OF, known_at=then)

    assert dict(SQL_VALUES) == dict(found.schema)
    values = dict(found.select("key_result_id", "value").iter_rows())
    errors = dict(found.select("key_result_id", "error").iter_rows())
    assert (Decimal(3), Decimal("2026.5")) == (values["units"], values["judged"])
    assert [None, None] == [errors["units"], errors["judged"]]
    assert "the query returns no value" == errors["none"]
    assert "one row with one number is wanted, here are 1 rows of 2 columns" == errors["two"]
    assert "the value is no number" == errors["text"]
    assert "nowhere does not exist" in errors["wrong"]
