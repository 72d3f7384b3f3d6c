"""What cities and countries count: births, deaths, licences, police stops, calls."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from series.frame import TWO_YEARS, by_size, cut, thirds
from series.packages import Found, Packages


def births(packages: Packages) -> Iterator[Found]:
    """Births a day: of the whole country, and of states of all sizes."""
    day = pl.col("date").str.slice(0, 10).str.to_date()
    nation = pl.concat(
        packages.r_data("mosaicData", item).select(day=day, value=pl.col("births").cast(pl.Float64), item=pl.lit(item))
        for item in ("BirthsCDC", "BirthsSSA")
    )
    for (item,), rows in nation.group_by("item", maintain_order=True):
        for place, stretch in enumerate(cut(rows, every=900)):
            yield Found(f"births/{item}_{place}", "visitors_births", stretch)
    states = packages.r_data("mosaicData", "Birthdays").select(
        "state", day=day, value=pl.col("births").cast(pl.Float64)
    )
    for place, name in enumerate(by_size(states, "state", weigh="value")[::6]):
        stretches = cut(states.filter(pl.col("state") == name), every=TWO_YEARS)
        yield Found(f"births/{name}", "visitors_births", stretches[place % len(stretches)])


def stops(packages: Packages) -> Iterator[Found]:
    """Police stops in Minneapolis, by precinct, neighbourhood and reason."""
    rows = packages.r_data("carData", "MplsStops").select(
        pl.col("problem", "policePrecinct", "neighborhood").cast(pl.String),
        day=pl.col("date").cast(pl.String).str.to_datetime("%Y-%m-%dT%H:%M:%SZ").dt.offset_by("-6h").dt.date(),
    )
    yield from thirds(rows, "stops", {"problem": (1, 2), "policePrecinct": (1, 5), "neighborhood": (3, 22)})


def pets(packages: Packages) -> Iterator[Found]:
    """Pet licences issued in Seattle, by species and by post code, from the year they are complete."""
    rows = packages.r_data("openintro", "seattlepets").select(
        pl.col("species", "zip_code").cast(pl.String).str.slice(0, 5),
        day=pl.col("license_issue_date").cast(pl.String).str.slice(0, 10).str.to_date(),
    )
    some = rows.filter(pl.col("day") >= date(2017, 7, 1), pl.col("zip_code").str.starts_with("98"))
    yield from thirds(some, "pets", {"species": (1, 2), "zip_code": (2, 20)})


def deaths(packages: Packages) -> Iterator[Found]:
    """Deaths a day in Puerto Rico."""
    days = packages.r_data("dslabs", "pr_death_counts").select(
        day=pl.col("date").cast(pl.String).str.slice(0, 10).str.to_date(), value=pl.col("deaths").cast(pl.Float64)
    )
    for place, stretch in enumerate(cut(days, every=200)):
        yield Found(f"deaths/{place}", ("visitors_deaths", "stock_deaths")[place % 2], stretch)


def calls(packages: Packages) -> Iterator[Found]:
    """Calls to a bank, by the hour of the day."""
    rows = packages.r_data("fpp3", "bank_calls").select(
        moment=pl.col("DateTime").cast(pl.String).str.slice(0, 19).str.to_datetime(),
        value=pl.col("Calls").cast(pl.Float64),
    )
    hourly = rows.group_by(day=pl.col("moment").dt.date(), hour=pl.col("moment").dt.hour()).agg(pl.col("value").sum())
    for place, hour in enumerate(range(7, 21)):
        kind = ("visitors", "sales", "stock")[place % 3]
        yield Found(f"calls/{hour}", f"{kind}_calls", hourly.filter(pl.col("hour") == hour).select("day", "value"))


def breaches(packages: Packages) -> Iterator[Found]:
    """Breaches of health data reported to the ministry, by what happened, to whom and where."""
    rows = packages.r_data("Ecdat", "HHSCyberSecurityBreaches").select(
        day=pl.col("Breach.Submission.Date").cast(pl.String).str.slice(0, 10).str.to_date(),
        all=pl.lit("all"),
        type=pl.col("Type.of.Breach").cast(pl.String),
        entity=pl.col("Covered.Entity.Type").cast(pl.String),
        place=pl.col("Location.of.Breached.Information").cast(pl.String),
        state=pl.col("State").cast(pl.String),
    )
    some = rows.filter(pl.col("day") >= date(2010, 1, 1), pl.col("day") < date(2015, 1, 1))
    yield from thirds(some, "breaches", {"all": (1, 1), "type": (1, 1), "entity": (1, 2), "place": (1, 4)})
