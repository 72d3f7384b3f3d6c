"""
Targets with a wanted chance, read off the outcomes that the chance is read from, and rounded as a person would.

A target is rounded to the coarsest of 1, 2, 2.5, 5 times a power of ten that keeps its chance within two and a half
points of the wanted one; the chance told is that of the rounded target. Where values come in whole numbers and one more
makes a larger difference than that, the whole number with the nearest chance is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from scorecard.forecaster import Forecaster
from scorecard.question import Floats, Forecast, Question

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
_CLOSE = 0.025
_SLACK = 1e-9
_STEPS = (Decimal(5), Decimal("2.5"), Decimal(2), Decimal(1))
_DIGITS = 4
"""Significant digits of a target that can have any value; nobody writes more."""


@dataclass(frozen=True)
class Target:
    """A target and the chance (0-1) of reaching it. `level`: the chance that was wanted."""

    level: float
    value: Decimal
    probability: float


def can_be_suggested(question: Question) -> bool:
    """Whether there is one bound to choose: not for bands, nor for results kept between two bounds."""
    rule = question.rule
    return rule.share_needed is None and ((rule.low > -np.inf) != (rule.high < np.inf))


def suggest_targets(
    question: Question, answer: Forecast, levels: Sequence[float] = LEVELS
) -> tuple[Target, ...] | None:
    """
    Return a target for each wanted chance, in order; None where nothing is foreseen or no bound can be chosen.

    Args:
        question: as asked; only whether it wants more or less, and whole numbers or not, matters here.
        answer: its forecast.
        levels: chances, 0-1.
    """
    if answer.outcomes is None or not answer.outcomes.size or not can_be_suggested(question):
        return None
    is_rising = question.rule.low > -np.inf
    outcomes = answer.outcomes if is_rising else -answer.outcomes[::-1]
    found = []
    for level in levels:
        wanted = float(outcomes[min(int((1.0 - level) * outcomes.size), outcomes.size - 1)])
        value, chance = _round(outcomes, wanted, level, is_whole=question.integer)
        found.append(Target(level, value if is_rising else -value, chance))
    return tuple(found)


def suggest_for(
    questions: Sequence[Question], forecaster: Forecaster, levels: Sequence[float] = LEVELS
) -> list[tuple[Target, ...] | None]:
    """Return the targets of questions by their history alone, as before a plan is made; None as `suggest_targets`."""
    alone = [without_plan(question) for question in questions]
    return [suggest_targets(*one, levels) for one in zip(alone, forecaster(alone), strict=True)]


def without_plan(question: Question) -> Question:
    """Leave out the target as first written, where it is what is being chosen."""
    return replace(question, prior_target=float("nan"))


def chance_of(outcomes: Floats, target: float) -> float:
    """Return the share of ascending outcomes that reach a target; reaching it exactly counts."""
    slack = _SLACK * max(1.0, abs(target))
    return float(outcomes.size - np.searchsorted(outcomes, target - slack, side="left")) / outcomes.size


def _round(outcomes: Floats, wanted: float, level: float, *, is_whole: bool) -> tuple[Decimal, float]:
    """Return the roundest number near a target whose chance is close to the wanted one, with its chance."""
    exact = Decimal(repr(wanted))
    size = max(abs(wanted), float(outcomes[-1] - outcomes[0]) / 10.0)
    best: tuple[Decimal, float] | None = None
    for step in _coarsest_first(Decimal(repr(size)), is_whole=is_whole):
        below = (exact / step).to_integral_value(rounding="ROUND_FLOOR") * step
        for value in (below, below + step):
            chance = chance_of(outcomes, float(value))
            if best is None or abs(chance - level) < abs(best[1] - level):
                best = value, chance
        if best is not None and abs(best[1] - level) <= _CLOSE:
            break
    value, chance = best if best is not None else (exact, chance_of(outcomes, wanted))
    return (value.normalize() if value else Decimal(0)), chance


def _coarsest_first(magnitude: Decimal, *, is_whole: bool) -> Iterator[Decimal]:
    size = magnitude.adjusted() if magnitude else 0
    size = max(size, 0) if is_whole else size
    finest = max(size - _DIGITS + 1, 0) if is_whole else size - _DIGITS + 1
    for power in range(size, finest - 1, -1):
        for step in _STEPS:
            scaled = step.scaleb(power)
            if not is_whole or scaled == scaled.to_integral_value():
                yield scaled
    if is_whole and finest > 0:
        yield Decimal(1)
