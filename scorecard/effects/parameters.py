"""
Factors of the range about what is foreseen of an event's days; written by `benchmarks/effects.py --write`.

The forecast is honest about targets near what is expected. How often what comes lies beyond its outer bounds was
counted on placebo dates, apart by kind, by how much comes in and by the number of days:

    factor = at_fortnight + per_doubling * log2(days / 14)          days within 7 and 42
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scorecard.arrays import Floats
from scorecard.effects.event import Event, is_dense

SHORTEST, LONGEST = 7, 42


@dataclass(frozen=True)
class Line:
    """A factor by the number of days: at a fortnight, and how much more at twice as many."""

    at_fortnight: float
    per_doubling: float

    def at(self, days: int) -> float:
        """Return the factor, never less than a fifth."""
        return max(0.2, self.at_fortnight + self.per_doubling * doublings(days))


@dataclass(frozen=True)
class Factors:
    """
    Upper and lower factors by kind and whether something comes in on half of the days.

    inner: share of the lower factor that holds for the worst of five, which is nearer to the middle than the bounds.
    """

    upper: Mapping[tuple[str, bool], Line]
    lower: Mapping[tuple[str, bool], Line]
    inner: float = 0.85

    def of(self, events: Sequence[Event]) -> tuple[Floats, Floats]:
        """Return (n,) upper and lower factors."""
        keys = [(kind_of(event), event.known.size) for event in events]
        upper, lower = ([side[key].at(days) for key, days in keys] for side in (self.upper, self.lower))
        return np.array(upper), np.array(lower)


def kind_of(event: Event) -> tuple[str, bool]:
    """Return the kind of an event's metric and whether it is dense."""
    return event.family.value, is_dense(event)


def doublings(days: int) -> float:
    """Return how many times a fortnight is doubled."""
    return float(np.log2(min(max(days, SHORTEST), LONGEST) / 14.0))


_ONE = Line(1.0, 0.0)
_KINDS = [(kind, dense) for kind in ("sales", "visitors", "stock") for dense in (False, True)]
FACTORS = Factors(
    upper={
        ("sales", False): Line(1.0179, 0.05),
        ("sales", True): Line(0.886, 0.025),
        ("visitors", False): Line(0.9681, 0.075),
        ("visitors", True): Line(0.9211, 0.05),
        ("stock", False): Line(0.9916, 0.025),
        ("stock", True): Line(0.8995, 0.025),
    },
    lower={
        ("sales", False): Line(0.8293, -0.025),
        ("sales", True): Line(0.8987, 0.0),
        ("visitors", False): Line(0.9154, -0.075),
        ("visitors", True): Line(0.9032, 0.025),
        ("stock", False): Line(1.1951, -0.2),
        ("stock", True): Line(0.8853, -0.025),
    },
)
