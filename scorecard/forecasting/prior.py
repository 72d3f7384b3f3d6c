"""
What is left to say where nothing has been observed: the plan as written, believed as much as the team believes it.

    value at due = start + (target - start) * exp(0.6 (z + q)),   z standard normal, q the confidence's normal score

so that the target as first written is reached with exactly the stated chance, and a higher one less often.
"""

from statistics import NormalDist

import numpy as np

from scorecard.arrays import Floats
from scorecard.forecasting.distribution import normal_scores
from scorecard.forecasting.types import ForecastInput

_SPREAD = 0.6


def outcomes_of_plan(question: ForecastInput, start: float, count: int) -> Floats | None:
    """
    Return `count` equally likely values at the due date, ascending; None where the target is no way from the start.

    For results that keep to a band the values are final shares: all of it, or none.
    """
    chance = min(max(question.confidence, 0.5 / count), 1.0 - 0.5 / count)
    sure = NormalDist().inv_cdf(chance)
    scores = normal_scores(count)
    if question.rule.share_needed is not None:
        return (scores + sure >= 0.0).astype(np.float64)
    way = question.prior_target - start
    if not np.isfinite(way) or way == 0.0:
        return None
    # Held under a ceiling, less is better; on the way down, further is.
    capped = question.rule.low == -np.inf
    side = -1.0 if capped == (way > 0.0) else 1.0
    return np.sort(start + way * np.exp(_SPREAD * (scores + side * sure)))
