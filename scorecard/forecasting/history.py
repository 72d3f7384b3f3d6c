"""
Questions of every shape as one kind of history: what came in, day by day, against how much of a day it had.

    TOTAL    flow = daily value                  exposure = 1
    LEVEL    flow = daily increment              exposure = 1, gaps bridged evenly
    WINDOW   flow = daily value, scaled so that days add up to windows (distinct counts do not)
    RATIO    flow = daily numerator              exposure = daily denominator over its mean

Where only whole windows are known, one step is one window instead of one day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from okr_config.models import Every
from scorecard.arrays import Floats
from scorecard.forecasting.types import ForecastInput, Shape

LONGEST = 180
"""Days of history that tell of rate and noise; older ones have no weight left."""

YEAR = 393
"""Days that tell of the season: 52 weeks, the four before them, and today."""

HOLIDAYS_MATTER = (Shape.TOTAL, Shape.WINDOW)
"""Shapes whose days are known to be fewer on public holidays: of stocks and ratios nothing was learnt."""

WINDOW_DAYS = {Every.DAY: 1.0, Every.WEEK: 7.0, Every.MONTH: 30.4375}


@dataclass(frozen=True)
class Histories:
    """
    (n, t) arrays, newest last, and (n,) arrays, one row per question.

    flow: NaN where unobserved. year: (n, YEAR), the same for longer, where steps are days. exposure: days. weekday: of
    the newest step, Monday 0; -1 where steps are not days. step: days per step. start: what is there already of the
    sum. prior: planned flow per unit of exposure. integer: sums are whole numbers. counted: the flow is, if not its
    sum. signed: a sum of it may be negative.
    """

    flow: Floats
    year: Floats
    exposure: Floats
    weekday: NDArray[np.int64]
    step: Floats
    start: Floats
    prior: Floats
    stock: NDArray[np.bool_]
    integer: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    signed: NDArray[np.bool_]


@dataclass(frozen=True)
class _Row:
    flow: Floats
    exposure: Floats
    start: float
    prior: float
    step: float = 1.0


def gather(questions: Sequence[ForecastInput]) -> Histories:
    """Lay the questions' histories side by side, right-aligned."""
    rows = [_without_holidays(question, _READERS[question.shape](question)) for question in questions]
    longest = max((min(row.flow.size, LONGEST) for row in rows), default=0)
    flow = np.full((len(rows), longest), np.nan)
    exposure = np.zeros((len(rows), longest))
    year = np.full((len(rows), YEAR), np.nan)
    for line, row in enumerate(rows):
        size = min(row.flow.size, LONGEST)
        if row.flow.size > LONGEST and row.step == 1.0 and questions[line].shape is not Shape.RATIO:
            year[line, -min(row.flow.size, YEAR) :] = row.flow[-YEAR:]
        if size:
            flow[line, longest - size :] = row.flow[-size:]
            exposure[line, longest - size :] = row.exposure[-size:]
    step = np.array([row.step for row in rows])
    exposure[~np.isfinite(exposure) | ~np.isfinite(flow)] = 0.0
    flow[exposure <= 0.0] = np.nan
    return Histories(
        flow=flow,
        year=year,
        exposure=exposure,
        weekday=np.array(
            [
                q.as_of.weekday() if r.step == 1.0 and q.shape is not Shape.RATIO else -1
                for q, r in zip(questions, rows, strict=True)
            ],
            dtype=np.int64,
        ),
        step=step,
        start=np.array([row.start for row in rows]),
        prior=np.array([row.prior for row in rows]),
        stock=np.array([q.shape is Shape.LEVEL for q in questions], dtype=np.bool_),
        integer=np.array([q.integer and q.shape is not Shape.RATIO for q in questions], dtype=np.bool_),
        counted=np.array([q.integer or (q.shape is Shape.RATIO and _is_whole(q.history)) for q in questions], np.bool_),
        signed=np.array([_can_go_down(q, r) for q, r in zip(questions, rows, strict=True)], dtype=np.bool_),
    )


def _without_holidays(question: ForecastInput, row: _Row) -> _Row:
    """Leave public holidays out of daily flow: they tell little of other days. What would be left bare keeps them."""
    if not question.holidays or row.step != 1.0 or question.shape not in HOLIDAYS_MATTER:
        return row
    flow = row.flow.copy()
    first = question.as_of - timedelta(days=flow.size - 1)
    places = [(day - first).days for day in question.holidays]
    flow[[place for place in places if 0 <= place < flow.size]] = np.nan
    return replace(row, flow=flow) if np.isfinite(flow).any() else row


