"""The best period seen so far: what a target is held against, since a forecast may lead far beyond all there was."""

import numpy as np

from okr_config.models import Judge
from scorecard.forecasting.types import ForecastInput, Shape

FAR = 1.5
"""A target above so many times the best period seen is far above it."""

_FEW = 3


def best_period(question: ForecastInput) -> float | None:
    """
    Return the most that as many days as a total's period has, or one window, ever brought; None where nobody can say.

    That is: for stocks and ratios, where not one whole period or fewer than three windows were seen, or nothing came in
    them.
    """
    if question.shape is Shape.WINDOW and question.judge is not Judge.SHARE:
        windows = (*question.windows_before, *question.windows)
        return max(windows) or None if len(windows) >= _FEW else None
    length = (question.due - question.start).days + 1
    if question.shape is not Shape.TOTAL or question.history.size < length:
        return None
    sums = np.cumsum(np.concatenate(([0.0], np.nan_to_num(question.history))))
    return float(np.max(sums[length:] - sums[:-length])) or None


def is_far_above(question: ForecastInput, target: float) -> bool:
    """Whether a target that is to be reached from below lies far above the best period seen."""
    best, rule = best_period(question), question.rule
    rises = rule.low > -np.inf and not rule.high < np.inf and rule.share_needed is None
    return best is not None and rises and best > 0 and target > FAR * best
