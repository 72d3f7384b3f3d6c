"""
What a history says about its rate: how much a day, how noisy, how much it wanders.

    weekday factor   f_d = (S_d + 4 m) / ((n_d + 4) m), S_d over n_d days of that weekday, m the mean; from 14 days on
    prior            planned rate r0, worth a = dispersion / (0.36 |r0|) days (relative error 0.6), at most 28
    rate             (a r0 + sum w y) / (a + sum w f),  w = 0.5^(age / half_life)
    dispersion       (10 d0 + sum (y - r f)^2 / r) / (10 + n),  d0 = dispersion + crowding * r
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.forecast_history import FAMILIES, Histories
from scorecard.forecast_parameters import HABITS
from scorecard.forecast_spread import Spread
from scorecard.question import Floats

_PRIOR_VARIANCE = 0.36
_PRIOR_DAYS = 28.0
_PSEUDO_DAYS = 10.0


@dataclass(frozen=True)
class Belief:
    """
    (n,) arrays, one element per question, and (n, 7) weekday factors.

    rate: per day of exposure. chance: variance a day adds. weight: days the rate rests on. observed: steps seen.
    """

    rate: Floats
    chance: Floats
    weight: Floats
    observed: Floats
    weekdays: Floats
    family: NDArray[np.int64]
    integer: NDArray[np.bool_]
    signed: NDArray[np.bool_]


def _habit(name: str, family: NDArray[np.int64]) -> Floats:
    return np.array([getattr(HABITS[each], name) for each in FAMILIES], dtype=np.float64)[family]


def believe(histories: Histories, *, plan: bool = True) -> Belief:
    """Weigh each history against its plan; `plan` False leaves the plan out."""
    seen = np.isfinite(histories.flow)
    flow = np.where(seen, histories.flow, 0.0)
    observed = seen.sum(axis=1).astype(np.float64)
    weekdays = _weekday_factors(histories, flow, seen)
    exposure = histories.exposure * _by_column(weekdays, histories)
    days = exposure.sum(axis=1)
    plain = _ratio(flow.sum(axis=1), days)
    prior = np.where(np.isfinite(histories.prior), histories.prior, 0.0) if plan else np.zeros(plain.size)
    level = np.where(days > 0, np.abs(plain), np.abs(prior))

    base = np.where(
        histories.integer,
        _habit("dispersion", histories.family) + _habit("crowding", histories.family) * level,
        (1.0 + _habit("crowding", histories.family)) * level,
    )
    residual = np.where(seen, flow - plain[:, None] * exposure, 0.0)
    # A day's chance variance, not its ratio to the rate: a stock may stand still and still be noisy.
    chance = (_PSEUDO_DAYS * base * level + (residual**2 / np.maximum(exposure, 0.2)).sum(axis=1)) / (_PSEUDO_DAYS + observed)

    age = np.arange(histories.flow.shape[1])[::-1][None, :] * histories.step[:, None]
    decay = 0.5 ** (age / _habit("half_life", histories.family)[:, None])
    planned = _ratio(chance, _PRIOR_VARIANCE * prior**2)
    planned = np.where(prior != 0.0, np.minimum(planned, _PRIOR_DAYS), 0.0)
    weight = planned + (decay * exposure).sum(axis=1)
    rate = _ratio(planned * prior + (decay * flow).sum(axis=1), weight)
    return Belief(
        rate, chance, weight, observed, weekdays, histories.family, histories.integer, histories.signed
    )


def spread_ahead(belief: Belief, exposure: Floats, lag: Floats, days: Floats) -> Spread:
    """
    Spread the sum over a coming stretch; arrays are (n,) or (n, k).

    exposure: of the stretch. lag: days until it begins. days: its length.
    """

    def fit(values: Floats) -> Floats:
        return values.reshape(values.shape + (1,) * (exposure.ndim - 1))

    centre = lag + 0.5 * days
    drift = fit(_habit("floor", belief.family)) + fit(_habit("drift", belief.family)) * centre ** fit(
        _habit("drift_growth", belief.family)
    )
    rate = fit(np.abs(belief.rate))
    known = _ratio(fit(belief.chance), rate**2 * fit(belief.weight))
    return Spread(
        median=fit(belief.rate) * exposure,
        chance=fit(_habit("noise_share", belief.family) * belief.chance) * exposure,
        drift=np.sqrt(np.minimum(4.0, known + drift)),
        tail=fit(_habit("tail", belief.family)),
        integer=fit(belief.integer),
        signed=fit(belief.signed),
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(below.shape), where=below != 0.0)


def _columns(histories: Histories) -> NDArray[np.int64]:
    """Weekday of every column, (n, t)."""
    back = np.arange(histories.flow.shape[1])[::-1]
    return (histories.weekday[:, None] - back[None, :]) % 7


def _by_column(weekdays: Floats, histories: Histories) -> Floats:
    return np.take_along_axis(weekdays, _columns(histories), axis=1)


def _weekday_factors(histories: Histories, flow: Floats, seen: NDArray[np.bool_]) -> Floats:
    columns = _columns(histories)
    sums = np.stack([(flow * (columns == day)).sum(axis=1) for day in range(7)], axis=1)
    days = np.stack([(histories.exposure * (columns == day)).sum(axis=1) for day in range(7)], axis=1)
    mean = _ratio(sums.sum(axis=1), days.sum(axis=1))[:, None]
    factors = np.clip(_ratio(sums + 4.0 * mean, (days + 4.0) * mean), 0.05, 7.0)
    factors *= 7.0 / factors.sum(axis=1, keepdims=True)
    known = (seen.sum(axis=1) >= 14) & (mean[:, 0] > 0.0) & (histories.weekday >= 0)
    return np.where(known[:, None], factors, 1.0)
