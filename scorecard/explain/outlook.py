"""
What it takes and what there is, in one sentence.

"Needs 0.7 a day for the next 34 days; lately 0.4 a day. Chance 2 in 10." What a result needs is spread evenly over the
days left, today's counted while half of it remains. What it has is the average of the last 14 observed days, or of the
last four closed windows.
"""

from decimal import Decimal

import numpy as np

from okr_config.models import Every, Judge
from scorecard.forecasting.rules import fewest_kept
from scorecard.forecasting.types import Forecast, Shape
from scorecard.goal import Goal
from scorecard.i18n.formats import Unit, day_short
from scorecard.i18n.language import Language
from scorecard.i18n.messages import count, say
from scorecard.pace import Pace, pace_to
from scorecard.progress import Standing

_WINDOWS = 4
_SEASON = 0.05
"""A season that changes what is expected by less is not worth a sentence."""
_SMALLEST = 0.3
"""An amount a day below this is told by the week, and by the month if that is below it too."""
_PERIODS = ((Every.DAY, 1), (Every.WEEK, 7), (Every.MONTH, 30))
_WHOLE_FROM = 10
_RARE, _EVEN, _SURE = 0.05, 0.5, 0.95


def outlook(standing: Standing, probability: float | None, forecast: Forecast, *, middle: float | None = None) -> str:
    """
    Say what it takes, what there is, and how likely that makes it; nothing where that cannot be said so.

    `middle` is the value foreseen in the middle of all outcomes: it is told where the present pace points elsewhere.
    That last year counts, or public holidays do, or that little else than the plan does, is told after it.
    """
    goal = standing.goal
    bound = goal.target if goal.target is not None else goal.high
    if probability is None or standing.measured.value is None:
        return ""
    if goal.need is not None:
        said = to_keep(standing, goal, probability)
    else:
        said = "" if bound is None else for_target(standing, bound, probability, middle=middle)
    if not said:
        return ""
    language = standing.subject.definition.language
    if abs(forecast.season - 1.0) >= _SEASON:
        said += f" {say(language, 'outlook.season.more' if forecast.season > 1.0 else 'outlook.season.less')}"
    if days := forecast.holidays:
        key = "outlook.holidays.one" if len(days) == 1 else "outlook.holidays.many"
        said += f" {say(language, key, number=len(days), first=day_short(language, days[0]))}"
    if forecast.alone is not None:
        return f"{said} {_pooled(standing, probability, forecast.alone)}"
    return f"{said} {say(language, 'outlook.little', span=_seen(standing))}" if forecast.little_data else said


def _pooled(standing: Standing, probability: float, alone: float) -> str:
    """Say what the numbers give by themselves, and which way the team's word moves it."""
    language = standing.subject.definition.language
    tenths = in_tenths(language, alone)
    if tenths == in_tenths(language, probability):
        return say(language, "outlook.pooled.same", span=_seen(standing))
    key = "outlook.pooled.less" if probability < alone else "outlook.pooled.more"
    return say(language, key, span=_seen(standing), tenths=tenths)


def _seen(standing: Standing) -> str:
    """Say how many days of numbers there are, or windows where only those can be told."""
    measured, language = standing.measured, standing.subject.definition.language
    every = Every.DAY if measured.around is None else standing.subject.key_result.every or Every.WEEK
    windows = 0 if measured.around is None else len(measured.around.before) + len(measured.samples)
    seen = measured.observed if measured.around is None else windows
    return count(language, f"count.{every}", seen)


def to_keep(standing: Standing, goal: Goal, probability: float) -> str:
    """Say in how many windows or days left a band must still be kept; nothing where so many are not left."""
    subject, samples = standing.subject, [sample for _, sample in standing.measured.samples]
    language, around = subject.definition.language, standing.measured.around
    every = Every.DAY if around is None else subject.key_result.every or Every.WEEK
    left = subject.span.days_left if around is None else around.left
    more = fewest_kept(goal.need or 0.0, len(samples) + left) - sum(goal.is_met(sample) for sample in samples)
    if more <= 0:
        return say(language, "outlook.keep.there")
    if more > left:
        return ""
    return say(
        language,
        "outlook.keep.day" if every is Every.DAY else "outlook.keep.window",
        bounds=bounds_in_words(goal, Unit(language, subject.metric_unit)),
        more=more,
        left=count(language, f"count.{every}", left),
        tenths=in_tenths(language, probability),
    )


def for_target(standing: Standing, target: Decimal, probability: float, *, middle: float | None = None) -> str:
    """Say the same of any target of a key result, its chance given; nothing where it takes nothing more."""
    if standing.spec.shape is Shape.WINDOW:
        return _window(standing, target, probability, middle)
    pace = pace_to(standing, target)
    if pace is None:
        return ""
    # what is foreseen by then, less what is there: the target less the way to it
    foreseen = None if middle is None else (middle - (float(target) - pace.need)) / pace.days
    return _flow(standing, pace, probability, foreseen)


