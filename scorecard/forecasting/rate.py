"""
How much a day, how noisy, and how much it wanders: a history's own word, weighed with the plan's.

    level    r = (60 |r0| + sum |y|) / (60 + n)               r0 planned rate, y daily flow of n days seen
    noise    c = (4 r d + sum of squared residuals) / (4 r + sum |y|)         variance over mean,
             d = dispersion + crowding * r for counts, money * r for money, r for other stocks
             no single day adding more than three times what all the others do
    plan     worth a = c r / (plan_variance r0^2) days, at most plan_days
    rate     R = sum over speeds of  v R_s,  R_s = (a r0 + S) / (a + W)
             v ~ weight * (c / r) ^ (lean log(half-life / 21)) * (miss / least miss) ^ -(choice * weeks)
    quarrel  q = quarrel * sum over speeds of  v (R_s - R)^2
    chance   (noise_share + known * E / W) * k R E + q E^2          variance of E coming days at a fixed rate,
             k = c (1 + c / d) ^ outlying * exp(young / (1 + n / 14))
    wander   own = (doubt + weeks * error / expected error) / (doubt + weeks)       of the past's own forecasts
    drift^2  = floor + drift * own ^ trust * (days ahead / 30) ^ growth * sum over speeds of  v (21 / half-life) ^ haste

    shift    c * lump * (skew + scarcity * log(c * lump / 2 R E)^2)             the log from where it is positive on

S and W are flow and exposure as each speed remembers them, what is extreme about a day counting in part (trim). The
shift is how far lumps, like a single large order, move the middle of a sum below its mean. A series that has
surprised its own past forecasts is expected to go on doing so; a steady one is believed. Where the speeds do not agree
on the rate, the one that is right is not known.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting.distribution import Spread
from scorecard.forecasting.history import Histories
from scorecard.forecasting.parameters import HABITS, Habits
from scorecard.forecasting.smoothing import HALF_LIVES, MIDDLE, WEEK, Memory, ratio

_PLAN_DAYS = 60.0
_USUAL_DAYS = 4.0
_LONE_DAY = 3.0
_MOST_WEEKS = 6.0
_FORTNIGHT = 14.0
_MONTH = 30.0
_MOST_DRIFT = 4.0
_BLUR = (1e-3, 100.0)


@dataclass(frozen=True)
class Belief:
    """
    (n,) arrays, one element per question.

    rate: flow per exposure. level: its usual size. noise: variance of a sum over its mean; caution: the same, more
    where it is more than usual or hardly known. weight: exposure that the rate rests on. wander: how far off past
    forecasts were against expectation, 1 as expected. haste: how much sooner than usual the rate drifts. quarrel:
    variance of the rate, because memories disagree. observed: steps seen. fall: normal score below which a stock that
    never fell does: once in n + 2.
    """

    rate: Floats
    level: Floats
    noise: Floats
    caution: Floats
    weight: Floats
    wander: Floats
    haste: Floats
    quarrel: Floats
    observed: Floats
    fall: Floats
    integer: NDArray[np.bool_]
    signed: NDArray[np.bool_]


def believe(histories: Histories, memory: Memory, habits: Habits = HABITS, *, plan: bool = True) -> Belief:
    """Weigh each history against its plan; `plan` False leaves the plan out."""
    planned = np.where(np.isfinite(histories.prior), histories.prior, 0.0) * (1.0 if plan else 0.0)
    counted = np.where(planned != 0.0, _PLAN_DAYS, 0.0)
    level = ratio(counted * np.abs(planned) + memory.moved, counted + memory.days)
    busy = np.where(memory.observed > 0.0, ratio(memory.days, memory.observed), 1.0)
    size = level * busy
    amount = np.where(histories.stock, size, habits.money * size)
    usual = np.where(histories.counted, habits.dispersion + habits.crowding * size, amount)
    rest = _USUAL_DAYS * size * usual + (memory.squares - memory.largest) * busy
    squares = rest + np.minimum(memory.largest * busy, _LONE_DAY * rest)
    noise = ratio(squares, _USUAL_DAYS * size + memory.moved)
    variance = np.where(histories.stock, habits.growth_variance, habits.plan_variance)
    worth = ratio(noise * level, variance * planned**2)
    worth = np.where(planned != 0.0, np.minimum(worth, habits.plan_days * busy), 0.0)[:, None]
    choice = _speeds(memory, noise, size, habits)
    rest = worth + memory.weights
    sums = memory.sums + habits.trim / (1.0 + habits.trim) * (memory.trimmed_sums - memory.sums)
    rates = ratio(worth * planned[:, None] + sums, rest)
    rate = (choice * rates).sum(axis=1)
    quarrel = habits.quarrel * (choice * (rates - rate[:, None]) ** 2).sum(axis=1)
    haste = (choice * (HALF_LIVES[MIDDLE] / np.array(HALF_LIVES)) ** habits.haste).sum(axis=1)
    weight = ratio(np.ones(rate.size), (choice * ratio(np.ones(rest.shape), rest)).sum(axis=1))
    by_chance = habits.record * noise * level * busy * WEEK * memory.tested * (1.0 + WEEK / _MONTH)
    expected = by_chance + habits.floor * memory.week_sums
    weeks = memory.tested / WEEK
    surprise = np.where(expected > 0.0, ratio(memory.week_errors, expected), 1.0)
    wander = np.clip((habits.doubt + weeks * surprise) / (habits.doubt + weeks), 0.05, 30.0)
    young = np.exp(habits.young / (1.0 + memory.observed / _FORTNIGHT))
    return Belief(
        rate=rate,
        level=level,
        noise=noise,
        caution=noise * (1.0 + ratio(noise, usual)) ** habits.outlying * young,
        weight=weight,
        wander=wander,
        haste=haste,
        quarrel=quarrel,
        observed=memory.observed,
        fall=np.where(histories.stock & ~histories.signed, _fall_scores(memory.observed), -np.inf),
        integer=histories.integer,
        signed=histories.signed,
    )


def _fall_scores(observed: Floats) -> Floats:
    """Normal score of one in n + 2, Laplace's rule of succession for what has not happened in n days."""
    days, place = np.unique(observed, return_inverse=True)
    return np.array([NormalDist().inv_cdf(1.0 / (count + 2.0)) for count in days])[place]


