"""
Cut the sandbox's data from the UCI Online Retail data set, and count what was left out.

    uv run python benchmarks/make_sandbox_data.py online_retail.parquet

The source has one row per invoice line: InvoiceNo (C... is a cancellation), StockCode, Description, Quantity,
InvoiceDate, UnitPrice, CustomerID, Country. The rules are told in connectors/sandbox/data/README.md.
"""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

TARGET = Path(__file__).parents[1] / "connectors" / "sandbox" / "data" / "online_retail.parquet"
HOME = "United Kingdom"
MOST_LINES_AT_HOME = 14
GOODS = r"^(\d{5}|DCGS|gift_)"
SHIPPING = ["POST", "DOT", "C2"]


@dataclass
class Sold:
    """A sold line, and how much of it has not come back yet."""

    invoice: str
    at: datetime
    row: dict[str, object]
    left: int


def read_lines(path: Path) -> pl.DataFrame:
    """Return goods and shipping lines with clean types, in the source's order; one time and line number per invoice."""
    return (
        pl.read_parquet(path)
        .filter(pl.col("StockCode").str.contains(GOODS) | pl.col("StockCode").is_in(SHIPPING), pl.col("UnitPrice") > 0)
        .with_columns(
            pl.col("Description").str.strip_chars(),
            pl.col("Quantity").cast(pl.Int32),
            pl.col("InvoiceDate").min().over("InvoiceNo").dt.cast_time_unit("ms"),
            pl.col("UnitPrice").round(2).cast(pl.Decimal(9, 2)),
            pl.col("CustomerID").str.strip_suffix(".0").cast(pl.Int32),
            pl.int_range(1, pl.len() + 1, dtype=pl.Int16).over("InvoiceNo").alias("Line"),
            pl.lit(None, pl.String).alias("RefundOf"),
        )
    )


def take_orders(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of all invoices that sold goods."""
    sells_goods = pl.col("StockCode").str.contains(GOODS).any().over("InvoiceNo")
    return lines.filter(pl.col("InvoiceNo").str.contains(r"^\d"), pl.col("Quantity") > 0).filter(sells_goods)


def match_refunds(orders: pl.DataFrame, cancellations: pl.DataFrame, counts: Counter[str]) -> pl.DataFrame:
    """
    Return a row per order line that a cancellation takes back from, priced as it was sold.

    A cancellation takes from the customer's newest earlier order that still holds the stock code, as much as is left.
    """
    sold: dict[tuple[object, object], list[Sold]] = defaultdict(list)
    for row in orders.drop_nulls("CustomerID").sort("InvoiceDate", "InvoiceNo", "Line").iter_rows(named=True):
        sold[row["CustomerID"], row["StockCode"]].append(
            Sold(row["InvoiceNo"], row["InvoiceDate"], row, row["Quantity"])
        )
    refunds = []
    for row in cancellations.sort("InvoiceDate", "InvoiceNo", "Line").iter_rows(named=True):
        back = -row["Quantity"]
        earlier = [one for one in sold[row["CustomerID"], row["StockCode"]] if one.at < row["InvoiceDate"] and one.left]
        if not earlier:
            counts["cancelled lines without an order"] += 1
            continue
        counts["cancelled lines matched"] += 1
        for one in [one for one in earlier if one.invoice == earlier[-1].invoice]:
            taken = min(back, one.left)
            if taken:
                one.left -= taken
                back -= taken
                cancelled = {"InvoiceNo": row["InvoiceNo"], "InvoiceDate": row["InvoiceDate"], "Quantity": -taken}
                refunds.append(one.row | cancelled | {"RefundOf": one.invoice})
        counts["cancelled units beyond what was left"] += back
    return pl.DataFrame(refunds, schema=orders.schema)


def cut(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders from abroad and the small ones from home."""
    goods = pl.col("StockCode").str.contains(GOODS).sum().over("InvoiceNo")
    return orders.filter((pl.col("Country") != HOME) | (goods <= MOST_LINES_AT_HOME))


def main(source: Path) -> None:
    """Write the cut and print what it holds."""
    counts: Counter[str] = Counter()
    lines = read_lines(source)
    every_order = take_orders(lines)
    cancellations = lines.filter(pl.col("InvoiceNo").str.starts_with("C"), pl.col("Quantity") < 0)
    orders = cut(every_order)
    refunds = match_refunds(every_order, cancellations, counts)
    kept = refunds.join(orders, left_on="RefundOf", right_on="InvoiceNo", how="semi", maintain_order="left")
    whole = pl.concat([orders, kept]).sort("InvoiceDate", "InvoiceNo", "RefundOf", "Line")
    whole.write_parquet(TARGET, compression="zstd", compression_level=19, statistics=False)

    abroad = pl.col("Country") != HOME
    for name, frame in {"orders": orders, "refunds": kept}.items():
        for where, rule in {"abroad": abroad, "at home": ~abroad}.items():
            part = frame.filter(rule)
            print(f"{name} {where}: {part['InvoiceNo'].n_unique():,} invoices, {part.height:,} lines")
    for what, count in sorted(counts.items()):
        print(f"{what}: {count:,}")
    print(f"source lines left out as adjustments and fees: {pl.read_parquet(source).height - lines.height:,}")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
