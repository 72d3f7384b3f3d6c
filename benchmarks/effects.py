"""
How honest effects are: `uv run python benchmarks/effects.py [--write] [--seed N]`.

Placebo dates: on every series of `benchmarks/data` days are chosen at random on which nothing is known to have
happened, 7, 14, 28 and 42 of them, with 42, 90, 180 and 400 days of history before. Each origin is scored with factors
fitted without it, on other dates. Prints how often the range holds nothing at all (it says 90 %), how often it says
"it worked" (no more than 5 %), and how often it finds what is planted: half, once and twice the size told beforehand,
spread evenly, and as it would come: as the sum of so many more days, drawn from the history. Of what is counted whole
numbers are planted. ".5 of itself" is how often half the size shows by the range's own word (`effect_power.py`).
`--write` fits the factors to all origins and writes scorecard/effects/parameters.py.

A factor's line is a quantile regression of the scores of what came: the slope of least pinball loss, then the level.
Origins count by their size to the power of three quarters, other kinds of the same density a quarter.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
from backtest import Series, load
from effect_plugin import event_of
from effect_power import shows_of_itself
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.effects import parameters
from scorecard.effects.control import hold_against
from scorecard.effects.estimate import Foreseen, distribution_of, foresee
from scorecard.effects.event import Event, came_of, moves_of
from scorecard.effects.parameters import Factors, Line, doublings, kind_of
from scorecard.forecasting.distribution import score_of

_DAYS = (7, 14, 28, 42)
_BEFORE = (42, 90, 180, 400)
_RISES = {True: 0.04, False: 0.032}
_FALLS = 0.05
"""Shares of placebos that may lie above the range, dense and sparse, and below it; a false rise is the worse."""
_Z = 1.644854
_SLOPES = np.linspace(-0.3, 0.5, 33)
_OTHERS = 0.25
_CROWD = -0.25
_AT_ONCE = 2000
_TINY = 1e-9
_MOST = 5.0
_LONG, _FORTNIGHT = 180, 14
_ALIKE = 0.3
_SIZES = (0.5, 1.0, 2.0)
_BOUNDS = ("low", "middle", "high", "detectable")


@dataclass(frozen=True)
class Placebos:
    """Days on which nothing happened: (n,) arrays beside the events."""

    events: list[Event]
    came: Floats
    origin: NDArray[np.str_]
    before: NDArray[np.int64]

    @property
    def days(self) -> NDArray[np.int64]:
        """Length of each."""
        return np.array([event.known.size for event in self.events])


def main(arguments: Sequence[str]) -> None:
    """Print the tables, or write the factors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seed", type=int, default=1, help="of the days: those of the fit, and one more of the test")
    options = parser.parse_args(arguments)
    series = load()
    training = place(series, seed=options.seed)
    scores = scores_of(training)
    if options.write:
        write(fit(training, scores, np.ones(scores.size, dtype=np.bool_)), Path(parameters.__file__))
        return
    tested = place(series, seed=options.seed + 1)
    columns, half = {name: np.empty(tested.came.size) for name in _BOUNDS}, np.empty(tested.came.size)
    for origin in np.unique(tested.origin):
        here = np.flatnonzero(tested.origin == origin)
        events, factors = [tested.events[n] for n in here], fit(training, scores, training.origin != origin)
        found = _foresee(events, factors)
        for name in _BOUNDS:
            columns[name][here] = getattr(found, name)
        half[here] = shows_of_itself(events, found, factors, _SIZES[0])
    _print(tested, Foreseen(**columns), half)
    _print_controls(series)
    events = tested.events[:1000]
    begun = perf_counter()
    foresee(events)
    print(f"\n{len(events)} effects: {perf_counter() - begun:.2f} s")


def place(series: Sequence[Series], seed: int) -> Placebos:
    """Choose days of every series at random."""
    draw = np.random.default_rng(seed)
    events, came, origins, before = [], [], [], []
    for one in series:
        for days in _DAYS:
            for known in _BEFORE:
                if one.values.size < known + days + 1:
                    continue
                start = int(draw.integers(known, one.values.size - days + 1))
                event, after = _event(one, start, known, days)
                events.append(event)
                came.append(came_of(event, after))
                origins.append(one.origin)
                before.append(known)
    return Placebos(events, np.array(came), np.array(origins), np.array(before))


