"""Rows of events into daily series: groups by size, counts, stretches, days without an event."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

import polars as pl

from series.packages import Found, Packages

TWO_YEARS = 730
_FEWEST_CHANGES = 20


def cut(days: pl.DataFrame, *, every: int) -> list[pl.DataFrame]:
    """Cut consecutive stretches of that many days, a last one of half the length included."""
    first: date = days["day"].min()  # type: ignore[assignment]  a column of dates
    age = (pl.col("day") - first).dt.total_days() // every
    parts = [part for _, part in days.sort("day").group_by(age, maintain_order=True)]
    return [part for part in parts if part["day"].max() - part["day"].min() >= timedelta(days=every // 2)]  # type: ignore[operator]


def by_size(rows: pl.DataFrame, column: str, weigh: str | None = None) -> list[str]:
    """Return a column's values, most events first, equal ones by name."""
    size = pl.len() if weigh is None else pl.col(weigh).sum()
    known = rows.filter(pl.col(column).is_not_null())
    return known.group_by(column).agg(size=size).sort("size", column, descending=[True, False])[column].to_list()


def count(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Count a group's events per day."""
    return rows.filter(pl.col(column) == name).group_by("day").agg(value=pl.len().cast(pl.Float64))


def thirds(rows: pl.DataFrame, source: str, columns: dict[str, tuple[int, int]]) -> Iterator[Found]:
    """Take counts of every `step`-th group of a column, in turn as sales, as a running total, and as visits."""
    place = 0
    for column, (step, most) in columns.items():
        for name in by_size(rows, column)[: step * most : step]:
            kind = ("sales", "stock", "visitors")[place % 3]
            yield Found(f"{source}/{column}_{name}", f"{kind}_{source}", count(rows, column, name))
            place += 1


def fill(found: Found, first: date, last: date) -> pl.DataFrame:
    """Put every day from first to last into a series; sum a stock up."""
    days = pl.DataFrame({"date": pl.date_range(first, last, "1d", eager=True)})
    rows = days.join(found.days.rename({"day": "date"}), on="date", how="left").sort("date")
    value = pl.col("value").fill_null(0.0)
    return rows.select(
        series_id=pl.lit(found.name),
        kind=pl.lit(found.kind),
        date="date",
        value=(value.cum_sum() if found.kind.startswith("stock") else value).round(2),
    )


def build(
    packages: Packages, parts: Iterable[Callable[[Packages], Iterator[Found]]], whole: Sequence[str]
) -> pl.DataFrame:
    """Return all series of some sources, one after the other; those of `whole` cover their source's whole time."""
    found = [one for part in parts for one in part(packages)]
    spans: dict[str, tuple[date, date]] = {}
    for one in found:
        own = (one.days["day"].min(), one.days["day"].max())
        key = _clock(one, whole)
        before = spans.get(key, own)
        spans[key] = (min(before[0], own[0]), max(before[1], own[1]))  # type: ignore[type-var,assignment]
    series = pl.concat([fill(one, *spans[_clock(one, whole)]) for one in found]).sort("series_id", "date")
    busy = series.group_by("series_id").agg(pl.col("value").diff().ne(0.0).sum().alias("changes"))
    return series.join(busy.filter(pl.col("changes") >= _FEWEST_CHANGES), on="series_id", how="semi").sort(
        "series_id", "date"
    )


def _clock(found: Found, whole: Sequence[str]) -> str:
    """Return whose first and last day a series has: its source's, or its own."""
    source = found.name.split("/")[0]
    return source if source in whole else found.name
