"""What docs/data.md says of people holds for every table: no column has a place for who somebody is."""

import re
from pathlib import Path

from tests.warehouse.deliveries import ask
from warehouse import Warehouse

PAGE = Path(__file__).parents[2] / "docs" / "data.md"
PERSONAL = re.compile(
    r"mail|phone|address|\bip\b|_ip$|first_?name|last_?name|surname|birth|postal|street|customer|author|owner"
)
STATED = {
    ("shop_order", "customer_key"),
    ("check_in", "author"),
    ("decision", "author"),
    ("grade", "author"),
    ("note", "author"),
    ("scoreboard", "owner"),
    ("objective_scoreboard", "owner"),
}


def test_no_table_has_a_place_for_a_person(warehouse: Warehouse) -> None:
    """Columns that could name somebody are those that the page speaks of; a table's versions are as its view."""
    columns = ask(
        warehouse, "select table_name, column_name from duckdb_columns() where schema_name in ('main', 'metric')"
    )

    found = {(table.removesuffix("_version"), column) for table, column in columns if PERSONAL.search(column)}

    assert STATED == found


def test_the_page_names_tables_and_columns_that_exist(warehouse: Warehouse) -> None:
    """Whatever stands in the middle column is there to be looked at."""
    rows = [line.split("|")[2] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    named = {name for cell in rows for name in re.findall(r"`([a-z_]+)`", cell)}
    there = {name for row in ask(warehouse, "select table_name, column_name from duckdb_columns()") for name in row}

    assert set() == named - there
    assert {"shop_order", "customer_key", "quality_check"} <= named
