"""
The chance of reaching a key result, from one distribution that the fan, the quantiles and the chance are read from.

    forecast_history   every shape becomes a flow against exposure: days, or a ratio's denominator
    forecast_memory    what each history shows of itself, the errors of its own past forecasts included
    forecast_rate      rate, noise and drift, the plan counting as some days of history
    forecast_calendar  how many usual days each coming day counts for: its weekday, and last year's season
    forecast_ahead     how much exposure comes until each day, or in each window
    forecast_spread    the closed-form distribution of each coming sum
    forecast_courses   whole courses, for results that depend on more than their last day
    forecast_plan      the plan's own distribution, where nothing has been observed
    pooling            the team's word beside the numbers', in the first days

Outcomes come from the history and the plan as first written, never from the rule's bounds, so that a higher target can
only have a lower chance. The constants, fitted to open series, are in `forecast_parameters`.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from okr_config.models import Judge
from scorecard.arrays import Floats
from scorecard.forecasting.distribution import Distribution, normal_scores, sums_at
from scorecard.forecasting.history import gather
from scorecard.forecasting.horizon import Stretches, look_ahead, look_at_end, look_at_windows
from scorecard.forecasting.parameters import PARAMETERS, Parameters
from scorecard.forecasting.paths import judge_days, judge_windows
from scorecard.forecasting.pooling import chance_as_written, is_heard, pool
from scorecard.forecasting.prior import outcomes_of_plan
from scorecard.forecasting.rate import RateEstimate, estimate_rate, spread_ahead
from scorecard.forecasting.recalibration import IDENTITY, Recalibration, good_side, scores_of
from scorecard.forecasting.rules import Rule, meets
from scorecard.forecasting.seasonality import count_days, expect_seasons, holidays_until
from scorecard.forecasting.smoothing import remember
from scorecard.forecasting.types import Forecast, ForecastInput, Shape

OUTCOMES = 1000
LITTLE = 7
"""Observed days below which the plan does most of the talking."""

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_FAN = np.array([NormalDist().inv_cdf(level) for level in _LEVELS])


def forecast(
    questions: Sequence[ForecastInput],
    *,
    seed: int = 0,
    recalibration: Recalibration = IDENTITY,
    parameters: Parameters = PARAMETERS,
) -> tuple[Forecast, ...]:
    """
    Answer every question, in order; equal questions and seeds give equal answers.

    The outcomes of results that keep to a band are final shares inside it, of the others values at the due date.

    Args:
        questions: any mix of shapes; histories may be empty, gappy, constant or huge.
        seed: of the courses drawn for results that depend on more than their last day.
        recalibration: what closed key results have taught; moves fan, outcomes and chance as one.
        parameters: the fitted constants; benchmarks put others in their place.
    """
    answers = _forecast(questions, [recalibration] * len(questions), recalibration, seed, parameters)
    pools = _pools(questions, answers, recalibration)
    if not pools:
        return tuple(one for one, _ in answers)
    heard = [questions[line] for line in pools]
    lines = [recalibration.after(pooled) for pooled in pools.values()]
    again = _forecast(heard, lines, recalibration, seed, parameters)
    together = {
        line: replace(one, alone=answers[line][0].probability) for line, (one, _) in zip(pools, again, strict=True)
    }
    return tuple(together.get(line, one) for line, (one, _) in enumerate(answers))


def _pools(
    questions: Sequence[ForecastInput], answers: Sequence[tuple[Forecast, float]], learnt: Recalibration
) -> dict[int, Recalibration]:
    """Return by its place what the team's word does to each question where it is heard."""
    return {
        line: pool(question, days, learnt.undo(chance_as_written(question, answer.outcomes)), learnt)
        for line, (question, (answer, days)) in enumerate(zip(questions, answers, strict=True))
        if answer.outcomes is not None and is_heard(question, days)
    }


