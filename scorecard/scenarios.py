"""
What would become of a key result if: a pace were kept, the last days came once more, the target were another.

    now           nothing is assumed
    needed        exactly what it takes, a day
    per_day       so much a day from now on
    repeat_last   the coming days bring what the last ones did; then things go on as the forecast has them
    target        another target

All of it is asked of the one distribution that the chance itself is read from. A pace that is assumed leaves nothing to
chance: the target is reached or not, and what there is to tell is how likely such a pace, or a better one, is. So the
needed pace is exactly as likely as the key result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from okr_config.models import Judge
from scorecard.explain.scenarios import told
from scorecard.forecast_inputs import within_reach
from scorecard.forecasting.protocol import Forecaster
from scorecard.forecasting.recalibration import Recalibration
from scorecard.forecasting.repeat import repeated, why_not_repeat
from scorecard.forecasting.rules import Rule, meets
from scorecard.forecasting.targets import chance_of, has_one_target, suggest_targets
from scorecard.forecasting.types import Forecast, ForecastInput
from scorecard.pace import Pace, days_to_go, pace_of
from scorecard.progress import Standing
from scorecard.verdict import undecided

FORTNIGHT = 14
_EVEN = 0.5
_SLACK = 1e-9


class Assumption(StrEnum):
    """What is assumed."""

    NOW = "now"
    NEEDED = "needed"
    PER_DAY = "per_day"
    REPEAT_LAST = "repeat_last"
    TARGET = "target"


@dataclass(frozen=True)
class Supposition:
    """An assumption; `amount` is the pace a day, the number of days, or the target."""

    assumption: Assumption
    amount: float | None = None


@dataclass(frozen=True)
class Asked:
    """A key result with what is foreseen for it now."""

    standing: Standing
    question: ForecastInput
    now: Forecast


@dataclass(frozen=True)
class Supposed:
    """
    What an assumption comes to.

    target: the one that holds. lands: 10, 50 and 90 % of the final value, None where it is not foreseen. probability:
    of reaching the target (0-1). likelihood: of the assumption or better coming true, None where that means nothing.
    """

    supposition: Supposition
    target: float | None
    lands: tuple[float, float, float] | None
    probability: float | None
    likelihood: float | None = None


class UnfitError(Exception):
    """An assumption that makes no sense for a key result; its text is the key of the words that say why."""


def suppose(
    asked: Sequence[tuple[Asked, Supposition]], forecaster: Forecaster, *, seed: int, recalibration: Recalibration
) -> tuple[Supposed, ...]:
    """
    Work out assumptions, in order.

    Raises:
        UnfitError: for a pace or a repetition where there are no days to speak of, a target where there are two bounds.
    """
    repetitions = [
        _repeated(one.question, int(assumed.amount or 0))
        for one, assumed in asked
        if assumed.assumption is Assumption.REPEAT_LAST
    ]
    # nothing repeated, nothing to ask anew
    foreseen = forecaster(repetitions, seed=seed, recalibration=recalibration) if repetitions else ()
    answers = iter(foreseen)
    found = []
    for one, assumed in asked:
        match assumed.assumption:
            case Assumption.REPEAT_LAST:
                found.append(_read(assumed, within_reach(one.standing, next(answers)), one.question.rule))
            case Assumption.TARGET:
                found.append(_at_target(one, assumed))
            case Assumption.NOW:
                found.append(_read(assumed, one.now, one.question.rule))
            case _:
                found.append(_at_pace(one, assumed))
    return tuple(found)


def usual_suppositions(one: Asked) -> tuple[Supposition, ...]:
    """Return what is worth assuming: nothing, the needed and the present pace, a fortnight more, an even target."""
    suppositions = [Supposition(Assumption.NOW)]
    pace = pace_of(one.standing)
    if pace is not None and _is_open(one.question) and _asks_for_more(one, pace):
        suppositions.append(Supposition(Assumption.NEEDED))
        if np.isfinite(pace.have):
            suppositions.append(Supposition(Assumption.PER_DAY, pace.have))
    if why_not_repeat(one.question, FORTNIGHT) is None:
        suppositions.append(Supposition(Assumption.REPEAT_LAST, FORTNIGHT))
    even = suggest_targets(one.question, one.now, (_EVEN,)) if has_one_target(one.question) else None
    if even and isinstance(target := even[0].value, Decimal) and float(target) != _bound(one.question.rule):
        suppositions.append(Supposition(Assumption.TARGET, float(target)))
    return tuple(suppositions)


def usual_rows(
    asked: Sequence[Asked], forecaster: Forecaster, *, seed: int, recalibration: Recalibration
) -> list[dict[str, Any]]:
    """Return the rows of `key_result_whatif` for key results that are still open."""
    return rows_of(
        [(one, assumed) for one in asked for assumed in usual_suppositions(one)],
        forecaster,
        seed=seed,
        recalibration=recalibration,
    )


def rows_of(
    asked: Sequence[tuple[Asked, Supposition]], forecaster: Forecaster, *, seed: int, recalibration: Recalibration
) -> list[dict[str, Any]]:
    """Return the rows of `key_result_whatif` for some assumptions, without their run."""
    rows: list[dict[str, Any]] = []
    for (one, _), supposed in zip(
        asked, suppose(asked, forecaster, seed=seed, recalibration=recalibration), strict=True
    ):
        key_result_id, stated = one.standing.subject.key_result.id, supposed.supposition
        low, middle, high = supposed.lands or (None, None, None)
        rows.append(
            {
                "key_result_id": key_result_id,
                "place": rows[-1]["place"] + 1 if rows and rows[-1]["key_result_id"] == key_result_id else 0,
                "assumption": stated.assumption.value,
                "amount": stated.amount,
                "target": supposed.target,
                "lands_p10": low,
                "lands_p50": middle,
                "lands_p90": high,
                "probability": supposed.probability,
                "likelihood": supposed.likelihood,
                "text": told(one.standing, stated.assumption.value, stated.amount),
            }
        )
    return rows


def _repeated(question: ForecastInput, days: int) -> ForecastInput:
    reason = why_not_repeat(question, days)
    if reason is not None:
        raise UnfitError(reason)
    return repeated(question, days)


def _at_target(one: Asked, assumed: Supposition) -> Supposed:
    """Read another target off the outcomes; another bound to keep to, off the bounds that the outcomes keep to."""
    rule, target = one.question.rule, float(assumed.amount or 0)
    rises = rule.low > -np.inf
    if has_one_target(one.question):
        return _read(assumed, one.now, replace(rule, low=target) if rises else replace(rule, high=target))
    if one.now.bounds is None or rises == (rule.high < np.inf) or one.question.judge is Judge.SHARE:
        raise UnfitError("whatif.no_target")
    chance = chance_of(one.now.bounds, target if rises else -target)
    return Supposed(assumed, target, None, undecided(chance))


def _read(assumed: Supposition, answer: Forecast, rule: Rule) -> Supposed:
    """Read a rule's chance off the outcomes of a forecast."""
    if answer.outcomes is None or not answer.outcomes.size:
        return Supposed(assumed, _bound(rule), None, answer.probability)
    met = rule if rule.share_needed is None else Rule(rule.share_needed, np.inf)
    quantiles = np.quantile(answer.outcomes, (0.1, 0.5, 0.9), method="inverted_cdf")  # counts stay whole
    low, middle, high = (float(value) for value in quantiles)
    chance = undecided(float(meets(answer.outcomes, met).mean()))
    return Supposed(assumed, _bound(rule), (low, middle, high), chance)


