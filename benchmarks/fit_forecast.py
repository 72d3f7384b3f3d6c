"""
Fits the forecast's constants: `uv run python benchmarks/fit_forecast.py` writes scorecard/forecasting/parameters.py.

The loss of a chance is its log loss plus three times its Brier score. Origins count by their size to the power of
three quarters. Questions before any day of the period are asked once more without the plan, so that suggested targets
are fitted too, and all with a week of history without the plan at 0.7, 1 and 1.4 times what is needed, so that the
whole distribution is. Constants are fitted as logarithms by BFGS on finite differences, pulled a little to where they
start. The two of the season come after the others, from questions with more than a year of history.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from backtest import A_YEAR, Case, Series, cut, load

from scorecard.arrays import Floats
from scorecard.forecasting import parameters
from scorecard.forecasting.distribution import Distribution, score_of
from scorecard.forecasting.history import Histories, gather
from scorecard.forecasting.horizon import Stretches, look_ahead, look_at_end
from scorecard.forecasting.parameters import PARAMETERS, Parameters
from scorecard.forecasting.rate import estimate_rate, spread_ahead
from scorecard.forecasting.seasonality import count_days, expect_seasons
from scorecard.forecasting.smoothing import Smoothed, remember

_EACH = 12
_KEPT = 4
_PULL = 1e-3
_STEP = 1e-3
_SHORTEST = 1e-3
_CURVED = 1e-12
_DONE = 1e-6
_ALONE = 0.1
_WHOLE = 0.06
_TIMES = (0.7, 1.0, 1.4)
_A_WEEK = 7.0
_CROWD = -0.25


@dataclass(frozen=True)
class Sample:
    """Cases with everything that does not depend on a constant."""

    histories: Histories
    smoothed: Smoothed
    ahead: Stretches
    need: Floats
    came: Floats
    met: Floats
    weight: Floats
    planless: Floats


def cut_to_fit(series: Sequence[Series]) -> list[Case]:
    """Cut many key results and keep a quarter of the questions: fifteen about one key result say much the same."""
    # Four and fifteen have no common factor, so that every kind of question is kept equally often.
    return [case for case in cut(series, each=_EACH, seed="fit") if observed(case)][::_KEPT]


def observed(case: Case) -> bool:
    """Whether a flow, or an increment of a stock, was observed at all; else the stated confidence is the answer."""
    return bool(np.isfinite(case.question.history).sum() > (case.agg == "level"))


def sample(cases: Sequence[Case], parameters: Parameters = PARAMETERS) -> Sample:
    """Summarise cases once; of the constants, only the season's are looked at."""
    known = [case for case in cases if observed(case)]
    questions = [case.question for case in known]
    histories = gather(questions)
    smoothed = remember(histories)
    counted = count_days(questions, smoothed, expect_seasons(questions, histories, smoothed, parameters))
    ahead = look_at_end(questions, counted, look_ahead(questions, counted, histories.start))
    groups = [f"{case.origin} {case.agg}" for case in known]
    _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    return Sample(
        histories=histories,
        smoothed=smoothed,
        ahead=ahead,
        need=np.array([q.rule.low for q in questions])[:, None] - ahead.have,
        came=np.array([case.actual for case in known])[:, None] - ahead.have,
        met=np.array([case.met for case in known], dtype=np.float64),
        weight=size[group] ** _CROWD,
        planless=np.array([case.elapsed == 0.0 for case in known], dtype=np.float64),
    )


def chances(some: Sample, parameters: Parameters, *, plan: bool = True) -> Floats:
    """Return the chance of every case, in closed form instead of by its outcomes."""
    return reach(distribution_of(some, parameters, plan=plan), some.need)


def distribution_of(some: Sample, parameters: Parameters, *, plan: bool = True) -> Distribution:
    """Return the distribution of what is still to come."""
    estimate = estimate_rate(some.histories, some.smoothed, parameters, plan=plan)
    return spread_ahead(estimate, some.ahead.exposure, some.ahead.lag, some.ahead.days, parameters)


def reach(distribution: Distribution, need: Floats) -> Floats:
    """Return the chance that what comes is at least `need`, never quite 0 or 1."""
    return np.clip(normal_tail(score_of(distribution, need))[:, 0], 5e-4, 1.0 - 5e-4)


