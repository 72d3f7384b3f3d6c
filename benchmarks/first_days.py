"""
What the team's word is worth in the first days: `uv run python benchmarks/first_days.py [--write]`, about a minute.

Key results are cut from all series and asked after 1 to 30 days of the period, with no history before it. No team's
word exists for them, so teams are made up, and told: each knows the 60 days before (as a shop does that has just been
connected), states its chance once, before the first day, in tenths, and errs in its own way:

    informed         the forecast's own chance with that history, and noise of half a unit of log odds
    hopeful          the same, 0.8 log odds higher, with more noise
    overconfident    the same, its log odds 1.8 times as large
    timid            the same, half as large
    suggested        the chance (10 to 90 %) that it chose the target for, where the product had suggested it
    even for all     5 of 10, whatever is asked, as the shop's year of `year.py` does
    wishful          about 7 of 10, whatever is asked: knows nothing

The pool's three weights (`scorecard.forecasting.pooling`) are fitted to all of them alike, by Brier score over the
first thirteen days; each origin is scored with weights fitted without it. Prints the numbers alone, the word alone and
the pool for one to five days, then by days, then a word that is a direction only: better or worse than what stands
there by more than 0.4 log odds, or the same. `--write` fits all origins and writes the weights.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import NormalDist

import numpy as np
from backtest import Case, cut_after, load
from fit_forecast import distribution_of, minimise, normal_tail, sample
from forecast import calibration_error
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting import pooling
from scorecard.forecasting.distribution import score_of
from scorecard.forecasting.parameters import PARAMETERS
from scorecard.forecasting.pooling import STEP, Weights, line_of
from scorecard.forecasting.recalibration import fit as fit_line

_DAYS = (1, 2, 3, 4, 5, 7, 10, 13, 21, 30)
_FEW = 5
_FORTNIGHT = 14
_EDGE = 3.29
_ALIKE = 0.4
_EACH = 6
_CLOSED, _LIVES = 60, 20
_NORMAL = NormalDist()
_TENTHS = np.array([_NORMAL.inv_cdf(tenth / 10.0) for tenth in range(1, 10)])
_SUGGESTED = "suggested"
_NEUTRAL = Weights(own=0.5, word=0.5, below=0.1)
_NOTHING_KNOWN = ("even for all", "wishful")


@dataclass(frozen=True)
class Asked:
    """(n,) arrays: normal scores of the numbers' chance and of the informed one, days observed, what came."""

    numbers: Floats
    informed: Floats
    days: Floats
    met: Floats
    chosen: Floats
    key_result: NDArray[np.int64]
    origin: NDArray[np.str_]


def main(arguments: Sequence[str]) -> None:
    """Print the tables, or write the weights."""
    asked = ask()
    words = words_of(asked)
    everywhere = np.ones(asked.met.size, dtype=np.bool_)
    fitted = fit(asked, words, everywhere)
    if "--write" in arguments:
        write(fitted, Path(pooling.__file__))
        return
    weights = {origin: fit(asked, words, asked.origin != origin) for origin in np.unique(asked.origin)}
    columns = Weights(*np.array([astuple(weights[origin]) for origin in asked.origin]).T)
    few = asked.days <= _FEW
    print(f"{few.sum()} questions after one to five days, of {np.unique(asked.origin).size} origins, each left out\n")
    print(f"{'':16}   Brier: numbers  word    pool | ECE: numbers  pool")
    for name in (*words, "all that know", "all"):
        parts = [
            _answers(asked, words[one], columns, few) for one in words if name in {one, "all"} or _knows(name, one)
        ]
        numbers, word, pooled, met = (np.concatenate(one) for one in zip(*parts, strict=True))
        brier = "  ".join(f"{np.mean((one - met) ** 2):.4f}" for one in (numbers, word, pooled))
        errors = "  ".join(f"{calibration_error(one, met):.3f}" for one in (numbers, pooled))
        print(f"{name:16}         {brier} |       {errors}")
    print(f"\n{'Brier after days':16}  " + "  ".join(f"{day:13}" for day in _DAYS))
    for name, word in words.items():
        pairs = [_answers(asked, word, columns, asked.days == day) for day in _DAYS]
        told = [f"{np.mean((one[0] - one[3]) ** 2):.4f} {np.mean((one[2] - one[3]) ** 2):.4f}" for one in pairs]
        print(f"{name:16}  " + "  ".join(told))
    _print_directions(asked, columns, few)
    _print_learnt(asked, words, columns, few)


def ask() -> Asked:
    """Cut key results and ask for each after some days, and once before them with 60 days of history."""
    before: list[Case] = []
    later: list[tuple[int, float, Case]] = []
    for chosen, first, after in cut_after(load(), _DAYS, each=_EACH):
        later += [(len(before), chosen, case) for case in after]
        before.append(first)
    key_result = np.array([number for number, _, _ in later])
    cases = [case for _, _, case in later]
    return Asked(
        numbers=_scores(cases),
        informed=_scores(before)[key_result],
        days=np.array([np.isfinite(case.question.history).sum() - (case.agg == "level") for case in cases], float),
        met=np.array([case.met for case in cases], dtype=np.float64),
        chosen=np.array([chosen for _, chosen, _ in later]),
        key_result=key_result,
        origin=np.array([case.origin for case in cases]),
    )


