"""When a key result is reached, as bounds on its final value, and how near a value is to them."""

import math
from dataclasses import dataclass

import numpy as np

from scorecard.arrays import Floats

_SLACK = 1e-9


@dataclass(frozen=True)
class Rule:
    """
    When the key result is reached: `low <= final value <= high` (infinite where there is no bound).

    `share_needed` is set for keep-in-band results: the final share of windows (or days) inside the bounds must be at
    least that. `ever`: meeting the bounds once is enough; `met_already` says that happened.
    """

    low: float
    high: float
    share_needed: float | None = None
    ever: bool = False
    met_already: bool = False


def meets(values: Floats, rule: Rule) -> Floats:
    """Return 1.0 where a value is inside the bounds, reaching one exactly included, else 0.0."""
    slack = _SLACK * np.maximum(1.0, np.abs(values))
    return ((values >= rule.low - slack) & (values <= rule.high + slack)).astype(np.float64)


def fewest_kept(share_needed: float, count: int) -> int:
    """Return how many of so many must be inside a band, at least one."""
    return max(1, math.ceil(share_needed * count - _SLACK))


def goodness(values: Floats, rule: Rule) -> Floats:
    """Return values so that more is better: as they are, negative below a ceiling, how near to the middle of two."""
    if rule.high == np.inf:
        return values
    return -values if rule.low == -np.inf else -np.abs(values - (rule.low + rule.high) / 2.0)
