"""
How many usual days each coming day counts for: by its weekday, and by last year where thirteen months are known.

    day_d     = weekday factor * holiday factor * (A_d / B) ^ (season s^2 / (s^2 + c / sum A_d + c / sum B))
    s         season_spread
    A_d       flow a day within two weeks of the same weekday 52 weeks before coming day d
    B         flow a day in the four weeks up to this day 52 weeks ago
    c         variance over mean of a day, so that c / sum is the squared relative error of a sum

Few events say little of a season and hardly count. Last year is never believed in full: what looks like a season may
have been a campaign. Public holidays that a question names bring a fifth of a day (`benchmarks/challengers.py`).
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from scorecard.arrays import Floats
from scorecard.forecasting.history import HOLIDAYS_MATTER, YEAR, Histories
from scorecard.forecasting.parameters import PARAMETERS, Parameters
from scorecard.forecasting.smoothing import Smoothed, ratio
from scorecard.forecasting.types import ForecastInput

_LAST_YEAR = YEAR - 364
_FORTNIGHT = 14
_LONGEST_WINDOW = 31
HOLIDAY = 0.2
"""What a public holiday brings of a day. None at all is no better, and a last day of nothing would be a certain one."""


def count_days(questions: Sequence[ForecastInput], smoothed: Smoothed, seasons: Floats) -> Floats:
    """Return what every coming day counts for, (n, days), the as-of day first."""
    today = np.array([q.as_of.weekday() for q in questions])
    days = np.arange(seasons.shape[1])
    counted = np.take_along_axis(smoothed.weekdays, (today[:, None] + days) % 7, axis=1) * seasons
    for line, question in enumerate(questions):
        if question.holidays:
            last = question.as_of + timedelta(days=seasons.shape[1] - 1)
            places = [(day - question.as_of).days for day in holidays_until(question, last)]
            counted[line, places] *= HOLIDAY
    return np.asarray(counted)


def holidays_until(question: ForecastInput, last: date) -> tuple[date, ...]:
    """Return the public holidays after a question's as-of day that count for less, in order."""
    if question.shape not in HOLIDAYS_MATTER:
        return ()
    return tuple(sorted(day for day in question.holidays if question.as_of < day <= last))


def expect_seasons(
    questions: Sequence[ForecastInput], histories: Histories, smoothed: Smoothed, parameters: Parameters = PARAMETERS
) -> Floats:
    """
    Return how much more than a recent day each coming day brings by what last year tells, (n, days).

    The as-of day is first, and a whole window follows the last due date; 1 where last year is not known.
    """
    count = max((max(0, (q.due - q.as_of).days) for q in questions), default=0) + _LONGEST_WINDOW + 1
    seasons = np.ones((len(questions), count))
    old = np.flatnonzero(np.isfinite(histories.year[:, : _LAST_YEAR - _FORTNIGHT]).any(axis=1))
    if old.size:
        noise = ratio(smoothed.squares, smoothed.moved)[old, None]
        seasons[old] = _seasons(histories.year[old], noise, count, parameters)
    return seasons


def _seasons(year: Floats, noise: Floats, count: int, parameters: Parameters) -> Floats:
    """(m, count) factors of the coming days; year: (m, YEAR) daily flow, newest last; noise: (m, 1)."""
    same = np.minimum(_LAST_YEAR - 1 + np.arange(count), YEAR - 1)
    then, then_days = _sums(year, np.maximum(same - _FORTNIGHT, -1), np.minimum(same + _FORTNIGHT, YEAR - 1))
    usual, usual_days = _sums(year, np.array([_LAST_YEAR - 1 - 2 * _FORTNIGHT]), np.array([_LAST_YEAR - 1]))
    doubt = ratio(noise, np.maximum(then, noise)) + ratio(noise, np.maximum(usual, noise))
    power = parameters.season * parameters.season_spread**2 / (parameters.season_spread**2 + doubt)
    grown = ratio(np.maximum(then, 0.5 * noise), then_days)
    change = ratio(grown, ratio(np.maximum(usual, 0.5 * noise), usual_days))
    known = (then_days >= _FORTNIGHT) & (usual_days >= _FORTNIGHT) & (change > 0.0)
    return np.where(known, np.where(known, change, 1.0) ** power, 1.0)


def _sums(year: Floats, after: Floats, until: Floats) -> tuple[Floats, Floats]:
    """Flow, and days known, after one column until another, the latter included."""

    def between(values: Floats) -> Floats:
        total = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
        return np.asarray(total[:, until + 1] - total[:, after + 1])

    return between(np.nan_to_num(year)), between(np.isfinite(year).astype(np.float64))
