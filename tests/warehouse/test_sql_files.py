"""What is said of tables and columns (warehouse.sql_files)."""

import re
import tomllib
from pathlib import Path

from tests.warehouse.test_reading import PUBLIC
from warehouse import Warehouse
from warehouse.engine import connect
from warehouse.reading import describe_tables, shipped_tables
from warehouse.sql_files import read_sql

SENTENCE = re.compile(r"[.!?](?=\s|$)")


def test_every_column_says_what_it_holds() -> None:
    """In a sentence or two, whichever table it is of."""
    counts = {
        f"{table.name}.{column.name}": len(SENTENCE.findall(column.words))
        for table in shipped_tables()
        for column in table.columns
    }

    assert len(counts) > 300
    assert {} == {column: count for column, count in counts.items() if count not in {1, 2}}


def test_nothing_is_said_of_what_is_not_there() -> None:
    """A column that goes takes its words along."""
    said = tomllib.loads(read_sql("columns.toml"))
    columns = {table.name: {column.name for column in table.columns} for table in shipped_tables()}

    assert set() == said.pop("every").keys() - set.union(*columns.values())
    assert set() == {
        f"{table}.{column}"
        for table, words in said.items()
        for column in words.keys() - columns.get(table, set()) - {"like"}
    }


def test_whoever_opens_the_file_reads_the_words(warehouse: Warehouse, published: Path) -> None:
    """They are the columns' comments, in the copy too; they stay when views are laid anew."""
    warehouse.publish(published)

    with connect(published, read_only=True) as connection:
        found = connection.execute(
            "select comment from duckdb_columns() where table_name = 'scoreboard' and column_name = 'probability'"
        ).fetchall()

    assert [("Chance that the key result is met when it is due, from 0 to 1.",)] == found
    assert shipped_tables() == describe_tables(published)
    assert PUBLIC == [table.name for table in shipped_tables()]
