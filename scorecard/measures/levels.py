"""Stocks: the newest known value of each account, carried forward, summed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from scorecard.arrays import Floats
from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.observations import Point
from scorecard.measures.totals import LONGEST, newest, settling, unpriced, why_unknown
from scorecard.span import DAY, Span, judged_day
from scorecard.status import Flag

_BETWEEN = {"week": timedelta(days=7), "month": timedelta(days=31)}
"""What a source that speaks less than daily is given on top of `max_age`."""


@dataclass(frozen=True)
class Reading:
    """A stock at the end of a day: whether something was seen that day, all accounts are known, none is too old."""

    day: date
    value: Decimal | None
    is_seen: bool
    is_whole: bool
    is_fresh: bool


def measure_level(subject: Subject, metric: str, *, filtered: bool = True) -> Measured:
    """Sum the newest value of each account: the latest, not the highest."""
    span = subject.span
    points = subject.series(metric, filtered=filtered)
    readings = read(points, span, max_age=timedelta(days=subject.key_result.max_age))
    inside = [reading for reading in readings if reading.day >= span.start]
    carried = {(point.source_id, point.account): point for point in points}.values()
    value = inside[-1].value if inside else None
    return Measured(
        path=tuple(reading.value for reading in inside),
        at_start=_at_start(readings, span),
        samples=tuple((one.day, one.value) for one in inside if one.is_fresh and one.value is not None),
        is_known=bool(points),
        observed_at=newest(points, span),
        flags=frozenset({*settling(carried), *unpriced(carried), *_age(inside)}),
        reason="" if value is not None else why_unknown(subject, metric, points, tuple(carried)),
        points=points,
        sources=points.sources,
        history=stock_history(readings),
    )


def _at_start(readings: Sequence[Reading], span: Span) -> Decimal | None:
    """Return the stock when the period began; where nothing was known then, the first that was known in it."""
    before = next((reading.value for reading in readings if reading.day == span.start - DAY), None)
    if before is not None:
        return before
    return next(
        (reading.value for reading in readings if reading.day >= span.start and reading.value is not None), None
    )


def read(points: Sequence[Point], span: Span, *, max_age: timedelta) -> list[Reading]:
    """Read a stock at the end of each day, from the day before the period or the first known one, to today."""
    return list(_read(points, span, max_age))


def stock_history(readings: Iterable[Reading]) -> Floats:
    """Return the stock on each day, NaN where nothing was seen or an account was not known yet."""
    return np.array(
        [float(one.value) if one.is_seen and one.is_whole and one.value is not None else np.nan for one in readings]
    )


def _read(points: Sequence[Point], span: Span, max_age: timedelta) -> Iterator[Reading]:
    accounts = {(point.source_id, point.account) for point in points}
    first = min(_history_begins(points, span), span.start - DAY)
    carried: dict[tuple[str, str], Point] = {}
    coming = 0
    for day in (first + DAY * n for n in range((span.today - first).days + 1)):
        end, seen = span.end_of(day), False
        while coming < len(points) and points[coming].at <= end:
            point = points[coming]
            carried[point.source_id, point.account] = point
            seen = seen or point.at > end - DAY
            coming += 1
        yield Reading(
            day,
            value=_sum(carried.values()),
            is_seen=seen,
            is_whole=len(carried) == len(accounts),
            is_fresh=all(_is_fresh(point, end, max_age) for point in carried.values()),
        )


def _history_begins(points: Sequence[Point], span: Span) -> date:
    if not points:
        return span.start
    return max(judged_day(points[0].at, span.zone), span.today - DAY * LONGEST)


def _sum(points: Iterable[Point]) -> Decimal | None:
    values = [point.value for point in points]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _is_fresh(point: Point, at: datetime, max_age: timedelta) -> bool:
    return at - point.at <= max_age + _BETWEEN.get(point.grain, timedelta(0))


def _age(readings: Sequence[Reading]) -> set[Flag]:
    return {Flag.STALE} if readings and not readings[-1].is_fresh else set()
