"""What readers are given: tables with their grain, and the loads behind a score."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from okr_config.definitions import definition_hash
from okr_config.errors import WarehouseError
from okr_config.models import Definition, KeyResult
from tests.warehouse.deliveries import TO, delivery, series_request, sheet
from tests.warehouse.test_scores import save
from warehouse import DefinitionRow, Warehouse
from warehouse.reading import lineage, list_tables, read_published

PUBLIC = [
    "calibration",
    "check_in",
    "counted_source",
    "customer_key",
    "decision",
    "exchange_rate",
    "frozen_score",
    "grade",
    "key_result_daily",
    "key_result_definition",
    "key_result_forecast",
    "key_result_score",
    "key_result_whatif",
    "load",
    "metric_daily",
    "metric_observation",
    "note",
    "notification",
    "objective_score",
    "objective_scoreboard",
    "purge",
    "quality_check",
    "quarantine",
    "reconciliation",
    "refused_row",
    "repair",
    "restatement",
    "run",
    "scoreboard",
    "shop_covered_day",
    "shop_order",
    "shop_order_line",
    "shop_product",
    "shop_refund",
    "shop_state",
    "social_account",
    "source_account",
    "source_freshness",
    "source_version",
    "stated_value",
    "vendor_total",
    "web_traffic",
]


def test_every_table_is_listed_with_its_grain(warehouse: Warehouse, published: Path) -> None:
    """The list is what people query: plain names, what one row is, and the columns."""
    warehouse.publish(published)

    tables = {table["table"]: table for table in list_tables(published)}

    assert PUBLIC == list(tables)
    assert "check-in" == tables["check_in"]["grain"]
    assert ["key_result_id", "at", "author", "value", "confidence", "note"] == tables["check_in"]["columns"]


def test_parameters_are_bound(warehouse: Warehouse, published: Path) -> None:
    """By place or by name; never as text."""
    warehouse.publish(published)
    hostile = "'; drop table run; --"

    assert [(hostile,)] == read_published(published, "select ?", [hostile]).rows()
    assert [(hostile,)] == read_published(published, "select $name", {"name": hostile}).rows()


def test_a_missing_copy_is_named(published: Path) -> None:
    """The error says which file."""
    with pytest.raises(WarehouseError) as caught:
        read_published(published, "select 1")

    assert str(published) == caught.value.where


def _register(warehouse: Warehouse, key_result: KeyResult) -> None:
    definition = Definition(
        period_id="q2",
        objective_id="shop",
        objective_title="Shop",
        timezone="Europe/Oslo",
        start=date(2026, 11, 1),
        due=date(2026, 12, 31),
        key_result=key_result,
    )
    row = DefinitionRow(key_result.id, "shop", "q2", definition.model_dump_json(), definition_hash(definition), "")
    warehouse.register_definitions([row], at=warehouse.now())
    save(
        warehouse,
        "r1",
        key_result=key_result.id,
        as_of=datetime(2026, 11, 23, tzinfo=UTC),
        due=definition.due,
        start=definition.start,
    )


def test_lineage_leads_to_the_loads(warehouse: Warehouse, published: Path) -> None:
    """Each series of the key result's metric, its sources' loads, their windows and requests; nobody else's."""
    key_result = KeyResult(id="ten", title="Ten", kind="ratio", metric="shop.average_order_value", sources=("shop",))
    load_id = warehouse.land(delivery({"orders": [{"order_id": "A"}]}), "run").load_id
    warehouse.land(delivery({"orders": [{"order_id": "A"}]}, source_id="kiosk"), "run")
    warehouse.land(sheet({"metric": "sheet.calls", "value": 1}), "run")
    warehouse.refresh_observations([series_request("shop.orders"), series_request("shop.net_revenue", "money")], "r1")
    _register(warehouse, key_result)
    warehouse.publish(published)

    found = lineage(published, "ten")

    assert [
        "series",
        "source_id",
        "stream",
        "load_id",
        "window_from",
        "window_to",
        "rows_read",
        "requests",
        "finished_at",
    ] == (found.columns)
    assert [
        ("shop.net_revenue", "shop", "orders", load_id, TO, 1, 1),
        ("shop.orders", "shop", "orders", load_id, TO, 1, 1),
    ] == found.select("series", "source_id", "stream", "load_id", "window_to", "rows_read", "requests").rows()


def test_a_key_result_without_series_has_no_lineage(warehouse: Warehouse, published: Path) -> None:
    """Manual ones, and ones that nobody knows."""
    _register(warehouse, KeyResult(id="by-hand", title="By hand", kind="manual", target=5))
    warehouse.publish(published)

    assert (0, 0) == (lineage(published, "by-hand").height, lineage(published, "nobody").height)


def test_importing_the_warehouse_is_cheap() -> None:
    """Neither DuckDB nor Polars is imported before something of them is used."""
    code = "import warehouse, sys; print(sorted({'duckdb', 'polars', 'pydantic'} & set(sys.modules)))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == result.stdout.strip()
