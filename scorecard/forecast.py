"""
The chance of reaching a key result, from one distribution that the fan, the quantiles and the chance are read from.

    1  forecast_history   every shape becomes a flow against exposure (days, or a ratio's denominator)
    2  forecast_rate      rate, chance variance and drift, the plan counting as a few days of history
    3  forecast_ahead     how much exposure comes until each day or in each window
    4  forecast_spread    the closed-form distribution of each coming sum
    5  forecast_paths     whole courses, where the result depends on more than its last day

Outcomes come from the history and the plan as first written, never from the rule's bounds, so a higher target can only
have a lower chance. Where nothing has been observed the distribution is the plan's own, centred so that the stated
confidence is its chance.
"""

import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from okr_config.models import Judge
from scorecard.forecast_ahead import Stretches, look_ahead, look_at_end, look_at_windows
from scorecard.forecast_history import gather
from scorecard.forecast_paths import walk, waves
from scorecard.forecast_memory import remember
from scorecard.forecast_rate import Belief, believe, spread_ahead
from scorecard.forecast_spread import Spread, normal_scores, sums_at
from scorecard.question import Floats, Forecast, Question, Rule, Shape

OUTCOMES = 1000
COURSES = 400
LITTLE = 7
"""Observed days below which the plan does most of the talking."""

_FAN = np.array([NormalDist().inv_cdf(level) for level in (0.05, 0.25, 0.5, 0.75, 0.95)])
_PLAN_SPREAD = 0.6
_SLACK = 1e-9


def forecast(questions: Sequence[Question], *, seed: int = 0) -> tuple[Forecast, ...]:
    """
    Answer every question, in order; equal questions and seeds give equal answers.

    Args:
        questions: any mix of shapes; histories may be empty, gappy, constant or huge.
        seed: of the courses drawn for results that depend on more than their last day.
    """
    if not questions:
        return ()
    histories = gather(questions)
    memory = remember(histories)
    belief = believe(histories, memory)
    ahead = look_ahead(questions, memory.weekdays, histories.start)
    fans = _values(spread_of(belief, ahead), ahead, _FAN)
    last = look_at_end(questions, memory.weekdays, ahead)
    ends = _values(spread_of(belief, last), last, normal_scores(OUTCOMES))[:, 0, :]
    answers = []
    for line, question in enumerate(questions):
        days = _days(question.as_of, max(question.as_of, question.due))
        if not belief.observed[line]:
            fan, outcomes = _from_plan(question, len(days))
        elif question.shape is Shape.WINDOW:
            fan, outcomes = _windows(question, _row(belief, line), ends[line], seed)
        elif question.rule.share_needed is not None or question.rule.ever:
            outcomes = _course(question, _row(belief, line), ahead.pick(slice(line, line + 1), slice(len(days))), seed)
            fan = fans[line, : len(days)]
        else:
            fan, outcomes = fans[line, : len(days)], ends[line]
        answers.append(_answer(question, days, fan, outcomes, little=bool(belief.observed[line] < LITTLE)))
    return tuple(answers)


def suggest(questions: Sequence[Question], levels: Sequence[float] = (0.1, 0.3, 0.5, 0.7, 0.9)) -> Floats:
    """
    Return (n, levels) targets that have these chances, from the history alone; NaN where there is none.

    A higher chance is a lower target, except where the rule only bounds from above.
    """
    histories = gather(questions)
    memory = remember(histories)
    belief = believe(histories, memory, plan=False)
    last = look_at_end(questions, memory.weekdays, look_ahead(questions, memory.weekdays, histories.start))
    spread = spread_of(belief, last)
    capped = np.array([q.rule.low == -np.inf and q.rule.high < np.inf for q in questions])[:, None]
    z = np.array([NormalDist().inv_cdf(1.0 - level) for level in levels])
    real = replace(spread, integer=np.zeros_like(spread.integer))
    targets = np.where(
        capped, _values(real, last, -z)[:, 0, :], _values(real, last, z)[:, 0, :]
    )
    # A count reaches k when the real sum passes k - 1/2: the whole number nearest to that has the nearest chance.
    targets = np.where(histories.integer[:, None], np.round(targets + np.where(capped, -0.5, 0.5)), targets)
    return np.where((belief.observed > 0)[:, None], targets, np.nan)


def spread_of(belief: Belief, ahead: Stretches) -> Spread:
    """Return the distribution of the flow in every stretch, (n, k)."""
    return spread_ahead(belief, ahead.exposure, ahead.lag, ahead.days)


def _values(spread: Spread, ahead: Stretches, z: Floats) -> Floats:
    """Key-result values at normal scores, (n, k, z)."""
    deep = Spread(**{field.name: getattr(spread, field.name)[..., None] for field in fields(Spread)})
    return (ahead.have[..., None] + sums_at(deep, z)) / ahead.below[..., None]


