"""
Targets for a key result or a metric, with the sentence that says what each takes.

A key result under way keeps the distribution that its chance is read from, the plan as first written included; before
its start the plan is what is being chosen, so its history speaks alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from okr_config.definitions import BOUNDS
from okr_config.models import Every, Judge
from scorecard.best_period import best_period, is_far_above
from scorecard.explain.outlook import bounds_in_words, for_target, in_tenths, to_keep
from scorecard.forecast_inputs import within_reach
from scorecard.forecasting.protocol import Forecaster
from scorecard.forecasting.recalibration import Recalibration
from scorecard.forecasting.targets import LEVELS, Bounds, Target, suggest_targets, without_plan
from scorecard.forecasting.types import Forecast, ForecastInput, Shape
from scorecard.goal import Goal
from scorecard.i18n.formats import Unit
from scorecard.i18n.messages import say
from scorecard.scoring import Foreseen
from scorecard.status import Flag


@dataclass(frozen=True)
class Suggestion:
    """
    A target with its chance (0-1) and what it takes.

    level: the chance that was wanted. key: what is chosen, as it is written: target, at_least, at_most, between, need.
    """

    level: float
    key: str
    target: Bounds
    probability: float
    text: str


def suggest(  # noqa: PLR0913 - what suggestions depend on
    foreseen: Sequence[Foreseen],
    forecaster: Forecaster,
    *,
    seed: int = 0,
    recalibration: Recalibration,
    levels: Sequence[float] = LEVELS,
    planned: bool = True,
) -> list[tuple[Suggestion, ...]]:
    """
    Return each key result's suggestions, none where there is nothing to choose, as `why_none` says.

    `planned`: whether the plan of a key result under way counts; the targets of a template are no plan.
    """
    alone = [not (planned and one.case.standing.subject.span.has_started) for one in foreseen]
    unplanned = [
        without_plan(one.question) for one, is_alone in zip(foreseen, alone, strict=True) if one.question and is_alone
    ]
    answers = iter(forecaster(unplanned, seed=seed, recalibration=recalibration) if unplanned else ())
    return [
        _suggestions(
            one,
            one.question,
            within_reach(one.case.standing, next(answers)) if one.question and is_alone else one.forecast,
            levels,
        )
        for one, is_alone in zip(foreseen, alone, strict=True)
    ]


def why_none(one: Foreseen) -> str:
    """Say in a few English words why a key result has no suggestions."""
    standing = one.case.standing
    measured, spec = standing.measured, standing.spec
    every, around = standing.subject.key_result.every or Every.WEEK, measured.around
    once = int(np.isfinite(measured.history).sum()) < 2  # noqa: PLR2004 - growth needs two
    few = len(measured.told) < spec.fewest_told
    reasons = (
        (spec.shape is None, spec.why_unforeseen),
        (standing.subject.span.is_over, "it is over"),
        (few, f"{spec.fewest_told} values must have been checked in before anything can be foreseen"),
        (not measured.is_known, "nothing has been seen of it yet"),
        (Flag.NO_RATE in measured.flags, "an exchange rate is missing"),
        (around is not None and not around.left, f"no full {every} is left before it is due"),
        (one.question is None, "what it is divided by has been 0 of late"),
        (spec.shape is Shape.LEVEL and once, "it has been seen on one day only, and growth shows on the second"),
    )
    return next((why for holds, why in reasons if holds), "no target has a chance near those asked for")


def key_chosen(one: Foreseen) -> str:
    """Return the key whose value is chosen: the one that is written, but the share where that is what is judged."""
    key_result = one.case.standing.subject.key_result
    if key_result.judge is Judge.SHARE:
        return "need"
    return next((key for key in BOUNDS if getattr(key_result, key) is not None), "target")


def _suggestions(
    one: Foreseen, question: ForecastInput | None, answer: Forecast | None, levels: Sequence[float]
) -> tuple[Suggestion, ...]:
    if question is None or answer is None:
        return ()
    targets = suggest_targets(question, answer, levels) or ()
    middle = None if answer.outcomes is None else float(np.median(answer.outcomes))
    key = key_chosen(one)
    return tuple(
        Suggestion(
            target.level,
            key,
            target.value,
            target.probability,
            _text(one, target, middle) + _beyond(one, question, target),
        )
        for target in targets
    )


def _text(one: Foreseen, target: Target, middle: float | None) -> str:
    standing = one.case.standing
    language = standing.subject.definition.language
    tenths = in_tenths(language, target.probability)
    if standing.goal.need is not None:
        goal = _goal(standing.goal, target.value)
        if standing.subject.key_result.judge is Judge.SHARE and isinstance(target.value, Decimal):
            goal = replace(standing.goal, need=float(target.value))
        return to_keep(standing, goal, target.probability) or say(language, "outlook.chance", tenths=tenths)
    if isinstance(target.value, tuple):
        return say(language, "outlook.ends", bounds=_in_words(one, target.value), tenths=tenths)
    if _is_there(one, target.value):
        return say(language, "outlook.there")
    said = for_target(standing, target.value, target.probability, middle=middle)
    return said or say(language, "outlook.chance", tenths=tenths)


def _beyond(one: Foreseen, question: ForecastInput, target: Target) -> str:
    """Say so where a target lies far above the best period seen."""
    best = best_period(question)
    if best is None or isinstance(target.value, tuple) or not is_far_above(question, float(target.value)):
        return ""
    unit = Unit(one.case.standing.subject.definition.language, one.case.standing.subject.metric_unit)
    return " " + say(unit.language, "outlook.beyond", best=unit.short(Decimal(str(best))))


def _is_there(one: Foreseen, target: Decimal) -> bool:
    """Whether a sum, a stock or the best of some windows has come so far already."""
    standing = one.case.standing
    key_result, value = standing.subject.key_result, standing.measured.value
    grows = standing.spec.has_pace or key_result.judge is Judge.BEST
    return grows and value is not None and not standing.goal.is_falling and target <= value


def _in_words(one: Foreseen, bounds: Bounds) -> str:
    subject = one.case.standing.subject
    unit = Unit(subject.definition.language, subject.metric_unit)
    return bounds_in_words(_goal(one.case.standing.goal, bounds), unit)


def _goal(goal: Goal, bounds: Bounds) -> Goal:
    """Put other bounds in place of a goal's own."""
    if isinstance(bounds, tuple):
        return replace(goal, low=bounds[0], high=bounds[1])
    return replace(goal, high=bounds) if goal.low is None else replace(goal, low=bounds)
