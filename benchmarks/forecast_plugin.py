"""
The product's forecast behind a back-test harness's four functions.

    predict(history, kr, as_of) -> float           suggest_target(history, kr) -> float
    predict_batch(batch) -> (n,) chances           suggest_batch(batch) -> (n,) targets with an even chance

`history` is a Polars frame of date and value up to `as_of`; `kr` has kind, agg (sum, last7, level), start, deadline,
target, integer. A batch has the arrays Y (daily flows or increments, newest last, NaN unknown), L (levels), dow, agg,
group, integer, D, k, target, cur.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
import polars as pl

from okr_config.models import Every, Judge
from scorecard.arrays import Floats
from scorecard.forecasting.model import forecast
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.targets import Target, suggest_targets, without_plan
from scorecard.forecasting.types import Family, ForecastInput, Shape

_SHAPES = {"sum": Shape.TOTAL, "last7": Shape.WINDOW, "level": Shape.LEVEL}
_SOME_MONDAY = date(2024, 1, 1)
_WEEK = 7
_AT_ONCE = 2000


class Batch(Protocol):
    """Key results side by side, one row each, as a harness lays them out."""

    Y: Floats
    L: Floats
    dow: Floats
    agg: Floats
    group: Floats
    integer: Floats
    D: Floats
    k: Floats
    target: Floats
    cur: Floats


def predict(history: pl.DataFrame, kr: dict[str, Any], as_of: date) -> float:
    """Return the chance that the key result is reached."""
    answer = forecast([_question(history, kr, as_of, kr["target"])])[0].probability
    return 0.5 if answer is None else answer


def suggest_target(history: pl.DataFrame, kr: dict[str, Any]) -> float:
    """Return the target with an even chance, as of the day before the period."""
    return float(_even([_question(history, kr, kr["start"] - timedelta(days=1), np.nan)])[0])


def predict_batch(batch: Batch) -> Floats:
    """Return the chance of every key result of a batch."""
    answers = [answer.probability for part in _parts(batch) for answer in forecast(part)]
    return np.array([0.5 if answer is None else answer for answer in answers])


def suggest_batch(batch: Batch) -> Floats:
    """Return the target with an even chance for every key result of a batch."""
    return np.concatenate([_even(part) for part in _parts(batch)])


def _even(questions: list[ForecastInput]) -> Floats:
    """
    Return targets as the product suggests them, rounded; NaN without a history.

    Where even the least that can be asked is hopeless the product has none, and it is that least here.
    """
    alone = [without_plan(question) for question in questions]
    found = [(one, suggest_targets(one, answer, (0.5,))) for one, answer in zip(alone, forecast(alone), strict=True)]
    return np.array([np.nan if targets is None else _value(question, targets) for question, targets in found])


def _value(question: ForecastInput, targets: Sequence[Target]) -> float:
    return float(targets[0].value) if targets else (question.value or 0.0) + 1.0


def _question(history: pl.DataFrame, kr: dict[str, Any], as_of: date, target: float) -> ForecastInput:
    ordered = history.sort("date")
    known = dict(zip(ordered["date"].to_list(), ordered["value"].to_list(), strict=True))
    first = min(known, default=as_of)
    days = [first + timedelta(days=ahead) for ahead in range((as_of - first).days + 1)] if known else []
    values = np.array([known.get(day, np.nan) for day in days], dtype=np.float64)
    opened = {"sum": kr["start"], "last7": kr["deadline"] - timedelta(days=6), "level": as_of}[kr["agg"]]
    current = float(np.nansum([value for day, value in zip(days, values, strict=True) if day >= opened]))
    return build_question(
        agg=kr["agg"],
        family=Family(kr["kind"].split("_")[0]),
        integer=bool(kr.get("integer", True)),
        start=kr["start"],
        due=kr["deadline"],
        as_of=as_of,
        target=target,
        current=current,
        history=values,
    )


def _parts(batch: Batch) -> Iterator[list[ForecastInput]]:
    for begin in range(0, len(batch.D), _AT_ONCE):
        yield [_from_batch(batch, line) for line in range(begin, min(begin + _AT_ONCE, len(batch.D)))]


def _from_batch(batch: Batch, line: int) -> ForecastInput:
    as_of = _SOME_MONDAY + timedelta(days=int(batch.dow[line]))
    start = as_of - timedelta(days=int(batch.k[line]) - 1)
    row = (batch.L if batch.agg[line] == "level" else batch.Y)[line]
    known = np.flatnonzero(np.isfinite(row))
    return build_question(
        agg=str(batch.agg[line]),
        family=Family(str(batch.group[line])),
        integer=bool(batch.integer[line]),
        start=start,
        due=start + timedelta(days=int(batch.D[line]) - 1),
        as_of=as_of,
        target=float(batch.target[line]),
        current=float(batch.cur[line]),
        history=row[known[0] :] if known.size else np.empty(0),
    )


def build_question(  # noqa: PLR0913  the fields of one question
    *,
    agg: str,
    family: Family,
    integer: bool,
    start: date,
    due: date,
    as_of: date,
    target: float,
    current: float,
    history: Floats,
) -> ForecastInput:
    """Put one key result as the product is asked; `current` is what its window or period holds so far."""
    left = (due - as_of).days
    passed = -left % _WEEK  # days gone of the window that ends a whole number of weeks before the due date
    return ForecastInput(
        key_result_id="one",
        shape=_SHAPES[agg],
        family=family,
        integer=integer,
        start=start,
        due=due,
        as_of=as_of,
        value=current if history.size and agg != "last7" else None,
        baseline=0.0,
        rule=Rule(target if np.isfinite(target) else 1.0, np.inf),  # of one to be chosen only the side matters
        prior_target=target,
        confidence=0.5,
        history=history,
        every=Every.WEEK if agg == "last7" else None,
        judge=Judge.LAST if agg == "last7" else None,
        open_window=current if left < _WEEK else None,
        open_share=passed / _WEEK,
        windows_left=-(-left // _WEEK) if agg == "last7" else 0,
    )
