"""
What else was tried against the forecast: `uv run python benchmarks/challengers.py [--fracast PYTHON]`, some minutes.

Every challenger answers the questions of `forecast.py`. Its own constant (how much it weighs beside the forecast, on
log odds, or how much a holiday brings) is chosen on the other origins; the forecast's constants have seen all of them,
its own line included, so compare lines with each other. A challenger is taken where it is better over all and worse on
no kind of question.

    negative binomial   the logit mean with the plain negative binomial of `backtest_baselines.py`
    compound tail       occurrences by a negative binomial around the forecast's own mean, sizes by a gamma: the
                        distribution of Tweedie's family between Poisson and gamma, and a hurdle, where few come
    TSB, pooled         the same tail, but its mean by Teunter, Syntetos and Babai: how often something comes and how
                        large it is, apart, the former pooled with what the plan asks for
    silence is missing  days in a row without anything that chance hardly explains are taken for a closed shop or a
                        source that was down, and left out of the history
    holidays            the public holidays of where a series is from, as the product has them: left out of the history,
                        a fifth of a day to come; of sales and visitors, and of sales alone, this with each origin of
                        sales left out altogether as well
    fracast             a small foundation model with its own weights, on 500 questions: it is slow. It gives days and
                        not their sum, which is taken as normal and twice as wide as if days stood alone. `--fracast`
                        names a Python that has it and torch, which this project does not want
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from backtest import Case, cut, load
from backtest_baselines import baselines
from fit_forecast import Sample, chances, distribution_of, normal_tail, observed, sample
from forecast import calibration_error, score
from numpy.typing import NDArray

from okr_config.holidays import public_holidays
from scorecard.arrays import Floats
from scorecard.forecasting.parameters import PARAMETERS
from scorecard.forecasting.types import Family

_WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
_MOST_COMING, _MOST_COUNTED = 30.0, 90
_RARE = 1e-3
_EDGE = 1e-3
_NOTICED = 5e-5
_ASKED, _FEWEST, _BLOCK = 500, 8, 48
_SHARED = 2.0
"""How many questions fracast is asked, the days it needs and foresees, and how much wider its sums are."""


_COUNTRIES = {
    **dict.fromkeys(("airports", "airports_late", "bike", "births", "breaches", "calls", "cars", "cdnow"), "US"),
    **dict.fromkeys(("changes", "charging", "commits", "flights", "flights_late", "homes", "houses", "pets"), "US"),
    **dict.fromkeys(("posts", "stops", "strikes", "transit"), "US"),
    **dict.fromkeys(("uci_retail", "retail2"), "GB-ENG"),
    "blog": "AU",
    "claims": "DK",
    "deaths": "PR",
    "hotel": "PT",
    "pedestrians": "NZ-AUK",
}
"""Where series are from that are from one country; of most contributors, for `changes`."""


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--fracast", metavar="PYTHON")
    parser.add_argument("--each", type=int, default=4, help="key results per series")
    options = parser.parse_args(arguments)
    cases = [case for case in cut(load(), each=options.each, seed="score") if observed(case)]
    some = sample(cases)
    ours = chances(some, PARAMETERS)
    binomial = baselines(cases, some)["negative binomial"]
    tried = {
        "negative binomial": _blends(ours, binomial),
        "compound tail": _blends(ours, _compound(some, _mean(some), ours)),
        "TSB, pooled": _blends(ours, _compound(some, _occurring(some), ours)),
        "silence is missing": {1.0: chances(sample([_without_silence(case) for case in cases]), PARAMETERS)},
    }
    sold = np.array([case.question.family is Family.SALES for case in cases])
    on_holidays = chances(sample([_with_holidays(case) for case in cases]), PARAMETERS)
    tried["holidays"] = {0.0: ours, 1.0: on_holidays}
    tried["holidays, of sales"] = {0.0: ours, 1.0: np.where(sold, on_holidays, ours)}
    origins = np.array([case.origin for case in cases])
    kinds = np.array([f"{case.question.family} {case.agg}" for case in cases])
    print(f"{ours.size} questions\n{'':20}  Brier    log    ECE     gain  worst origin's  chosen   worse on")
    everything = np.ones(ours.size, dtype=np.bool_)
    for name, answers in {"this project": {1.0: ours}, **tried}.items():
        _print(name, answers, ours, Truth(some.met, origins, kinds), everything)
    for gone in np.unique(origins[sold]):
        _print(
            f"... without {gone}", tried["holidays, of sales"], ours, Truth(some.met, origins, kinds), origins != gone
        )
    if options.fracast:
        asked, other = _fracast(some, options.fracast, ours)
        print(f"\n{asked.size} questions that fracast can answer")
        both, chosen = _left_out(_blends(ours[asked], other), some.met[asked], origins[asked])
        for name, chance in {"this project": ours[asked], "fracast": other, f"mixed: {chosen}": both}.items():
            print(f"{name:20} {score(chance, some.met[asked])}")


@dataclass(frozen=True)
class Truth:
    """(n,) arrays: what happened, whose habits it has, and of what kind the question is."""

    met: Floats
    origins: NDArray[np.str_]
    kinds: NDArray[np.str_]


def _print(name: str, answers: Mapping[float, Floats], ours: Floats, truth: Truth, asked: NDArray[np.bool_]) -> None:
    """Print a challenger's line; `asked`: which questions count, for it and for the forecast."""
    met, origins, kinds = truth.met[asked], truth.origins[asked], truth.kinds[asked]
    chance, chosen = _left_out({constant: one[asked] for constant, one in answers.items()}, met, origins)
    losses = {
        kind: _brier(chance, met, kinds == kind) - _brier(ours[asked], met, kinds == kind) for kind in np.unique(kinds)
    }
    worse = ", ".join(f"{kind} {loss:+.4f}" for kind, loss in losses.items() if loss > _NOTICED)
    errors = {one: calibration_error(chance[origins == one], met[origins == one]) for one in np.unique(origins)}
    worst = max(errors, key=lambda one: errors[one])
    gain = np.mean((chance - met) ** 2) - np.mean((ours[asked] - met) ** 2)
    print(f"{name:20} {score(chance, met)}  {gain:+.4f}  {errors[worst]:.3f} {worst:10} {chosen:7} {worse}", flush=True)