def _windows(question: Question, belief: Belief, last: Floats, seed: int) -> tuple[Floats | None, Floats | None]:
    ahead = look_at_windows(question, belief.weekdays[0])
    count = ahead.exposure.shape[1]
    closed = np.asarray(question.windows, dtype=np.float64)
    closed = closed[np.isfinite(closed)]
    now = question.value if question.value is not None else question.open_window or 0.0
    days = (question.due - question.as_of).days + 1
    if not count:
        met = _share(closed, question.rule)
        value = now if question.rule.share_needed is None else float(met.mean()) if met.size else 0.0
        return np.full((max(days, 1), 5), now), np.full(OUTCOMES, value)
    spread = spread_of(belief, ahead)
    moving = (spread.drift * spread.median) ** 2
    scores = waves(COURSES, (moving / np.maximum(moving + spread.chance, 1e-300))[0], _generator(question, seed))
    courses = ahead.have + sums_at(spread, scores)
    past = np.broadcast_to(closed, (COURSES, closed.size))
    every = np.concatenate([past, courses], axis=1)
    if question.judge is Judge.BEST:
        judged = np.maximum.accumulate(every, axis=1)[:, closed.size :]
    elif question.judge is Judge.MEAN:
        judged = (np.cumsum(every, axis=1) / np.arange(1, every.shape[1] + 1))[:, closed.size :]
    else:
        judged = courses
    closes = np.ceil((ahead.lag + ahead.days)[0] - 1e-6)
    fan = _step_fan(now, judged, closes, max(days, 1))
    if question.rule.share_needed is not None:
        return fan, np.sort(_share(every, question.rule).mean(axis=1))
    if question.rule.ever:
        return fan, np.sort(_extreme(judged, question.rule))
    if judged is courses:
        fan[-1] = np.interp((0.05, 0.25, 0.5, 0.75, 0.95), (np.arange(last.size) + 0.5) / last.size, last)
        return fan, last
    return fan, np.sort(judged[:, -1])


def _step_fan(now: float, judged: Floats, closes: Floats, days: int) -> Floats:
    """Quantiles of the judged value on each day: that of the newest window closed by then."""
    quantiles = np.quantile(judged, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0).T
    closed = np.searchsorted(closes, np.arange(days), side="right")
    closed[-1] = judged.shape[1] if days > 1 else 0
    return np.concatenate([np.full((1, 5), now), quantiles])[closed]


def _course(question: Question, belief: Belief, ahead: Stretches, seed: int) -> Floats:
    """Judge whole courses day by day: the share of days inside the band, or the best day's value."""
    coming = ahead.days[0] > 0
    if not coming.any():
        now = np.full((1, 1), question.value or 0.0)
        return _judge_days(question, now if question.rule.share_needed is None else now[:, :0])
    points = ahead.days[0][coming]
    ahead = ahead.pick(slice(None), coming)
    spread = spread_of(belief, ahead)
    courses = (ahead.have + sums_at(spread, walk(COURSES, points, _generator(question, seed)))) / ahead.below
    return _judge_days(question, courses)


def _judge_days(question: Question, courses: Floats) -> Floats:
    if question.rule.share_needed is not None:
        days = question.observed + courses.shape[1]
        return np.sort((question.in_band + _share(courses, question.rule).sum(axis=1)) / max(days, 1))
    return np.sort(_extreme(courses, question.rule))


def _share(values: Floats, rule: Rule) -> Floats:
    return ((values >= rule.low - _SLACK) & (values <= rule.high + _SLACK)).astype(np.float64)


def _extreme(courses: Floats, rule: Rule) -> Floats:
    """Return the value nearest to the goal on each course; a goal met already stays met."""
    if rule.low > -np.inf:
        best = courses.max(axis=1)
        return np.maximum(best, rule.low) if rule.met_already else best
    best = courses.min(axis=1)
    return np.minimum(best, rule.high) if rule.met_already else best


def _from_plan(question: Question, days: int) -> tuple[Floats | None, Floats | None]:
    """Return the plan's own distribution: the stated confidence is the chance of the target as first written."""
    if question.rule.share_needed is not None:
        return None, (normal_scores(OUTCOMES) >= NormalDist().inv_cdf(_inside(1.0 - question.confidence))).astype(float)
    known = question.shape is Shape.LEVEL and question.value is not None
    start = question.value if known and question.value is not None else question.baseline
    way = question.prior_target - start
    if not np.isfinite(way) or way == 0.0:
        return None, None
    falling = question.rule.low == -np.inf
    sure = NormalDist().inv_cdf(_inside(question.confidence)) * (-1.0 if falling == (way > 0.0) else 1.0)
    outcomes = np.sort(start + way * np.exp(_PLAN_SPREAD * (normal_scores(OUTCOMES) + sure)))
    if not known:
        return None, outcomes
    passed = np.linspace(0.0, 1.0, days)[:, None] if days > 1 else np.zeros((1, 1))
    return start + passed * (np.quantile(outcomes, (0.05, 0.25, 0.5, 0.75, 0.95)) - start), outcomes


def _inside(share: float) -> float:
    return min(max(share, 0.5 / OUTCOMES), 1.0 - 0.5 / OUTCOMES)


def _answer(question: Question, days: tuple[date, ...], fan: Floats | None, outcomes: Floats | None, *, little: bool) -> Forecast:
    if outcomes is None:
        return Forecast(question.key_result_id, question.confidence, days, fan, None, little)
    if fan is not None:
        fan = fan.copy()
        fan[0] = fan[0] if question.value is None else question.value
    rule = question.rule if question.rule.share_needed is None else Rule(question.rule.share_needed, np.inf)
    return Forecast(question.key_result_id, float(_share(outcomes, rule).mean()), days, fan, outcomes, little)


def _row(belief: Belief, line: int) -> Belief:
    return Belief(**{field.name: getattr(belief, field.name)[line : line + 1] for field in fields(Belief)})


def _generator(question: Question, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(question.key_result_id.encode())])


@lru_cache(maxsize=1024)
def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
