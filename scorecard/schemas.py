"""What is handed to the scorecard and what it hands back: frames with fixed columns, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

TIME = pl.Datetime("us", "UTC")
VALUE = pl.Decimal(24, 6)

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

KEY_RESULTS: Schema = {
    "period_id": pl.String,
    "objective_id": pl.String,
    "key_result_id": pl.String,
    "title": pl.String,
    "kind": pl.String,
    "metric": pl.String,
    "unit": pl.String,
    "value": VALUE,
    "baseline": VALUE,
    "target": VALUE,
    "target_original": VALUE,
    "progress": pl.Float64,
    "progress_raw": pl.Float64,
    "score": pl.Float64,
    "expected": pl.Float64,
    "pace": pl.Float64,
    "probability": pl.Float64,
    "confidence": pl.Int32,
    "confidence_stated": pl.Float64,
    "status": pl.String,
    "flags": pl.List(pl.String),
    "forecast_p10": pl.Float64,
    "forecast_p50": pl.Float64,
    "forecast_p90": pl.Float64,
    "start": pl.Date,
    "due": pl.Date,
    "as_of": TIME,
    "observed_at": TIME,
    "known_at": TIME,
    "explanation": pl.String,
    "outlook": pl.String,
    "probability_raw": pl.Float64,
    "reason": pl.String,
    "definition_hash": pl.String,
    "input_hash": pl.String,
}
OBJECTIVES: Schema = {
    "period_id": pl.String,
    "objective_id": pl.String,
    "title": pl.String,
    "score": pl.Float64,
    "score_raw": pl.Float64,
    "coverage": pl.Float64,
    "status": pl.String,
    "probability_all": pl.Float64,
    "expected_hits": pl.Float64,
    "probability_at_least": pl.List(pl.Float64),
    "key_results": pl.Int64,
    "as_of": TIME,
}
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
    frozen: `key_result_score` rows of grades that no longer move, maybe empty.
    """

    observations: pl.DataFrame
    rates: pl.DataFrame
    freshness: pl.DataFrame
    check_ins: pl.DataFrame
    sql_values: pl.DataFrame
    frozen: pl.DataFrame


@dataclass(frozen=True)
class Scores:
    """
    The answer as frames, in the order of the definitions.

    `unit` is `share`, `count`, a currency for money, or a team's own word.
    """

    key_results: pl.DataFrame
    objectives: pl.DataFrame
    daily: pl.DataFrame
    forecast: pl.DataFrame
    whatif: pl.DataFrame
