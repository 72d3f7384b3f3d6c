"""Ratios: one sum divided by another, after summing."""

from datetime import date
from decimal import Decimal

from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.observations import Series
from scorecard.measures.totals import (
    Amounts,
    by_day,
    caveats,
    daily_history,
    gaps,
    newest,
    settling,
    since,
    sum_between,
    sums,
    told,
    unpriced,
    untold,
    why_unknown,
)
from scorecard.span import DAY


def measure_ratio(subject: Subject) -> Measured:
    """Divide the sums from the period's start; nothing is divided by 0."""
    span = subject.span
    above, below = subject.parts() or ("", "")
    tops, bottoms = subject.series(above).finest(), subject.series(below).finest()
    top, bottom = by_day(told(tops), span), by_day(told(bottoms), span)
    inside_top, inside_bottom = since(tops, span.start), since(bottoms, span.start)
    inside = inside_top + inside_bottom
    sides = zip(sums(inside_top, span), sums(inside_bottom, span), strict=True)
    path = tuple(divide(numerator, denominator) for numerator, denominator in sides)
    first = min((*top, *bottom), default=None)
    return Measured(
        path=path,
        at_start=quotient(top, bottom, span.start - (span.due - span.start) - DAY, span.start - DAY),
        samples=tuple((day, value) for day, value in zip(span.days, path, strict=True) if value is not None),
        is_known=bool(tops) and bool(bottoms),
        observed_at=newest(inside, span),
        flags=frozenset(
            {
                *settling(inside),
                *unpriced(inside),
                *untold(inside),
                *gaps(subject, tops),
                *gaps(subject, bottoms),
            }
        ),
        caveats=(*caveats(subject, above, inside_top), *caveats(subject, below, inside_bottom)),
        reason="" if path and path[-1] is not None else _why(subject, (above, tops), (below, bottoms)),
        points=(*tops, *bottoms),
        sources=tops.sources | bottoms.sources,
        history=daily_history(top, span, first=first),
        denominator=daily_history(bottom, span, first=first),
    )


def divide(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Return the quotient, None where a side is unknown or the denominator is 0."""
    return None if numerator is None or not denominator else numerator / denominator


def quotient(top: Amounts, bottom: Amounts, first: date, last: date) -> Decimal | None:
    """Return the ratio of the sums over [first, last]."""
    return divide(sum_between(top, first, last), sum_between(bottom, first, last))


def _why(subject: Subject, *sides: tuple[str, Series]) -> str:
    for metric, points in sides:
        inside = since(points, subject.span.start)
        if not inside or any(point.value is None for point in inside) or sums(inside, subject.span)[-1] is None:
            return why_unknown(subject, metric, points, inside)
    return subject.say("why.no_denominator", metric=subject.title_of(sides[-1][0]))