def _at_pace(one: Asked, assumed: Supposition) -> Supposed:
    pace, rule = pace_of(one.standing), one.question.rule
    if pace is None or not _is_open(one.question):
        raise UnfitError("whatif.no_pace")
    is_needed = assumed.assumption is Assumption.NEEDED
    way = pace.need if is_needed else float(assumed.amount or 0.0) * days_to_go(one.standing.subject.span)
    value = (one.question.value or 0.0) + way
    slack = _SLACK * max(1.0, abs(value))
    reached = rule.low - slack <= value <= rule.high + slack
    likelihood = None
    if one.now.outcomes is not None and has_one_target(one.question):
        better = Rule(value, np.inf) if rule.low > -np.inf else Rule(-np.inf, value)
        likelihood = undecided(float(meets(one.now.outcomes, better).mean()))
    stated = replace(assumed, amount=pace.wanted) if is_needed else assumed
    return Supposed(stated, _bound(rule), (value, value, value), float(reached), likelihood)


def _bound(rule: Rule) -> float | None:
    if rule.share_needed is not None:
        return rule.share_needed
    bound = rule.low if rule.low > -np.inf else rule.high
    return float(bound) if np.isfinite(bound) else None


def _is_open(question: ForecastInput) -> bool:
    """Whether its days are under way."""
    return question.start <= question.as_of <= question.due


def _asks_for_more(one: Asked, pace: Pace) -> bool:
    """Whether there is a way to go, or room to keep to."""
    is_sum = one.standing.subject.rules.is_sum
    return pace.need > 0 if is_sum or one.question.rule.low > -np.inf else pace.need < 0
