"""Additive metrics: sums over days, and what may be missing from them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from scorecard.arrays import Floats
from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.observations import Point, seen_at
from scorecard.span import DAY, Span, judged_day
from scorecard.status import Flag

TEAM_SQL = "metrics"
"""Stands in `source_id` for okr_config/metrics.yaml."""
Amounts = Mapping[date, Decimal | None]
LONGEST = 400
"""Days of history that are handed on: a year and some weeks."""


def measure_total(subject: Subject) -> Measured:
    """Sum an additive metric from the period's start: refunds lower earlier days, so the past may fall."""
    span, name = subject.span, subject.key_result.metric or ""
    points = subject.series(name).finest()
    inside = since(points, span.start)
    path = sums(inside, span)
    return Measured(
        path=path,
        at_start=Decimal(0),
        is_known=bool(points),
        observed_at=newest(inside, span),
        flags=frozenset({*settling(inside), *unpriced(inside), *untold(inside), *gaps(subject, points)}),
        reason="" if path and path[-1] is not None else why_unknown(subject, name, points, inside),
        caveats=caveats(subject, name, inside),
        points=points,
        sources=points.sources,
        history=daily_history(by_day(told(points), span), span),
    )


def by_day(points: Iterable[Point], span: Span) -> Amounts:
    """Add up sources, accounts and currencies; weeks and months count on their last day, unpriced days are None."""
    amounts: dict[date, Decimal | None] = {}
    for point in points:
        day = point.day if point.grain == "day" else judged_day(point.at, span.zone)
        so_far = amounts.get(day, Decimal(0))
        amounts[day] = None if so_far is None or point.value is None else so_far + point.value
    return amounts


def told(points: Iterable[Point]) -> tuple[Point, ...]:
    """Keep points of whose value something is known."""
    return tuple(point for point in points if point.is_told)


def sums(points: Sequence[Point], span: Span) -> tuple[Decimal | None, ...]:
    """Return the sum so far on each day of the period; none at all where only unknown entries tell of it."""
    known = told(points)
    if len(known) < len(points) and not any(point.value for point in known):
        return (None,) * len(span.days)
    return running(by_day(known, span), span.days)


def running(amounts: Amounts, days: Sequence[date]) -> tuple[Decimal | None, ...]:
    """Return the sum so far on each day: None before the first known day, and from an unpriced one on."""

    def sums() -> Iterator[Decimal | None]:
        total, priced = None, True
        for day in days:
            if day in amounts:
                amount = amounts[day]
                priced = priced and amount is not None
                total = (total or Decimal(0)) + (amount or Decimal(0))
            yield total if priced else None

    return tuple(sums())


def sum_between(amounts: Amounts, first: date, last: date) -> Decimal | None:
    """Return the sum over [first, last], None where no day is known or one is unpriced."""
    total = running(amounts, [first + DAY * n for n in range((last - first).days + 1)])
    return total[-1] if total else None


def daily_history(amounts: Amounts, span: Span, *, first: date | None = None) -> Floats:
    """
    Return daily amounts up to the judged day, NaN where unknown: a day on which nothing happened has a 0.

    The first entry is that of `first`, by default the first known day, but never older than `LONGEST`.
    """
    if not amounts:
        return np.empty(0)
    first = max(min(amounts) if first is None else first, span.today - DAY * LONGEST)
    history = np.full(max((span.today - first).days + 1, 0), np.nan)
    for day, amount in amounts.items():
        if first <= day:
            history[(day - first).days] = np.nan if amount is None else float(amount)
    return history


def since(points: Iterable[Point], first: date) -> tuple[Point, ...]:
    """Keep what began on a day or later."""
    return tuple(point for point in points if point.day >= first)


def settling(points: Iterable[Point]) -> set[Flag]:
    """Flag values that the source may still revise."""
    return set() if all(point.settled for point in points) else {Flag.PROVISIONAL}


def unpriced(points: Iterable[Point]) -> set[Flag]:
    """Flag amounts whose exchange rate is missing."""
    return {Flag.NO_RATE} if any(point.value is None for point in points) else set()


def untold(points: Iterable[Point]) -> set[Flag]:
    """Flag sums of which something is not told: they are the least they can be."""
    return {Flag.PARTIAL} if any(point.unknown for point in points) else set()


def caveats(subject: Subject, metric: str, points: Iterable[Point]) -> tuple[str, ...]:
    """Say what a sum leaves out."""
    unknown = sum(point.unknown for point in points)
    key = "caveat.undated" if subject.counts_on_refund_day(metric) else "caveat.untold"
    return (subject.say(key, metric=subject.title_of(metric), n=unknown),) if unknown else ()


def gaps(subject: Subject, points: Sequence[Point], first: date | None = None, last: date | None = None) -> set[Flag]:
    """
    Flag days that a source has not told about: a day that is missing is unknown, not zero.

    What the team's SQL leaves out says nothing: how far it reaches is for the sources behind it to tell. The days are
    those from `first` to `last`, by default from the period's start to now.
    """
    span = subject.span
    first, last = first or span.start, min(last or span.today, span.today)
    if not span.days:
        return set()
    found: set[Flag] = set()
    for source in {point.source_id for point in points} - {TEAM_SQL}:
        days = {point.day for point in points if point.source_id == source and point.grain == "day"}
        if not days:
            continue
        known = sum(first <= day <= last for day in days)
        if known <= (min(max(days), last) - first).days:
            found.add(Flag.PARTIAL)
        if span.today - max(days) > timedelta(days=subject.key_result.max_age):
            found.add(Flag.STALE)
    return found


def newest(points: Iterable[Point], span: Span) -> datetime | None:
    """Return how far the knowledge reaches."""
    return max((seen_at(point, span.zone) for point in points), default=None)


def why_unknown(subject: Subject, metric: str, points: Sequence[Point], inside: Sequence[Point]) -> str:
    """Say why there is no sum."""
    if any(point.value is None for point in inside):
        currencies = ", ".join(sorted({point.currency for point in inside if point.value is None}))
        return subject.say("why.no_rate", currencies=currencies, wanted=subject.definition.currency)
    if unknown := sum(point.unknown for point in inside):
        return subject.say("why.untold", metric=subject.title_of(metric), n=unknown)
    key = "why.none_in_period" if points else "why.no_observation"
    return subject.say(key, metric=subject.title_of(metric))
