"""What key results were defined as, and when: an edit closes the old version and opens a new one."""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb
import polars as pl

from warehouse.contracts import DefinitionRow
from warehouse.engine import registered
from warehouse.sql_files import read_sql

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
"""A key result seen for the first time counts as defined so from the beginning: the past can be judged by it."""
_COLUMNS = dict.fromkeys(
    ("key_result_id", "objective_id", "period_id", "definition", "definition_hash", "reason"), pl.String
)


def register(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[DefinitionRow], *, at: datetime, seen_at: datetime
) -> list[str]:
    """Note what is defined now; return the ids that are new, changed or no longer there, sorted."""
    frame = pl.DataFrame(
        [
            (row.key_result_id, row.objective_id, row.period_id, row.definition_json, row.definition_hash, row.reason)
            for row in rows
        ],
        schema=_COLUMNS,
        orient="row",
    ).with_row_index("place")
    with registered(connection, "defined", frame):
        connection.execute(read_sql("keep_definitions.sql"), {"always": _ALWAYS, "at": at, "seen_at": seen_at})
    changed = connection.execute(
        "select key_result_id from key_result_definition_version where seen_at = $seen_at order by 1",
        {"seen_at": seen_at},
    )
    return [name for (name,) in changed.fetchall()]


def newest_ids(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the ids of the key results that are defined by the newest versions, sorted."""
    found = connection.execute("select key_result_id from key_result_definition where valid_to is null order by 1")
    return [name for (name,) in found.fetchall()]


def valid_at(connection: duckdb.DuckDBPyConnection, as_of: datetime) -> list[str]:
    """Return the definitions in force at an instant, as JSON, in the order they were first seen."""
    found = connection.execute(read_sql("valid_definitions.sql"), {"as_of": as_of})
    return [text for (text,) in found.fetchall()]
