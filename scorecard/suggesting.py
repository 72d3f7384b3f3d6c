"""
Targets for a key result or a metric, with the sentence that says what each takes.

A key result under way keeps the distribution that its chance is read from, the plan as first written included; before
its start the plan is what is being chosen, so its history speaks alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from okr_config.models import Kind
from scorecard.forecaster import Forecaster
from scorecard.outlook import for_target, in_tenths
from scorecard.question import Forecast, Question
from scorecard.recalibration import Recalibration
from scorecard.scoring import Foreseen
from scorecard.targets import LEVELS, Target, suggest_targets, without_plan
from scorecard.text import say


@dataclass(frozen=True)
class Suggestion:
    """A target with its chance (0-1) and what it takes. `level`: the chance that was wanted."""

    level: float
    target: Decimal
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
    Return each key result's suggestions, none where nothing is foreseen or it has no one bound to choose.

    `planned`: whether the plan of a key result under way counts; the targets of a template are no plan.
    """
    alone = [not (planned and one.case.standing.subject.span.has_started) for one in foreseen]
    unplanned = [
        without_plan(one.question) for one, is_alone in zip(foreseen, alone, strict=True) if one.question and is_alone
    ]
    answers = iter(forecaster(unplanned, seed=seed, recalibration=recalibration) if unplanned else ())
    return [
        _suggestions(one, one.question, next(answers) if one.question and is_alone else one.forecast, levels)
        for one, is_alone in zip(foreseen, alone, strict=True)
    ]


def _suggestions(
    one: Foreseen, question: Question | None, answer: Forecast | None, levels: Sequence[float]
) -> tuple[Suggestion, ...]:
    if question is None or answer is None:
        return ()
    targets = suggest_targets(question, answer, levels) or ()
    middle = None if answer.outcomes is None else float(np.median(answer.outcomes))
    return tuple(
        Suggestion(target.level, target.value, target.probability, _text(one, target, middle)) for target in targets
    )


def _text(one: Foreseen, target: Target, middle: float | None) -> str:
    standing = one.case.standing
    language, value = standing.subject.definition.language, standing.measured.value
    is_sum = standing.subject.key_result.kind in {Kind.TOTAL, Kind.LEVEL}
    if is_sum and value is not None and not standing.goal.is_falling and target.value <= value:
        return say(language, "outlook.there")
    said = for_target(standing, target.value, target.probability, middle=middle)
    return said or say(language, "outlook.chance", tenths=in_tenths(language, target.probability))
