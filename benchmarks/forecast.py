"""
How good the forecast's chances are: `uv run python benchmarks/forecast.py [--leave-out]`.

Prints Brier score, log loss and expected calibration error (ECE) of every baseline and of the product on questions cut
from the series in `benchmarks/data`, then by kind, elapsed share, history and origin, reliability, how often
suggested targets were met, and the time 1,000 key results take. `--leave-out` divides the origins into eight parts,
fits the constants anew without each part in turn (a quarter of an hour) and scores its origins with them: their
chances, and their suggested targets. The baselines' recalibration is then fitted without each origin too.

Questions about one series stand and fall together, so a small origin's ECE is large by chance alone. The column
"by chance" is what a perfect forecast would show: outcomes are drawn from the chances themselves, one draw for all
questions about the same key result, and the mean ECE of 200 such draws is taken.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from backtest import A_YEAR, Case, cut, load
from backtest_baselines import baselines
from fit_forecast import chances, cut_to_fit, fit, observed, sample
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting.model import forecast
from scorecard.forecasting.parameters import PARAMETERS, Parameters
from scorecard.forecasting.targets import suggest_targets, without_plan
from scorecard.forecasting.types import ForecastInput

_OURS = "okr"
_SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
_DRAWS = 200
_PARTS = 8


@dataclass(frozen=True)
class Known:
    """(n,) arrays: what happened, each method's chances, and the number of each question's key result."""

    met: Floats
    answers: dict[str, Floats]
    result: NDArray[np.int64]


def main(arguments: Sequence[str]) -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--leave-out", action="store_true")
    parser.add_argument("--each", type=int, default=4, help="key results per series")
    options = parser.parse_args(arguments)
    cases = [case for case in cut(load(), each=options.each, seed="score") if observed(case)]
    met = np.array([case.met for case in cases], dtype=np.float64)
    some = sample(cases)
    answers = baselines(cases, some)
    answers[_OURS] = np.array([answer.probability for answer in forecast([case.question for case in cases])])
    print(f"{len(cases)} questions with at least one observed day, {met.mean():.3f} met\n")
    print(f"{'method':24}  Brier    log    ECE")
    for name, chance in answers.items():
        print(f"{name:24} {score(chance, met)}")
    for title, key in _CUTS.items():
        print(f"\n{title:24}      n  Brier    log    ECE   best baseline's Brier")
        for value in sorted({key(case) for case in cases}):
            here = np.array([key(case) == value for case in cases])
            best = min(float(np.mean((answers[name] - met)[here] ** 2)) for name in answers if name != _OURS)
            print(f"{value:24} {here.sum():6} {score(answers[_OURS][here], met[here])}   {best:.4f}")
    _print_reliability(answers[_OURS], met)
    _print_season(options.each)
    asked = [case for case in cut(load(), each=options.each, seed="suggest") if case.elapsed == 0.0 and case.history]
    _print_suggestions(asked, _targets([case.question for case in asked]))
    _print_speed(cases)
    if options.leave_out:
        _print_left_out(cases, met, baselines(cases, some, by_origin=True))


_CUTS: dict[str, Callable[[Case], str]] = {
    "kind": lambda case: case.kind,
    "question": lambda case: case.agg,
    "elapsed": lambda case: f"{case.elapsed:.0%}".rjust(4),
    "history before": lambda case: f"{case.history:3} days",
    "origin": lambda case: case.origin,
}


_SUGGESTED: tuple[Callable[[Case], str], ...] = (
    lambda _: "all",
    lambda case: str(case.question.family),
    lambda case: f"{case.question.family}, {case.history} days",
)


def score(chance: Floats, met: Floats) -> str:
    """Return Brier score, log loss (chances within 0.01 .. 0.99) and ECE over ten bins as text."""
    inner = np.clip(chance, 0.01, 0.99)
    log = -np.mean(np.where(met > 0.0, np.log(inner), np.log(1.0 - inner)))
    return f"{np.mean((chance - met) ** 2):.4f} {log:.4f} {calibration_error(chance, met):.4f}"


def calibration_error(chance: Floats, met: Floats) -> float:
    """Return the mean distance between what was said and what happened, over ten bins."""
    place = np.minimum((chance * 10).astype(np.int64), 9)
    return float(sum(abs((chance - met)[place == each].sum()) for each in range(10)) / met.size)


def _print_season(each: int) -> None:
    """Score questions that know last year, and the same without believing it."""
    cases = [case for case in cut(load(), each=each, seed="year", history=A_YEAR) if observed(case)]
    known = sample(cases)
    with_season = chances(known, PARAMETERS)
    without = chances(sample(cases, replace(PARAMETERS, season=0.0)), PARAMETERS)
    origins = np.array([case.origin for case in cases])
    print(f"\n{'last year known':24}      n  Brier    log    ECE   Brier if it is not believed")
    for name in (*np.unique(origins), "all"):
        here = (origins == name) | (name == "all")
        plain = float(np.mean((without - known.met)[here] ** 2))
        print(f"{name:24} {here.sum():6} {score(with_season[here], known.met[here])}   {plain:.4f}")


def _print_reliability(chance: Floats, met: Floats) -> None:
    print("\nsaid            n  mean   met")
    place = np.minimum((chance * 10).astype(np.int64), 9)
    for each in range(10):
        here = place == each
        if here.any():
            said, happened = chance[here].mean(), met[here].mean()
            print(f"{each / 10:.1f} - {each / 10 + 0.1:.1f} {here.sum():7}  {said:.3f} {happened:.3f}")


def expected_error(chance: Floats, result: NDArray[np.int64]) -> float:
    """Return the ECE that chances which are right would show; `result` numbers the key result of each question."""
    draw = np.random.default_rng(0)
    luck = draw.random((_DRAWS, int(result.max()) + 1))
    return float(np.mean([calibration_error(chance, (one[result] < chance).astype(np.float64)) for one in luck]))


def _targets(questions: Sequence[ForecastInput], parameters: Parameters = PARAMETERS) -> Floats:
    """Return (n, shares) targets as the product suggests them, rounded; NaN where it has none."""
    alone = [without_plan(question) for question in questions]
    answers = forecast(alone, parameters=parameters)
    found = [suggest_targets(*pair, _SHARES) for pair in zip(alone, answers, strict=True)]
    values = [{target.level: float(target.value) for target in one or ()} for one in found]
    return np.array([[one.get(share, np.nan) for share in _SHARES] for one in values])


def _print_suggestions(cases: Sequence[Case], targets: Floats) -> None:
    actual = np.array([case.actual for case in cases])[:, None]
    hit = np.where(np.isnan(targets), np.nan, actual >= targets)
    print(f"\n{'suggested target for':24}      n  " + "  ".join(f"{share:4.0%}" for share in _SHARES))
    for key in _SUGGESTED:
        label = np.array([key(case) for case in cases])
        for name in np.unique(label):
            here = label == name
            print(f"{name:24} {here.sum():6}  " + "  ".join(f"{share:.2f}" for share in np.nanmean(hit[here], axis=0)))


def _print_speed(cases: Sequence[Case]) -> None:
    questions = [case.question for case in cases[:: max(1, len(cases) // 1000)]][:1000]
    for name, ask in (("forecasts", forecast), ("suggestions", _targets)):
        times = []
        for _ in range(5):
            begun = perf_counter()
            ask(questions)
            times.append(perf_counter() - begun)
        print(f"{'' if name == 'suggestions' else chr(10)}{len(questions)} {name}: {min(times):.2f} s at best of five")


def _print_left_out(cases: Sequence[Case], met: Floats, answers: dict[str, Floats]) -> None:
    """Score each origin with constants that were fitted without it, and without the others of its part."""
    print(f"\n{'origin left out':24}      n  Brier    log    ECE   by chance  best baseline's Brier")
    origins = np.array([case.origin for case in cases])
    _, result = np.unique([f"{case.series} {case.question.start}" for case in cases], return_inverse=True)
    known = Known(met, answers, result)
    training = cut_to_fit(load())
    asked = [case for case in cut(load(), each=6, seed="suggest") if case.elapsed == 0.0 and case.history]
    unseen, targets = np.empty(met.size), np.empty((len(asked), len(_SHARES)))
    start = fit(sample(training), rounds=10)
    for part in _parts(origins):
        constants = fit(sample([case for case in training if case.origin not in part]), start=start, rounds=15)
        for origin in part:
            here = np.flatnonzero(origins == origin)
            unseen[here] = chances(sample([cases[place] for place in here]), constants)
            _print_unseen(origin, here, unseen, known)
            there = np.flatnonzero([case.origin == origin for case in asked])
            targets[there] = _targets([asked[place].question for place in there], constants)
    _print_unseen("all", np.arange(met.size), unseen, known)
    _print_reliability(unseen, met)
    _print_suggestions(asked, targets)


def _parts(origins: NDArray[np.str_]) -> list[list[str]]:
    """Divide origins into parts of about as many questions, the largest first."""
    names, counts = np.unique(origins, return_counts=True)
    parts: list[list[str]] = [[] for _ in range(_PARTS)]
    sizes = np.zeros(_PARTS)
    for place in np.argsort(-counts, kind="stable"):
        smallest = int(np.argmin(sizes))
        parts[smallest].append(str(names[place]))
        sizes[smallest] += counts[place]
    return parts


def _print_unseen(name: str, here: NDArray[np.int64], unseen: Floats, seen: Known) -> None:
    answers, met, result = seen.answers, seen.met, seen.result
    best = min(float(np.mean((answers[each] - met)[here] ** 2)) for each in answers if each != _OURS)
    expected = expected_error(unseen[here], result[here])
    print(f"{name:24} {here.size:6} {score(unseen[here], met[here])}  {expected:.4f}     {best:.4f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
