"""Observations as the measures read them: one series at a time, in the wanted currency, cut at the judged instant."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from scorecard.measures.currency import Rates
from scorecard.span import Span, midnight, period_end

_SAID = ("source_id", "account", "grain", "period_start", "observed_at", "value", "currency", "settled")
FINEST_FIRST = ("day", "instant", "week", "month")


class Point(NamedTuple):
    """
    One observed value.

    at: the end of its period, or its instant. value: in the wanted currency, None where a rate is missing. mark: all
    that it says, as text. unknown: entries whose part nobody tells: the value is the least it can be.
    """

    source_id: str
    account: str
    grain: str
    day: date
    at: datetime
    value: Decimal | None
    currency: str
    settled: bool
    loaded_at: datetime
    mark: str
    unknown: int = 0

    @property
    def is_told(self) -> bool:
        """Whether anything of its value is known."""
        return not self.unknown or self.value != 0


class Series(tuple[Point, ...]):
    """The points of one series that count at an instant, oldest first."""

    __slots__ = ()

    @property
    def sources(self) -> frozenset[str]:
        """The sources they came from."""
        return frozenset(point.source_id for point in self)

    def finest(self) -> "Series":
        """Keep each source's finest grain, so that days and the weeks made of them are not both added."""
        grains: dict[str, int] = {}
        for point in self:
            rank = FINEST_FIRST.index(point.grain)
            grains[point.source_id] = min(rank, grains.get(point.source_id, rank))
        return Series(point for point in self if FINEST_FIRST.index(point.grain) == grains[point.source_id])


class Observations:
    """All series by name."""

    def __init__(self, frame: pl.DataFrame, rates: Rates) -> None:
        said = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _SAID], separator="|")
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        unknown = pl.col("unknown").fill_null(0)
        # where only unknown entries tell of a day, nothing is the least it can be
        least = pl.when(unknown > 0).then(pl.col("value").fill_null(0)).otherwise("value")
        marked = pl.when(unknown > 0).then(said + "|unknown " + unknown.cast(pl.String)).otherwise(said).alias("mark")
        told = frame.with_columns(marked, unknown=unknown, value=least).drop_nulls("value")
        for series, *row in told.select("series", *_SAID, "loaded_at", "mark", "unknown").rows():
            self._rows[series].append(tuple(row))
        self._rates = rates
        self._read = lru_cache(maxsize=None)(self._read_series)

    def series(self, name: str, *, span: Span, currency: str, sources: Collection[str] = ()) -> Series:
        """
        Return the points of a series about times before the judged instant, from some sources or (none named) from all.

        What the open day, week or month has shown so far counts when it was landed by the judged instant; what is
        dated later is a plan and no observation.
        """
        points, judged = self._read(name, span.zone, currency), span.judged
        known = bisect_right(points, judged, key=lambda point: point.at)
        opened = (point for point in points[known:] if _is_open(point, span.zone, judged))
        found = (*points[:known], *(point._replace(at=judged) for point in opened))
        return Series(point for point in found if point.source_id in sources) if sources else Series(found)

    def _read_series(self, name: str, zone: ZoneInfo, currency: str) -> tuple[Point, ...]:
        points = []
        for (
            source_id,
            account,
            grain,
            day,
            observed_at,
            value,
            own,
            settled,
            loaded_at,
            mark,
            unknown,
        ) in self._rows.get(name, ()):
            at = observed_at if grain == "instant" and observed_at else period_end(day, grain, zone)
            converted = self._rates.convert(value, own, currency, day) if own else value
            said = mark if converted is value else f"{mark}={converted}"
            points.append(
                Point(
                    source_id,
                    account or "",
                    grain,
                    day,
                    at,
                    converted,
                    own or "",
                    settled is not False,
                    loaded_at,
                    said,
                    unknown,
                )
            )
        return tuple(sorted(points, key=lambda point: (point.at, point.mark)))


def seen_at(point: Point, zone: ZoneInfo) -> datetime:
    """Return how far a point's knowledge reaches: the end of its period, or its landing while that was open."""
    return max(midnight(point.day, zone), min(point.at, point.loaded_at)) if point.grain != "instant" else point.at


def _is_open(point: Point, zone: ZoneInfo, judged: datetime) -> bool:
    """Whether a point tells of a period that has begun and not ended, and did so by then."""
    return point.grain != "instant" and point.loaded_at <= judged and midnight(point.day, zone) < judged
