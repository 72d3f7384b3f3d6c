"""
The distribution of what is still to come, in closed form, the same for a sale a month and a million visits a day.

A sum x of coming days has variance noise * x + drift^2 * x^2: chance dominates small sums, a changing rate large ones.
On the scale

    g(x) = 2 / drift * arcsinh(drift * sqrt(x / noise))        about sqrt(x) when small, log(x) when large

that variance is 1 everywhere, so the sum is  g^-1(g(median) + t),  t = sinh(tail * z) / tail,  z standard normal.
Below zero g is mirrored. Counts are the whole numbers at or above x - 1/2 - noise / 4, money is x - noise / 4: the
second-order correction with which the square root of a Poisson or gamma sum is normal.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from scorecard.question import Floats

TINY = 1e-12


@dataclass(frozen=True)
class Spread:
    """Arrays of one shape: median of the sum (its unit), noise (its unit), drift (relative), tail."""

    median: Floats
    noise: Floats
    drift: Floats
    tail: Floats


def normal_scores(count: int) -> Floats:
    """Return `count` equally likely values of a standard normal, ascending."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((place + 0.5) / count) for place in range(count)])


def place(spread: Spread, z: Floats) -> Floats:
    """Return the real-valued sum at each normal score; `z` broadcasts against the spread's arrays."""
    drift = np.maximum(spread.drift, 1e-6)
    noise = np.maximum(spread.noise, TINY)
    tail = np.maximum(spread.tail, 1e-6)
    centre = np.sign(spread.median) * 2.0 / drift * np.arcsinh(drift * np.sqrt(np.abs(spread.median) / noise))
    scaled = centre + np.sinh(tail * z) / tail
    half = np.sinh(np.clip(0.5 * drift * scaled, -300.0, 300.0))
    return np.sign(scaled) * noise / drift**2 * half**2
