"""Uniqueness as a check of ours: each table holds one row for what its grain says, and no more."""

import duckdb

from warehouse.sql_files import read_folder


def find_doubled(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return a sentence for each table that holds more than one row of a name."""
    found = []
    for table, sql in read_folder("checks").items():
        result = connection.execute(sql)
        columns = [name for name, *_ in result.description or []]
        row = result.fetchone()
        if row:
            name = ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True))
            found.append(f"{table}: more than one row for {name}")
    return found
