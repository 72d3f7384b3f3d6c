"""How many rows the tables of a warehouse have, and a number that changes with any value of any row."""

from dataclasses import dataclass

import duckdb

from warehouse.engine import quoted

CONTENT = "count(*), bit_xor(hash(whole))"
"""Of a table called `whole`."""


@dataclass(frozen=True)
class TableHash:
    """What a table holds."""

    rows: int
    content: int | None


def table_hashes(connection: duckdb.DuckDBPyConnection) -> dict[str, TableHash]:
    """Return by name what the tables of an open warehouse hold; that of its schema is none of them."""
    found = {}
    for table in main_tables(connection):
        if table != "schema_state":
            sql = f"select {CONTENT} from {quoted(table)} as whole"  # noqa: S608 - names of tables
            ((rows, content),) = connection.execute(sql).fetchall()
            found[table] = TableHash(rows, content)
    return found


def main_tables(connection: duckdb.DuckDBPyConnection, database: str | None = None) -> list[str]:
    """Return the names of the tables of a database, the default one unless it is named, sorted."""
    found = connection.execute(
        "select table_name from duckdb_tables()"
        " where schema_name = 'main' and database_name = coalesce($database, current_database()) order by 1",
        {"database": database},
    )
    return [name for (name,) in found.fetchall()]
