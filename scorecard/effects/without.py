"""A key result's question as it would stand had an event not happened."""

from dataclasses import replace
from datetime import date

import numpy as np

from scorecard.forecasting.types import ForecastInput, Shape

SHAPES = (Shape.TOTAL, Shape.LEVEL)
"""Shapes of which it is known what they would have come to: days of windows of distinct people do not add up."""


def without(question: ForecastInput, first: date, last: date, effect: float) -> ForecastInput:
    """
    Take an effect out of the days [first, last] of a question's history, and out of its value.

    A flow's days shrink or grow in proportion, never below nothing; a stock loses it day by day and goes on without it.
    """
    begin = question.history.size - 1 - (question.as_of - first).days
    days = slice(max(0, begin), begin + (last - first).days + 1)
    history = question.history.astype(np.float64).copy()
    if question.shape is Shape.LEVEL:
        gone = np.zeros(history.size)
        gone[days] = np.linspace(0.0, effect, history[days].size + 1)[1:]
        gone[days.stop :] = effect
        value = None if question.value is None else question.value - effect
        return replace(question, history=history - gone, value=value)
    came = float(np.nansum(history[days]))
    left = max(came - effect, min(came, 0.0))
    known = np.isfinite(history[days])
    history[days] = history[days] * (left / came) if came > 0.0 else np.where(known, left / max(1, known.sum()), np.nan)
    inside = max(0, question.history.size - 1 - (question.as_of - question.start).days)
    lost = float(np.nansum(question.history[inside:]) - np.nansum(history[inside:]))
    return replace(question, history=history, value=None if question.value is None else question.value - lost)
