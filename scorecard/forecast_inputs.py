"""What the forecast is asked about a key result, and what needs no forecast."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from okr_config.definitions import probes_of
from okr_config.holidays import public_holidays
from okr_config.kinds import Origin
from okr_config.metrics import BUILT_IN, Nature
from okr_config.models import Every, Judge, Reached
from scorecard.forecasting.history import HOLIDAYS_MATTER
from scorecard.forecasting.rules import Rule, meets
from scorecard.forecasting.types import Family, Forecast, ForecastInput, Shape
from scorecard.progress import Standing
from scorecard.status import Flag

RECENT = 28
"""Days: a ratio whose denominator has been 0 for that long has nothing to go on."""
REFUNDED_WITHIN = 30
"""Days in which a sale may still be refunded, as most shops have it; what is older stays sold."""
_REFUNDABLE = ("shop.units_sold", "shop.net_revenue")


@dataclass(frozen=True)
class Certainty:
    """A chance that follows from the rules alone. `probability` is None where nobody can say."""

    probability: float | None
    is_decided: bool = False
    is_prior: bool = False


def certainty_of(standing: Standing, stated: float) -> Certainty | None:
    """Return the chance where it needs no forecast, else None; `stated` is the team's own (0-1)."""
    subject, measured = standing.subject, standing.measured
    if subject.span.is_over:
        decided = standing.is_reached is not None and measured.is_known
        return Certainty(float(bool(standing.is_reached)) if decided else None, is_decided=decided)
    if standing.met_on or (standing.is_reached and _is_final(standing)):
        return Certainty(1.0, is_decided=True)
    if is_foreseeable(standing):
        return None
    if measured.is_known or subject.rules.origin is Origin.CHECK_INS or not _can_be_judged(standing):
        return Certainty(None)
    return Certainty(stated, is_prior=True)


def is_foreseeable(standing: Standing) -> bool:
    """Whether there is a future to speak of, a model for it, and a history that speaks."""
    measured = standing.measured
    if standing.subject.span.is_over or not measured.is_known or not _can_be_judged(standing):
        return False
    if len(measured.told) < standing.spec.fewest_told:
        return False
    return measured.denominator is None or bool(np.nansum(measured.denominator[-RECENT:]) > 0)


def _can_be_judged(standing: Standing) -> bool:
    """Whether numbers could ever tell: not for steps and queries, unpriced amounts, or a period without a window."""
    measured = standing.measured
    if Flag.NO_RATE in measured.flags or standing.spec.shape is None:
        return False
    if standing.spec.shape is not Shape.WINDOW:
        return True
    return measured.around is not None and bool(measured.samples or measured.around.left)


def ask(standing: Standing, stated: float, *, is_heard: bool = False) -> ForecastInput:
    """
    Put a foreseeable key result to the model.

    `stated` is the team's own chance (0-1), or what it is taken to be; it moves the numbers' where it `is_heard`.
    """
    subject, measured, goal = standing.subject, standing.measured, standing.goal
    key_result, span, shape = subject.key_result, subject.span, standing.spec.shape
    if shape is None:
        raise ValueError(f"{key_result.kind}: {standing.spec.why_unforeseen}")
    value = None if measured.value is None else float(measured.value)
    samples = tuple(float(sample) for _, sample in measured.samples)
    first = standing.goals.original
    prior = first.bound(None) if first.target is None else first.target
    windows = measured.around
    return ForecastInput(
        key_result_id=key_result.id,
        shape=shape,
        family=_family(standing),
        integer=_is_counted(standing),
        start=span.start,
        due=span.due,
        as_of=span.today,
        value=0.0 if value is None and shape is Shape.TOTAL else value,
        baseline=float(goal.baseline or 0),
        rule=rule_of(standing),
        prior_target=float(prior or 0),
        confidence=stated,
        history=measured.history,
        denominator=measured.denominator,
        every=(key_result.every or Every.WEEK) if shape is Shape.WINDOW else None,
        judge=(key_result.judge or Judge.LAST) if shape is Shape.WINDOW else None,
        windows=samples if windows else (),
        windows_before=tuple(map(float, windows.before)) if windows else (),
        open_window=None if windows is None or windows.open_value is None else float(windows.open_value),
        open_share=windows.share if windows else 0.0,
        windows_left=windows.left if windows else 0,
        judged=samples if goal.need is not None and not windows else (),
        day_share=span.today_share,
        can_fall=_can_fall(standing),
        is_stated=is_heard,
        holidays=_holidays(standing),
    )


