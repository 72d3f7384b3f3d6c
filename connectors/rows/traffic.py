"""
Counts of visitors by day, week and month as canonical rows, whoever counted them.

Vendors are asked for whole periods, at each grain as such, because distinct visitors never add up. A period that the
vendor leaves out had nobody, unless the vendor hides small counts or has not told yet; then it is unknown, never 0.
A period that is unknown for a reason is refused under its name: what was known of it stays, and its marks are seen.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from connectors.http.pagination import together
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.periods import first_day, instants, last_day
from connectors.rows.validate import Misfit, fit, refuse
from connectors.rows.zones import known_zone
from connectors.source import Page, Pull
from okr_config.delivery import Refusal

GRAINS = ("day", "week", "month")
COUNTS = ("visitors", "visits", "pageviews")
COUNTED_LATE = "visits that are counted late or taken out"
METRICS = ("web.visitors", "web.visits", "web.pageviews")

_NO_DELAY = timedelta(0)
_NOTHING: Mapping[date, str] = MappingProxyType({})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Span:
    """Whole periods of one grain; `first` and `last` are days, both inclusive."""

    grain: str
    first: date
    last: date

    @property
    def periods(self) -> tuple[date, ...]:
        """First day of each period."""
        periods = [self.first]
        while (following := last_day(periods[-1], self.grain) + timedelta(days=1)) <= self.last:
            periods.append(following)
        return tuple(periods)

    def begun(self, pull: Pull[Any], zone: ZoneInfo | None = None) -> tuple[date, ...]:
        """First day of each period that has begun."""
        today = pull.now.astimezone(zone or pull.zone).date()
        return tuple(period for period in self.periods if period <= today)


def spans(pull: Pull[Any], *, weeks_back: int = 1, zone: ZoneInfo | None = None) -> tuple[Span, ...]:
    """
    Return what a pull covers at each grain: every period that its window touches, as a whole.

    Args:
        pull: whose window it is.
        weeks_back: full weeks before these that are read again.
        zone: whose days count, where the vendor has its own.
    """
    start, end = pull.window.days(zone or pull.zone)
    back = {"week": timedelta(weeks=weeks_back)}
    return tuple(
        Span(grain, first_day(start - back.get(grain, _NO_DELAY), grain), last_day(end, grain)) for grain in GRAINS
    )


def traffic_page(  # noqa: PLR0913 - what vendors differ in
    pull: Pull[Any],
    span: Span,
    rows: Sequence[Mapping[str, object]],
    *,
    counts: Sequence[str] = COUNTS,
    delay: timedelta = _NO_DELAY,
    hides: bool = False,
    zone: str | None = None,
    notes: tuple[str, ...] = (),
    unknown: Mapping[date, str] = _NOTHING,
) -> Page:
    """
    Return the rows of one grain as a page.

    Args:
        pull: the pull it belongs to.
        span: the periods asked for; a row of any other is left out, and one of part of a period refused.
        rows: `period_start` as text and the counts, as the vendor gives them; what is missing is unknown.
        counts: which of visitors, visits and pageviews the vendor counts.
        delay: how long after a period's end its counts still change; until then it is not settled.
        hides: the vendor withholds small counts: a period left out is unknown, else it had nobody.
        zone: the vendor's own, where it tells it.
        notes: what else there is to say.
        unknown: first days of periods of which nothing is known, each with the reason.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not fit.
    """
    where = known_zone(zone, pull.zone)

    def age(period: date) -> timedelta:
        return pull.now - instants(period, span.grain, where)[1]

    wire = frame_of(RecordKind.TRAFFIC, rows, dict.fromkeys(("period_start", *counts), TEXT))
    given = fit(RecordKind.TRAFFIC, wire.frame.with_columns(grain=pl.lit(span.grain)), required=("period_start",))
    is_whole = pl.Series([first_day(day, span.grain) == day for day in given.frame["period_start"]], dtype=pl.Boolean)
    cut = Misfit("period_start", "a day", f"the first day of a {span.grain}")
    part = list(given.frame.filter(~is_whole).iter_rows(named=True))
    refused = refuse(RecordKind.TRAFFIC, [cut] * len(part), len(rows), part)

    named = {row.get("period_start") for row in rows}
    absent = [
        period
        for period in span.begun(pull, where)
        if period.isoformat() not in named and period not in unknown and (delay == _NO_DELAY or age(period) >= delay)
    ]
    # a row that does not say which period it is of may be of any
    is_known = not hides and all(isinstance(name, str) and _DAY.fullmatch(name) for name in named)
    filled = [{"period_start": period, **dict.fromkeys(counts, 0 if is_known else None)} for period in absent]
    frame = pl.concat(
        [
            given.frame.filter(is_whole & given.frame["period_start"].is_between(span.first, span.last)),
            fit(
                RecordKind.TRAFFIC,
                pl.DataFrame(filled, {"period_start": pl.Date, **dict.fromkeys(counts, pl.Int64)}).with_columns(
                    grain=pl.lit(span.grain)
                ),
                required=("period_start",),
            ).frame,
        ]
    )
    settled = [age(period) >= delay for period in frame["period_start"]]
    refusals = (*wire.refused, *given.refused, *refused, *_unknown(span, unknown))
    return Page(
        {RecordKind.TRAFFIC: frame.with_columns(settled=pl.Series(settled, dtype=pl.Boolean))},
        rows_read=frame.height + len(refusals),
        refused=refusals,
        cursor=pull.window.end,
        zone=where.key,
        notes=notes,
    )


def _unknown(span: Span, unknown: Mapping[date, str]) -> Iterator[Refusal]:
    for period, reason in unknown.items():
        key = json.dumps({"grain": span.grain, "period_start": period.isoformat()})
        yield Refusal(str(RecordKind.TRAFFIC), f"{span.grain} of {period}: {reason}", "{}", key, period)


def each_period(  # noqa: PLR0913 - what vendors differ in
    pull: Pull[Any],
    span: Span,
    ask: Callable[[datetime, datetime], Answer],
    read: Callable[[Answer], Mapping[str, object]],
    counts: Sequence[str] = COUNTS,
    *,
    unknown: Mapping[date, str] = _NOTHING,
) -> Page:
    """
    Ask once a period, where the vendor has no buckets of this grain, several at once.

    Args:
        pull: the pull it belongs to.
        span: the periods wanted.
        ask: gets the counts between two instants, half-open, in the pull's zone.
        read: the counts in an answer.
        counts: which of them the vendor counts.
        unknown: periods that are not asked for, each with the reason.
    """
    begun = [period for period in span.begun(pull) if period not in unknown]
    asks = [partial(ask, *instants(period, span.grain, pull.zone)) for period in begun]
    # the first alone: credentials that are refused are refused once
    answers = [*(ask_one() for ask_one in asks[:1]), *together(asks[1:], pull.client.concurrency)]
    rows = [{**read(answer), "period_start": period.isoformat()} for period, answer in zip(begun, answers, strict=True)]
    page = traffic_page(pull, span, rows, counts=counts, unknown=unknown)
    return replace(page, rows_read=len(rows) + len(unknown))