def normal_tail(z: Floats) -> Floats:
    """Return the chance that a standard normal exceeds z, to 1e-7 (Abramowitz and Stegun 7.1.26)."""
    x = np.abs(z) / np.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * x)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    half = 0.5 * tail * np.exp(-(x**2))
    return np.where(z > 0.0, half, 1.0 - half)


def loss(some: Sample, parameters: Parameters) -> float:
    """Return the weighted loss, with the plan and without it."""
    alone = distribution_of(some, parameters, plan=False)
    first = some.weight * some.planless
    total = _lost(chances(some, parameters), some.met, some.weight) / some.weight.sum()
    total += _ALONE * _lost(reach(alone, some.need), some.met, first) / first.sum()
    known = some.weight * (some.smoothed.observed >= _A_WEEK)
    for times in _TIMES:
        need = times * some.need
        total += _WHOLE * _lost(reach(alone, need), (some.came >= need)[:, 0].astype(np.float64), known) / known.sum()
    return total


def _lost(chance: Floats, met: Floats, weight: Floats) -> float:
    log = -np.log(np.where(met > 0.0, chance, 1.0 - chance))
    return float((weight * (log + 3.0 * (chance - met) ** 2)).sum())


def fit(some: Sample, start: Parameters = PARAMETERS, rounds: int = 20) -> Parameters:
    """Return the constants of least loss."""
    origin = np.log(np.array(astuple(start)))

    def aim(x: Floats) -> float:
        return loss(some, Parameters(*np.exp(x))) + _PULL * float(((x - origin) ** 2).sum())

    return Parameters(*(float(value) for value in np.exp(minimise(aim, origin, rounds))))


def fit_season(cases: Sequence[Case], parameters: Parameters, rounds: int = 6) -> Parameters:
    """Return the constants with those of the season fitted to questions that know last year."""

    def with_season(x: Floats) -> Parameters:
        season, distribution = (float(value) for value in np.exp(x))
        return replace(parameters, season=season, season_spread=distribution)

    def aim(x: Floats) -> float:
        some = sample(cases, with_season(x))
        return _lost(chances(some, parameters), some.met, some.weight) / float(some.weight.sum())

    start = np.log(np.array([parameters.season, parameters.season_spread]))
    return with_season(minimise(aim, start, rounds))


def minimise(aim: Callable[[Floats], float], x: Floats, rounds: int) -> Floats:
    """Minimise by BFGS with finite differences and halved steps."""

    def slope(at: Floats, value: float) -> Floats:
        return np.array([(aim(at + _STEP * unit) - value) / _STEP for unit in np.eye(at.size)])

    value, inverse = aim(x), np.eye(x.size)
    gradient = slope(x, value)
    for _ in range(rounds):
        step = -inverse @ gradient
        step *= min(1.0, 0.7 / max(float(np.abs(step).max()), 1e-12))
        size = 1.0
        while size > _SHORTEST and not aim(x + size * step) < value:
            size /= 2.0
        if size <= _SHORTEST:
            if np.array_equal(inverse, np.eye(x.size)):
                break
            inverse = np.eye(x.size)
            continue
        moved = size * step
        x = x + moved
        before, value = value, aim(x)
        newer = slope(x, value)
        change = newer - gradient
        gradient = newer
        along = float(moved @ change)
        if along > _CURVED:
            left = np.eye(x.size) - np.outer(moved, change) / along
            inverse = left @ inverse @ left.T + np.outer(moved, moved) / along
        if before - value < _DONE:
            break
    return x


def write(parameters: Parameters, path: Path) -> None:
    """Put the constants into the module they live in."""
    lines = "".join(f"    {field.name}={getattr(parameters, field.name):.4g},\n" for field in fields(parameters))
    text = re.sub(
        r"PARAMETERS = Parameters\(\n.*?\n\)", f"PARAMETERS = Parameters(\n{lines})", path.read_text(), flags=re.DOTALL
    )
    path.write_text(text)


if __name__ == "__main__":
    everything = sample(cut_to_fit(load()))
    print(f"{everything.met.size} questions, loss {loss(everything, PARAMETERS):.4f} before")
    fitted = fit(everything)
    print(f"loss {loss(everything, fitted):.4f} after")
    year = [case for case in cut(load(), each=_EACH, seed="season", history=A_YEAR) if observed(case)]
    write(fit_season(year, fitted), Path(parameters.__file__))
