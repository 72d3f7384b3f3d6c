"""Observations: built-in metrics counted from the records, stated ones as they are, a team's own by its SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import polars as pl

from okr_config.metrics import REFUNDS_ON
from warehouse.contracts import Wanted
from warehouse.engine import read_frame, registered
from warehouse.sql_files import read_sql

TIME = pl.Datetime("us", "UTC")
SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "series": pl.String,
    "source_id": pl.String,
    "account": pl.String,
    "grain": pl.String,
    "period_start": pl.Date,
    "observed_at": TIME,
    "value": pl.Decimal(24, 6),
    "unit": pl.String,
    "currency": pl.String,
    "settled": pl.Boolean,
    "loaded_at": TIME,
    "load_id": pl.Int64,
    "unknown": pl.Int64,
}
_DIMENSIONS = ("sku", "product_id", "account", REFUNDS_ON)
_WANTED = {
    **dict.fromkeys(("series", "metric", "unit", *_DIMENSIONS), pl.String),
    "additive": pl.Boolean,
    "only_orders": pl.Boolean,
}


def observe_records(connection: duckdb.DuckDBPyConnection, wanted: Sequence[Wanted]) -> pl.DataFrame:
    """Return observations of every wanted series that records or stated values give; `known_at` is the connection's."""
    rows = [
        {
            "series": one.series,
            "metric": one.metric,
            "unit": one.unit,
            "additive": one.additive,
            "only_orders": one.only_orders,
            **{name: one.where.get(name) for name in _DIMENSIONS},
        }
        for one in wanted
        if one.sql is None
    ]
    with registered(connection, "wanted", pl.DataFrame(rows, schema=_WANTED)):
        return read_frame(connection, read_sql("observe.sql")).cast(pl.Schema(SCHEMA))


def keep_changes(
    connection: duckdb.DuckDBPyConnection, observations: pl.DataFrame, *, run_id: str, loaded_at: datetime
) -> int:
    """Add what differs from the newest versions, and close what is no longer there; return how many that were."""
    known = observations.drop_nulls("value").rename({"series": "metric"}).drop("loaded_at", "unknown")
    with registered(connection, "observed", known):
        ((count,),) = connection.execute(
            read_sql("keep_observations.sql"), {"run_id": run_id, "loaded_at": loaded_at}
        ).fetchall()
    return int(count)
