"""A question some days on, if those days bring what the last ones did."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from okr_config.models import Every
from scorecard.arrays import Floats
from scorecard.forecasting.history import WINDOW_DAYS
from scorecard.forecasting.types import ForecastInput, Shape


def why_not_repeat(question: ForecastInput, days: int) -> str | None:
    """Return the key of the words that say why some days cannot come once more, None where they can."""
    if question.as_of < question.start or days < 1 or question.as_of + timedelta(days=days) > question.due:
        return "whatif.not_that_long"
    if question.shape is Shape.WINDOW:
        length = WINDOW_DAYS[question.every or Every.WEEK]
        known = len(question.windows_before) + len(question.windows)
        if days % length or days // length > min(known, question.windows_left - 1):
            return "whatif.no_such_windows"
        if not question.history.size:
            return None
    if question.history.size <= days or not np.isfinite(question.history[-days:]).any():
        return "whatif.not_that_known"
    return None


def repeated(question: ForecastInput, days: int) -> ForecastInput:
    """Return the question as it will stand then; `why_not_repeat` has nothing against it."""
    later = question.as_of + timedelta(days=days)
    if question.shape is Shape.LEVEL:
        return _level(question, days, later)
    history, came = _once_more(question.history, days, question.day_share)
    changed = replace(question, as_of=later, history=history)
    if question.shape is Shape.TOTAL:
        return replace(changed, value=(question.value or 0.0) + came)
    if question.shape is Shape.WINDOW:
        count = int(days // WINDOW_DAYS[question.every or Every.WEEK])
        closed = (*question.windows_before, *question.windows)[-count:]
        return replace(
            changed,
            windows=(*question.windows, *closed),
            windows_left=question.windows_left - count,
            value=closed[-1],
        )
    return _ratio(changed, question, days)


def _ratio(changed: ForecastInput, question: ForecastInput, days: int) -> ForecastInput:
    below, _ = _once_more(
        np.empty(0) if question.denominator is None else question.denominator, days, question.day_share
    )
    inside = (changed.as_of - question.start).days + 1
    total = float(np.nansum(below[-inside:]))
    value = float(np.nansum(changed.history[-inside:])) / total if total > 0.0 else question.value
    return replace(
        changed,
        denominator=below,
        value=value,
        judged=(*question.judged, *(() if value is None else (value,) * days)),
    )


def _level(question: ForecastInput, days: int, later: date) -> ForecastInput:
    stock = np.asarray(question.history, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(stock))
    bridged = np.interp(np.arange(stock.size), known, stock[known])
    growth = np.diff(bridged)[-days:]
    coming = bridged[-1] + np.cumsum(growth)
    return replace(
        question,
        as_of=later,
        history=np.concatenate([stock, coming]),
        value=None if question.value is None else question.value + float(growth.sum()),
        judged=(*question.judged, *coming.tolist()),
    )


def _once_more(history: Floats, days: int, share: float) -> tuple[Floats, float]:
    """
    Return daily flows with the last days once more, and what those brought.

    Of the newest day only a share has passed, so what comes once more begins in the midst of a day.
    """
    flow = np.asarray(history, dtype=np.float64)
    if not flow.size:
        return flow, 0.0
    rest = float(np.nan_to_num((1.0 - share) * flow[-days - 1]))
    coming = flow[-days:]
    return np.concatenate([flow[:-1], [flow[-1] + rest], coming]), rest + float(np.nansum(coming))
