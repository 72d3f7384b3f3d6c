"""
The record of closed key results: how good published chances were, ours beside the team's beside even odds.

The Brier score of chances x over outcomes y falls into three terms that add up exactly, without any bins (Dimitriadis,
Gneiting and Jordan 2021, doi 10.1073/pnas.2016191118): with c the chances recalibrated to what came by isotonic
regression and b the share that came true,

    miscalibration  Brier(x) - Brier(c)      what chances that mean what they say would have saved
    resolution      Brier(b) - Brier(c)      what it was worth to tell key results apart
    uncertainty     Brier(b) = b (1 - b)     how much there was to know
    Brier = miscalibration - resolution + uncertainty

Every key result weighs one, whatever the number of its chances. Error bars (95 %) come from drawing key results with
replacement, widened for the luck that those of one period share. Equal tables give an equal record, bit for bit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting.calibration import design_effect

EVEN = 0.5
_DRAWS = 400
_LEVELS = (0.025, 0.975)
_MOST = (1.0, 1.0, 0.25, 0.25)
"""What Brier score, miscalibration, resolution and uncertainty can be at most."""


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval; None where one key result tells nothing of it."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Line:
    """One who said chances: ours, theirs or even odds, over the same chances of so many key results."""

    who: str
    key_results: int
    chances: int
    brier: Figure
    miscalibration: Figure
    resolution: Figure
    uncertainty: Figure


@dataclass(frozen=True)
class _Draws:
    """Which key result each chance is of, the period of each key result, and how often each draw holds it."""

    place: NDArray[np.int64]
    periods: pl.Series
    times: Floats


def lines_of(calibration: pl.DataFrame, *, seed: int = 0) -> tuple[Line, ...]:
    """
    Score ours, the team's and even odds over the chances that both stated; without any of theirs, over all of ours.

    calibration: rows of the view of that name.
    """
    known = calibration.drop_nulls(["measured", "hit"]).sort("key_result_id", "stage")
    both = known.drop_nulls(["stated"])
    rows = both if both.height else known
    if rows.is_empty():
        return ()
    _, place = np.unique(rows["key_result_id"].to_numpy(), return_inverse=True)
    came = rows["hit"].cast(pl.Float64).to_numpy()
    said = {"ours": rows["measured"].to_numpy(), "even": np.full(came.size, EVEN)}
    if both.height:
        said = {"ours": said["ours"], "theirs": rows["stated"].to_numpy(), "even": said["even"]}
    count = int(place.max()) + 1
    drawn = np.random.default_rng(seed).integers(0, count, (_DRAWS, count))
    times = np.stack([np.bincount(one, minlength=count) for one in drawn]).astype(np.float64)
    first = [int(np.flatnonzero(place == number)[0]) for number in range(count)]
    periods = rows["period_id"].gather(first)
    draws = _Draws(place, periods, times)
    return tuple(_line(who, chances, came, draws) for who, chances in said.items())


def terms_of(said: Floats, came: Floats, weight: Floats) -> tuple[float, float, float, float]:
    """Return Brier score, miscalibration, resolution and uncertainty of weighted chances."""
    total = math.fsum(weight)

    def brier(chances: Floats) -> float:
        return math.fsum(weight * (chances - came) ** 2) / total

    score, fitted = brier(said), brier(isotonic(said, came, weight))
    unsure = brier(np.full(came.size, math.fsum(weight * came) / total))
    return score, score - fitted, unsure - fitted, unsure


def isotonic(said: Floats, came: Floats, weight: Floats) -> Floats:
    """Return for each chance how often such chances came true, never falling as they rise (pool adjacent violators)."""
    values, place = np.unique(said, return_inverse=True)
    weights = np.bincount(place, weight, minlength=values.size)
    sums = np.bincount(place, weight * came, minlength=values.size)
    blocks: list[tuple[float, float, int]] = []
    for one_sum, one_weight in zip(sums.tolist(), weights.tolist(), strict=True):
        block = (one_sum, one_weight, 1)
        while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    steps = [[one[0] / one[1] if one[1] > 0.0 else 0.0] * one[2] for one in blocks]
    return np.array([value for step in steps for value in step])[place]


def _line(who: str, said: Floats, came: Floats, drawn_from: "_Draws") -> Line:
    place, times = drawn_from.place, drawn_from.times
    share = 1.0 / np.bincount(place)[place]
    each = np.asarray(np.bincount(place, share * (said - came) ** 2), dtype=np.float64)
    wider = math.sqrt(design_effect(each, drawn_from.periods))
    terms = terms_of(said, came, share)
    drawn = [
        terms_of(said[kept], came[kept], (share * one[place])[kept]) for one in times if (kept := one[place] > 0).any()
    ]
    figures = [
        _figure(value, [row[number] for row in drawn], each.size, wider, most)
        for number, (value, most) in enumerate(zip(terms, _MOST, strict=True))
    ]
    return Line(who, each.size, said.size, *figures)


def _figure(value: float, drawn: Sequence[float], key_results: int, wider: float, most: float) -> Figure:
    if key_results < 2:  # noqa: PLR2004 - one has no spread
        return Figure(value, None, None)
    middle = math.fsum(drawn) / len(drawn)
    low, high = (value + wider * (float(at) - middle) for at in np.quantile(drawn, _LEVELS))
    return Figure(value, max(0.0, low), min(most, high))
