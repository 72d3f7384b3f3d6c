"""What was told of the past and is otherwise now: noted in the transaction that changes it."""

from contextlib import suppress
from datetime import datetime

import duckdb
import polars as pl
from pydantic import ValidationError

from okr_config.definitions import series_of
from okr_config.models import Definition
from warehouse.engine import read_frame, registered
from warehouse.sql_files import read_sql

_SERIES = {"key_result_id": pl.String, "series": pl.String}


def note_observations(connection: duckdb.DuckDBPyConnection, *, run_id: str, loaded_at: datetime) -> None:
    """Note which observations of periods gone by a run has just found otherwise than they were told."""
    connection.execute(read_sql("restatement/observations.sql"), {"run_id": run_id, "loaded_at": loaded_at})


def note_days(  # noqa: PLR0913 - the new days, and the marks of the run
    connection: duckdb.DuckDBPyConnection,
    daily: pl.DataFrame,
    definition_hashes: pl.DataFrame,
    *,
    run_id: str,
    as_of: datetime,
    saved_at: datetime,
) -> None:
    """
    Note which days gone by of key results are about to be replaced by others.

    Args:
        connection: to the warehouse, whose `key_result_daily` is as it was told last.
        daily: key_result_id, day, value, progress, as worked out now.
        definition_hashes: key_result_id, definition_hash, as scored now.
        run_id: of the run that scores now.
        as_of: the instant it judges.
        saved_at: when its scores are kept.
    """
    with registered(connection, "daily", daily.join(definition_hashes, on="key_result_id")):
        changed = read_frame(connection, read_sql("restatement/days.sql"), {"run_id": run_id, "as_of": as_of})
    if changed.is_empty():
        return
    hashes = definition_hashes.filter(pl.col("key_result_id").is_in(changed["key_result_id"].unique().to_list()))
    with registered(connection, "changed", changed), registered(connection, "series", _series(connection, hashes)):
        connection.execute(read_sql("restatement/keep_days.sql"), {"run_id": run_id, "saved_at": saved_at})


def _series(connection: duckdb.DuckDBPyConnection, definition_hashes: pl.DataFrame) -> pl.DataFrame:
    """Return key_result_id and series: the names of what each key result is measured by."""
    with registered(connection, "scored", definition_hashes):
        found = connection.execute(
            "select distinct key_result_id, definition::varchar"
            " from key_result_definition_version join scored using (key_result_id, definition_hash)"
            " where definition is not null"
        ).fetchall()
    rows = []
    for key_result_id, text in found:
        with suppress(ValidationError):  # of before a bound was set that it breaks
            rows += [(key_result_id, name) for name in series_of(Definition.model_validate_json(text))]
    return pl.DataFrame(rows, schema=_SERIES, orient="row").unique()
