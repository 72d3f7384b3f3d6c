"""
What closed key results have taught about the forecast: one monotone map that moves the whole distribution.

A chance P becomes  Phi(shift + slope * Phi^-1(P)).  On the scale of normal scores that is a straight line, so it can be
applied to the scores that outcomes are read at: the chance, the fan, the quantiles and the suggested targets move as
one. Good luck is up where more is better and down where less is; results bounded from both sides have no good side,
and stay as they are.

Fitted to the chances that were published for key results since closed: a probit regression in which every key result
weighs one, whatever the number of its chances, drawn towards changing nothing as by a normal prior on both numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from scorecard.arrays import Floats
from scorecard.forecasting.types import ForecastInput

FEWEST = 30
"""Closed key results from which on the forecast is recalibrated."""

_PRIOR = 0.25
"""Standard deviation of shift and slope about nothing to change; 30 coin flips alone measure a shift to about 0.23."""
_LEAST_SLOPE = 0.2
_EDGE = 1e-4
_STEPS = 50
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Recalibration:
    """
    A straight line on the scale of normal scores. `key_results`: how many closed ones it was learnt from.

    word_shift, word_slope: the same line of the chances that the team has stated, for what its word is worth.
    """

    shift: float = 0.0
    slope: float = 1.0
    key_results: int = 0
    word_shift: float = 0.0
    word_slope: float = 1.0

    @property
    def is_identity(self) -> bool:
        """Whether it changes nothing."""
        return self.shift == 0.0 and self.slope == 1.0

    def apply(self, chance: float) -> float:
        """Return what a chance becomes; 0 and 1 stay."""
        return chance if chance in (0.0, 1.0) else _NORMAL.cdf(self.shift + self.slope * _NORMAL.inv_cdf(chance))

    def undo(self, chance: float) -> float:
        """Return the chance that has become this one."""
        return chance if chance in (0.0, 1.0) else _NORMAL.cdf((_NORMAL.inv_cdf(chance) - self.shift) / self.slope)

    def after(self, first: "Recalibration") -> "Recalibration":
        """Return the line that does what `first` does, and then this."""
        return replace(self, shift=self.shift + self.slope * first.shift, slope=self.slope * first.slope)

    def distribution(self, question: ForecastInput, outcomes: Floats) -> Floats:
        """Move equally likely ascending outcomes that are known one by one."""
        if self.is_identity or not outcomes.size:
            return outcomes
        levels = (np.arange(outcomes.size) + 0.5) / outcomes.size
        (z,) = scores_of([self], [question], np.array([_NORMAL.inv_cdf(level) for level in levels]))
        place = np.array([_NORMAL.cdf(score) for score in z]) * outcomes.size - 1e-6
        return outcomes[np.clip(place.astype(np.int64), 0, outcomes.size - 1)]


IDENTITY = Recalibration()


def scores_of(lines: Sequence[Recalibration], questions: Sequence[ForecastInput], z: Floats) -> Floats:
    """Return (n, z) scores to read outcomes at in place of the ascending scores `z`, each question by its own line."""
    side = np.array([good_side(question) for question in questions])[:, None]
    shift, slope = (np.array([getattr(line, name) for line in lines])[:, None] for name in ("shift", "slope"))
    return np.asarray((z[None, :] + side * shift) / np.where(side == 0.0, 1.0, slope))


def good_side(question: ForecastInput) -> float:
    """Return 1.0 where more is better, -1.0 where less is, 0.0 where neither is."""
    rule = question.rule
    if rule.share_needed is not None:
        return 1.0  # outcomes are shares of what was kept
    if rule.low > -np.inf:
        return 0.0 if rule.high < np.inf else 1.0
    return -1.0 if rule.high < np.inf else 0.0


def fit(chances: Sequence[float], hits: Sequence[bool], weights: Sequence[float]) -> tuple[float, float]:
    """
    Return shift and slope that explain what became of some chances.

    Args:
        chances: as the forecast gave them before any recalibration, 0-1.
        hits: what became of each.
        weights: how much each counts.
    """
    scores = np.array([_NORMAL.inv_cdf(min(max(chance, _EDGE), 1.0 - _EDGE)) for chance in chances])
    sign = np.where(np.asarray(hits, dtype=np.bool_), 1.0, -1.0)
    weight = np.asarray(weights, dtype=np.float64)
    design = np.stack([np.ones(scores.size), scores], axis=1)
    start = np.array([0.0, 1.0])
    line = start.copy()
    for _ in range(_STEPS):  # Newton's method on a concave sum
        margin = sign * (design @ line)
        below = np.array([max(_NORMAL.cdf(value), 1e-12) for value in margin])
        hazard = np.array([_NORMAL.pdf(value) for value in margin]) / below
        slope = design.T @ (weight * sign * hazard) - (line - start) / _PRIOR**2
        curve = (design * (weight * hazard * (margin + hazard))[:, None]).T @ design + np.eye(2) / _PRIOR**2
        step = np.linalg.solve(curve, slope)
        line = line + step
        if float(np.abs(step).max()) < 1e-10:  # noqa: PLR2004 - far below what a chance is shown with
            break
    return float(line[0]), float(max(line[1], _LEAST_SLOPE))
