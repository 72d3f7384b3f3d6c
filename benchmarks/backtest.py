"""
Questions with known answers, cut from real daily series, for any forecast to be scored on.

A series is cut into key results: a period of 30, 45, 60 or 90 days, a target 0.5 to 2 times what the days before it
would give, asked at 0, 10, 25, 50 and 75 % of the period with 0, 14 or 60 days of history before it. Flows are asked
for their total or their last seven days, stocks for their value on the last day. With `A_YEAR` the questions are of
series that are long enough for last year's season to be known.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import NormalDist
from typing import TypedDict

import numpy as np
import polars as pl
from forecast_plugin import build_question

from scorecard.arrays import Floats
from scorecard.forecasting.model import forecast
from scorecard.forecasting.targets import suggest_targets, without_plan
from scorecard.forecasting.types import Family, ForecastInput

DATA = Path(__file__).parent / "data"
ELAPSED = (0.0, 0.1, 0.25, 0.5, 0.75)
HISTORY = (0, 14, 60)
A_YEAR = (400,)
_PERIODS = (30, 45, 60, 90)
_BEFORE = 60
_ORIGINS = {
    "uci_retail": "retail",
    "retail2": "retail",
    "flights_late": "flights",
    "airports_late": "airports",
    "stars": "github",
}
_LEAST = 2.0
_LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Series:
    """One daily series without gaps; the source is the part of its name before the slash."""

    name: str
    kind: str
    first: date
    values: Floats

    @property
    def source(self) -> str:
        """Where the series is from."""
        return self.name.split("/")[0]

    @property
    def origin(self) -> str:
        """Whose habits it has: sources that are one shop's or one airport's are left out together."""
        return _ORIGINS.get(self.source, self.source)

    @property
    def family(self) -> Family:
        """Which habits it has."""
        return Family(self.kind.split("_")[0])


@dataclass(frozen=True)
class Case:
    """One question and its answer."""

    question: ForecastInput
    series: str
    source: str
    origin: str
    kind: str
    agg: str
    elapsed: float
    history: int
    actual: float
    met: bool


def load(*names: str) -> list[Series]:
    """Read series from Parquet files of `benchmarks/data` with series_id, kind, date, value; all without names."""
    files = [DATA / name for name in names] or sorted(DATA.glob("*.parquet"))
    frame = pl.concat([pl.read_parquet(file) for file in files]).sort("series_id", "date")
    return [
        Series(str(name[0]), rows["kind"][0], rows["date"][0], rows["value"].to_numpy().astype(np.float64))
        for name, rows in frame.group_by("series_id", maintain_order=True)
    ]


def cut(
    series: Sequence[Series], *, each: int = 6, seed: str = "first", history: Sequence[int] = HISTORY
) -> list[Case]:
    """Cut `each` key results from every series and leave out what is decided before it is asked."""
    draws = ((one, _draw(seed, one.name, place)) for one in series for place in range(each))
    return [case for one, draw in draws for case in _cut_one(one, draw, history)]


def cut_after(series: Sequence[Series], days: Sequence[int], *, each: int) -> Iterator[tuple[float, Case, list[Case]]]:
    """
    Yield key results as asked before their first day, with 60 days of history, and after some days without any.

    Every second has a target that the product suggests for a chance drawn from 10 to 90 %; it comes first, as a normal
    score, NaN for the others, whose target is drawn as in `cut`.
    """
    for one in series:
        for place in range(each):
            draw = _draw("after", one.name, place)
            goal = _draw_goal(one, draw, HISTORY)
            if goal is None:
                continue
            first = _ask(one, **goal, share=0.0, history=_BEFORE)
            chosen = np.nan
            if place % 2:
                level = float(draw.choice(_LEVELS))
                alone = without_plan(first.question)
                targets = suggest_targets(alone, forecast([alone])[0], (level,))
                if not targets or not isinstance(targets[0].value, Decimal):
                    continue
                chosen, goal["target"] = NormalDist().inv_cdf(level), float(targets[0].value)
                first = _ask(one, **goal, share=0.0, history=_BEFORE)
            asked = (_ask(one, **goal, share=day / goal["length"], history=0) for day in days if day < goal["length"])
            yield chosen, first, [case for case in asked if _is_open(case)]


def _draw(*parts: object) -> np.random.Generator:
    text = "|".join(map(str, parts)).encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text).digest()[:8], "big"))


class _Goal(TypedDict):
    agg: str
    start: int
    length: int
    target: float
    actual: float


def _cut_one(series: Series, draw: np.random.Generator, history: Sequence[int]) -> list[Case]:
    goal = _draw_goal(series, draw, history)
    if goal is None:
        return []
    cases = [_ask(series, **goal, share=share, history=days) for share in ELAPSED for days in history]
    return [case for case in cases if _is_open(case)]


def _is_open(case: Case) -> bool:
    question = case.question
    return case.agg == "level" or (question.value or question.open_window or 0.0) < question.rule.low


def _draw_goal(series: Series, draw: np.random.Generator, history: Sequence[int]) -> _Goal | None:
    size = series.values.size
    length, before = int(draw.choice(_PERIODS)), max(_BEFORE, *history)
    if size < length + before + 1:
        length, before = _PERIODS[0], 28 if before == _BEFORE else before
    if size < length + before + 1:
        return None
    start = int(draw.integers(before, size - length + 1))
    times = float(np.exp(draw.uniform(-np.log(2.0), np.log(2.0))))
    last_week = draw.random() < (0.4 if series.family is Family.VISITORS else 0.15)
    agg = "level" if series.family is Family.STOCK else "last7" if last_week else "sum"
    target, actual = _goal(series, agg, start, length, times)
    if not np.isfinite(target):
        return None
    return {"agg": agg, "start": start, "length": length, "target": target, "actual": actual}


def _goal(series: Series, agg: str, start: int, length: int, times: float) -> tuple[float, float]:
    """Return target and outcome; NaN where the days before give too little to set a target on."""
    values, before = series.values, min(length, start)
    if agg == "level":
        growth = (values[start - 1] - values[max(0, start - 1 - before)]) / before * length
        return float(values[start - 1] + max(1.0, np.ceil(times * max(growth, 0.0)))), float(values[start + length - 1])
    window = 7 if agg == "last7" else length
    usual = float(values[start - (28 if agg == "last7" else before) : start].mean() * window)
    target = max(1.0, np.ceil(times * usual)) if _whole(values) else round(times * usual, 2)
    return (target if usual >= _LEAST else np.nan), float(values[start + length - window : start + length].sum())


def _whole(values: Floats) -> bool:
    return bool(np.all(values == np.round(values)))


def _ask(  # noqa: PLR0913  a question is this many things
    series: Series, *, agg: str, start: int, length: int, target: float, actual: float, share: float, history: int
) -> Case:
    now = start - 1 + round(share * length)
    seen = max(0, start - history)
    if agg == "level":
        seen = min(seen, start - 1)
    opened = {"sum": start, "last7": max(start + length - 7, start), "level": now}[agg]
    question = build_question(
        agg=agg,
        family=series.family,
        integer=_whole(series.values),
        start=series.first + timedelta(days=start),
        due=series.first + timedelta(days=start + length - 1),
        as_of=series.first + timedelta(days=now),
        target=target,
        current=float(series.values[opened : now + 1].sum()),
        history=series.values[seen : now + 1],
    )
    return Case(
        question, series.name, series.source, series.origin, series.kind, agg, share, history, actual, actual >= target
    )