def _brier(chance: Floats, met: Floats, here: Floats) -> float:
    return float(np.mean((chance - met)[here] ** 2))


def _left_out(answers: Mapping[float, Floats], met: Floats, origins: Floats) -> tuple[Floats, str]:
    """Return for each origin the answers of the constant that is best on the others, and which were chosen."""
    found, chosen = np.empty(met.size), set()
    losses = {constant: (chance - met) ** 2 for constant, chance in answers.items()}
    for origin in np.unique(origins):
        best = min(losses, key=lambda one: float(losses[one][origins != origin].mean()))
        found[origins == origin] = answers[best][origins == origin]
        chosen.add(best)
    return found, " ".join(f"{one:g}" for one in sorted(chosen)) if len(answers) > 1 else ""


def _blends(ours: Floats, other: Floats) -> Mapping[float, Floats]:
    """Mix chances on log odds, by how much the other weighs."""

    def odds(chance: Floats) -> Floats:
        inner = np.clip(chance, _EDGE, 1.0 - _EDGE)
        return np.log(inner / (1.0 - inner))

    return {
        weight: ours if weight == 0.0 else 1.0 / (1.0 + np.exp(-(1.0 - weight) * odds(ours) - weight * odds(other)))
        for weight in _WEIGHTS
    }


def _mean(some: Sample) -> Floats:
    return np.maximum(distribution_of(some, PARAMETERS).median[:, 0], 1e-9)


def _occurring(some: Sample) -> Floats:
    """Return how often something comes, times how large it is, of what is ahead."""
    flow = some.histories.flow
    seen = np.isfinite(flow)
    came = seen & (np.nan_to_num(flow) > 0.0)
    age = np.arange(flow.shape[1])[::-1]
    recent = 0.5 ** (age / 42.0)
    sizes = (np.nan_to_num(flow) * came * recent).sum(axis=1)
    size = (sizes + 1e-9) / ((came * recent).sum(axis=1) + 1e-9)
    planned = np.clip(some.histories.prior / np.maximum(size, 1e-9), 0.01, 0.99)
    worth = 4.0
    often = ((came * recent).sum(axis=1) + worth * np.nan_to_num(planned, nan=0.5)) / (
        (seen * recent).sum(axis=1) + worth
    )
    return np.maximum(often * size * some.ahead.exposure[:, 0], 1e-9)


