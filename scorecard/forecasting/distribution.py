"""
The distribution of what is still to come, in closed form, the same for a sale a month and a million visits a day.

A sum of coming days with median m varies by chance and because its rate changes: variance c + (drift * m)^2. There is
a scale on which that variance is 1 everywhere, so that on it the sum is  g(m) + t,  t = sinh(tail * z) / tail,
z standard normal: a normal with heavier tails the larger `tail` is, which above the median is `surge` times as large.

    flows (never negative), noise = c / m      g(x) = 2 / drift * arcsinh(drift * sqrt(x / noise))
    stocks and sums that may fall              g(x) = 1 / drift * arcsinh(drift * x / sqrt(c))

Small flows are spread like square roots, as counts are, large ones like logarithms, as rates are. Flows are then moved
down by a shift (the skewness of a sum of lumps), not below zero, and counts are rounded. A stock that has never fallen
is such a flow, but for its lowest outcomes, in which it falls after all.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scorecard.arrays import Floats

_TINY = 1e-12
_LEAST = 1e-4


@dataclass(frozen=True)
class Distribution:
    """
    Arrays that broadcast against each other: one distribution per element.

    median: of the sum. chance: variance by chance alone, unit squared. drift: relative standard deviation of the rate.
    tail: weight of the lower tail. surge: that of the upper one over it. shift: how far a flow is moved down.
    fall: normal score up to which a flow is negative after all. signed: the sum may be negative anyway.
    """

    median: Floats
    chance: Floats
    drift: Floats
    tail: Floats
    surge: Floats
    shift: Floats
    fall: Floats
    integer: NDArray[np.bool_]
    signed: NDArray[np.bool_]


@lru_cache(maxsize=8)
def normal_scores(count: int) -> Floats:
    """Return `count` equally likely values of a standard normal, ascending."""
    normal = NormalDist()
    scores = np.array([normal.inv_cdf((place + 0.5) / count) for place in range(count)])
    scores.flags.writeable = False
    return scores


def sums_at(distribution: Distribution, z: Floats) -> Floats:
    """Return the sum at normal scores that broadcast against the spread; it never falls as `z` rises."""
    tail = _tail(distribution, z)
    surprise = np.sinh(tail * z) / tail
    if distribution.signed.all():
        sums = _falling(distribution, surprise)
    elif not distribution.signed.any():
        sums = _rising(distribution, surprise, z)
    else:
        sums = np.where(distribution.signed, _falling(distribution, surprise), _rising(distribution, surprise, z))
    return np.where(distribution.integer, np.ceil(sums - 0.5), sums)


def _falling(distribution: Distribution, surprise: Floats) -> Floats:
    drift, deviation, _ = _scales(distribution)
    centre = np.arcsinh(drift * distribution.median / deviation)
    return np.asarray(deviation / drift * np.sinh(np.clip(centre + drift * surprise, -50.0, 50.0)))


def _rising(distribution: Distribution, surprise: Floats, z: Floats) -> Floats:
    drift, _, noise = _scales(distribution)
    centre = np.arcsinh(drift * np.sqrt(np.maximum(distribution.median, _TINY) / noise))
    root = np.sinh(np.clip(centre + 0.5 * drift * surprise, 0.0, 50.0)) / drift
    sums = np.maximum(noise * root * root - distribution.shift, 0.0)
    if np.all(np.isneginf(distribution.fall)):
        return np.asarray(sums)
    fallen = -np.maximum(distribution.shift, np.where(distribution.integer, 1.0, 0.0))
    return np.where((z <= distribution.fall) & (distribution.chance > 0.0), fallen, sums)


def score_of(distribution: Distribution, sums: Floats) -> Floats:
    """Return the normal score from which on a sum is reached: the inverse of `sums_at`."""
    drift, deviation, noise = _scales(distribution)
    least = np.where(distribution.integer, np.ceil(sums - 1e-9) - 0.5, sums)
    falling = (np.arcsinh(drift * least / deviation) - np.arcsinh(drift * distribution.median / deviation)) / drift
    moved = np.maximum(least + distribution.shift, 0.0)
    centre = np.arcsinh(drift * np.sqrt(np.maximum(distribution.median, _TINY) / noise))
    rising = 2.0 / drift * (np.arcsinh(drift * np.sqrt(moved / noise)) - centre)
    surprise = np.where(distribution.signed, falling, rising)
    tail = _tail(distribution, surprise)
    score = np.arcsinh(tail * surprise) / tail
    return np.where(
        distribution.signed, score, np.where(sums <= 0.0, distribution.fall, np.maximum(score, distribution.fall))
    )


def _scales(distribution: Distribution) -> tuple[Floats, Floats, Floats]:
    """Return drift, deviation by chance and variance over median, each kept from zero."""
    chance = np.maximum(distribution.chance, _TINY**2)
    return np.maximum(distribution.drift, _LEAST), np.sqrt(chance), chance / np.maximum(distribution.median, _TINY)


def _tail(distribution: Distribution, side: Floats) -> Floats:
    return np.maximum(np.where(side > 0.0, distribution.tail * distribution.surge, distribution.tail), _LEAST)
