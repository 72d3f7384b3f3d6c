"""
Whole courses of the coming time, for results that depend on more than the last day: best week, days in a band.

A course is a row of normal scores, one per point in time, each standard normal by itself, so that every point keeps
exactly the distribution it has alone; the last point is spread evenly, not drawn.
"""

import numpy as np

from scorecard.forecast_spread import normal_scores
from scorecard.question import Floats


def walk(count: int, points: Floats, generator: np.random.Generator) -> Floats:
    """Return (count, k) scores of a running sum at `points` (k,) > 0, ascending: a Brownian bridge to even ends."""
    steps = generator.standard_normal((count, points.size)) * np.sqrt(np.diff(points, prepend=0.0))
    path = np.cumsum(steps, axis=1)
    end = normal_scores(count) * np.sqrt(points[-1])
    path += (end - path[:, -1])[:, None] * (points / points[-1])
    return np.asarray(path / np.sqrt(points))


def waves(count: int, shared: Floats, generator: np.random.Generator) -> Floats:
    """Return (count, k) scores of separate stretches; `shared` (k,) is the share of variance they have in common."""
    common = normal_scores(count)[:, None]
    own = generator.standard_normal((count, shared.size))
    return np.asarray(np.sqrt(shared) * common + np.sqrt(1.0 - shared) * own)
