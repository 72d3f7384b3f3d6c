"""Reads the orders from the data file beside it; `data/README.md` says where they come from."""

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Literal

import polars as pl

from connectors.sandbox.orders import Line, Order, Refund

DATA = Path(__file__).parent / "data" / "online_retail.parquet"
ZONE = "Europe/London"

ShopPart = Literal["export", "all"]

_SHIPPING = pl.col("StockCode").is_in(["POST", "DOT", "C2"])


@cache
def load_orders(part: ShopPart) -> tuple[Order, ...]:
    """Return the orders from abroad ("export"), or those and the small ones from the United Kingdom ("all")."""
    rows = pl.scan_parquet(DATA)
    if part == "export":
        rows = rows.filter(pl.col("Country") != "United Kingdom")
    frame = rows.with_columns(
        pl.col("InvoiceDate").dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC"),
        (pl.col("UnitPrice") * 100).cast(pl.Int64).alias("pence"),
    ).collect()
    sold = frame.filter(pl.col("RefundOf").is_null())
    lines = _lines_by_invoice(sold)
    refunds = _refunds_by_order(frame.filter(pl.col("RefundOf").is_not_null()))
    return tuple(
        Order(int(invoice), created_at, customer, country, lines[invoice], shipping, tuple(refunds.get(invoice, ())))
        for invoice, created_at, customer, country, shipping in sold.group_by("InvoiceNo", maintain_order=True)
        .agg(pl.col("InvoiceDate", "CustomerID", "Country").first(), _shipping_paid())
        .iter_rows()
    )


def _lines_by_invoice(sold: pl.DataFrame) -> dict[str, tuple[Line, ...]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    goods = sold.filter(~_SHIPPING).select("InvoiceNo", "Line", "StockCode", "Description", "Quantity", "pence")
    for invoice, *line in goods.iter_rows():
        lines[invoice].append(Line(*line))
    return {invoice: tuple(found) for invoice, found in lines.items()}


def _refunds_by_order(returned: pl.DataFrame) -> dict[str, list[Refund]]:
    """Group what came back; a cancellation that reaches into several orders is a refund of each."""
    refunds: dict[str, list[Refund]] = defaultdict(list)
    goods = pl.col("Quantity").filter(~_SHIPPING)
    whole = returned.group_by("InvoiceNo", "RefundOf", maintain_order=True).agg(
        pl.col("InvoiceDate").first(), pl.col("Line").filter(~_SHIPPING), goods, -_shipping_paid()
    )
    for invoice, order, at, lines, quantities, shipping in whole.iter_rows():
        units: Counter[int] = Counter()
        for line, quantity in zip(lines, quantities, strict=True):
            units[line] -= quantity
        refunds[order].append(Refund(int(invoice.removeprefix("C") + order), at, units, shipping))
    return refunds


def _shipping_paid() -> pl.Expr:
    return (pl.col("Quantity") * pl.col("pence")).filter(_SHIPPING).sum().alias("shipping")