def _forecast(
    questions: Sequence[ForecastInput],
    lines: Sequence[Recalibration],
    learnt: Recalibration,
    seed: int,
    parameters: Parameters,
) -> list[tuple[Forecast, float]]:
    """Answer every question by its own line, and tell how many days have been observed of it."""
    if not questions:
        return []
    histories = gather(questions)
    smoothed = remember(histories)
    estimate = estimate_rate(histories, smoothed, parameters)
    seasons = expect_seasons(questions, histories, smoothed, parameters)
    counted = count_days(questions, smoothed, seasons)
    ahead = look_ahead(questions, counted, histories.start)
    end = look_at_end(questions, counted, ahead)
    levels, scores = (scores_of(lines, questions, z)[:, None, :] for z in (_FAN, normal_scores(OUTCOMES)))
    fans = _values(_spread(estimate, ahead, parameters), ahead, levels)
    ends = _values(_spread(estimate, end, parameters), end, scores)[:, 0, :]
    answers = []
    for line, question in enumerate(questions):
        days = _days(question.as_of, max(question.as_of, question.due))
        one = slice(line, line + 1)
        fan: Floats | None = fans[line, : len(days)]
        outcomes: Floats | None = ends[line]
        bounds: Floats | None = None
        if not estimate.observed[line]:
            fan, outcomes = _from_plan(question, histories.start[line], len(days))
        elif question.shape is Shape.WINDOW:
            fan, outcomes, bounds = _from_windows(
                question,
                _only(estimate, one),
                counted[line],
                ends[line],
                len(days),
                seed=seed,
                recalibration=lines[line],
                parameters=parameters,
            )
        elif question.rule.share_needed is not None or question.rule.ever:
            wanted = (ahead.days[line] > 0.0) & (np.arange(ahead.days.shape[1]) < len(days))
            wanted[0] &= question.rule.share_needed is None  # today is among the observed days already
            wanted[: max(0, (question.start - question.as_of).days)] = False
            coming = ahead.pick(one, wanted)
            outcomes, bounds = _from_days(question, _only(estimate, one), coming, seed, parameters)
            outcomes = lines[line].distribution(question, outcomes)
        little = bool(estimate.observed[line] < LITTLE)
        answer = _answer(
            question,
            days,
            fan,
            outcomes,
            little=little,
            recalibration=learnt if estimate.observed[line] else IDENTITY,
        )
        kept = None if bounds is None else lines[line].distribution(question, bounds)
        season = float(seasons[line, 1 : max(2, len(days))].mean())
        answer = replace(answer, bounds=kept, season=season, holidays=holidays_until(question, question.due))
        answers.append((answer, float(estimate.observed[line] * histories.step[line])))
    return answers


def _spread(estimate: RateEstimate, ahead: Stretches, parameters: Parameters) -> Distribution:
    return spread_ahead(estimate, ahead.exposure, ahead.lag, ahead.days, parameters)


def _values(distribution: Distribution, ahead: Stretches, z: Floats) -> Floats:
    """Key-result values at normal scores, (n, k, z)."""
    signed = np.asarray(distribution.signed.all(axis=1))
    if signed.any() and not signed.all():  # half the work, for either half
        values = np.empty((*np.broadcast_shapes(distribution.median.shape, ahead.have.shape), z.shape[-1]))
        for rows in (signed, ~signed):
            some = Distribution(
                **{field.name: getattr(distribution, field.name)[rows] for field in fields(Distribution)}
            )
            scores = z[rows] if z.ndim > 1 and z.shape[0] == rows.size else z
            values[rows] = _values(some, ahead.pick(rows, slice(None)), scores)
        return values
    deep = Distribution(**{field.name: getattr(distribution, field.name)[..., None] for field in fields(Distribution)})
    return (ahead.have[..., None] + sums_at(deep, z)) / ahead.below[..., None]


