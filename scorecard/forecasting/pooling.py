"""
The team's word and the numbers' in the first days, pooled mechanically on the scale of normal scores.

    s = (1 - own * u) m + u (word * c + below * min(c - m, 0)),      u = max(0, 1 - days / 14)

m is the score of the chance that the numbers give the target as first written, c that of the chance the team has
stated, days how many have been observed. What both say adds up, for each knows something that the other does not; few
days are believed less than they say, and a stated chance below the numbers' counts more than one above: hope is more
common than gloom. A statement of 5 in 10 says nothing by itself. Once enough key results have closed, c is what such
statements of the team have come to. From two weeks on the numbers speak alone, and a team that has stated nothing is
not heard.

That is one straight line on normal scores, as what closed key results teach is, so fan, outcomes and chance move as one
and a higher target never has a higher chance. Fitted by `benchmarks/first_days.py`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from scorecard.arrays import Floats
from scorecard.forecasting.recalibration import IDENTITY, Recalibration, good_side
from scorecard.forecasting.rules import Rule, meets
from scorecard.forecasting.types import ForecastInput

_DAYS = 14.0
_EDGE = 0.0005
_LEAST = 0.1
_NORMAL = NormalDist()

METHOD = "pool 1"
"""Names the method in the hash of what a score follows from; scores of before are told by their hash."""


class Direction(StrEnum):
    """A word that only says how it lies to the chance that stands there."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


_SIDES = {Direction.BETTER: 1.0, Direction.SAME: 0.0, Direction.WORSE: -1.0}


@dataclass(frozen=True)
class Weights:
    """What the pool's two voices weigh; the formula is above."""

    own: float
    word: float
    below: float


STEP = 0.5
"""How far a word lies from what stands there that says no more than better or worse, in normal scores."""

WEIGHTS = Weights(own=0.291, word=0.775, below=0.221)


def is_heard(question: ForecastInput, days: float) -> bool:
    """Whether the team's word still counts beside so many observed days, and says something of a good side."""
    has_target = question.rule.share_needed is not None or np.isfinite(question.prior_target)
    return question.is_stated and 0.0 < days < _DAYS and bool(has_target) and good_side(question) != 0.0


def pool(question: ForecastInput, days: float, alone: float, learnt: Recalibration = IDENTITY) -> Recalibration:
    """
    Return what the team's word does to the distribution.

    `alone` is the numbers' chance of the target as first written; `learnt` knows what the team's words came to.
    """
    numbers, stated = (_NORMAL.inv_cdf(min(max(one, _EDGE), 1.0 - _EDGE)) for one in (alone, question.confidence))
    word = learnt.word_shift + learnt.word_slope * stated
    shift, slope = line_of(np.array(days), np.array(numbers), np.array(word))
    return Recalibration(float(shift), float(slope))


def line_of(days: Floats, numbers: Floats, word: Floats, weights: Weights = WEIGHTS) -> tuple[Floats, Floats]:
    """Return shift and slope of the pool, from observed days and the scores of both chances; arrays of one shape."""
    unsure = np.maximum(0.0, 1.0 - days / _DAYS)
    shift = unsure * (weights.word * word + weights.below * np.minimum(word - numbers, 0.0))
    return np.asarray(shift), np.asarray(1.0 - weights.own * unsure)


def confidence_by(direction: Direction, chance: float) -> float:
    """Return the confidence, of 10, that a direction states beside the chance (0-1) that stands there."""
    score = _NORMAL.inv_cdf(min(max(chance, _EDGE), 1.0 - _EDGE)) + STEP * _SIDES[direction]
    return min(max(round(10.0 * _NORMAL.cdf(score), 1), _LEAST), 10.0 - _LEAST)


def chance_as_written(question: ForecastInput, outcomes: Floats) -> float:
    """Return the share of outcomes that reach the target as first written, whatever it has become since."""
    rule = question.rule
    if rule.share_needed is not None:
        rule = Rule(rule.share_needed, np.inf)
    elif rule.low > -np.inf:
        rule = replace(rule, low=question.prior_target)
    else:
        rule = replace(rule, high=question.prior_target)
    return float(meets(outcomes, rule).mean())
