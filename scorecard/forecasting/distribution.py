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
class Spread:
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


def sums_at(spread: Spread, z: Floats) -> Floats:
    """Return the sum at normal scores that broadcast against the spread; it never falls as `z` rises."""
    tail = _tail(spread, z)
    surprise = np.sinh(tail * z) / tail
    if spread.signed.all():
        sums = _falling(spread, surprise)
    elif not spread.signed.any():
        sums = _rising(spread, surprise, z)
    else:
        sums = np.where(spread.signed, _falling(spread, surprise), _rising(spread, surprise, z))
    return np.where(spread.integer, np.ceil(sums - 0.5), sums)


def _falling(spread: Spread, surprise: Floats) -> Floats:
    drift, deviation, _ = _scales(spread)
    centre = np.arcsinh(drift * spread.median / deviation)
    return np.asarray(deviation / drift * np.sinh(np.clip(centre + drift * surprise, -50.0, 50.0)))


def _rising(spread: Spread, surprise: Floats, z: Floats) -> Floats:
    drift, _, noise = _scales(spread)
    centre = np.arcsinh(drift * np.sqrt(np.maximum(spread.median, _TINY) / noise))
    root = np.sinh(np.clip(centre + 0.5 * drift * surprise, 0.0, 50.0)) / drift
    sums = np.maximum(noise * root * root - spread.shift, 0.0)
    if np.all(np.isneginf(spread.fall)):
        return np.asarray(sums)
    fallen = -np.maximum(spread.shift, np.where(spread.integer, 1.0, 0.0))
    return np.where((z <= spread.fall) & (spread.chance > 0.0), fallen, sums)


def score_of(spread: Spread, sums: Floats) -> Floats:
    """Return the normal score from which on a sum is reached: the inverse of `sums_at`."""
    drift, deviation, noise = _scales(spread)
    least = np.where(spread.integer, np.ceil(sums - 1e-9) - 0.5, sums)
    falling = (np.arcsinh(drift * least / deviation) - np.arcsinh(drift * spread.median / deviation)) / drift
    moved = np.maximum(least + spread.shift, 0.0)
    centre = np.arcsinh(drift * np.sqrt(np.maximum(spread.median, _TINY) / noise))
    rising = 2.0 / drift * (np.arcsinh(drift * np.sqrt(moved / noise)) - centre)
    surprise = np.where(spread.signed, falling, rising)
    tail = _tail(spread, surprise)
    score = np.arcsinh(tail * surprise) / tail
    return np.where(spread.signed, score, np.where(sums <= 0.0, spread.fall, np.maximum(score, spread.fall)))


def _scales(spread: Spread) -> tuple[Floats, Floats, Floats]:
    """Return drift, deviation by chance and variance over median, each kept from zero."""
    chance = np.maximum(spread.chance, _TINY**2)
    return np.maximum(spread.drift, _LEAST), np.sqrt(chance), chance / np.maximum(spread.median, _TINY)


def _tail(spread: Spread, side: Floats) -> Floats:
    return np.maximum(np.where(side > 0.0, spread.tail * spread.surge, spread.tail), _LEAST)