def _compound(some: Sample, mean: Floats, ours: Floats) -> Floats:
    """Return the chance of a sum of so many gamma sizes; the forecast's own where many come or a sum may fall."""
    flow = np.nan_to_num(some.histories.flow)
    came = flow > 0.0
    count = np.maximum(came.sum(axis=1), 1)
    size = np.maximum((flow * came).sum(axis=1) / count, 1e-9)
    spread = (((flow - size[:, None]) * came) ** 2).sum(axis=1) / size**2
    shape = np.clip((4.0 + count) / (4.0 + spread), 0.2, 50.0)[:, None]
    ahead = distribution_of(some, PARAMETERS)
    coming = mean / size
    drift = np.clip(np.broadcast_to(ahead.drift, ahead.median.shape)[:, 0] ** 2, 0.02, 4.0) + 1.0 / (4.0 + count)
    use = (coming < _MOST_COMING) & ~some.histories.signed & came.any(axis=1) & (some.need[:, 0] > 0.0)
    many = np.arange(_MOST_COUNTED)[None, :]
    times, rate = (1.0 / drift)[use, None], coming[use, None]
    steps = np.log(many[:, 1:] + times - 1.0) - np.log(many[:, 1:]) + np.log(rate / (rate + times))
    mass = np.cumsum(np.concatenate([times * np.log(times / (times + rate)), steps], axis=1), axis=1)
    least = np.where(some.histories.integer, np.ceil(some.need[:, 0] - 1e-9) - 0.5, some.need[:, 0])[use, None]
    total = np.maximum(many * shape[use], 1e-9)
    relative = least / np.maximum(many * size[use, None], 1e-9)
    reach = normal_tail((np.cbrt(relative) - 1.0 + 1.0 / (9.0 * total)) * 3.0 * np.sqrt(total)) * (many > 0)
    found = ours.copy()
    found[use] = np.clip((np.exp(mass) * reach).sum(axis=1), 0.0, 1.0)
    return found


def _without_silence(case: Case) -> Case:
    """Leave out runs of days without anything that chance hardly explains; of stocks, nothing."""
    flow = np.array(case.question.history, dtype=np.float64)
    some = flow > 0.0
    if case.agg == "level" or not some.any():
        return case
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~some & np.isfinite(flow), [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        # the share without this run: what is looked for must not hide itself
        rest = some.sum() / max(1, flow.size - (end - begin))
        longest = np.log(_RARE) / np.log(max(1.0 - rest, 1e-9))
        if end - begin > max(3.0, longest):
            flow[begin:end] = np.nan
    return replace(case, question=replace(case.question, history=flow))


def _with_holidays(case: Case) -> Case:
    """Name the public holidays of where a series is from."""
    country = _COUNTRIES.get(case.source)
    if country is None:
        return case
    question = case.question
    first = question.as_of - timedelta(days=question.history.size)
    days = public_holidays(country, first.year, question.due.year + 1)
    return replace(case, question=replace(question, holidays=days))


_ASK = """
import json, sys
import numpy as np
from fracast import FracastModel
model = FracastModel.from_pretrained()
np.save(sys.argv[2], model._predict_rows(np.load(sys.argv[1])))
print(json.dumps(model.quantiles))
"""


def _fracast(some: Sample, python: str, ours: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return some questions that fracast can answer, and its chances: normal sums, spread for what days share."""
    flow, end = some.histories.flow, (some.ahead.lag + some.ahead.days)[:, 0]
    able = (np.isfinite(flow).sum(axis=1) >= _FEWEST) & (end <= _BLOCK) & (some.need[:, 0] > 0.0) & (ours < 1.0)
    asked = np.sort(np.random.default_rng(0).choice(np.flatnonzero(able), _ASKED, replace=False))
    with tempfile.TemporaryDirectory() as folder:
        rows, answers = Path(folder) / "rows.npy", Path(folder) / "answers.npy"
        np.save(rows, flow[asked])
        command = [python, "-c", _ASK, str(rows), str(answers)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - named by whom runs it
        quantiles = np.sort(np.load(answers), axis=2)
    tenths = json.loads(done.stdout.splitlines()[-1])
    middle = quantiles.mean(axis=2)
    wide = (quantiles[:, :, tenths.index(0.9)] - quantiles[:, :, tenths.index(0.1)]) / 2.563
    column = np.arange(middle.shape[1])[None, :]
    begin = np.round(some.ahead.lag[asked])
    wanted = (column >= begin) & (column < begin + np.round(some.ahead.days[asked]))
    mean, spread = (middle * wanted).sum(axis=1), _SHARED * np.sqrt((wide**2 * wanted).sum(axis=1) + 1e-9)
    least = some.need[asked, 0] - np.where(some.histories.integer[asked], 0.5, 0.0)
    return asked, normal_tail((least - mean) / spread)


if __name__ == "__main__":
    main(sys.argv[1:])
