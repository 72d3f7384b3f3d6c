"""
Results that depend on more than the last day: best, mean or share of windows, days in a band, reached once.

Whole courses of the coming time are drawn and judged as the finished period will be. A course is a row of normal
scores, one per stretch of time, each standard normal by itself, so that every stretch keeps exactly the distribution
it has alone. Courses never depend on the rule's bounds.
"""

import zlib
from collections.abc import Sequence

import numpy as np

from okr_config.models import Judge
from scorecard.arrays import Floats
from scorecard.forecasting.distribution import Distribution, normal_scores, sums_at
from scorecard.forecasting.horizon import Stretches
from scorecard.forecasting.rules import Rule, fewest_kept, goodness, meets
from scorecard.forecasting.types import ForecastInput

PATHS = 400


def judge_days(
    question: ForecastInput, distribution: Distribution, ahead: Stretches, seed: int
) -> tuple[Floats, Floats | None]:
    """
    Return what each course comes to, (courses,) ascending, judged at every coming day, and the bounds it keeps to.

    That is the share of days inside the band, or the value nearest to the goal, which has no such bounds. `ahead` has
    one stretch from now to each coming day's end, (1, k).
    """
    scores = _walk(ahead.days[0], _generator(question, seed))
    paths = (ahead.have + sums_at(distribution, scores)) / ahead.below
    if question.rule.share_needed is None:
        return np.sort(_nearest(paths, question.rule)), None
    return _kept(np.concatenate([_each_course(question.judged), paths], axis=1), question.rule)


def judge_windows(
    question: ForecastInput, distribution: Distribution, ahead: Stretches, seed: int
) -> tuple[Floats, Floats, Floats | None]:
    """
    Return what each course comes to, (courses,) ascending, the judged value as each window closes, and bounds.

    The judged values are (courses, k), the bounds as in `judge_days`. `ahead` has one stretch per window that is not
    closed yet, (1, k).
    """
    moving = (distribution.drift * distribution.median) ** 2
    shared = np.broadcast_to(moving / np.maximum(moving + distribution.chance, np.finfo(float).tiny), ahead.have.shape)[
        0
    ]
    paths = ahead.have + sums_at(distribution, _waves(shared, _generator(question, seed)))
    closed = _each_course(question.windows)
    every = np.concatenate([closed, paths], axis=1)
    if question.judge is Judge.BEST:
        judged = np.maximum.accumulate(every, axis=1)
    elif question.judge is Judge.MEAN:
        judged = np.cumsum(every, axis=1) / np.arange(1, every.shape[1] + 1)
    else:
        judged = every
    judged = judged[:, closed.shape[1] :]
    if question.rule.share_needed is not None:
        shares, bounds = _kept(every, question.rule)
        return shares, judged, bounds
    return np.sort(_nearest(judged, question.rule) if question.rule.ever else judged[:, -1]), judged, None


def _each_course(known: Sequence[float]) -> Floats:
    """Return what is known already, the same on every course."""
    values = np.asarray(known, dtype=np.float64)
    values = values[np.isfinite(values)]
    return np.broadcast_to(values, (PATHS, values.size))


def _kept(values: Floats, rule: Rule) -> tuple[Floats, Floats]:
    """
    Return the share of each course inside the band, and the bound that it just keeps to, both ascending.

    That bound is the value of which just enough others are no worse.
    """
    shares = np.sort(meets(values, rule).mean(axis=1))
    enough = fewest_kept(rule.share_needed or 0.0, values.shape[1])
    return shares, np.sort(np.sort(goodness(values, rule), axis=1)[:, -enough])


def _nearest(paths: Floats, rule: Rule) -> Floats:
    """Return each course's value nearest to the goal; a goal that was met stays met."""
    if rule.low > -np.inf:
        best: Floats = paths.max(axis=1)
        return np.maximum(best, rule.low) if rule.met_already else best
    least: Floats = paths.min(axis=1)
    return np.minimum(least, rule.high) if rule.met_already else least


def _walk(points: Floats, generator: np.random.Generator) -> Floats:
    """Return (courses, k) scores of a running sum at ascending `points`: Brownian bridges to evenly spread ends."""
    steps = generator.standard_normal((PATHS, points.size)) * np.sqrt(np.diff(points, prepend=0.0))
    path = np.cumsum(steps, axis=1)
    end = normal_scores(PATHS) * np.sqrt(points[-1])
    path += (end - path[:, -1])[:, None] * (points / points[-1])
    return np.asarray(path / np.sqrt(points))


def _waves(shared: Floats, generator: np.random.Generator) -> Floats:
    """Return (courses, k) scores of separate stretches; `shared` (k,) is the share of variance they have in common."""
    own = generator.standard_normal((PATHS, shared.size))
    return np.asarray(np.sqrt(shared) * normal_scores(PATHS)[:, None] + np.sqrt(1.0 - shared) * own)


def _generator(question: ForecastInput, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(question.key_result_id.encode())])
