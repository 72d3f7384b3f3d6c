"""
The lines of one key result's chart, as SVG path data in a box that the page stretches to fit.

Lines live in a box of 1000 x 400 that is stretched without scaling strokes; labels and dots are placed beside it in
percent of the same box, so that text keeps its size on a phone. No axis is drawn: the numbers that matter are
written where they are.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")

WIDTH, HEIGHT = 1000, 400
_HEADROOM = 0.11  # share of the height kept free above and below, where the target's label stands
_MOST_OBSERVED, _MOST_FAN = 100, 20  # points; more cannot be told apart in half a page's width
_MOST_MONTHS = 5
_BANDS = 2
_WIDEST = 3  # times the height of what is inside a band
_DAY = timedelta(days=1)
_HAIR = 1.0  # of the box's height; less than half a pixel
_LINEAR_WITHIN = 0.02  # a clock change moves the plan of a short period a little

FEWEST_FOR_FAN = 5


@dataclass(frozen=True)
class Day:
    """Value and expected share of the way (0-1) at the end of a day; None where not known."""

    day: date
    value: float | None
    expected: float | None


@dataclass(frozen=True)
class FanDay:
    """Quantiles of the value on a coming day: 5, 25, 50, 75 and 95 %."""

    day: date
    quantiles: tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Series:
    """
    What a chart is drawn from: one key result's days, oldest first, and what is planned and foreseen for it.

    `start` and `due` are both inclusive. `baseline` is None where no pace can be drawn (keep-in-band results).
    `targets`: the targets that were in force from a day on, oldest first, where there was more than one. `noted`: first
    and last day of what was noted.
    """

    start: date
    due: date
    as_of: date
    baseline: float | None
    target: float | None
    days: Sequence[Day]
    fan: Sequence[FanDay]
    targets: Sequence[tuple[date, float]] = ()
    noted: Sequence[tuple[date, date]] = ()

    def target_on(self, day: date) -> float | None:
        """Return the target that was in force on a day."""
        return next((target for first, target in reversed(self.targets) if first <= day), self.target)


@dataclass(frozen=True)
class Spot:
    """A place in the box, in percent from its left and upper edge."""

    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """
    One drawing. Strings are SVG path data, empty where there is nothing to draw.

    target, median: percent from the upper edge; today: percent from the left; months: the same for first days of
    months; last: where the newest value stands; noted: first and last place of what was noted, and aim_from: where the
    target in force begins, percent from the left.
    is_cut: a band is left out, since it is so wide that nothing else could be read beside it.
    """

    observed: str
    pace: str
    fan_90: str
    fan_50: str
    aim: str
    aim_from: float
    last: Spot
    target: float | None
    target_below: bool
    today: float | None
    median: float | None
    months: tuple[tuple[float, date], ...]
    noted: tuple[tuple[float, float], ...]
    is_cut: bool


def observed_days(series: Series) -> int:
    """Count the days with a value."""
    return sum(day.value is not None for day in series.days)


def draw(series: Series) -> Chart | None:
    """Draw a chart, or return None where nothing has been observed."""
    known = [(day.day, day.value) for day in series.days if day.value is not None]
    if not known:
        return None
    fan = _thin(_from(known[-1], series.fan), _MOST_FAN) if len(known) >= FEWEST_FOR_FAN else []
    box, drawn = _Box.around(series, [value for _, value in known], fan)
    return Chart(
        observed=_observed(series, box),
        pace=_pace(series, box),
        fan_90=_band(fan, box, 0, 4) if drawn > 1 else "",
        fan_50=_band(fan, box, 1, 3) if drawn else "",
        aim=_aim(series, box),
        aim_from=max((box.x(day - _DAY) for day, _ in series.targets if day > series.start), default=0) / WIDTH * 100,
        last=Spot(box.x(known[-1][0]) / WIDTH * 100, box.y(known[-1][1]) / HEIGHT * 100),
        target=None if series.target is None else box.y(series.target) / HEIGHT * 100,
        target_below=series.target is not None and series.baseline is not None and series.target < series.baseline,
        today=box.x(series.as_of) / WIDTH * 100 if series.as_of < series.due else None,
        median=box.y(fan[-1].quantiles[2]) / HEIGHT * 100 if fan else None,
        months=_months(series, box),
        noted=tuple((box.x(first - _DAY) / WIDTH * 100, box.x(last) / WIDTH * 100) for first, last in series.noted),
        is_cut=bool(fan) and drawn < _BANDS,
    )


@dataclass(frozen=True)
class _Box:
    """Maps days and values to the box. A day stands at its end, so that the first day leaves room for the start."""

    start: date
    length: int
    low: float
    high: float

    @classmethod
    def around(cls, series: Series, values: Sequence[float], fan: Sequence[FanDay]) -> tuple["_Box", int]:
        """
        Fit everything that is drawn, and say how many of the fan's bands that is, the narrow one first.

        A band beside which the rest would have less than a third of the height is left out, not cut: an edge that is
        the picture's would look like one of the forecast's.
        """
        must = [*values, *(value for value in (series.baseline, series.target) if value is not None)]
        must += [target for _, target in series.targets]
        must += [day.quantiles[2] for day in fan]
        drawn = 0
        for lower, upper in ((1, 3), (0, 4)):
            wider = [*must, *(quantile for day in fan for quantile in (day.quantiles[lower], day.quantiles[upper]))]
            if fan and max(must) > min(must) and max(wider) - min(wider) > _WIDEST * (max(must) - min(must)):
                break
            must, drawn = wider, drawn + 1
        low, high = min(must), max(must)
        pad = (high - low) * _HEADROOM or max(abs(high), 1.0) / 2
        return cls(series.start, (series.due - series.start).days + 1, low - pad, high + pad), drawn

    def x(self, day: date) -> int:
        """Place the end of a day."""
        share = ((day - self.start).days + 1) / self.length
        return round(WIDTH * min(max(share, 0.0), 1.0))

    def y(self, value: float) -> int:
        """Place a value; one outside the picture stands at its edge."""
        share = (self.high - value) / (self.high - self.low)
        return round(HEIGHT * min(max(share, 0.0), 1.0))


def _observed(series: Series, box: _Box) -> str:
    """Join neighbouring days and leave gaps where days are missing; a day on its own becomes a dot."""
    runs: list[list[tuple[int, int]]] = [[]]
    for day in _thin_days(series.days):
        if day.value is not None:
            runs[-1].append((box.x(day.day), box.y(day.value)))
        elif runs[-1]:
            runs.append([])
    return "".join(_line(run if len(run) > 1 else run * 2) for run in runs if run)


def _pace(series: Series, box: _Box) -> str:
    """Draw the plan: straight to the target where it is linear, else as far as it is known."""
    if series.baseline is None or series.target is None:
        return ""
    baseline = series.baseline
    planned = [(day.day, day.expected) for day in series.days if day.expected is not None]
    if not planned:
        return ""
    if all(abs(share - ((day - box.start).days + 1) / box.length) < _LINEAR_WITHIN for day, share in planned):
        days = [(day, ((day - box.start).days + 1) / box.length) for day in _bends_of_plan(series)]
    else:
        days = list(_thin(planned, _MOST_FAN))
    aims = [(day, share, series.target_on(day)) for day, share in days]
    return _line(
        [(box.x(day), box.y(baseline + share * (aim - baseline))) for day, share, aim in aims if aim is not None]
    )


def _bends_of_plan(series: Series) -> list[date]:
    """Return the ends of a straight plan, and the days around each change of its target."""
    changed = [
        day for first, _ in series.targets for day in (first - _DAY, first) if series.start < first and day < series.due
    ]
    return [series.start - _DAY, *changed, series.due]


def _aim(series: Series, box: _Box) -> str:
    """Draw the target: a step on each day that another one took effect."""
    if series.target is None:
        return ""
    first = series.target_on(series.start)
    line = f"M0 {box.y(series.target if first is None else first)}"
    for day, target in series.targets:
        if series.start < day <= series.due:
            line += f"H{box.x(day - _DAY)}V{box.y(target)}"
    return f"{line}H{WIDTH}"


def _from(last: tuple[date, float], fan: Sequence[FanDay]) -> list[FanDay]:
    """Let a fan begin where the line ends, and keep of days that foresee the same the first alone, and the last day."""
    day, value = last
    coming = [one for one in fan if one.day > day]
    if not coming:
        return []
    kept = [FanDay(day, (value,) * 5), coming[0]]
    kept += [one for before, one in pairwise(coming) if one.quantiles != before.quantiles]
    return kept if kept[-1].day == coming[-1].day else [*kept, coming[-1]]


def _band(fan: Sequence[FanDay], box: _Box, lower: int, upper: int) -> str:
    if len(fan) < 2:  # noqa: PLR2004  # a band needs two ends
        return ""
    above = [(box.x(day.day), box.y(day.quantiles[upper])) for day in fan]
    below = [(box.x(day.day), box.y(day.quantiles[lower])) for day in reversed(fan)]
    return _line([*_bends(above), *_bends(below)]) + "Z"


def _months(series: Series, box: _Box) -> tuple[tuple[float, date], ...]:
    """First days of months inside the period, thinned to a readable number."""
    firsts = [day for day in _days(series.start + timedelta(days=1), series.due) if day.day == 1]
    step = math.ceil(len(firsts) / _MOST_MONTHS) or 1
    return tuple((box.x(day - timedelta(days=1)) / WIDTH * 100, day) for day in firsts[::step])


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _bends(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out the points that the line between the others passes within a hair of."""
    (x1, y1), (x2, y2) = points[0], points[-1]
    slope = (y2 - y1) / (x2 - x1) if x2 != x1 else 0.0
    off = [abs(y - y1 - slope * (x - x1)) for x, y in points]
    far = max(range(1, len(points) - 1), key=off.__getitem__, default=0)
    if not far or off[far] <= _HAIR:
        return [points[0], points[-1]]
    return [*_bends(points[: far + 1])[:-1], *_bends(points[far:])]


def _line(points: Sequence[tuple[int, int]]) -> str:
    return "M" + " ".join(f"{x} {y}" for x, y in points)


def _thin(items: Sequence[Item], most: int) -> list[Item]:
    """Keep at most about `most` items, evenly, and always the first and the last."""
    step = math.ceil((len(items) - 1) / (most - 1)) if len(items) > most else 1
    kept = list(items[::-1][::step][::-1])
    return kept if not items or kept[0] is items[0] else [items[0], *kept]


def _thin_days(days: Sequence[Day]) -> list[Day]:
    """Thin a long series without hiding its gaps: of each stride the last known day stands for it."""
    step = math.ceil(len(days) / _MOST_OBSERVED) or 1
    strides = [days[n : n + step] for n in range(0, len(days), step)]
    return [next((day for day in reversed(stride) if day.value is not None), stride[-1]) for stride in strides]
