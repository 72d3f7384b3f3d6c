"""
What a history shows of itself, before any constant of the model is applied to it.

Rates are remembered at several speeds: weights halve in 7, 21 or 63 days. At every past day each speed is asked for
the days then coming. How far off it was is what the series itself tells: which speed suits it, from the next 14
days on the scale of square roots, and how much its rate wanders, from the next 7 days of the middle speed.

    weekday factor  f_d = (S_d + 4 m) / ((n_d + 4) m)   S_d over n_d days of that weekday, m the mean; from 14 days on
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.forecast_history import Histories
from scorecard.question import Floats

HALF_LIVES = (7.0, 21.0, 63.0)
WEEK = 7.0
FORTNIGHT = 14.0
_MIDDLE = 1
_WEEKDAYS_FROM = 14
_NOTHING = 1e-100


@dataclass(frozen=True)
class Memory:
    """
    (n,) arrays, one element per question; (n, speeds) where named so; weekdays (n, 7).

    observed: steps seen. days: exposure seen. total: flow seen. moved: its size, whatever its
    sign. squares: squared daily residuals about the mean.
    sums, weights: flow and exposure per speed. misses: mean squared error of a fortnight's root rate per speed.
    tested: past days with a known week after them; week_errors: their squared errors; week_sums: and squared
    forecasts.
    """

    observed: Floats
    days: Floats
    total: Floats
    moved: Floats
    squares: Floats
    weekdays: Floats
    sums: Floats
    weights: Floats
    misses: Floats
    fortnights: Floats
    tested: Floats
    week_errors: Floats
    week_sums: Floats


def remember(histories: Histories) -> Memory:
    """Sum up every history."""
    seen = np.isfinite(histories.flow)
    flow = np.where(seen, histories.flow, 0.0)
    columns = _columns(histories)
    weekdays = _weekday_factors(histories, flow, columns)
    exposure = histories.exposure * np.take_along_axis(weekdays, columns, axis=1)
    days = exposure.sum(axis=1)
    total = flow.sum(axis=1)
    mean = ratio(total, days)[:, None]
    residual = np.where(seen, flow - mean * exposure, 0.0)
    rates, sums, weights, misses = [], [], [], []
    soon = _Stretch(histories, seen, flow, exposure, FORTNIGHT)
    for half_life in HALF_LIVES:
        decay = 0.5 ** (histories.step / half_life)
        running, weighed = _running(flow, exposure, decay)
        rate = ratio(running, weighed)
        rates.append(rate)
        sums.append(running[:, -1] if running.shape[1] else days)
        weights.append(weighed[:, -1] if running.shape[1] else days)
        misses.append(soon.mean_miss(rate))
    week = _Stretch(histories, seen, flow, exposure, WEEK)
    guess = rates[_MIDDLE] * week.exposure
    return Memory(
        observed=seen.sum(axis=1).astype(np.float64),
        days=days,
        total=total,
        moved=np.abs(flow).sum(axis=1),
        squares=(residual**2 / np.maximum(exposure, 0.2)).sum(axis=1),
        weekdays=weekdays,
        sums=np.stack(sums, axis=1),
        weights=np.stack(weights, axis=1),
        misses=np.stack(misses, axis=1),
        fortnights=soon.known.sum(axis=1) * histories.step / FORTNIGHT,
        tested=week.known.sum(axis=1) * histories.step,
        week_errors=((week.flow - guess) ** 2 * week.known).sum(axis=1) * histories.step,
        week_sums=(guess**2 * week.known).sum(axis=1) * histories.step,
    )


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide; zero where there is next to nothing to divide by."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(below.shape), where=np.abs(below) > _NOTHING)


class _Stretch:
    """What came in the `length` days after every day; `known` where all of them and a week before were observed."""

    def __init__(
        self, histories: Histories, seen: NDArray[np.bool_], flow: Floats, exposure: Floats, length: float
    ) -> None:
        size = flow.shape[1]
        steps = np.maximum(1, np.round(length / histories.step)).astype(np.int64)[:, None]
        now = np.arange(1, size + 1)[None, :]
        until = np.minimum(now + steps, size)
        before = np.maximum(1, np.round(WEEK / histories.step))[:, None]

        def coming(values: Floats) -> tuple[Floats, Floats]:
            total = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
            return np.take_along_axis(total, until, axis=1) - total[:, 1:], total[:, 1:]

        count, past = coming(seen.astype(np.float64))
        self.flow, _ = coming(flow)
        self.exposure, _ = coming(exposure)
        self.known = (now + steps <= size) & (count >= steps) & (past >= before)

    def mean_miss(self, rate: Floats) -> Floats:
        """Return the mean squared error of the square root of the rate."""
        came = np.sqrt(np.maximum(ratio(self.flow, self.exposure), 0.0))
        missed = (came - np.sqrt(np.maximum(rate, 0.0))) ** 2
        return ratio((missed * self.known).sum(axis=1), self.known.sum(axis=1).astype(np.float64))


def _running(flow: Floats, exposure: Floats, decay: Floats) -> tuple[Floats, Floats]:
    """Exponentially weighted flow and exposure up to every day, (n, t) each."""
    running, weighed = flow.copy(), exposure.copy()
    for day in range(1, flow.shape[1]):
        running[:, day] += decay * running[:, day - 1]
        weighed[:, day] += decay * weighed[:, day - 1]
    return running, weighed


def _columns(histories: Histories) -> NDArray[np.int64]:
    """Weekday of every column, (n, t)."""
    back = np.arange(histories.flow.shape[1])[::-1]
    return (histories.weekday[:, None] - back[None, :]) % 7


def _weekday_factors(histories: Histories, flow: Floats, columns: NDArray[np.int64]) -> Floats:
    sums = np.stack([(flow * (columns == day)).sum(axis=1) for day in range(7)], axis=1)
    days = np.stack([(histories.exposure * (columns == day)).sum(axis=1) for day in range(7)], axis=1)
    mean = ratio(sums.sum(axis=1), days.sum(axis=1))[:, None]
    factors = np.clip(ratio(sums + 4.0 * mean, (days + 4.0) * mean), 0.05, 7.0)
    factors *= 7.0 / factors.sum(axis=1, keepdims=True)
    known = (days.sum(axis=1) >= _WEEKDAYS_FROM - 1) & (mean[:, 0] > 0.0) & (histories.weekday >= 0)
    return np.where(known[:, None], factors, 1.0)
