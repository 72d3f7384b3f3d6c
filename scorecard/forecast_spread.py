"""
The distribution of what is still to come, in closed form, the same for a sale a month and a million visits a day.

A sum of coming days with median m varies by chance and because its rate changes: variance c + (drift * m)^2. There is
a scale on which that variance is 1 everywhere, so that on it the sum is  g(m) + t,  t = sinh(tail * z) / tail,
z standard normal: a normal with heavier tails the larger `tail` is.

    flows (never negative), noise = c / m      g(x) = 2 / drift * arcsinh(drift * sqrt(x / noise))
    stocks and sums that may fall              g(x) = 1 / drift * arcsinh(drift * x / sqrt(c))

Small flows are spread like square roots, as counts are, large ones like logarithms, as rates are. Flows are then moved
down by noise / 4 (the skewness of a count), more where next to nothing is expected, and counts are rounded.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scorecard.question import Floats

_TINY = 1e-12
_SKEW = 0.25
_SCARCITY = 0.05


@dataclass(frozen=True)
class Spread:
    """
    Arrays that broadcast against each other: one distribution per element.

    median: of the sum. chance: variance by chance alone, unit squared. drift: relative standard deviation of the rate.
    """

    median: Floats
    chance: Floats
    drift: Floats
    tail: Floats
    grain: Floats
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
    drift = np.maximum(spread.drift, 1e-4)
    tail = np.maximum(spread.tail, 1e-4)
    surprise = np.sinh(tail * z) / tail
    deviation = np.sqrt(np.maximum(spread.chance, _TINY**2))
    centre = np.arcsinh(drift * spread.median / deviation)
    falling = deviation / drift * np.sinh(np.clip(centre + drift * surprise, -50.0, 50.0))
    median = np.maximum(spread.median, _TINY)
    noise = np.maximum(spread.chance, _TINY**2) / median
    root = np.arcsinh(drift * np.sqrt(median / noise)) + 0.5 * drift * surprise
    rising = noise * (np.sinh(np.clip(root, 0.0, 50.0)) / drift) ** 2
    scarce = np.log(np.maximum(1.0, 0.5 * spread.grain / median))
    rising = np.maximum(0.0, rising - spread.grain * (_SKEW + _SCARCITY * scarce**2))
    sums = np.where(spread.signed, falling, rising)
    return np.where(spread.integer, np.maximum(np.ceil(sums - 0.5), np.where(spread.signed, -np.inf, 0.0)), sums)


def score_of(spread: Spread, sums: Floats) -> Floats:
    """Return the normal score above which a sum is reached: the inverse of `sums_at`."""
    drift = np.maximum(spread.drift, 1e-4)
    tail = np.maximum(spread.tail, 1e-4)
    deviation = np.sqrt(np.maximum(spread.chance, _TINY**2))
    least = np.where(spread.integer, np.ceil(sums - 1e-9) - 0.5, sums)
    falling = (np.arcsinh(drift * least / deviation) - np.arcsinh(drift * spread.median / deviation)) / drift
    median = np.maximum(spread.median, _TINY)
    noise = np.maximum(spread.chance, _TINY**2) / median
    scarce = np.log(np.maximum(1.0, 0.5 * spread.grain / median))
    root = np.maximum(least + spread.grain * (_SKEW + _SCARCITY * scarce**2), 0.0)
    rising = np.arcsinh(drift * np.sqrt(root / noise)) - np.arcsinh(drift * np.sqrt(median / noise))
    surprise = np.where(spread.signed, falling, 2.0 * rising / drift)
    return np.where(~spread.signed & (sums <= 0.0), -np.inf, np.arcsinh(tail * surprise) / tail)
