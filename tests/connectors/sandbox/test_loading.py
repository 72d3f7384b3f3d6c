"""From the data file to orders."""

from datetime import UTC, datetime

import polars as pl

from connectors.sandbox.loading import DATA, load_orders


def test_the_whole_shop_is_large_enough_to_measure_with() -> None:
    """The data file stays below a megabyte and holds more than 10,000 orders."""
    assert 10_446 == len(load_orders("all"))
    assert 699_113 == DATA.stat().st_size


def test_the_export_shop_is_what_went_abroad(rows: pl.DataFrame) -> None:
    """Every order and every refund from outside the United Kingdom is there, to the penny."""
    orders = load_orders("export")
    sold, returned = rows.filter(pl.col("RefundOf").is_null()), rows.filter(pl.col("RefundOf").is_not_null())
    pence = (pl.col("Quantity") * pl.col("UnitPrice") * 100).cast(pl.Int64).sum()

    assert sold["InvoiceNo"].n_unique() == len(orders)
    assert sold.select(pence).item() == sum(order.total for order in orders)
    assert -returned.select(pence).item() == sum(order.paid_back for order in orders)


def test_postage_is_shipping_not_a_line(rows: pl.DataFrame) -> None:
    """No line of an order is postage, and what postage cost is the order's shipping."""
    orders = load_orders("export")
    postage = rows.filter(pl.col("StockCode").is_in(["POST", "DOT", "C2"]), pl.col("RefundOf").is_null())

    assert set() == {"POST", "DOT", "C2"} & {line.sku for order in orders for line in order.lines}
    assert postage.select((pl.col("Quantity") * pl.col("UnitPrice") * 100).sum()).item() == sum(
        order.shipping for order in orders
    )


def test_nothing_comes_back_that_was_not_sold() -> None:
    """A line never has more units returned than were ordered, nor an order more money."""
    for order in load_orders("all"):
        assert all(order.returned[line.number] <= line.quantity for line in order.lines)
        assert order.paid_back <= order.total
        assert all(refund.at > order.created_at for refund in order.refunds)


def test_times_are_london_time_told_in_utc(rows: pl.DataFrame) -> None:
    """Summer time is an hour ahead of UTC."""
    july = rows.filter(pl.col("InvoiceNo") == "560534")
    assert ["2011-07-19 12:10"] == july["InvoiceDate"].dt.strftime("%Y-%m-%d %H:%M").unique().to_list()

    (order,) = (order for order in load_orders("export") if order.number == 560534)

    assert datetime(2011, 7, 19, 11, 10, tzinfo=UTC) == order.created_at
