"""Observations: built-in metrics counted from the records, stated ones as they are, a team's own by its SQL."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import duckdb
import polars as pl

from okr_config.metrics import REFUNDS_ON
from warehouse.contracts import SeriesRequest
from warehouse.engine import read_frame, registered
from warehouse.isolating import Series, work_out
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
ORDER = "order by series, source_id, account, grain, period_start, observed_at, currency"
_DIMENSIONS = ("sku", "product_id", "account", REFUNDS_ON)
_WANTED = {
    **dict.fromkeys(("series", "metric", "unit", *_DIMENSIONS), pl.String),
    "additive": pl.Boolean,
    "only_orders": pl.Boolean,
}
_SUMMANDS = ("metric.counted_parts", "metric.sold_parts", "metric.looks")
PARTS = ("periods", "looks")
"""Observations of days and longer, and those of an instant: no observation is in both."""


def observe_records(connection: duckdb.DuckDBPyConnection, wanted: Sequence[SeriesRequest]) -> pl.DataFrame:
    """
    Return observations of every wanted series that records or stated values give; `known_at` is the connection's.

    Of one that cannot be worked out there are none.
    """
    found = []

    def read(only: Series | None) -> None:
        parts = " union all by name ".join(f"({_query(connection, part, only)})" for part in PARTS)
        found.append(read_frame(connection, f"from ({parts}) {ORDER}"))

    with wanted_series(connection, wanted):
        if work_out(read, lambda: _all_series(connection, wanted)):
            return as_observations(pl.concat(found, how="vertical_relaxed"))
        return as_observations(found[0])


def observe_sources(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[SeriesRequest], part: str, sources: Collection[str]
) -> Mapping[str, str]:
    """
    Add one part of what some sources give to the temporary table `observed`.

    Returns:
        By series that cannot be worked out, why.
    """

    def insert(only: Series | None) -> None:
        connection.execute(f"insert into observed by name {_query(connection, part, only)} {ORDER}")

    connection.execute("set variable only_sources = $sources", {"sources": list(sources)})
    try:
        with wanted_series(connection, wanted):
            return work_out(insert, lambda: _all_series(connection, wanted))
    finally:
        connection.execute("reset variable only_sources")


def as_observations(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a query's rows in the types of observations."""
    return frame.cast(pl.Schema(SCHEMA))


def keep_changes(
    connection: duckdb.DuckDBPyConnection,
    observations: pl.DataFrame | None = None,
    *,
    run_id: str,
    loaded_at: datetime,
    scope: str = "true",
) -> int:
    """
    Add what differs from the newest versions, and close what is no longer there; return how many that were.

    Args:
        connection: to the warehouse.
        observations: as derived now; None: those of the temporary table `observed`.
        run_id: of the run that derives.
        loaded_at: when they count as known.
        scope: condition on versions, in SQL: what the observations speak for.
    """
    marks = {"run_id": run_id, "loaded_at": loaded_at}
    sql = read_sql("derived/keep.sql")
    if observations is None:
        ((count,),) = connection.execute(sql.format(observed="observed", scope=scope), marks).fetchall()
    else:
        with registered(connection, "delivered", observations):
            ((count,),) = connection.execute(sql.format(observed="delivered", scope=scope), marks).fetchall()
    return int(count)


@contextmanager
def wanted_series(connection: duckdb.DuckDBPyConnection, wanted: Sequence[SeriesRequest]) -> Iterator[None]:
    """Let SQL read the series to count from records, by the name `wanted`."""
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
        yield


def _query(connection: duckdb.DuckDBPyConnection, part: str, only: Series | None = None) -> str:
    """Return the query of one part, of some series alone; a brace stands for what periods are summed up from."""
    query = _read(part).format(parts=" union all by name ".join(f"({_read(one)})" for one in _summands(connection)))
    if only is None:
        return query
    # as literals, so that nothing of another metric is looked at
    for view in _SUMMANDS:
        query = query.replace(view, f"(from {view} where metric in ({_literals(only.values())}))")
    return f"from ({query}) where series in ({_literals(only)})"


def _all_series(connection: duckdb.DuckDBPyConnection, wanted: Sequence[SeriesRequest]) -> Series:
    """Return all series that are derived, wanted or stated, with their metrics."""
    stated = connection.execute("select distinct metric from stated_value order by metric").fetchall()
    return {metric: metric for (metric,) in stated} | {one.series: one.metric for one in wanted if one.sql is None}


def _literals(names: Iterable[str]) -> str:
    return ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(set(names)))


def _summands(connection: duckdb.DuckDBPyConnection) -> Sequence[str]:
    """Leave out what shops sold where no source shown tells of orders: planning it takes longer than all the rest."""
    sql = "select exists (from load where state = 'ok' and list_contains(kinds, 'orders') and shown(source_id))"
    ((sells,),) = connection.execute(sql).fetchall()
    return ("sold", "counted") if sells else ("counted",)


def _read(name: str) -> str:
    return read_sql(f"derived/{name}.sql").rstrip().removesuffix(";")
