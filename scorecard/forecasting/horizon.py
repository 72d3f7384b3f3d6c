"""
What lies ahead of each question: how much exposure comes, when, and what is added to or divided by what.

The key result's value on a coming day is  (have + sum of coming flow) / (below + coming exposure)  for ratios and
have + sum of coming flow  for everything else; a window begins again from nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from okr_config.models import Every
from scorecard.arrays import Floats
from scorecard.forecasting.history import WINDOW_DAYS
from scorecard.forecasting.types import ForecastInput, Shape


@dataclass(frozen=True)
class Stretches:
    """
    (n, k) arrays: k coming stretches per question; the flow of a stretch is spread over `exposure`.

    lag: days until it begins. days: its length. have: added to its sum. below: the sum is divided by it.
    """

    exposure: Floats
    lag: Floats
    days: Floats
    have: Floats
    below: Floats

    def pick(self, rows: slice | NDArray[np.bool_], columns: slice | NDArray[np.bool_]) -> "Stretches":
        """Keep some questions and some of their stretches."""
        return Stretches(**{field.name: getattr(self, field.name)[rows, columns] for field in fields(self)})


def look_ahead(questions: Sequence[ForecastInput], counted: Floats, start: Floats) -> Stretches:
    """
    Lay out the sums from now to each coming day's end, one column a day, today's rest first.

    Columns past a question's due date repeat it. counted: how many usual days each day counts for, today first.
    """
    due = np.array([max(0, (q.due - q.as_of).days) for q in questions])
    # A stock grows on before its period has begun; everything else is summed from its first day.
    first = np.array([0 if q.shape is Shape.LEVEL else max(0, (q.start - q.as_of).days) for q in questions])
    rest = np.array([1.0 - q.day_share if q.as_of <= q.due else 0.0 for q in questions])
    column = np.arange(due.max(initial=0) + 1)
    length = np.where(column == 0, rest[:, None], 1.0)
    length = np.where((column >= first[:, None]) & (column <= due[:, None]), length, 0.0)
    busy = np.array([_mean_exposure(q) for q in questions])[:, None]
    have = np.array([_so_far(q)[0] if q.shape is Shape.RATIO else now for q, now in zip(questions, start, strict=True)])
    below = np.array([_so_far(q)[1] if q.shape is Shape.RATIO else 1.0 for q in questions])[:, None]
    ratio = np.array([q.shape is Shape.RATIO for q in questions])[:, None]
    exposure = np.cumsum(length * counted[:, : column.size], axis=1) * busy
    lag = np.maximum(0.0, first - 1.0 + rest)[:, None] * (first[:, None] > 0)
    return Stretches(
        exposure=exposure,
        lag=np.broadcast_to(lag, exposure.shape),
        days=np.cumsum(length, axis=1),
        have=np.broadcast_to(have[:, None], exposure.shape),
        below=np.where(ratio & (below + exposure > 0.0), below + exposure, 1.0),
    )


def look_at_end(questions: Sequence[ForecastInput], counted: Floats, ahead: Stretches) -> Stretches:
    """Keep the stretch that decides at the due date, (n, 1): all coming days, or the last window."""
    end = {field.name: getattr(ahead, field.name)[:, -1:].copy() for field in fields(ahead)}
    for line, question in enumerate(questions):
        if question.shape is Shape.WINDOW and question.windows_left > 0:
            windows = look_at_windows(question, counted[line])
            for name, column in end.items():
                column[line] = getattr(windows, name)[0, -1:]
    return Stretches(**end)


def look_at_windows(question: ForecastInput, counted: Floats) -> Stretches:
    """Lay out the windows that are not closed yet, one column each, (1, k)."""
    length = WINDOW_DAYS[question.every or Every.WEEK]
    count = max(0, question.windows_left)
    index = np.arange(count)
    left = (1.0 - question.open_share) * length
    wait = max(0.0, (question.start - question.as_of).days - 1.0) if question.start > question.as_of else 0.0
    end = wait + left + index * length
    begin = np.where(index == 0, wait, end - length)
    horizon = np.arange(int(np.ceil(end.max(initial=0.0))) + 1)
    factor = counted[np.minimum(horizon, counted.size - 1)] * (horizon > 0)
    exposure = np.interp(end, horizon, np.cumsum(factor)) - np.interp(begin, horizon, np.cumsum(factor))
    have = np.where(index == 0, question.open_window or 0.0, 0.0)
    return Stretches(
        exposure[None, :], begin[None, :], np.asarray(end - begin)[None, :], have[None, :], np.ones((1, count))
    )


def _so_far(question: ForecastInput) -> tuple[float, float]:
    """Numerator and denominator of a ratio, summed over the period so far."""
    days = max(0, (question.as_of - question.start).days + 1)
    below = np.asarray(question.denominator if question.denominator is not None else [], dtype=np.float64)
    if not days:
        return 0.0, 0.0
    return float(np.nansum(question.history[-days:])), float(np.nansum(below[-days:]))


def _mean_exposure(question: ForecastInput) -> float:
    if question.shape is not Shape.RATIO or question.denominator is None:
        return 1.0
    recent = np.asarray(question.denominator, dtype=np.float64)[-28:]
    known = recent[np.isfinite(recent)]
    return float(known.mean()) if known.size else 0.0
