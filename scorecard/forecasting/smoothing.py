"""
What a history shows of itself, before any constant of the model is applied to it.

Rates are remembered at several speeds: weights halve in 7, 21, 63 or 189 days. At every past day each speed is asked
for the week then coming. How far off it was is what the series itself tells: which speed suits it, on the scale of
square roots, and how much its rate wanders, by the errors of the middle speed.

    weekday factor  f_d = (S_d + k m) / ((n_d + k) m)   S_d over n_d days of that weekday, m the mean; from 14 days on
    pull            k = n / 7 / (F - 1)   F: variance between weekdays over variance within, 7 days of F = 1.5 added

A shop that is closed on Sundays has a large F and keeps its Sundays; one whose weekdays differ by chance gets none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting.history import Histories

HALF_LIVES = (7.0, 21.0, 63.0, 189.0)
WEEK = 7.0
MIDDLE = 1
_WEEKDAYS_FROM = 14
_WEEKDAYS_DIFFER = 1.5
_NOTHING = 1e-100


@dataclass(frozen=True)
class Smoothed:
    """
    (n,) arrays, one element per question; (n, speeds) where named so; weekdays (n, 7).

    observed: steps seen. days: exposure seen. total: flow seen. moved: its size, whatever its
    sign. squares: squared daily residuals about the mean; largest: the largest of them.
    sums, weights: flow and exposure per speed; trimmed_sums: flow without what is extreme about a day. misses: mean
    squared error of a week's root rate per speed.
    tested: past days with a known week after them; week_errors: their squared errors; week_sums: and squared
    forecasts.
    """

    observed: Floats
    days: Floats
    total: Floats
    moved: Floats
    squares: Floats
    largest: Floats
    weekdays: Floats
    sums: Floats
    trimmed_sums: Floats
    weights: Floats
    misses: Floats
    tested: Floats
    week_errors: Floats
    week_sums: Floats


def remember(histories: Histories) -> Smoothed:
    """Sum up every history."""
    seen = np.isfinite(histories.flow)
    flow = np.where(seen, histories.flow, 0.0)
    columns = _columns(histories)
    weekdays = _weekday_factors(histories, flow, columns)
    exposure = histories.exposure * np.take_along_axis(weekdays, columns, axis=1)
    days = exposure.sum(axis=1)
    total = flow.sum(axis=1)
    mean = ratio(total, days)[:, None]
    squares = np.where(seen, flow - mean * exposure, 0.0) ** 2 / np.maximum(exposure, 0.2)
    trimmed = _trim(flow, exposure, seen)
    rates, sums, trimmed_sums, weights, misses = [], [], [], [], []
    week = _Stretch(histories, seen, flow, exposure, WEEK)
    for half_life in HALF_LIVES:
        decay = 0.5 ** (histories.step / half_life)
        running, weighed = _running(flow, exposure, decay)
        rate = ratio(running, weighed)
        rates.append(rate)
        sums.append(running[:, -1] if running.shape[1] else days)
        trimmed_sums.append(_newest(trimmed, decay))
        weights.append(weighed[:, -1] if running.shape[1] else days)
        misses.append(week.mean_miss(rate))
    guess = rates[MIDDLE] * week.exposure
    return Smoothed(
        observed=seen.sum(axis=1).astype(np.float64),
        days=days,
        total=total,
        moved=np.abs(flow).sum(axis=1),
        squares=squares.sum(axis=1),
        largest=squares.max(axis=1, initial=0.0),
        weekdays=weekdays,
        sums=np.stack(sums, axis=1),
        trimmed_sums=np.stack(trimmed_sums, axis=1),
        weights=np.stack(weights, axis=1),
        misses=np.stack(misses, axis=1),
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


def _newest(flow: Floats, decay: Floats) -> Floats:
    """Exponentially weighted flow as of the newest day, (n,)."""
    age = np.arange(flow.shape[1])[::-1]
    return np.asarray((flow * decay[:, None] ** age[None, :]).sum(axis=1))


def _trim(flow: Floats, exposure: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Bring each day within four standard deviations of the mean, the extremes out of both at the second pass."""
    trimmed = flow
    for _ in range(2):
        mean = ratio(trimmed.sum(axis=1), exposure.sum(axis=1))[:, None] * exposure
        residual = np.where(seen, trimmed - mean, 0.0)
        deviation = np.sqrt(ratio((residual**2).sum(axis=1), seen.sum(axis=1).astype(np.float64)))[:, None]
        wide = 4.0 * deviation * np.sqrt(np.maximum(exposure, 0.2))
        trimmed = np.where(seen, np.clip(flow, mean - wide, mean + wide), 0.0)
    return np.asarray(trimmed)


def _columns(histories: Histories) -> NDArray[np.int64]:
    """Weekday of every column, (n, t)."""
    back = np.arange(histories.flow.shape[1])[::-1]
    return (histories.weekday[:, None] - back[None, :]) % 7


def _weekday_factors(histories: Histories, flow: Floats, columns: NDArray[np.int64]) -> Floats:
    """Mean of each weekday over the mean of all, pulled to 1 the more, the less weekdays differ beyond chance."""
    seen = np.isfinite(histories.flow)
    of_day = [(columns == day) & seen for day in range(7)]
    counts = np.stack([here.sum(axis=1) for here in of_day], axis=1).astype(np.float64)
    sums = np.stack([(flow * here).sum(axis=1) for here in of_day], axis=1)
    days = np.stack([(histories.exposure * here).sum(axis=1) for here in of_day], axis=1)
    seen_days = counts.sum(axis=1)
    mean = ratio(sums.sum(axis=1), days.sum(axis=1))
    explained = (ratio(sums, counts) * sums).sum(axis=1)
    within = np.maximum((flow**2).sum(axis=1) - explained, 0.0)
    between = np.maximum(explained - ratio(sums.sum(axis=1) ** 2, seen_days), 0.0)
    chance = ratio(within, np.maximum(seen_days - 7.0, 1.0)) + 1e-9 * ratio((flow**2).sum(axis=1), seen_days)
    differ = ratio(ratio(between, 6.0 * np.ones(between.size)), chance)
    differ = ratio(differ * (seen_days - 7.0) + _WEEKDAYS_DIFFER * 7.0, seen_days)
    pull = np.clip(seen_days / 7.0 / np.maximum(differ - 1.0, 0.02), 0.2, 40.0)[:, None]
    factors = np.clip(ratio(sums + pull * mean[:, None], (days + pull) * mean[:, None]), 0.02, 7.0)
    factors *= 7.0 / factors.sum(axis=1, keepdims=True)
    known = (days.sum(axis=1) >= _WEEKDAYS_FROM - 1) & (counts.min(axis=1) >= 1.0) & (mean > 0.0)
    return np.where((known & (histories.weekday >= 0))[:, None], factors, 1.0)
