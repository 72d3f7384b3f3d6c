"""SQL that a team writes: metrics that return `day, value`, and key results that return one number."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl

from okr_config.delivery import Delivery, Failure, Window
from okr_config.errors import UsageError
from warehouse.contracts import SeriesRequest
from warehouse.engine import connect
from warehouse.observing import SCHEMA, keep_changes
from warehouse.query_sandbox import QueryResult, run_query

SOURCE = "metrics"
"""Stands in `source_id` for okr_config/metrics.yaml."""
SQL_VALUES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "key_result_id": pl.String,
    "value": pl.Decimal(24, 6),
    "error": pl.String,
}
_MICRO = Decimal("0.000001")
_MOST = Decimal(10) ** 18
_NOTHING = Decimal(0)
_DAY = timedelta(days=1)


def observe_queries(  # noqa: PLR0913 - what a team's SQL may read, and as known when
    path: Path,
    wanted: Sequence[SeriesRequest],
    observed: pl.DataFrame,
    *,
    known_at: datetime | None,
    now: datetime,
    loaded_at: datetime,
) -> tuple[pl.DataFrame, dict[str, str]]:
    """
    Run the team's metrics on a copy; return their observations, and for each that failed the reason.

    Their SQL sees the observations of this moment, not those that the last run kept, so that the same records give the
    same numbers; and of the team's own metrics only those that it names, worked out before it.

    Args:
        path: a copy that only this process knows of; it is changed.
        wanted: the metrics.
        observed: observations of everything else, as known at the same instant.
        known_at: what the copy shows, None for all.
        now: an instant later than all that was recorded.
        loaded_at: when their observations count as landed.
    """
    variables = {"known_at": known_at} if known_at else {}
    own = pl.DataFrame(schema=dict(SCHEMA))
    errors: dict[str, str] = {}
    for rank in _ranked(wanted):
        with connect(path) as connection:
            connection.execute("delete from metric_observation_version")
            keep_changes(connection, pl.concat([observed, own]), run_id="", loaded_at=known_at or now)
        found, failed = _run_queries(path, rank, variables=variables, loaded_at=loaded_at)
        own = pl.concat([own, found])
        errors |= failed
    return own, errors


def _ranked(wanted: Sequence[SeriesRequest]) -> Iterator[list[SeriesRequest]]:
    """Yield metrics after those that their SQL names; those that name each other come last, and see none of them."""
    left = list(wanted)
    while left:
        ready = [one for one in left if not any(other.series in (one.sql or "") for other in left if other is not one)]
        ready = ready or left
        yield ready
        left = [one for one in left if one not in ready]


def _run_queries(
    path: Path, wanted: Sequence[SeriesRequest], *, variables: Mapping[str, datetime], loaded_at: datetime
) -> tuple[pl.DataFrame, dict[str, str]]:
    rows: list[tuple[object, ...]] = []
    errors: dict[str, str] = {}
    for one in wanted:
        try:
            result = run_query(path, one.sql or "", variables=variables)
            rows.extend(_observations(one, result, loaded_at))
        except (UsageError, _UnfitError) as error:
            errors[one.series] = error.args[0]
    return pl.DataFrame(rows, schema=dict(SCHEMA), orient="row"), errors


def answer_queries(path: Path, queries: Mapping[str, str], *, variables: Mapping[str, datetime]) -> pl.DataFrame:
    """Run each key result's query on a copy; a value, or the reason why there is none."""
    rows: list[tuple[str, Decimal | None, str | None]] = []
    for key_result_id, sql in queries.items():
        try:
            rows.append((key_result_id, _one_number(run_query(path, sql, variables=variables)), None))
        except (UsageError, _UnfitError) as error:
            rows.append((key_result_id, None, error.args[0]))
    return pl.DataFrame(rows, schema=dict(SQL_VALUES), orient="row")


def outcome(one: SeriesRequest, error: str | None, *, began_at: datetime, ended_at: datetime) -> Delivery | Failure:
    """Say how a team's metric went, in the ledger's words: its SQL is a source like any other."""
    common: dict[str, Any] = {
        "source_id": SOURCE,
        "connector": SOURCE,
        "stream": one.series,
        "window": Window(began_at, ended_at),
        "started_at": began_at,
    }
    if error is not None:
        return Failure(**common, error=error)
    return Delivery(**common, mode="replace", zone="UTC", frames={}, rows_read=0, requests=0, bytes=0)


class _UnfitError(Exception):
    """A result of another shape than wanted."""


def _observations(one: SeriesRequest, result: QueryResult, loaded_at: datetime) -> list[tuple[object, ...]]:
    places = {name.lower(): place for place, name in enumerate(result.columns)}
    if not {"day", "value"} <= set(places):
        raise _UnfitError(f"its query must return the columns day and value, not {', '.join(result.columns)}")
    found: dict[tuple[date, datetime | None], Decimal] = {}
    for row in result.rows:
        if row[places["value"]] is None:
            continue
        day, instant = _day(row[places["day"]], one.grain)
        if (day, instant) in found:
            raise _UnfitError(f"its query returns more than one row for {instant or day}")
        found[day, instant] = _number(row[places["value"]])
    if one.additive and one.grain == "day" and found:
        # `group by day` has no row for a day on which nothing happened
        first, last = min(found)[0], max(found)[0]
        found = {(first + _DAY * n, None): _NOTHING for n in range((last - first).days + 1)} | found
    return [
        (one.series, SOURCE, "", one.grain, day, instant, value, one.unit, one.currency, True, loaded_at, None, 0)
        for (day, instant), value in found.items()
    ]


def _day(value: object, grain: str) -> tuple[date, datetime | None]:
    if isinstance(value, datetime):
        instant = value if value.tzinfo else value.replace(tzinfo=UTC)
        return value.date(), instant if grain == "instant" else None
    if isinstance(value, date):
        return value, None
    raise _UnfitError("the column day of its query must hold days")


def _one_number(result: QueryResult) -> Decimal:
    if len(result.rows) != 1 or len(result.columns) != 1:
        raise _UnfitError(
            f"one row with one number is wanted, here are {len(result.rows)} rows of {len(result.columns)} columns"
        )
    ((value,),) = result.rows
    if value is None:
        raise _UnfitError("the query returns no value")
    return _number(value)


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _UnfitError("the value is no number")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) >= _MOST:
        raise _UnfitError("the value is too large or no number")
    try:
        return number.quantize(_MICRO)
    except InvalidOperation:
        raise _UnfitError("the value has too many digits") from None