def _event(one: Series, start: int, known: int, days: int) -> tuple[Event, Floats]:
    after, day = one.values[start : start + days], one.first + timedelta(days=start)
    return event_of(one.values[start - known : start], after, family=one.family, start=day), after


def scores_of(placebos: Placebos) -> Floats:
    """Return the normal score of what came in the model's own distribution; NaN where nothing had ever moved."""
    found = []
    for first in range(0, len(placebos.events), _AT_ONCE):
        events = placebos.events[first : first + _AT_ONCE]
        distribution = distribution_of(events)
        came = placebos.came[first : first + _AT_ONCE, None]
        never_falls = ~distribution.signed & ~np.isfinite(distribution.fall)
        score = score_of(distribution, np.where(never_falls, np.maximum(came, _TINY), came))[:, 0]
        moved = np.array([moves_of(event).any() for event in events])
        found.append(np.where(moved, np.clip(np.nan_to_num(score, nan=-_MOST), -_MOST, _MOST), np.nan))
    return np.concatenate(found)


def fit(placebos: Placebos, scores: Floats, wanted: NDArray[np.bool_]) -> Factors:
    """Return the factors that some placebos ask for."""
    rows = np.flatnonzero(wanted & np.isfinite(scores))
    kinds = [kind_of(placebos.events[row]) for row in rows]
    x = np.array([doublings(placebos.events[row].known.size) for row in rows])
    _, group, size = np.unique(placebos.origin[rows], return_inverse=True, return_counts=True)
    weight = size[group] ** _CROWD
    upper, lower = {}, {}
    for key in parameters.FACTORS.upper:
        alike = np.array([(1.0 if kind == key else _OTHERS) * (kind[1] == key[1]) for kind in kinds]) * weight
        upper[key] = _line(scores[rows] / _Z, x, alike, 1.0 - _RISES[key[1]])
        lower[key] = _line(-scores[rows] / _Z, x, alike, 1.0 - _FALLS)
    return Factors(upper, lower)


def _line(values: Floats, x: Floats, weight: Floats, level: float) -> Line:
    best: tuple[float, Line] | None = None
    for slope in _SLOPES:
        rest = values - slope * x
        order = np.argsort(rest)
        at = rest[order][np.searchsorted(np.cumsum(weight[order]), level * weight.sum())]
        over = rest - at
        loss = float((weight * np.where(over > 0.0, level * over, (level - 1.0) * over)).sum())
        if best is None or loss < best[0]:
            best = loss, Line(round(float(at), 4), round(float(slope), 4))
    if best is None:
        raise ValueError("no slopes")
    return best[1]


def write(factors: Factors, path: Path) -> None:
    """Put the factors into the module they live in."""

    def side(lines: dict[tuple[str, bool], Line]) -> str:
        return "".join(
            f'        ("{kind}", {dense}): Line({line.at_fortnight}, {line.per_doubling}),\n'
            for (kind, dense), line in lines.items()
        )

    upper, lower = (side(dict(lines)) for lines in (factors.upper, factors.lower))
    written = f"FACTORS = Factors(\n    upper={{\n{upper}    }},\n    lower={{\n{lower}    }},\n)\n"
    path.write_text(re.sub(r"FACTORS = Factors\(.*", lambda _: written, path.read_text(), flags=re.DOTALL))


def _foresee(events: list[Event], factors: Factors) -> Foreseen:
    parts = [foresee(events[first : first + _AT_ONCE], factors=factors) for first in range(0, len(events), _AT_ONCE)]
    return Foreseen(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _BOUNDS})


def _print(placebos: Placebos, foreseen: Foreseen, half: Floats) -> None:
    kinds = np.array([f"{kind}, {'dense' if dense else 'sparse'}" for kind, dense in map(kind_of, placebos.events)])
    days = placebos.days
    print(f"{placebos.came.size} placebos of {np.unique(placebos.origin).size} origins, each left out\n")
    print(f"{'':24}      n   holds  worked | planted evenly  .5   1   2 | as days come  .5   1   2 | .5 of itself")
    planted = _planted(placebos, foreseen)
    rows = [("all", np.ones(days.size, dtype=np.bool_))]
    for kind in np.unique(kinds):
        rows.append((str(kind), kinds == kind))
        rows += [(f"  {length} days", (kinds == kind) & (days == length)) for length in _DAYS]
    rows += [(f"{before} days before", placebos.before == before) for before in _BEFORE]
    rows += [(str(origin), placebos.origin == origin) for origin in np.unique(placebos.origin)]
    for name, here in rows:
        print(f"{_line_of(name, here, placebos, foreseen, planted)} |         {100 * np.nanmean(half[here]):3.0f}")