def _is_whole(flow: Floats) -> bool:
    known = np.asarray(flow, dtype=np.float64)
    known = known[np.isfinite(known)]
    return bool(known.size) and bool(np.all(known == np.round(known)))


def _can_go_down(question: ForecastInput, row: _Row) -> bool:
    """Whether a sum of coming flow may be negative: a stock that has only grown so far is taken to grow on."""
    if question.shape is not Shape.LEVEL or question.can_fall:
        return question.can_fall
    rule = question.rule
    downwards = rule.high < np.inf or rule.share_needed is not None or row.prior < 0.0
    return downwards or bool(np.any(row.flow < 0.0))


def period_days(question: ForecastInput) -> float:
    """Return the length of the key result's period in days, at least one."""
    return max(1.0, (question.due - question.start).days + 1.0)


def _daily(question: ForecastInput, flow: Floats) -> Floats:
    exposure = np.ones(flow.size)
    if flow.size:
        exposure[-1] = question.day_share
    return exposure


def _read_total(question: ForecastInput) -> _Row:
    flow = np.asarray(question.history, dtype=np.float64)
    start = 0.0 if question.value is None else question.value
    return _Row(flow, _daily(question, flow), start, question.prior_target / period_days(question))


def _read_level(question: ForecastInput) -> _Row:
    stock = np.asarray(question.history, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(stock))
    if not known.size:
        start = question.baseline if question.value is None else question.value
        return _Row(
            np.empty(0), np.empty(0), start, (question.prior_target - question.baseline) / period_days(question)
        )
    newest = float(stock[known[-1]]) if question.value is None else question.value
    bridged = np.interp(np.arange(known[0], known[-1] + 1), known, stock[known])
    days = (question.as_of - question.start).days  # from the period's first day to now
    at_start = stock.size - 2 - days
    first = float(bridged[np.clip(at_start - known[0], 0, bridged.size - 1)])
    flow = np.full(stock.size - 1 - known[0], np.nan)
    flow[: bridged.size - 1] = np.diff(bridged)
    return _Row(flow, _daily(question, flow), newest, _planned_growth(question, first))


def _planned_growth(question: ForecastInput, first: float) -> float:
    """Growth a day that the target asks for; none where it asks to stay, or to do better than a bound already met."""
    growth = (question.prior_target - first) / period_days(question)
    rule = question.rule
    if (
        rule.share_needed is not None
        or (rule.high == np.inf and growth < 0.0)
        or (rule.low == -np.inf and growth > 0.0)
    ):
        return 0.0
    return growth


def _read_window(question: ForecastInput) -> _Row:
    length = WINDOW_DAYS[question.every or Every.WEEK]
    flow = np.asarray(question.history, dtype=np.float64)
    windows = np.array([*question.windows_before, *question.windows], dtype=np.float64)
    start = question.open_window or 0.0
    prior = question.prior_target / length
    if np.isfinite(flow).any() or not windows.size:
        return _Row(flow * _window_factor(question, flow, windows), _daily(question, flow), start, prior)
    return _Row(windows, np.full(windows.size, length), start, prior, length)


def _window_factor(question: ForecastInput, flow: Floats, windows: Floats) -> float:
    """How much of a day's distinct count is new to its window: windows over the sum of the same days."""
    length = WINDOW_DAYS[question.every or Every.WEEK]
    end = flow.size - round(question.open_share * length)
    counted = min(windows.size, int(end // length), 8)
    if counted < 1:
        return 1.0
    days = flow[end - round(counted * length) : end]
    together = float(np.nansum(days))
    whole = float(np.nansum(windows[-counted:]))
    if together <= 0.0 or whole <= 0.0 or np.isnan(days).any() or np.isnan(windows[-counted:]).any():
        return 1.0
    return whole / together


def _read_ratio(question: ForecastInput) -> _Row:
    flow = np.asarray(question.history, dtype=np.float64)
    below = np.zeros(flow.size) if question.denominator is None else np.asarray(question.denominator, dtype=np.float64)
    start = 0.0 if question.value is None else question.value
    return _Row(flow, np.where(np.isfinite(below), below, 0.0), start, question.prior_target)


_READERS = {
    Shape.TOTAL: _read_total,
    Shape.LEVEL: _read_level,
    Shape.WINDOW: _read_window,
    Shape.RATIO: _read_ratio,
}
