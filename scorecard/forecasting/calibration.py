"""
How chances came true: ours against the team's own, with error bars, and what the forecast learns from it.

A key result that closes has up to four chances on record, one a quarter of its time. They share its luck, so errors are
those of so many key results, not of so many chances: intervals of a share are Wilson's over key results, those of a
Brier score come from drawing key results with replacement.

Key results of one period share its luck too: a good month is good for orders, visits and revenue. How much so is read
off the record (the design effect of cluster samples): the variance of what periods missed by in sum, over what it would
be if each key result stood alone. So many times fewer they count, in intervals and in what is learnt.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from scorecard.arrays import Floats
from scorecard.forecasting.recalibration import FEWEST, IDENTITY, Recalibration, fit

BINS = 5
_DRAWS = 2000
_Z = 1.959964
"""Half the width of a 95 % interval, in standard deviations."""

Who = Literal["ours", "theirs"]
_SAID: Mapping[Who, str] = {"ours": "measured", "theirs": "stated"}


@dataclass(frozen=True)
class Bin:
    """
    Chances between two bounds: what was said of them on average, and how often it came true.

    came_low, came_high: 95 % interval of how often such chances come true.
    """

    who: Who
    low: float
    high: float
    said: float
    came: float
    came_low: float
    came_high: float
    chances: int
    key_results: int


@dataclass(frozen=True)
class Comparison:
    """
    Brier scores (0 is perfect, 0.25 what a coin flip gets) over chances that both have given.

    difference: ours less theirs, with its 95 % interval; below 0 ours is better. None without such chances.
    """

    key_results: int
    ours: float | None
    theirs: float | None
    difference: float | None
    low: float | None
    high: float | None


def learn(calibration: pl.DataFrame) -> Recalibration:
    """Fit the recalibration to closed key results, once there are enough; columns as in table `calibration`."""
    shift, slope, closed = _line(calibration, "measured_raw", "ours")
    if not closed:
        return IDENTITY
    word_shift, word_slope, _ = _line(calibration, "stated", "theirs")
    return Recalibration(shift, slope, closed, word_shift, word_slope)


def _line(calibration: pl.DataFrame, said: str, who: Who) -> tuple[float, float, int]:
    """Return shift and slope of what was said, and of how many key results; nothing learnt where they are too few."""
    known = calibration.drop_nulls([said, "hit"])
    closed = known["key_result_id"].n_unique()
    if closed < FEWEST:
        return 0.0, 1.0, 0
    weights = known.select(1.0 / pl.len().over("key_result_id")).to_series() / shared_luck(known, who)
    shift, slope = fit(known[said].to_list(), known["hit"].to_list(), weights.to_list())
    return shift, slope, closed


def reliability(calibration: pl.DataFrame, who: Who) -> tuple[Bin, ...]:
    """Sort chances into bins by what was said; empty bins are left out."""
    rows = calibration.drop_nulls([_SAID[who], "hit"])
    shared = shared_luck(rows, who)
    place = (pl.col(_SAID[who]) * BINS).floor().clip(0, BINS - 1).cast(pl.Int64)
    found = (
        rows.group_by(place.alias("place"))
        .agg(
            pl.col(_SAID[who]).mean().alias("said"),
            pl.col("hit").cast(pl.Float64).mean().alias("came"),
            pl.len().alias("chances"),
            pl.col("key_result_id").n_unique().alias("key_results"),
        )
        .sort("place")
    )
    return tuple(
        Bin(
            who,
            number / BINS,
            (number + 1) / BINS,
            said,
            came,
            *wilson(came, key_results / shared),
            chances,
            key_results,
        )
        for number, said, came, chances, key_results in found.iter_rows()
    )


def compare(calibration: pl.DataFrame, *, seed: int = 0) -> Comparison:
    """Hold our Brier score against the team's, over the chances for which both are known."""
    rows = calibration.drop_nulls(["brier", "brier_stated"])
    if rows.is_empty():
        return Comparison(0, None, None, None, None, None)
    each = rows.group_by("key_result_id", maintain_order=True).agg(
        pl.col("period_id").first(), pl.col("brier").mean(), pl.col("brier_stated").mean()
    )
    ours, theirs = (each[name].to_numpy() for name in ("brier", "brier_stated"))
    low, high = interval(ours - theirs, seed, wider=math.sqrt(design_effect(ours - theirs, each["period_id"])))
    return Comparison(each.height, float(ours.mean()), float(theirs.mean()), float((ours - theirs).mean()), low, high)


def shared_luck(calibration: pl.DataFrame, who: Who = "ours") -> float:
    """Return how many key results tell as much as one would that shares its luck with no other, at least 1."""
    known = calibration.drop_nulls([_SAID[who], "hit"])
    each = known.group_by("key_result_id", maintain_order=True).agg(
        pl.col("period_id").first(), (pl.col("hit").cast(pl.Float64) - pl.col(_SAID[who])).mean().alias("off")
    )
    return design_effect(each["off"].to_numpy(), each["period_id"])


def design_effect(values: Floats, periods: pl.Series) -> float:
    """Return the variance of a mean of values that are alike within periods, over that of as many independent ones."""
    _, place = np.unique(periods.to_numpy(), return_inverse=True)
    count = int(place.max(initial=-1)) + 1
    if values.size < 2:  # noqa: PLR2004 - one shares with no other
        return 1.0
    # one period cannot tell what is its luck and what is ours
    off = values - values.mean() if count > 1 else values
    apart = values.size / (values.size - 1) * float((off**2).sum())
    together = (count / (count - 1) if count > 1 else 1.0) * float((np.bincount(place, off) ** 2).sum())
    return max(1.0, together / apart) if apart > 0.0 else 1.0


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen in so many independent trials."""
    if not count:
        return 0.0, 1.0
    below = 1.0 + _Z**2 / count
    middle = (share + _Z**2 / (2 * count)) / below
    half = _Z * math.sqrt(share * (1.0 - share) / count + _Z**2 / (4 * count**2)) / below
    return max(0.0, middle - half), min(1.0, middle + half)


def interval(values: Floats, seed: int, *, wider: float) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a mean, by drawing with replacement; None where one value says nothing of it."""
    if values.size < 2:  # noqa: PLR2004 - one has no spread
        return None, None
    drawn = values[np.random.default_rng(seed).integers(0, values.size, (_DRAWS, values.size))].mean(axis=1)
    low, high = values.mean() + wider * (np.quantile(drawn, (0.025, 0.975)) - values.mean())
    return float(low), float(high)