def _print_controls(series: Sequence[Series]) -> None:
    """Hold placebos against another series of the same origin on the same days, drawn at random."""
    draw = np.random.default_rng(4)
    found = []
    for one in series:
        first, last = one.first, one.first + timedelta(days=one.values.size)
        others = [
            other
            for other in series
            if (other.origin, other.family) == (one.origin, one.family)
            and other.name != one.name
            and other.first <= first
            and other.first + timedelta(days=other.values.size) >= last
        ]
        if not others or one.values.size < _LONG + _FORTNIGHT + 1:
            continue
        other = others[int(draw.integers(len(others)))]
        start = int(draw.integers(_LONG, one.values.size - _FORTNIGHT + 1))
        (event, after), (control, beside) = (
            _event(each, start + (one.first - each.first).days, _LONG, _FORTNIGHT) for each in (one, other)
        )
        said = hold_against(event, control, beside)
        alone, held = foresee([event]), foresee([event], move=np.array([said.move]), narrow=np.array([said.narrow]))
        came = came_of(event, after)
        found.append([said.likeness, *(_judged(each, came) for each in (alone, held))])
    likeness = np.array([row[0] for row in found])
    print(f"\n{'held against a control':24}      n   holds  worked | without it: holds  worked | width")
    for name, here in (("all", likeness >= 0.0), ("alike by 0.3 or more", likeness >= _ALIKE)):
        rows = np.array([[*row[2], *row[1]] for row, wanted in zip(found, here, strict=True) if wanted])
        shares = [f"{value:6.1%}" for value in rows.mean(axis=0)]
        width = np.median(rows[:, 2] / np.maximum(rows[:, 5], _TINY))
        print(f"{name:24} {here.sum():6}  {shares[0]}  {shares[1]} |            {shares[3]}  {shares[4]} | {width:.2f}")


def _judged(foreseen: Foreseen, came: float) -> tuple[float, float, float]:
    """Return whether the range holds, whether it "worked", and how wide it is for what was foreseen."""
    low, high = float(foreseen.low[0]), float(foreseen.high[0])
    return float(low <= came <= high), float(came > high), (high - low) / max(1.0, abs(foreseen.middle[0]))


def _planted(placebos: Placebos, foreseen: Foreseen) -> list[tuple[Floats, ...]]:
    """Return what comes with each planted size, spread evenly and as so many more days of the history; NaN without."""
    draw = np.random.default_rng(3)
    found = []
    for times in _SIZES:
        size = times * foreseen.detectable
        lumps = np.full(size.size, np.nan)
        for place_, event in enumerate(placebos.events):
            moved = moves_of(event)
            mean = float(moved.mean()) if moved.size else 0.0
            if mean > 0.0 and not (moved < 0.0).any() and np.isfinite(size[place_]):
                more = max(1, round(size[place_] / mean))
                lumps[place_] = draw.choice(moved, more).sum() * size[place_] / (more * mean)
        found.append(tuple(placebos.came + _whole(planted, placebos.events, draw) for planted in (size, lumps)))
    return found


def _whole(planted: Floats, events: Sequence[Event], draw: np.random.Generator) -> Floats:
    """Return what can come of what is counted: half of three is one or two, each as often."""
    counted = np.array([event.integer for event in events])
    return np.where(counted, np.floor(planted + draw.random(planted.size)), planted)


def _line_of(
    name: str,
    here: NDArray[np.bool_],
    placebos: Placebos,
    foreseen: Foreseen,
    planted: list[tuple[Floats, ...]],
) -> str:
    came, low, high = placebos.came[here], foreseen.low[here], foreseen.high[here]
    holds, worked = np.mean((came >= low) & (came <= high)), np.mean(came > high)
    shares = [
        [float(np.mean(one[here][np.isfinite(one[here])] > high[np.isfinite(one[here])])) for one in pair]
        for pair in planted
    ]
    evenly, as_days = ("  ".join(f"{100 * pair[way]:3.0f}" for pair in shares) for way in (0, 1))
    return f"{name:24} {here.sum():6}  {holds:6.1%}  {worked:6.1%} |          {evenly}  |         {as_days}"


if __name__ == "__main__":
    main(sys.argv[1:])