def _speeds(memory: Memory, noise: Floats, level: Floats, habits: Habits) -> Floats:
    """
    Weight of each speed, (n, speeds), summing to one; better forecasts of the past weigh more.

    Speeds that differ by less than the miss of a perfect forecast, which is chance alone, are alike. Before the past
    has chosen, what is noisy for its level leans to the slow ones: there is more to gain from more days.
    """
    chance = noise / (4.0 * WEEK)
    least = memory.misses.min(axis=1, keepdims=True) + chance[:, None]
    worse = np.where(least > 0.0, ratio(memory.misses + chance[:, None], least), 1.0)
    told = habits.choice * np.minimum(memory.tested / WEEK, _MOST_WEEKS)[:, None]
    fair = np.array([1.0, habits.medium, habits.slow, habits.whole])
    blur = np.clip(ratio(noise, level), *_BLUR)[:, None]
    slower = np.log(np.array(HALF_LIVES) / HALF_LIVES[MIDDLE])
    weights = fair * blur ** (habits.lean * slower) * np.maximum(worse, 1.0) ** -told
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def spread_ahead(belief: Belief, exposure: Floats, lag: Floats, days: Floats, habits: Habits = HABITS) -> Spread:
    """
    Spread the sum over coming stretches, (n, k) arrays.

    exposure: of the stretch. lag: days until it begins. days: its length.
    """
    rate, level, noise = belief.rate[:, None], belief.level[:, None], belief.noise[:, None]
    signed = belief.signed[:, None]
    ahead = (lag + 0.5 * days) / _MONTH
    wander = belief.wander[:, None]
    drift = habits.floor + habits.drift * belief.haste[:, None] * wander**habits.trust * ahead**habits.growth
    median = rate * exposure
    unsure = habits.noise_share + habits.known * ratio(exposure, belief.weight[:, None])
    tail = habits.tail + habits.young_tail / (1.0 + belief.observed[:, None] / _FORTNIGHT)
    lump = noise * habits.lump
    scarce = np.log(np.maximum(1.0, ratio(0.5 * lump, np.maximum(median, np.finfo(float).tiny))))
    return Spread(
        median=median,
        chance=unsure * belief.caution[:, None] * np.where(signed, level * exposure, np.maximum(median, 0.0))
        + belief.quarrel[:, None] * exposure**2,
        drift=np.sqrt(np.minimum(_MOST_DRIFT, drift)),
        tail=tail * np.clip(wander, 0.1, 10.0) ** -habits.steady,
        surge=np.where(signed, 1.0, habits.surge),
        shift=lump * (habits.skew + habits.scarcity * scarce**2),
        fall=belief.fall[:, None],
        integer=belief.integer[:, None],
        signed=signed,
    )