def _scores(cases: Sequence[Case]) -> Floats:
    some = sample(cases)
    return np.clip(-score_of(distribution_of(some, PARAMETERS), some.need)[:, 0], -_EDGE, _EDGE)


def words_of(asked: Asked) -> Mapping[str, Floats]:
    """Return what each kind of team states, as normal scores of tenths; NaN where it states nothing."""
    noise = np.random.default_rng(3).standard_normal(int(asked.key_result.max()) + 1)[asked.key_result]
    known = _log_odds(asked.informed)
    return {
        "informed": _tenths(known + 0.5 * noise),
        "hopeful": _tenths(known + 0.8 + 0.7 * noise),
        "overconfident": _tenths(1.8 * known + 0.7 * noise),
        "timid": _tenths(0.5 * known + 0.5 * noise),
        _SUGGESTED: asked.chosen,
        "even for all": np.zeros(known.size),
        "wishful": _tenths(1.0 + 0.7 * noise),
    }


def _log_odds(score: Floats) -> Floats:
    chance = normal_tail(-score)
    return np.log(chance / (1.0 - chance))


def _tenths(odds: Floats) -> Floats:
    return _TENTHS[np.clip(np.round(10.0 / (1.0 + np.exp(-odds))), 1, 9).astype(np.int64) - 1]


def fit(asked: Asked, words: Mapping[str, Floats], wanted: NDArray[np.bool_], start: Weights = _NEUTRAL) -> Weights:
    """Return the weights of least Brier score, each kind of team counting the same."""
    young = wanted & (asked.days < _FORTNIGHT)

    def aim(x: Floats) -> float:
        parts = (_answers(asked, word, Weights(*np.exp(x)), young) for word in words.values())
        return 1000.0 * float(np.mean([np.mean((pooled - met) ** 2) for _, _, pooled, met in parts]))

    return Weights(*(round(float(one), 3) for one in np.exp(minimise(aim, np.log(np.array(astuple(start))), 8))))


def _answers(
    asked: Asked, word: Floats, weights: Weights, wanted: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the chances of the numbers, the word and the pool, and what came, where the team has stated one."""
    here = wanted & np.isfinite(word)
    own = Weights(*(one[here] if isinstance(one, np.ndarray) else one for one in astuple(weights)))
    numbers, stated = asked.numbers[here], word[here]
    shift, slope = line_of(asked.days[here], numbers, stated, own)
    return normal_tail(-numbers), normal_tail(-stated), normal_tail(-(shift + slope * numbers)), asked.met[here]


def _knows(name: str, team: str) -> bool:
    return name == "all that know" and team not in _NOTHING_KNOWN


def _print_directions(asked: Asked, weights: Weights, few: NDArray[np.bool_]) -> None:
    """Score a word that only says which way it lies from what stands there."""
    noise = np.random.default_rng(5).standard_normal(int(asked.key_result.max()) + 1)[asked.key_result]
    off = _log_odds(asked.informed) + 0.5 * noise - _log_odds(asked.numbers)
    teams = {
        "informed": np.where(np.abs(off) > _ALIKE, np.sign(off), 0.0),
        "always the same": np.zeros(off.size),
        "always better": np.ones(off.size),
    }
    print(f"\n{'direction only':16}   Brier: numbers  pool")
    for name, side in teams.items():
        numbers, _, pooled, met = _answers(asked, asked.numbers + STEP * side, weights, few)
        print(f"{name:16}          {np.mean((numbers - met) ** 2):.4f}  {np.mean((pooled - met) ** 2):.4f}")


def _print_learnt(asked: Asked, words: Mapping[str, Floats], weights: Weights, few: NDArray[np.bool_]) -> None:
    """Score words that stand for what as many closed key results of the team have come to, drawn of all."""
    draw = np.random.default_rng(7)
    print(f"\n{f'{_CLOSED} have closed':16}   Brier: numbers  pool")
    for name, word in words.items():
        scores = []
        first = np.unique(np.where(np.isfinite(word), asked.key_result, -1), return_index=True)[1]
        for _ in range(_LIVES):
            closed = draw.choice(first[np.isfinite(word[first])], _CLOSED, replace=False)
            shift, slope = fit_line(normal_tail(-word[closed]).tolist(), asked.met[closed] > 0.0, [1.0] * _CLOSED)
            others = few & ~np.isin(asked.key_result, asked.key_result[closed])
            numbers, _, pooled, met = _answers(asked, shift + slope * word, weights, others)
            scores.append((np.mean((numbers - met) ** 2), np.mean((pooled - met) ** 2)))
        numbers, pooled = np.mean(scores, axis=0)
        print(f"{name:16}          {numbers:.4f}  {pooled:.4f}")


def write(weights: Weights, path: Path) -> None:
    """Put the weights into the module they live in."""
    written = ", ".join(f"{field.name}={getattr(weights, field.name):g}" for field in fields(weights))
    path.write_text(re.sub(r"WEIGHTS = Weights\(.*?\)", f"WEIGHTS = Weights({written})", path.read_text()))


if __name__ == "__main__":
    main(sys.argv[1:])
