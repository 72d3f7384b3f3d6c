"""
How much a day, how noisy, and how much it wanders: a history's own word, weighed with the plan's.

    level    r = (60 |r0| + sum |y|) / (60 + n)               r0 planned rate, y daily flow of n days seen
    noise    c = (10 r d + sum of squared residuals) / (10 r + sum |y|)       variance over mean; d = dispersion
    plan     worth a = c r / (plan_variance r0^2) days, at most plan_days
    rate     R = sum over speeds of  v (a r0 + S) / (a + W),  v ~ weight * (miss / least miss) ^ -(choice * fortnights)
    chance   (noise_share + known * E / W) * c R E                            variance of E coming days at a fixed rate
    wander   own = (doubt + weeks * error / expected error) / (doubt + weeks)       of the past's own forecasts
    drift^2  = floor + drift * own ^ trust * (days ahead / 30) ^ growth

S and W are flow and exposure as each speed remembers them. Money has no natural unit: its d is r, a day's size.
A series that has surprised its own past forecasts is expected to go on doing so; a steady one is believed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.forecast_history import Histories
from scorecard.forecast_memory import FORTNIGHT, WEEK, Memory, ratio
from scorecard.forecast_parameters import HABITS, Habits
from scorecard.forecast_spread import Spread
from scorecard.question import Floats

_PLAN_DAYS = 60.0
_PSEUDO_DAYS = 10.0
_MOST_FORTNIGHTS = 6.0
_MOST_DRIFT = 4.0


@dataclass(frozen=True)
class Belief:
    """
    (n,) arrays, one element per question, and (n, 7) weekday factors.

    rate: flow per exposure. level: its usual size. noise: variance of a sum over its mean. weight: exposure that
    the rate rests on. wander: how far off past forecasts were against expectation, 1 as expected.
    observed: steps seen.
    """

    rate: Floats
    level: Floats
    noise: Floats
    weight: Floats
    wander: Floats
    observed: Floats
    weekdays: Floats
    integer: NDArray[np.bool_]
    signed: NDArray[np.bool_]


def believe(histories: Histories, memory: Memory, habits: Habits = HABITS, *, plan: bool = True) -> Belief:
    """Weigh each history against its plan; `plan` False leaves the plan out."""
    planned = np.where(np.isfinite(histories.prior), histories.prior, 0.0) * (1.0 if plan else 0.0)
    counted = np.where(planned != 0.0, _PLAN_DAYS, 0.0)
    level = ratio(counted * np.abs(planned) + memory.moved, counted + memory.days)
    busy = np.where(memory.observed > 0.0, ratio(memory.days, memory.observed), 1.0)
    size = level * busy
    usual = np.where(histories.integer, habits.dispersion, size)
    noise = ratio(_PSEUDO_DAYS * size * usual + memory.squares * busy, _PSEUDO_DAYS * size + memory.moved)
    variance = np.where(histories.stock, habits.growth_variance, habits.plan_variance)
    worth = ratio(noise * level, variance * planned**2)
    worth = np.where(planned != 0.0, np.minimum(worth, habits.plan_days * busy), 0.0)[:, None]
    choice = _speeds(memory, noise / (4.0 * FORTNIGHT), habits)
    rest = worth + memory.weights
    rate = (choice * ratio(worth * planned[:, None] + memory.sums, rest)).sum(axis=1)
    weight = ratio(np.ones(rate.size), (choice * ratio(np.ones(rest.shape), rest)).sum(axis=1))
    expected = habits.noise_share * noise * level * busy * WEEK * memory.tested * (
        1.0 + WEEK / 20.0
    ) + memory.week_sums * (habits.floor + habits.drift * (WEEK / 60.0) ** habits.growth)
    weeks = memory.tested / WEEK
    surprise = np.where(expected > 0.0, ratio(memory.week_errors, expected), 1.0)
    wander = np.clip((habits.doubt + weeks * surprise) / (habits.doubt + weeks), 0.05, 30.0)
    return Belief(
        rate, level, noise, weight, wander, memory.observed, memory.weekdays, histories.integer, histories.signed
    )


def _speeds(memory: Memory, chance: Floats, habits: Habits) -> Floats:
    """
    Weight of each speed, (n, speeds), summing to one; better forecasts of the past weigh more.

    chance: the miss of a perfect forecast, by chance alone; speeds that differ by less than it are alike.
    """
    fair = np.array([1.0, habits.medium, habits.slow])
    least = memory.misses.min(axis=1, keepdims=True) + chance[:, None]
    worse = np.where(least > 0.0, ratio(memory.misses + chance[:, None], least), 1.0)
    told = habits.choice * np.minimum(memory.fortnights, _MOST_FORTNIGHTS)[:, None]
    weights = fair * np.maximum(worse, 1.0) ** -told
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def spread_ahead(belief: Belief, exposure: Floats, lag: Floats, days: Floats, habits: Habits = HABITS) -> Spread:
    """
    Spread the sum over coming stretches, (n, k) arrays.

    exposure: of the stretch. lag: days until it begins. days: its length.
    """
    rate, level, noise = belief.rate[:, None], belief.level[:, None], belief.noise[:, None]
    signed = belief.signed[:, None]
    ahead = (lag + 0.5 * days) / 30.0
    wander = belief.wander[:, None] ** habits.trust
    drift = habits.floor + habits.drift * wander * ahead**habits.growth
    median = rate * exposure
    unsure = habits.noise_share + habits.known * ratio(exposure, belief.weight[:, None])
    return Spread(
        median=median,
        chance=unsure * noise * np.where(signed, level * exposure, np.maximum(median, 0.0)),
        drift=np.sqrt(np.minimum(_MOST_DRIFT, drift)),
        tail=habits.tail + habits.young_tail / (1.0 + belief.observed[:, None] / FORTNIGHT),
        surge=np.where(signed, 1.0, habits.surge),
        grain=noise * habits.noise_share,
        integer=belief.integer[:, None],
        signed=signed,
    )
