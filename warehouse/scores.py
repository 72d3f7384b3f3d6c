"""Scores kept, and scores read back."""

from datetime import datetime

import duckdb
import polars as pl

from warehouse.engine import append
from warehouse.restating import note_days
from warehouse.sql_files import read_sql

_OUTLOOKS = ("key_result_forecast", "key_result_whatif")
"""What is told of the future: a hundred times the rows of the scores, and read of the newest run alone."""
_KEPT_BY_RUN = ("key_result_score", "objective_score", *_OUTLOOKS)


def keep_scores(  # noqa: PLR0913 - five frames and four marks
    connection: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    as_of: datetime,
    known_at: datetime,
    saved_at: datetime,
    key_results: pl.DataFrame,
    objectives: pl.DataFrame,
    daily: pl.DataFrame | None,
    forecast: pl.DataFrame,
    whatif: pl.DataFrame | None,
) -> None:
    """
    Keep a run's scores; days so far (None: leave them) are kept as last computed.

    Each run has a row for every key result for ever, also where nothing has changed: it is what was told then. Of what
    was told of the future the last run of each day is kept.
    """
    for table in _KEPT_BY_RUN:
        connection.execute(f"delete from {table} where run_id = $run_id", {"run_id": run_id})  # noqa: S608 - our names
    run = pl.lit(run_id).alias("run_id")
    marks = [run, _instant(as_of, "as_of"), _instant(saved_at, "saved_at")]
    append(connection, "key_result_score", key_results.with_columns(*marks, _instant(known_at, "known_at")))
    append(connection, "objective_score", objectives.with_columns(marks))
    if daily is not None:
        hashes = key_results.select("key_result_id", "definition_hash")
        note_days(connection, daily, hashes, run_id=run_id, as_of=as_of, saved_at=saved_at)
        keep_days(connection, daily)
    append(connection, "key_result_forecast", forecast.with_columns(run))
    if whatif is not None:
        append(connection, "key_result_whatif", whatif.with_columns(run))
    for table in _OUTLOOKS:
        connection.execute(read_sql("retention/outdated.sql").format(table=table))


def _instant(instant: datetime, name: str) -> pl.Expr:
    return pl.lit(instant, dtype=pl.Datetime("us", "UTC")).alias(name)


def keep_days(connection: duckdb.DuckDBPyConnection, daily: pl.DataFrame) -> None:
    """Keep the days so far of every key result in place of those from before."""
    connection.execute("delete from key_result_daily")
    append(connection, "key_result_daily", daily)


def newest_judgement(connection: duckdb.DuckDBPyConnection) -> tuple[datetime, datetime] | None:
    """Return the instants that the newest scores of the present were judged as of and known at."""
    row = connection.execute(
        """
        select as_of, known_at
        from key_result_score
        where run_id not in (select run_id from run where command = 'score --as-of')
        order by saved_at desc
        limit 1
        """
    ).fetchone()
    return (row[0], row[1]) if row else None
