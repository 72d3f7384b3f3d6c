"""What is handed to the scorecard and what it hands back: frames with fixed columns, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import get_type_hints

import polars as pl

from scorecard.score_row import ObjectiveRow, ScoreRow

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

TIME = pl.Datetime("us", "UTC")
VALUE = pl.Decimal(24, 6)

_TYPES: Mapping[object, pl.DataType | type[pl.DataType]] = {
    one: kept
    for plain, kept in (
        (str, pl.String),
        (Decimal, VALUE),
        (float, pl.Float64),
        (int, pl.Int64),
        (date, pl.Date),
        (datetime, TIME),
        (list[str], pl.List(pl.String)),
        (list[float], pl.List(pl.Float64)),
    )
    for one in (plain, plain | None)
}

OBSERVATIONS: Schema = {
    "series": pl.String,
    "source_id": pl.String,
    "account": pl.String,
    "grain": pl.String,
    "period_start": pl.Date,
    "observed_at": TIME,
    "value": VALUE,
    "unit": pl.String,
    "currency": pl.String,
    "settled": pl.Boolean,
    "loaded_at": TIME,
    "load_id": pl.Int64,
    "unknown": pl.Int64,
}
RATES: Schema = {"currency": pl.String, "day": pl.Date, "rate": pl.Decimal(24, 10)}
FRESHNESS: Schema = {
    "source_id": pl.String,
    "stream": pl.String,
    "newest_data_at": TIME,
    "last_success_at": TIME,
    "last_error": pl.String,
    "rows": pl.Int64,
    "state": pl.String,
    "last_reconciled_at": TIME,
}
CHECK_INS: Schema = {
    "key_result_id": pl.String,
    "at": TIME,
    "author": pl.String,
    "value": VALUE,
    "confidence": pl.Float64,
    "note": pl.String,
}
SQL_VALUES: Schema = {"key_result_id": pl.String, "value": VALUE, "error": pl.String}

KEPT_HASHES: Schema = {"key_result_id": pl.String, "input_hash": pl.String}

REFUSED: Schema = {
    "source_id": pl.String,
    "kind": pl.String,
    "metric": pl.String,
    "field": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
}

ADDED = ("run_id", "weight", "owner", "tags")
"""What keeping adds to a row of scores, or a view does."""


def _schema_of(row: type[ScoreRow | ObjectiveRow]) -> Schema:
    types = get_type_hints(row)
    return {name: _TYPES[types[name]] for name in row.columns() if name not in ADDED}


KEY_RESULTS: Schema = _schema_of(ScoreRow)
OBJECTIVES: Schema = _schema_of(ObjectiveRow)
DAILY: Schema = {
    "key_result_id": pl.String,
    "day": pl.Date,
    "value": VALUE,
    "progress": pl.Float64,
    "expected": pl.Float64,
}
FORECAST: Schema = {
    "key_result_id": pl.String,
    "day": pl.Date,
    **dict.fromkeys(("p05", "p25", "p50", "p75", "p95"), pl.Float64),
}
WHATIF: Schema = {
    "key_result_id": pl.String,
    "place": pl.Int32,
    "assumption": pl.String,
    "amount": pl.Float64,
    "target": pl.Float64,
    "lands_p10": pl.Float64,
    "lands_p50": pl.Float64,
    "lands_p90": pl.Float64,
    "probability": pl.Float64,
    "likelihood": pl.Float64,
    "text": pl.String,
}


@dataclass(frozen=True)
class Evidence:
    """
    Everything known at one instant that scores follow from.

    observations: newest version of each; `observed_at` is set for grain `instant`, `period_start` always.
    rates: units of a currency for one euro, by day. freshness: newest state of each source's streams.
    frozen: `key_result_score` rows of grades that no longer move, maybe empty. refused: rows that came in and are not
    counted, by record kind; kind `query` is one under a team's own SQL, `metric` then its id or its key result's.
    kept_hashes: of the inputs of scores of the same instant that are kept.
    """

    observations: pl.DataFrame
    rates: pl.DataFrame
    freshness: pl.DataFrame
    check_ins: pl.DataFrame
    sql_values: pl.DataFrame
    frozen: pl.DataFrame
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(REFUSED)))
    kept_hashes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(KEPT_HASHES)))


@dataclass(frozen=True)
class Scores:
    """
    The answer as frames, in the order of the definitions.

    `unit` is `share`, `count`, a currency for money, or a team's own word. broken: key results whose numbers cannot be
    computed.
    """

    key_results: pl.DataFrame
    objectives: pl.DataFrame
    daily: pl.DataFrame
    forecast: pl.DataFrame
    whatif: pl.DataFrame
    broken: tuple[str, ...] = ()
