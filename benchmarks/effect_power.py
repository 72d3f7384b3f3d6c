"""
How often a range says "it worked" by itself, if the model is right, of a rise that is a part of the size it told.

It follows from the definition: the size told is one that shows in four of five, and nothing at all shows in one of
twenty. Of errors that are normal, half the size then shows in 34 % (one-sided test, z = 1.645 and .842). Where their
density is log-concave it shows in no fewer than sqrt(.05 * .8) = 20 %: so is then the chance of lying above a bound.
"""

from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from scorecard.arrays import Floats
from scorecard.effects.estimate import Foreseen, distribution_of
from scorecard.effects.event import Event, moves_of
from scorecard.effects.parameters import Factors
from scorecard.forecasting.distribution import score_of, sums_at

_MOST, _HALVINGS = 1e6, 50
_STEP = 0.5


def shows_of_itself(events: Sequence[Event], foreseen: Foreseen, factors: Factors, part: float) -> Floats:
    """Return the chance (n,) that a rise of a part of the size told lies above the range; NaN where no size is told."""
    distribution = distribution_of(events)
    upper, lower = (side[:, None] for side in factors.of(events))
    integer = np.array([event.integer for event in events])
    high = (foreseen.high + np.where(integer, _STEP, 0.0))[:, None]
    rise = part * foreseen.detectable[:, None]
    middle = sums_at(distribution, np.zeros(high.shape))
    below, above = np.ones(high.shape), np.full(high.shape, _MOST)
    for _ in range(_HALVINGS):
        times = np.sqrt(below * above)
        raised = replace(distribution, median=distribution.median * times, chance=distribution.chance * times)
        enough = sums_at(raised, np.zeros(high.shape)) >= middle + rise
        below, above = np.where(enough, below, times), np.where(enough, times, above)
    raised = replace(distribution, median=distribution.median * above, chance=distribution.chance * above)
    has_no_multiple = distribution.signed | (distribution.median <= 0.0)
    score = np.where(has_no_multiple, score_of(distribution, high - rise), score_of(raised, high))
    score = score / np.where(score > 0.0, upper, lower * factors.inner)
    is_told = np.array([moves_of(event).any() for event in events]) & np.isfinite(foreseen.detectable)
    normal = NormalDist()
    return np.array([1.0 - normal.cdf(one) if told else np.nan for one, told in zip(score[:, 0], is_told, strict=True)])
