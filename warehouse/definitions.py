"""What key results were defined as, and when: an edit closes the old version and opens a new one."""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb
import polars as pl

from warehouse.contracts import DefinitionRow
from warehouse.engine import first_row, quoted, registered
from warehouse.sql_files import read_sql

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
"""A key result seen for the first time counts as defined so from the beginning: the past can be judged by it."""
_COLUMNS = dict.fromkeys(
    ("key_result_id", "objective_id", "period_id", "definition", "definition_hash", "reason"), pl.String
)


def register(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[DefinitionRow], *, at: datetime, seen_at: datetime
) -> list[str]:
    """
    Note what is defined now, histories carried to new names.

    Returns:
        The ids that are new, changed or no longer there, sorted.
    """
    for row in rows:
        if row.renamed_from:
            _rename(connection, row.renamed_from, row.key_result_id)
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


def _rename(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Carry everything about a key result to its new id, once: what is there under the new one stays as it is."""
    known = first_row(
        connection,
        "select count(*) filter (key_result_id = $old), count(*) filter (key_result_id = $new)"
        " from key_result_definition_version",
        {"old": old, "new": new},
    )
    if known is None or not known[0] or known[1]:
        return
    tables = connection.execute(
        "select table_name from duckdb_columns() where column_name = 'key_result_id'"
        " and database_name = current_database() and table_name in (select table_name from duckdb_tables())"
    ).fetchall()
    for (table,) in tables:
        connection.execute(
            f"update {quoted(table)} set key_result_id = $new where key_result_id = $old",  # noqa: S608 - a name of ours
            {"new": new, "old": old},
        )
    connection.execute(
        "update key_result_definition_version"
        " set definition = json_merge_patch(definition, json_object('key_result', json_object('id', $new)))"
        " where key_result_id = $new",
        {"new": new},
    )
