"""Observations that a team brings itself: which metrics they may be of, and what a row of them must hold."""

import re
from decimal import Decimal
from typing import Literal, Self

import polars as pl
from pydantic import model_validator

from connectors.records import RecordKind
from connectors.rows.validate import Fitted, Misfit, fit, refuse
from okr_config.fields import Missing
from okr_config.metrics import BUILT_IN, Nature
from okr_config.models import METRIC_NAME, SourceSettings

_GRAINS = ("day", "week", "month", "instant")
_STOCKS = frozenset({Nature.LEVEL, Nature.PROBE})
_NEVER_NEGATIVE = sorted(metric.id for metric in BUILT_IN.values() if metric.nature in _STOCKS | {Nature.DISTINCT})
_MONEY = sorted(metric.id for metric in BUILT_IN.values() if metric.unit == "money")
_GIVEN = sorted(metric.id for metric in BUILT_IN.values() if metric.nature is not Nature.RATIO)
_LIMIT = Decimal(10) ** 15
"""From here on sums may be more than the warehouse holds."""


class ObservationSettings(SourceSettings):
    """Settings of a source of observations."""

    missing: Literal["zero", "unknown"] = "zero"
    """What a day without a row means: zero (nothing happened) or unknown."""
    before: Literal["zero", "unknown"] = "unknown"
    """What the days before the first row mean, from the first day that was asked for (`since`) on: zero or unknown."""

    @model_validator(mode="after")
    def _says_one_thing_of_missing_days(self) -> Self:
        if self.before == "zero" and self.missing == "unknown":
            raise ValueError("before: zero says that nothing happened then, and missing: unknown that nobody knows")
        return self

    def meaning_of_missing(self, usual: Missing) -> Missing:
        """Return what a day without a row means: as the source says, else as usual."""
        if self.missing == "unknown":
            return "unknown"
        if self.before == "unknown":
            return usual
        return "zero_in_whole_window" if usual == "zero_in_window" else "zero_from_start"


def may_bring(source_id: str, metric: str) -> bool:
    """Whether a source may bring observations of a metric: a built-in one that is measured, or one named after it."""
    return metric in _GIVEN or (metric.startswith(f"{source_id}.") and bool(re.fullmatch(METRIC_NAME, metric)))


def known_metrics() -> list[str]:
    """Return the built-in metrics that may be brought."""
    return list(_GIVEN)


def unit_of(metric: str) -> str | None:
    """Unit of a built-in metric; a team's own metric says itself, and is a count otherwise."""
    return BUILT_IN[metric].unit if metric in BUILT_IN else None


def grain_of(metric: str) -> str:
    """Grain of a metric's observations where none is given: stocks are known at instants, the rest by day."""
    return "instant" if metric in BUILT_IN and BUILT_IN[metric].nature in _STOCKS else "day"


def observe(source_id: str, rows: pl.DataFrame) -> Fitted:
    """
    Make observations of rows of text.

    Args:
        source_id: the source that brings them.
        rows: row (its number), metric, period_start, value; maybe account, grain, unit, currency; `settled` typed.

    Returns:
        The observations; misfits have the columns given, the row's number among them.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not fit.
    """
    metrics = rows["metric"].drop_nulls().unique().to_list()
    columns = {name: pl.lit(None, pl.String) for name in ("grain", "unit") if name not in rows.columns}
    rows = rows.with_columns(**columns).with_columns(
        pl.col("grain").fill_null(_looked_up({metric: grain_of(metric) for metric in metrics})),
        unit=pl.coalesce(_looked_up({metric: unit_of(metric) for metric in metrics}), "unit", pl.lit("count")),
    )
    fitted = fit(RecordKind.OBSERVATIONS, rows, required=("metric", "grain", "period_start", "value", "unit"))
    kept = rows.filter(~pl.col("row").is_in(fitted.misfits["row"].to_list())) if fitted.refused else rows

    rules = _rules(source_id, [metric for metric in metrics if may_bring(source_id, metric)])
    first_broken = pl.coalesce(pl.when(broken).then(number) for number, (broken, _) in enumerate(rules))
    broken = fitted.frame.select(first_broken).to_series()
    misfits = [rules[number][1] for number in broken.drop_nulls()]
    known = list(fitted.frame.filter(broken.is_not_null()).iter_rows(named=True))
    return Fitted(
        fitted.frame.filter(broken.is_null()),
        (*fitted.refused, *refuse(RecordKind.OBSERVATIONS, misfits, rows.height, known)),
        pl.concat([fitted.misfits, kept.filter(broken.is_not_null())], how="diagonal"),
    )


def _rules(source_id: str, metrics: list[str]) -> list[tuple[pl.Expr, Misfit]]:
    """Return what no row may be, with what is then said of it."""
    currency, value = pl.col("currency"), pl.col("value")
    own = f"a built-in metric or one called {source_id}.<name>"
    return [
        (~pl.col("metric").is_in(metrics), Misfit("metric", "text", own)),
        (~pl.col("grain").is_in(_GRAINS), Misfit("grain", "text", "day, week, month or instant")),
        (
            (pl.col("grain") == "week") & (pl.col("period_start").dt.weekday() != 1),
            Misfit("period_start", "another day", "the first day of a week, a Monday"),
        ),
        (
            (pl.col("grain") == "month") & (pl.col("period_start").dt.day() != 1),
            Misfit("period_start", "another day", "the first day of a month"),
        ),
        (pl.col("metric").is_in(_MONEY) & currency.is_null(), Misfit("currency", "missing", "one such as NOK")),
        (~currency.str.contains("^[A-Z]{3}$"), Misfit("currency", "text", "one such as NOK")),
        (value.abs() >= _LIMIT, Misfit("value", "a number out of range", "one below 1,000,000,000,000,000")),
        (pl.col("metric").is_in(_NEVER_NEGATIVE) & (value < 0), Misfit("value", "a negative number", "a count")),
    ]


def _looked_up(by_metric: dict[str, str | None]) -> pl.Expr:
    return pl.col("metric").replace_strict(by_metric, default=None, return_dtype=pl.String)