def _holidays(standing: Standing) -> frozenset[date]:
    """Return the public holidays of all years that are known or asked about, and of one more for what-ifs."""
    country, span = standing.subject.definition.country, standing.subject.span
    if not country or standing.spec.shape not in HOLIDAYS_MATTER:
        return frozenset()
    first = span.today - timedelta(days=len(standing.measured.history))
    return public_holidays(country, first.year, span.due.year + 1)


def rule_of(standing: Standing) -> Rule:
    """Return what outcomes are held against."""
    goal = standing.goal
    return Rule(
        low=-np.inf if goal.low is None else float(goal.low),
        high=np.inf if goal.high is None else float(goal.high),
        share_needed=goal.need,
        ever=standing.subject.key_result.reached is Reached.EVER and not standing.is_judged_at_due,
    )


def within_reach(standing: Standing, forecast: Forecast) -> Forecast:
    """Let fan and outcomes go nowhere that the value cannot go; the chance is read from what is left."""
    least = _least_value(standing)
    outcomes, fan = forecast.outcomes, forecast.fan
    if outcomes is None or not outcomes.size or (outcomes[0] >= least and (fan is None or fan.min() >= least)):
        return forecast
    rule, kept = rule_of(standing), np.maximum(outcomes, least)
    probability = forecast.probability if rule.share_needed is not None else float(meets(kept, rule).mean())
    return replace(
        forecast, outcomes=kept, fan=None if fan is None else np.maximum(fan, least), probability=probability
    )


def _least_value(standing: Standing) -> float:
    """
    Return what the value cannot fall below.

    What is counted or paid is never negative, but where refunds count on the day they are made: then those of earlier
    sales may be more than what is sold. A total keeps what it has, but for what may still be refunded: at most all
    that was sold in the past `REFUNDED_WITHIN` days. Of a team's own metrics nothing is known.
    """
    subject, measured = standing.subject, standing.measured
    if subject.key_result.metric not in BUILT_IN:
        return -np.inf
    value = 0.0 if measured.value is None else float(measured.value)
    is_earlier_refunded = _can_fall(standing) and subject.counts_on_refund_day(subject.key_result.metric or "")
    refundable = value
    if subject.rules.is_sum and measured.value is not None:
        days = REFUNDED_WITHIN if is_earlier_refunded else min(REFUNDED_WITHIN, len(subject.span.days))
        refundable = float(np.nansum(np.maximum(measured.history[-days:], 0.0))) if _can_fall(standing) else 0.0
    elif is_earlier_refunded:
        return -np.inf
    return min(value, value - refundable if is_earlier_refunded else max(0.0, value - refundable))


def _is_final(standing: Standing) -> bool:
    """Whether what is reached stays reached: a sum that never falls, steps that people have done."""
    subject = standing.subject
    if subject.rules.origin is Origin.STEPS:
        return not probes_of(subject.key_result)
    return subject.rules.is_sum and not _can_fall(standing)


def _can_fall(standing: Standing) -> bool:
    metric = standing.subject.key_result.metric
    if metric in BUILT_IN:
        return metric in _REFUNDABLE
    return bool(np.any(standing.measured.history < 0))


def _family(standing: Standing) -> Family:
    subject = standing.subject
    if subject.metric is None:
        return Family.STOCK if standing.spec.shape is Shape.LEVEL else Family.SALES
    if subject.metric.nature in {Nature.LEVEL, Nature.PROBE}:
        return Family.STOCK
    return Family.VISITORS if subject.metric.id.startswith("web.") else Family.SALES


def _is_counted(standing: Standing) -> bool:
    """Whether values come in whole numbers."""
    measured = standing.measured
    if standing.subject.is_money or standing.subject.parts() is not None:
        return False
    known = measured.history[np.isfinite(measured.history)]
    if not known.size and measured.around is not None:  # only whole windows are known
        known = np.array([*measured.around.before, *(value for _, value in measured.samples)], dtype=np.float64)
    return bool(known.size) and bool(np.all(known == np.round(known)))
