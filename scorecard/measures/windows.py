"""Days, weeks and months judged one by one: full and closed ones count, the open one only before the first."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import numpy as np

from okr_config.metrics import Nature
from okr_config.models import Every, Judge
from scorecard.arrays import Floats
from scorecard.goal import Goal, Goals
from scorecard.measures.levels import read
from scorecard.measures.measurement import Around, Measured, Subject
from scorecard.measures.observations import Point
from scorecard.measures.ratios import quotient
from scorecard.measures.totals import (
    LONGEST,
    by_day,
    caveats,
    daily_history,
    gaps,
    newest,
    settling,
    since,
    sum_between,
    told,
    unpriced,
    untold,
    why_unknown,
)
from scorecard.span import DAY, Span, Window, full_windows, midnight, period_end, window_around
from scorecard.status import Flag

WEEK_OF_COUNTS = "monday"
"""Distinct counts of a week exist from Monday only; days cannot be added to make another week."""


@dataclass(frozen=True)
class _Source:
    """
    Where windows get their values.

    value_of: a window's value at the end of a day in it, or of the window. gaps: flags what is missing between two
    days. adds_up: whether it grows with the days. why: the reason why there are no windows, where it is not that none
    has been.
    """

    points: tuple[Point, ...]
    value_of: Callable[[Window, date], Decimal | None]
    gaps: Callable[[date, date], set[Flag]] = lambda _first, _last: set()
    history: Floats | None = None
    adds_up: bool = True
    why: str = ""


def measure_window(subject: Subject) -> Measured:
    """Judge the closed windows of the period; None where the metric has no such windows."""
    span, key_result = subject.span, subject.key_result
    every, judge = key_result.every or Every.WEEK, key_result.judge or Judge.LAST
    source = _source(subject, every)
    if _has_no_such_weeks(subject, every):
        reason = subject.say("why.week_start", metric=subject.title_of(key_result.metric or ""))
        return Measured(
            path=(None,) * len(span.days), is_known=bool(source.points), reason=reason, points=source.points
        )
    week_start = subject.definition.week_start
    windows = full_windows(span.start, span.due, every, week_start)
    closed = [window for window in windows if midnight(window.last + DAY, span.zone) <= span.judged]
    samples = [(window, value) for window in closed if (value := source.value_of(window, window.last)) is not None]
    before = _values(source, full_windows(_history_begins(source.points, span), span.start - DAY, every, week_start))
    at_start = before[-1] if before else None
    goals = Goals(subject.definition, at_start)
    opened = next((window for window in windows[len(closed) :] if window.first <= span.today), None)

    begun = since(source.points, span.start)
    unpriced_from = min((point.day for point in begun if point.value is None), default=date.max)

    def value_on(day: date) -> Decimal | None:
        if day >= unpriced_from:
            return None
        values = [value for window, value in samples if window.last <= day]
        if values:
            return _judged(judge, values, goals.on(day))
        window = window_around(day, every, week_start)
        return source.value_of(window, day) if window in windows and judge is not Judge.SHARE else None

    path = tuple(value_on(day) for day in span.days)
    counted = [window for window, _ in samples] or [window for window in (opened,) if window]
    if judge is Judge.LAST:
        counted = counted[-1:]
    inside = [point for point in begun if any(window.first <= point.day <= window.last for window in counted)]
    # of the last one only, nothing before it matters
    first, last = (counted[0].first, counted[-1].last) if counted and judge is Judge.LAST else (span.start, span.today)
    flags = {*settling(inside), *unpriced(begun), *untold(inside), *source.gaps(first, last)}
    if path and path[-1] is not None and not samples:
        flags.add(Flag.PROVISIONAL)
    is_late = bool(closed) and (not samples or samples[-1][0] != closed[-1])
    if (is_late or (len(samples) < len(closed) and judge is not Judge.LAST)) and Flag.NO_RATE not in flags:
        flags.add(Flag.PARTIAL)
        if is_late and samples:
            flags.add(Flag.STALE)
    return Measured(
        path=path,
        at_start=at_start,
        samples=tuple((window.last, value) for window, value in samples),
        is_known=bool(source.points) and not source.why,
        is_usable=not source.why,
        observed_at=newest(inside, span),
        flags=frozenset(flags),
        reason="" if path and path[-1] is not None else source.why or _why(subject, windows, source.points, begun),
        caveats=() if subject.parts() else caveats(subject, key_result.metric or "", inside),
        points=source.points,
        sources=frozenset(point.source_id for point in source.points),
        history=source.history if source.history is not None else np.empty(0),
        around=Around(
            before=tuple(before),
            open_value=source.value_of(opened, span.today) if opened and source.adds_up else None,
            share=_share_passed(opened, span) if opened and source.adds_up else 0.0,
            left=len(windows) - len(closed),
        ),
    )


def _source(subject: Subject, every: Every) -> _Source:
    """Choose how the metric's nature makes windows."""
    name, metric = subject.key_result.metric or "", subject.metric
    if subject.parts():
        return _of_ratio(subject)
    if metric and metric.nature is Nature.DISTINCT:
        return _of_distinct(subject, name, every)
    if metric and metric.nature in {Nature.LEVEL, Nature.PROBE}:
        return _of_level(subject, name)
    points = subject.series(name).finest()
    amounts = by_day(told(points), subject.span)
    untold_days = {point.day for point in points if not point.is_told}

    def value_of(window: Window, day: date) -> Decimal | None:
        last = min(window.last, day)
        total = sum_between(amounts, window.first, last)
        return total or (None if any(window.first <= each <= last for each in untold_days) else total)

    return _Source(
        points,
        value_of,
        gaps=partial(gaps, subject, points),
        history=daily_history(amounts, subject.span),
    )


