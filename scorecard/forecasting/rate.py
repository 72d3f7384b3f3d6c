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
from scorecard.forecasting.distribution import Distribution
from scorecard.forecasting.history import Histories
from scorecard.forecasting.parameters import PARAMETERS, Parameters
from scorecard.forecasting.smoothing import HALF_LIVES, MIDDLE, WEEK, Smoothed, ratio

_PLAN_DAYS = 60.0
_USUAL_DAYS = 4.0
_LONE_DAY = 3.0
_MOST_WEEKS = 6.0
_FORTNIGHT = 14.0
_MONTH = 30.0
_MOST_DRIFT = 4.0
_BLUR = (1e-3, 100.0)


@dataclass(frozen=True)
class RateEstimate:
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


def estimate_rate(
    histories: Histories, smoothed: Smoothed, parameters: Parameters = PARAMETERS, *, plan: bool = True
) -> RateEstimate:
    """Weigh each history against its plan; `plan` False leaves the plan out."""
    planned = np.where(np.isfinite(histories.prior), histories.prior, 0.0) * (1.0 if plan else 0.0)
    counted = np.where(planned != 0.0, _PLAN_DAYS, 0.0)
    level = ratio(counted * np.abs(planned) + smoothed.moved, counted + smoothed.days)
    busy = np.where(smoothed.observed > 0.0, ratio(smoothed.days, smoothed.observed), 1.0)
    size = level * busy
    amount = np.where(histories.stock, size, parameters.money * size)
    usual = np.where(histories.counted, parameters.dispersion + parameters.crowding * size, amount)
    rest = _USUAL_DAYS * size * usual + (smoothed.squares - smoothed.largest) * busy
    squares = rest + np.minimum(smoothed.largest * busy, _LONE_DAY * rest)
    noise = ratio(squares, _USUAL_DAYS * size + smoothed.moved)
    variance = np.where(histories.stock, parameters.growth_variance, parameters.plan_variance)
    worth = ratio(noise * level, variance * planned**2)
    worth = np.where(planned != 0.0, np.minimum(worth, parameters.plan_days * busy), 0.0)[:, None]
    choice = _speeds(smoothed, noise, size, parameters)
    rest = worth + smoothed.weights
    sums = smoothed.sums + parameters.trim / (1.0 + parameters.trim) * (smoothed.trimmed_sums - smoothed.sums)
    rates = ratio(worth * planned[:, None] + sums, rest)
    rate = (choice * rates).sum(axis=1)
    quarrel = parameters.quarrel * (choice * (rates - rate[:, None]) ** 2).sum(axis=1)
    haste = (choice * (HALF_LIVES[MIDDLE] / np.array(HALF_LIVES)) ** parameters.haste).sum(axis=1)
    weight = ratio(np.ones(rate.size), (choice * ratio(np.ones(rest.shape), rest)).sum(axis=1))
    by_chance = parameters.record * noise * level * busy * WEEK * smoothed.tested * (1.0 + WEEK / _MONTH)
    expected = by_chance + parameters.floor * smoothed.week_sums
    weeks = smoothed.tested / WEEK
    surprise = np.where(expected > 0.0, ratio(smoothed.week_errors, expected), 1.0)
    wander = np.clip((parameters.doubt + weeks * surprise) / (parameters.doubt + weeks), 0.05, 30.0)
    young = np.exp(parameters.young / (1.0 + smoothed.observed / _FORTNIGHT))
    return RateEstimate(
        rate=rate,
        level=level,
        noise=noise,
        caution=noise * (1.0 + ratio(noise, usual)) ** parameters.outlying * young,
        weight=weight,
        wander=wander,
        haste=haste,
        quarrel=quarrel,
        observed=smoothed.observed,
        fall=np.where(histories.stock & ~histories.signed, _fall_scores(smoothed.observed), -np.inf),
        integer=histories.integer,
        signed=histories.signed,
    )


def _fall_scores(observed: Floats) -> Floats:
    """Normal score of one in n + 2, Laplace's rule of succession for what has not happened in n days."""
    days, place = np.unique(observed, return_inverse=True)
    return np.array([NormalDist().inv_cdf(1.0 / (count + 2.0)) for count in days])[place]


def _speeds(smoothed: Smoothed, noise: Floats, level: Floats, parameters: Parameters) -> Floats:
    """
    Weight of each speed, (n, speeds), summing to one; better forecasts of the past weigh more.

    Speeds that differ by less than the miss of a perfect forecast, which is chance alone, are alike. Before the past
    has chosen, what is noisy for its level leans to the slow ones: there is more to gain from more days.
    """
    chance = noise / (4.0 * WEEK)
    least = smoothed.misses.min(axis=1, keepdims=True) + chance[:, None]
    worse = np.where(least > 0.0, ratio(smoothed.misses + chance[:, None], least), 1.0)
    told = parameters.choice * np.minimum(smoothed.tested / WEEK, _MOST_WEEKS)[:, None]
    fair = np.array([1.0, parameters.medium, parameters.slow, parameters.whole])
    blur = np.clip(ratio(noise, level), *_BLUR)[:, None]
    slower = np.log(np.array(HALF_LIVES) / HALF_LIVES[MIDDLE])
    weights = fair * blur ** (parameters.lean * slower) * np.maximum(worse, 1.0) ** -told
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def spread_ahead(
    estimate: RateEstimate, exposure: Floats, lag: Floats, days: Floats, parameters: Parameters = PARAMETERS
) -> Distribution:
    """
    Distribution the sum over coming stretches, (n, k) arrays.

    exposure: of the stretch. lag: days until it begins. days: its length.
    """
    rate, level, noise = estimate.rate[:, None], estimate.level[:, None], estimate.noise[:, None]
    signed = estimate.signed[:, None]
    ahead = (lag + 0.5 * days) / _MONTH
    wander = estimate.wander[:, None]
    drift = (
        parameters.floor
        + parameters.drift * estimate.haste[:, None] * wander**parameters.trust * ahead**parameters.growth
    )
    median = rate * exposure
    unsure = parameters.noise_share + parameters.known * ratio(exposure, estimate.weight[:, None])
    tail = parameters.tail + parameters.young_tail / (1.0 + estimate.observed[:, None] / _FORTNIGHT)
    lump = noise * parameters.lump
    scarce = np.log(np.maximum(1.0, ratio(0.5 * lump, np.maximum(median, np.finfo(float).tiny))))
    return Distribution(
        median=median,
        chance=unsure * estimate.caution[:, None] * np.where(signed, level * exposure, np.maximum(median, 0.0))
        + estimate.quarrel[:, None] * exposure**2,
        drift=np.sqrt(np.minimum(_MOST_DRIFT, drift)),
        tail=tail * np.clip(wander, 0.1, 10.0) ** -parameters.steady,
        surge=np.where(signed, 1.0, parameters.surge),
        shift=lump * (parameters.skew + parameters.scarcity * scarce**2),
        fall=estimate.fall[:, None],
        integer=estimate.integer[:, None],
        signed=signed,
    )
