"""Scores kept, and scores read back."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from warehouse.engine import append, first_row, registered
from warehouse.restating import note_days
from warehouse.sql_files import read_sql

_OUTLOOKS = ("key_result_forecast", "key_result_whatif")
"""What is told of the future: a hundred times the rows of the scores, and read of the newest run alone."""
_SUPERSEDED = {
    "key_result_day_version": (("key_result_id", "day"), "saved_at"),
    "vendor_total_version": (("source_id",), "compared_at"),
}
"""Of what only the newest is asked for: the columns that name it, and the instant of a version."""


@dataclass(frozen=True)
class Judgement:
    """The newest scores of the present: the run that made them, as of when, by what was known when, and kept when."""

    run_id: str
    as_of: datetime
    known_at: datetime
    saved_at: datetime


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

    Each run has a row for every key result for ever, also where nothing has changed: it is what was told then.
    """
    run = pl.lit(run_id).alias("run_id")
    marks = [run, _instant(as_of, "as_of"), _instant(saved_at, "saved_at")]
    append(connection, "key_result_score", key_results.with_columns(*marks, _instant(known_at, "known_at")))
    append(connection, "objective_score", objectives.with_columns(marks))
    if daily is not None:
        hashes = key_results.select("key_result_id", "definition_hash")
        note_days(connection, daily, hashes, run_id=run_id, as_of=as_of, saved_at=saved_at)
        keep_days(connection, daily, run_id=run_id, saved_at=saved_at)
    append(connection, "key_result_forecast", forecast.with_columns(run))
    if whatif is not None:
        append(connection, "key_result_whatif", whatif.with_columns(run))


def thin(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out what later runs have taken the place of: of a look at the future the last run of each day is kept."""
    for table in _OUTLOOKS:
        connection.execute(read_sql("retention/outdated.sql").format(table=table))
    for table, (key, instant) in _SUPERSEDED.items():
        same = " and ".join(f"later.{column} = version.{column}" for column in key)
        names = {"table": table, "key": ", ".join(key), "same": same, "instant": instant}
        connection.execute(read_sql("retention/superseded.sql").format(**names))


def _instant(instant: datetime, name: str) -> pl.Expr:
    return pl.lit(instant, dtype=pl.Datetime("us", "UTC")).alias(name)


def keep_days(connection: duckdb.DuckDBPyConnection, daily: pl.DataFrame, *, run_id: str, saved_at: datetime) -> None:
    """Keep the days so far of every key result in place of those from before."""
    with registered(connection, "daily", daily):
        connection.execute(read_sql("keep_days.sql"), {"run_id": run_id, "saved_at": saved_at})


def newest_judgement(connection: duckdb.DuckDBPyConnection) -> Judgement | None:
    """Return what the newest scores of the present are; None where there are none."""
    row = first_row(
        connection,
        """
        select run_id, as_of, known_at, saved_at
        from key_result_score
        where run_id not in (select run_id from run where command = 'score --as-of')
        order by saved_at desc
        limit 1
        """,
    )
    return Judgement(*row) if row else None