def _of_ratio(subject: Subject) -> _Source:
    above, below = subject.parts() or ("", "")
    tops, bottoms = subject.series(above).finest(), subject.series(below).finest()
    top, bottom = by_day(told(tops), subject.span), by_day(told(bottoms), subject.span)
    return _Source(
        (*tops, *bottoms),
        value_of=lambda window, day: quotient(top, bottom, window.first, min(window.last, day)),
        gaps=lambda first, last: {
            *gaps(subject, tops, first, last),
            *gaps(subject, bottoms, first, last),
        },
        adds_up=False,
    )


def _of_level(subject: Subject, name: str) -> _Source:
    points = subject.series(name)
    max_age = timedelta(days=subject.key_result.max_age)
    stock = {reading.day: reading for reading in read(points, subject.span, max_age=max_age)}

    def value_of(window: Window, day: date) -> Decimal | None:
        reading = stock.get(min(window.last, day))
        return reading.value if reading and reading.is_fresh else None

    return _Source(points, value_of, adds_up=False)


def _of_distinct(subject: Subject, name: str, every: Every) -> _Source:
    """Take counts at the window's own grain: they never add up over days, and sources are added knowingly."""
    span, points = subject.span, subject.series(name)
    whole = [point for point in points if point.grain == every.value]
    sources = {point.source_id for point in whole}
    days = by_day([point for point in points if point.grain == "day"], span)

    def value_of(window: Window, day: date) -> Decimal | None:
        known = [point for point in whole if point.day == window.first and _is_known(point, window, day, span)]
        return sum((point.value or Decimal(0) for point in known), Decimal(0)) if known else None

    if days and not whole:
        # days say nothing of a week, in no forecast either
        why = subject.say(f"why.grain_{every.value}", metric=subject.title_of(name))
        return _Source(tuple(points), value_of, why=why)

    def missing(first: date, last: date) -> set[Flag]:
        closed = [one for one in whole if period_end(one.day, one.grain, span.zone) <= span.judged]
        counted = Counter(
            day for day, _ in {(point.day, point.source_id) for point in closed if first <= point.day <= last}
        )
        return {Flag.PARTIAL} if any(count < len(sources) for count in counted.values()) else set()

    return _Source(
        tuple(points),
        value_of,
        gaps=missing,
        history=daily_history(days, span),
    )


def _is_known(point: Point, window: Window, day: date, span: Span) -> bool:
    """Whether a count was there at the end of a day: its window had closed, or it was landed by then."""
    return day >= window.last or point.loaded_at <= span.end_of(day)


def _has_no_such_weeks(subject: Subject, every: Every) -> bool:
    distinct = subject.metric is not None and subject.metric.nature is Nature.DISTINCT
    return distinct and every is Every.WEEK and subject.definition.week_start != WEEK_OF_COUNTS


def _judged(judge: Judge, values: Sequence[Decimal], goal: Goal) -> Decimal | None:
    """Return the value that counts; a band shows its newest one, unless it is judged by the share itself."""
    if judge is Judge.SHARE:
        return goal.share_kept(values)
    if judge is Judge.LAST or goal.need is not None:
        return values[-1]
    if judge is Judge.BEST:
        return min(values) if goal.is_falling else max(values)
    return sum(values, Decimal(0)) / len(values)


def _values(source: _Source, windows: Sequence[Window]) -> list[Decimal]:
    return [value for window in windows if (value := source.value_of(window, window.last)) is not None]


def _history_begins(points: Sequence[Point], span: Span) -> date:
    return max(min((point.day for point in points), default=span.start), span.start - DAY * LONGEST)


def _share_passed(window: Window, span: Span) -> float:
    begin, end = midnight(window.first, span.zone), midnight(window.last + DAY, span.zone)
    return (span.judged - begin) / (end - begin)


def _why(subject: Subject, windows: Sequence[Window], points: Sequence[Point], begun: Sequence[Point]) -> str:
    if not windows:
        return subject.say("why.no_full_window")
    if begun and not unpriced(begun):
        return subject.say("why.no_window")
    return why_unknown(subject, subject.key_result.metric or "", points, begun)