def _from_plan(question: ForecastInput, start: float, days: int) -> tuple[Floats | None, Floats | None]:
    known = question.shape is Shape.LEVEL and question.value is not None
    outcomes = outcomes_of_plan(question, start if known else question.baseline, OUTCOMES)
    if not known or outcomes is None or question.rule.share_needed is not None:
        return None, outcomes
    passed = np.linspace(0.0, 1.0, days)[:, None] if days > 1 else np.zeros((1, 1))
    return start + passed * (np.quantile(outcomes, _LEVELS) - start), outcomes


def _from_days(
    question: ForecastInput, estimate: RateEstimate, coming: Stretches, seed: int, parameters: Parameters
) -> tuple[Floats, Floats | None]:
    if coming.days.size:
        return judge_days(question, _spread(estimate, coming, parameters), coming, seed)
    if question.rule.share_needed is not None:
        return _shares_kept(question.judged, question.rule), None
    value = question.value or 0.0
    bound = question.rule.low if question.rule.low > -np.inf else question.rule.high
    return np.full(OUTCOMES, bound if question.rule.met_already else value), None


def _shares_kept(judged: Sequence[float], rule: Rule) -> Floats:
    """Return the share that was kept, where nothing is left to come."""
    met = meets(np.asarray(judged, dtype=np.float64), rule)
    return np.full(OUTCOMES, met.mean() if met.size else 0.0)


def _from_windows(  # noqa: PLR0913 - what a window's outcome depends on
    question: ForecastInput,
    estimate: RateEstimate,
    counted: Floats,
    last: Floats,
    days: int,
    *,
    seed: int,
    recalibration: Recalibration,
    parameters: Parameters,
) -> tuple[Floats, Floats, Floats | None]:
    now = question.value if question.value is not None else question.open_window or 0.0
    if question.windows_left <= 0:
        if question.rule.share_needed is None:
            return np.full((days, 5), now), np.full(OUTCOMES, now), None
        return np.full((days, 5), now), _shares_kept(question.windows, question.rule), None
    ahead = look_at_windows(question, counted)
    outcomes, judged, bounds = judge_windows(question, _spread(estimate, ahead, parameters), ahead, seed)
    levels = [NormalDist().cdf(score) for score in scores_of([recalibration], [question], _FAN)[0]]
    outcomes = recalibration.distribution(question, outcomes)
    quantiles = np.concatenate([np.full((1, 5), now), np.quantile(judged, levels, axis=0).T])
    if question.judge in (None, Judge.LAST) and question.rule.share_needed is None and not question.rule.ever:
        outcomes = last  # one window decides, and its distribution is known exactly
        quantiles[-1] = np.quantile(last, _LEVELS)
    closed = np.searchsorted(np.ceil((ahead.lag + ahead.days)[0] - 1e-6), np.arange(days), side="right")
    closed[-1] = ahead.days.shape[1] if days > 1 else 0
    return quantiles[closed], outcomes, bounds


def _answer(  # noqa: PLR0913 - what an answer is made of
    question: ForecastInput,
    days: tuple[date, ...],
    fan: Floats | None,
    outcomes: Floats | None,
    *,
    little: bool,
    recalibration: Recalibration,
) -> Forecast:
    if outcomes is None:
        return Forecast(question.key_result_id, question.confidence, days, fan, None, little)
    if fan is not None and question.value is not None:
        fan = np.concatenate([np.full((1, fan.shape[1]), question.value), fan[1:]])
    needed = question.rule.share_needed
    rule = question.rule if needed is None else Rule(needed, np.inf)
    chance = float(meets(outcomes, rule).mean())
    raw = recalibration.undo(chance) if good_side(question) and not recalibration.is_identity else chance
    return Forecast(question.key_result_id, chance, days, fan, outcomes, little, raw)


def _only(estimate: RateEstimate, rows: slice) -> RateEstimate:
    return RateEstimate(**{field.name: getattr(estimate, field.name)[rows] for field in fields(RateEstimate)})


@lru_cache(maxsize=1024)
def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
