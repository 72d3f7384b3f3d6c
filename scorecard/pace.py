"""What a result needs a day from now on, and what it has: the pace."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from scorecard.arrays import Floats
from scorecard.progress import Standing
from scorecard.span import Span

RECENT = 14
"""Days whose average is called the present pace."""


@dataclass(frozen=True)
class Pace:
    """
    What a sum or a stock has to do and what it does, in its own unit a day.

    need: change still wanted, over `days`. have: average change of the last observed days, NaN where none is.
    """

    need: float
    have: float
    days: int

    @property
    def wanted(self) -> float:
        """The need a day."""
        return self.need / self.days


def pace_of(standing: Standing) -> Pace | None:
    """Return what a sum or a stock needs and has a day; None for other kinds, without a target, and once over."""
    goal, value = standing.goal, standing.measured.value
    bound = goal.target if goal.target is not None else goal.high
    if goal.need is not None or bound is None or value is None:
        return None
    return pace_to(standing, bound)


def pace_to(standing: Standing, target: Decimal) -> Pace | None:
    """Return the same for any target; before its start a sum has nothing, and a stock what was last seen of it."""
    history, value, is_sum = standing.measured.history, standing.measured.value, standing.subject.rules.is_sum
    if not standing.spec.has_pace or standing.subject.span.is_over:
        return None
    if value is None:
        seen = history[np.isfinite(history)]
        if standing.subject.span.has_started or not (is_sum or seen.size):
            return None
        value = Decimal(0) if is_sum else Decimal(repr(float(seen[-1])))
    return Pace(float(target - value), average_change(history, is_sum=is_sum), days_to_go(standing.subject.span))


def days_to_go(span: Span) -> int:
    """Return how many days something can still happen on, today's counted while half of it remains; at least one."""
    return max(1, span.days_left + round(1.0 - span.today_share - 1e-9)) if span.has_started else span.days_left


def average_change(history: Floats, *, is_sum: bool) -> float:
    """Return the average daily flow of a sum, or growth of a stock, over the last observed days; NaN without any."""
    known = np.flatnonzero(np.isfinite(history))
    if not is_sum:
        known = known[known >= history.size - 1 - RECENT]
        if known.size < 2:  # noqa: PLR2004 - growth needs a first and a last value
            return float("nan")
        first, last = known[0], known[-1]
        return float((history[last] - history[first]) / (last - first))
    recent = history[known][-RECENT:]
    return float(recent.mean()) if recent.size else float("nan")