def bounds_in_words(goal: Goal, unit: Unit, value: Decimal | None = None) -> str:
    """Write what lies within the bounds of a goal: at least, at most, or between; told apart from the value."""
    low, high = unit.short(goal.low, value), unit.short(goal.high, value)
    if goal.low is not None and goal.high is not None:
        return say(unit.language, "bounds.both", low=low, high=high)
    if goal.high is None:
        return say(unit.language, "bounds.low", low=low)
    return say(unit.language, "bounds.high", high=high)


def in_tenths(language: Language, probability: float) -> str:
    """Write a chance as so many of ten; the ends stay open, since nothing is decided."""
    if probability < _RARE:
        return say(language, "tenths.rare")
    if probability > _SURE:
        return say(language, "tenths.sure")
    return say(language, "tenths", n=min(max(round(10 * probability), 1), 9))


def _flow(standing: Standing, pace: Pace, probability: float, foreseen: float | None) -> str:
    if not np.isfinite(pace.have):
        return ""
    subject = standing.subject
    language, unit = subject.definition.language, Unit(subject.definition.language, subject.metric_unit)
    rising, capped = pace.need > 0, standing.goal.low is None and standing.goal.target is None
    if rising == (standing.goal.is_falling and not capped):
        return ""  # there already, and only has to stay
    side = 1 if rising else -1
    every, days = _period(pace.wanted)
    if days > pace.days:
        every, days = Every.DAY, 1
    change = "" if subject.rules.is_sum else ".more"

    def a_period(a_day: float) -> str | None:
        sign = change if a_day >= 0 else ".less" if change else change
        return _each(language, unit, abs(a_day) * days if change else a_day * days, every, sign)

    need = _each(language, unit, side * pace.wanted * days, every, change if rising else ".less")
    have = a_period(pace.have)
    if need is None or have is None:
        return ""
    if foreseen is not None and _points_elsewhere(
        pace.have - pace.wanted, probability, up=not standing.goal.is_falling
    ):
        expected = a_period(foreseen)
        have = say(language, "outlook.but", have=have, expected=expected) if expected not in {None, have} else have
    tenths = in_tenths(language, probability)
    key = "outlook.room" if capped else "outlook.need"
    if pace.days == 1 and subject.span.days_left == 0:
        alone = unit.rate(side * pace.need)
        return "" if alone is None else say(language, f"{key}.today", need=alone, have=have, tenths=tenths)
    return count(language, key, pace.days, need=need, have=have, tenths=tenths)


def _points_elsewhere(ahead: float, probability: float, *, up: bool) -> bool:
    """Whether the present pace, so far ahead of the needed one, promises what the chance does not, or the reverse."""
    return (ahead >= 0) == up if probability < _EVEN else (ahead >= 0) != up


def _window(standing: Standing, target: Decimal, probability: float, middle: float | None) -> str:
    subject, around = standing.subject, standing.measured.around
    judge = subject.key_result.judge or Judge.LAST
    if around is None or not around.left or judge is Judge.SHARE:
        return ""
    inside = [value for _, value in standing.measured.samples]
    closed = [*around.before, *inside][-_WINDOWS:]
    if not closed:
        return ""
    language, unit = subject.definition.language, Unit(subject.definition.language, subject.metric_unit)
    if judge is Judge.MEAN:
        target = (target * (len(inside) + around.left) - sum(inside, Decimal(0))) / around.left
    every = subject.key_result.every or Every.WEEK
    mean = sum(closed, Decimal(0)) / len(closed)
    need = say(language, f"per.{every}", n=unit.short(target) if judge is not Judge.MEAN else _worth(unit, target))
    have = say(language, f"per.{every}", n=_worth(unit, mean))
    is_last = judge is Judge.LAST and middle is not None
    if is_last and _points_elsewhere(float(mean - target), probability, up=not standing.goal.is_falling):
        expected = say(language, f"per.{every}", n=_worth(unit, Decimal(repr(middle))))
        have = say(language, "outlook.but", have=have, expected=expected) if expected != have else have
    tenths = in_tenths(language, probability)
    left = count(language, f"count.{every}", around.left)
    return say(language, f"outlook.window.{judge}", need=need, have=have, tenths=tenths, left=left)


def _worth(unit: Unit, value: Decimal) -> str:
    """Write what was reckoned and not counted: from ten on no reader wants its decimals."""
    return unit.short(value if unit.is_share or abs(value) < _WHOLE_FROM else value.quantize(Decimal(1)))


def _period(a_day: float) -> tuple[Every, int]:
    """Choose the shortest period in which there is something to count."""
    return next((period for period in _PERIODS if abs(a_day) * period[1] >= _SMALLEST), _PERIODS[-1])


def _each(language: Language, unit: Unit, amount: float, every: Every, change: str) -> str | None:
    """Write an amount a day, week or month; None for units that have no such amounts."""
    written = "0" if round(amount, 1) == 0 and not unit.is_share else unit.rate(amount)
    return None if written is None else say(language, f"per.{every}{change}", n=written)
