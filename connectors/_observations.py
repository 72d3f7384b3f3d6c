"""Observations that a team brings itself: which metrics they may be of, and what a row of them must hold."""

from dataclasses import replace

import polars as pl

from connectors._fit import Fitted, Misfit, fit, refuse
from connectors._records import RecordKind
from okr_config.metrics import BUILT_IN, Nature

_GRAINS = ("day", "week", "month", "instant")
_STOCKS = frozenset({Nature.LEVEL, Nature.PROBE})
_NEVER_NEGATIVE = sorted(
    metric.id for metric in BUILT_IN.values() if metric.nature in _STOCKS | {Nature.DISTINCT}
)
_MONEY = sorted(metric.id for metric in BUILT_IN.values() if metric.unit == "money")
_GIVEN = sorted(metric.id for metric in BUILT_IN.values() if metric.nature is not Nature.RATIO)


def may_bring(source_id: str, metric: str) -> bool:
    """Whether a source may bring observations of a metric: a built-in one that is measured, or one named after it."""
    return metric in _GIVEN or metric.startswith(f"{source_id}.")


def unit_of(metric: str) -> str:
    """Unit of a metric; a team's own is a count unless it says otherwise."""
    return BUILT_IN[metric].unit if metric in BUILT_IN else "count"


def grain_of(metric: str) -> str:
    """Grain of a metric's observations where none is given: stocks are known at instants, the rest by day."""
    return "instant" if metric in BUILT_IN and BUILT_IN[metric].nature in _STOCKS else "day"


def observe(source_id: str, rows: pl.DataFrame) -> Fitted:
    """
    Make observations of rows of text.

    Args:
        source_id: the source that brings them.
        rows: metric, period_start, value; maybe account, grain, unit, currency; `settled` typed.

    Returns:
        The observations; misfits have `row`, counted from 1, beside the columns given.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not fit.
    """
    metrics = rows["metric"].drop_nulls().unique().to_list()
    ...
