"""
Targets with a wanted chance, read off the outcomes that the chance is read from, and rounded as a person would.

    a target or a limit    the number itself
    kept to one bound      that bound, the share that must keep to it staying as it is
    kept between two       both of them, about the same middle
    judged by the share    the share that is needed, the bounds staying as they are

A target is rounded to the coarsest of 1, 2, 2.5, 5 times a power of ten that keeps its chance within two and a half
points of the wanted one; the chance told is that of the rounded target. Where values come in whole numbers and one more
makes a larger difference than that, the whole number with the nearest chance is taken; where none is near, none is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from okr_config.models import Judge
from scorecard.arrays import Floats
from scorecard.forecasting.rules import goodness
from scorecard.forecasting.types import Forecast, ForecastInput, Shape

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
_CLOSE = 0.025
_FAR = 0.4
_SLACK = 1e-9
_STEPS = (Decimal(5), Decimal("2.5"), Decimal(2), Decimal(1))
_DIGITS = 4
"""Significant digits of a target that can have any value; nobody writes more."""

Bounds = Decimal | tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Target:
    """A target, or two bounds, and the chance (0-1) of reaching it. `level`: the chance that was wanted."""

    level: float
    value: Bounds
    probability: float


@dataclass(frozen=True)
class _Scale:
    """
    What can be chosen, so that less is surer: a choice comes true in the outcomes at or above it.

    floor: choices lie above it. most: and not above that. written: what is written for a choice. size: how large what
    is written is, where that is not the choice itself.
    """

    outcomes: Floats
    is_whole: bool
    written: Callable[[Decimal], Bounds]
    floor: float = -np.inf
    most: float = np.inf
    size: float = 0.0


def has_one_target(question: ForecastInput) -> bool:
    """Whether the final value is held against one bound: not for bands, nor for results kept between two bounds."""
    rule = question.rule
    return rule.share_needed is None and ((rule.low > -np.inf) != (rule.high < np.inf))


def suggest_targets(
    question: ForecastInput, answer: Forecast, levels: Sequence[float] = LEVELS
) -> tuple[Target, ...] | None:
    """
    Return a target for each wanted chance that some target comes near, in order; None where nothing is foreseen.

    Args:
        question: as asked; only which side is better, which values are possible, and the middle of two bounds matter.
        answer: its forecast.
        levels: chances, 0-1.
    """
    scale = _scale(question, answer)
    if scale is None:
        return None
    found = []
    for level in levels:
        wanted = float(scale.outcomes[min(int((1.0 - level) * scale.outcomes.size), scale.outcomes.size - 1)])
        rounded = _round(scale, wanted, level)
        if rounded is not None:
            value, chance = rounded
            found.append(Target(level, scale.written(value), chance))
    return tuple(found)


def without_plan(question: ForecastInput) -> ForecastInput:
    """Leave out the target as first written, where it is what is being chosen."""
    return replace(question, prior_target=float("nan"))


def chance_of(outcomes: Floats, target: float) -> float:
    """Return the share of ascending outcomes that reach a target; reaching it exactly counts."""
    slack = _SLACK * max(1.0, abs(target))
    return float(outcomes.size - np.searchsorted(outcomes, target - slack, side="left")) / outcomes.size


def _scale(question: ForecastInput, answer: Forecast) -> _Scale | None:
    rule, outcomes = question.rule, answer.outcomes
    has_low, has_high = rule.low > -np.inf, rule.high < np.inf
    if outcomes is None or not outcomes.size or not (has_low or has_high):
        return None
    if rule.share_needed is not None:
        if answer.bounds is None:
            return None
        if question.judge is Judge.SHARE:
            return _Scale(outcomes, is_whole=False, written=lambda share: share, floor=0.0, most=1.0)
        goods = answer.bounds
    else:
        goods = np.sort(goodness(outcomes, rule))
    if has_low and has_high:
        return _about_the_middle(question, goods)
    return _Scale(
        goods,
        question.integer,
        lambda value: value if has_low else -value,
        floor=_floor(question, 1 if has_low else -1),
    )


def _floor(question: ForecastInput, side: int) -> float:
    """Return what a target lies beyond: the baseline, and what is reached and cannot be lost. A limit has neither."""
    is_sum = question.shape is Shape.TOTAL
    if question.rule.share_needed is not None or (is_sum and side < 0):
        return -np.inf
    stays = (is_sum and not question.can_fall) or question.judge is Judge.BEST
    reached = -np.inf if question.value is None or not stays else side * question.value
    bound = question.rule.low if side > 0 else question.rule.high
    is_beyond = side * bound > side * question.baseline  # else the baseline is not known
    return max(side * question.baseline if is_beyond else -np.inf, reached)


def _about_the_middle(question: ForecastInput, goods: Floats) -> _Scale:
    """Choose half the width of a band; whole bounds about a middle of 4.5 are half a number away from it."""
    middle = (Decimal(repr(question.rule.low)) + Decimal(repr(question.rule.high))) / 2
    odd = middle % 1 if question.integer else Decimal(0)
    # What is never below zero needs no bound below it either.
    least = Decimal(0 if question.rule.low >= 0.0 and not np.any(question.history < 0.0) else "-Infinity")
    return _Scale(
        goods + float(odd),
        question.integer,
        written=lambda value: (max(middle + value - odd, least), middle - value + odd),
        most=0.0,
        size=float(abs(middle)),
    )


def _round(scale: _Scale, wanted: float, level: float) -> tuple[Decimal, float] | None:
    """Return the roundest number near a target whose chance is close to the wanted one, with its chance."""
    outcomes = scale.outcomes
    exact = Decimal(repr(min(max(wanted, scale.floor), scale.most)))
    size = max(abs(float(exact)), float(outcomes[-1] - outcomes[0]) / 10.0, scale.size)
    best: tuple[tuple[float, Decimal], Decimal, float] | None = None
    for step in _coarsest_first(Decimal(repr(size)), is_whole=scale.is_whole):
        below = (exact / step).to_integral_value(rounding="ROUND_FLOOR") * step
        for value in (below, below + step):
            chance = chance_of(outcomes, float(value))
            if not scale.floor < value <= scale.most or chance <= 0.0:
                continue
            # Of numbers with one chance the roundest is taken, but of sure ones the hardest.
            off = abs(chance - level), abs(value - exact) if chance >= 1.0 else Decimal(0)
            if best is None or off < best[0]:
                best = off, value, chance
        if best is not None and best[0][0] <= _CLOSE:
            break
    if best is None or best[0][0] > _FAR:
        return None
    _, value, chance = best
    return (value.normalize() if value else Decimal(0)), chance


def _coarsest_first(magnitude: Decimal, *, is_whole: bool) -> Iterator[Decimal]:
    size = magnitude.adjusted() if magnitude else 0
    size = max(size, 0) if is_whole else size
    finest = max(size - _DIGITS + 1, 0) if is_whole else size - _DIGITS + 1
    for power in range(size, finest - 1, -1):
        for step in _STEPS:
            scaled = step.scaleb(power)
            if scaled == scaled.quantize(Decimal(1).scaleb(finest)):  # not a quarter of the last digit
                yield scaled
    if is_whole and finest > 0:
        yield Decimal(1)
