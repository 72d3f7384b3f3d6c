"""Every table holds one row for what its grain says (.sql_files)."""

import re
from datetime import UTC, datetime, timedelta

from tests.warehouse.deliveries import ask
from warehouse import Warehouse
from warehouse.checking import KEYS
from warehouse.engine import append
from warehouse.sql_files import comments, read_folder

MAY = datetime(2020, 5, 1, tzinfo=UTC)


def test_every_stated_grain_has_a_key() -> None:
    """What a header calls one row is told apart by a declared key; no key is declared for a table that states none."""
    stated = [
        re.findall(r"comment on \w+ ([\w.]+) is 'one row per ", comment)[0]
        for text in [*read_folder("migrations").values(), *read_folder("marts").values()]
        for comment in comments(text)
    ]

    assert sorted({name for name in stated if not name.startswith("metric.")}) == sorted(KEYS)


def test_every_key_is_columns_of_its_table(warehouse: Warehouse) -> None:
    """No column of a key is missing."""
    columns = set(ask(warehouse, "select table_name, column_name from duckdb_columns() where schema_name = 'main'"))

    assert set() == {(table, column) for table, key in KEYS.items() for column in key} - columns


def test_a_doubled_row_is_found(warehouse: Warehouse) -> None:
    """The check names table and row; what differs in one column of the key is no double."""
    for day in (MAY, MAY + timedelta(days=1), MAY + timedelta(days=1)):
        word = {"key_result_id": "kr", "at": day, "author": "", "note": ""}
        append(warehouse._connection, "check_in", word)  # noqa: SLF001 - against all rules

    found = warehouse.check()
    warehouse._connection.execute("delete from check_in")  # noqa: SLF001 - and back

    assert ["check_in: more than one row for key_result_id kr, at 2020-05-02 00:00:00+00:00"] == found
