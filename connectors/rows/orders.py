"""
What orders of every shop have in common.

The stream they come in, their page with lines and refunds, and what is counted from them; minor units, vendors' ways to
write times, business days, customers.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import polars as pl

from connectors.records import MONEY, TIME, RecordKind
from connectors.rows.validate import Fitted, fit, keep_whole
from connectors.source import Page, Pull, SettingsT, Silent, Stream
from okr_config.delivery import Refusal, Window

ORDER_METRICS = (
    "shop.orders",
    "shop.units_sold",
    "shop.units_refunded",
    "shop.gross_revenue",
    "shop.net_revenue",
    "shop.refunds",
    "shop.customers_new",
    "shop.average_order_value",
)
"""What can be counted from orders with their lines and refunds."""

# ISO 4217: every other currency has two decimals
_NO_DECIMALS = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


def orders_stream(
    pull: Callable[[Pull[SettingsT]], Iterator[Page]],
    *,
    lookback: timedelta = timedelta(minutes=10),
    refunds_follow: bool = True,
    changes: Silent[SettingsT] | None = None,
    bounded: bool = True,
) -> Stream[SettingsT]:
    """
    Declare a stream of orders that come with all their lines.

    Args:
        pull: yields their pages.
        lookback: how far it looks back.
        refunds_follow: an order comes with all its refunds; else they come on their own, as pages without orders.
        changes: what the vendor changes without telling.
        bounded: a pull reads no further than its window goes.
    """
    kinds = (RecordKind.ORDERS, RecordKind.ORDER_LINES, RecordKind.REFUNDS)
    children = kinds[1 : 2 + refunds_follow]
    return Stream(
        "orders", kinds, "merge", pull, lookback=lookback, children=children, changes=changes, bounded=bounded
    )


def read_again(pull: Callable[[Pull[SettingsT]], Iterator[Page]]) -> Callable[[Pull[SettingsT]], Iterator[Page]]:
    """
    Return a listing for vendors whose orders are found by their change alone: none is changed before it is made.

    What changes while it is read must not fall out of it: it ends a day from now.
    """

    def listing(given: Pull[SettingsT]) -> Iterator[Page]:
        return pull(replace(given, window=Window(given.window.start, given.window.end + timedelta(days=1))))

    return listing


def order_page(
    wire: Fitted, orders: Fitted, lines: Fitted, refunds: Fitted | None = None, *, zone: str | None = None
) -> Page:
    """
    Return orders with their lines and refunds; one of which a part does not fit is left as it was.

    Args:
        wire: the orders as they were read.
        orders: canonical rows made of them.
        lines: the same of their lines.
        refunds: the same of their refunds, where these come with them.
        zone: the shop's own, where the vendor tells it.
    """
    families = {RecordKind.ORDERS: orders, RecordKind.ORDER_LINES: lines}
    if refunds:
        families[RecordKind.REFUNDS] = refunds
    whole = keep_whole("order_id", *families.values())
    return Page(
        dict(zip(families, whole, strict=True)),
        rows_read=wire.frame.height + len(wire.refused),
        refused=(*wire.refused, *orders.refused, *_dated(orders.frame, lines), *_dated(orders.frame, refunds)),
        cursor=cast("datetime | None", whole[0]["updated_at"].max()),
        zone=zone,
    )


def _dated(orders: pl.DataFrame, part: Fitted | None) -> Iterator[Refusal]:
    """Give refused lines or refunds the day and the mark of their order, which is not landed either."""
    if not (part and part.refused):
        return
    known = orders.select("order_id", "day", "updated_at").rows_by_key("order_id", unique=True)
    for refusal in part.refused:
        day, changed_at = known.get(json.loads(refusal.row_key).get("order_id"), (None, None))
        yield replace(refusal, day=day, changed_at=changed_at)


def refund_page(wire: Fitted, rows: pl.DataFrame, newest: datetime | None = None) -> Page:
    """
    Return refunds that come on their own, of orders of any age; one that names no order comes off none, and is refused.

    Args:
        wire: the refunds as they were read.
        rows: columns of the kind.
        newest: the mark they reach.
    """
    named = rows.filter(pl.col("order_id").is_not_null())
    refunds = fit(RecordKind.REFUNDS, named, required=("order_id", "refund_id", "created_at", "amount"))
    return Page(
        {RecordKind.REFUNDS: refunds.frame},
        rows_read=wire.frame.height + len(wire.refused),
        refused=(*wire.refused, *refunds.refused, *_of_no_order(rows)),
        cursor=newest,
    )


def _of_no_order(rows: pl.DataFrame) -> Iterator[Refusal]:
    """Refuse refunds that name no order, on the day they were made; one of nothing changes nothing."""
    lost = fit(RecordKind.REFUNDS, rows.filter(pl.col("order_id").is_null()), required=("refund_id", "amount"))
    yield from lost.refused
    for refund, made_at in lost.frame.filter(pl.col("amount") != 0).select("refund_id", "created_at").iter_rows():
        # an empty order is that of no order known
        key = json.dumps({"order_id": "", "refund_id": refund})
        day = made_at.date() if made_at else None
        yield Refusal(
            str(RecordKind.REFUNDS), "the refund names no sale", '{"order_id": "not told"}', key, day, made_at
        )


_KNOWN = ("order_id", "created_at", "updated_at", "status", "is_sale", "currency", "gross_amount")


def fit_orders(
    pull: Pull[Any], rows: pl.DataFrame, *, zone: str | None = None, required: Collection[str] = _KNOWN
) -> Fitted:
    """
    Give orders their schema, their customer's hash and their day: that of the payment, else the one they were made.

    Args:
        pull: the pull they belong to.
        rows: columns of the kind, `customer_key` with the vendor's id.
        zone: whose days they are, where the vendor tells the shop's.
        required: what must be known of an order, where the vendor promises other things.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not fit.
    """
    fitted = fit(RecordKind.ORDERS, rows, required=required)
    day = business_day(pl.coalesce("paid_at", "created_at"), zone or pull.zone.key)
    return replace(fitted, frame=hash_customers(fitted.frame, pull.customer_key).with_columns(day=day))


def items_of(orders: pl.DataFrame, listed: str, *beside: str, order_id: str = "id") -> pl.DataFrame:
    """Give each object in a list of an order its own row, beside `order_id` and other columns of the order."""
    rows = orders.select(*beside, order_id=order_id, item=listed)
    return rows.explode("item").drop_nulls("item").unnest("item")


def from_minor(
    amount: pl.Expr,
    currency: pl.Expr,
    *,
    two_decimals: tuple[str, ...] = (),
    no_decimals: tuple[str, ...] = (),
) -> pl.Expr:
    """
    Turn a whole number of minor units into an amount, exactly.

    Args:
        amount: text or integers; what is not a whole number becomes null.
        currency: ISO code in capitals.
        two_decimals: currencies that the vendor writes with two decimals although they have none.
        no_decimals: currencies that the vendor writes without decimals although they have two.
    """
    # digits are moved in the text: a division of decimals would have to round
    none = [code for code in (*_NO_DECIMALS, *no_decimals) if code not in two_decimals]
    places = (
        pl.when(currency.is_in(none)).then(0).when(currency.is_in(_THREE_DECIMALS)).then(3).otherwise(2).cast(pl.Int64)
    )
    text = amount.cast(pl.String)
    digits = text.str.strip_prefix("-").str.zfill(4)
    whole = digits.str.slice(0, digits.str.len_chars().cast(pl.Int64) - places)
    written = pl.concat_str(
        pl.when(text.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit("")),
        whole,
        pl.lit("."),
        digits.str.tail(places),
        pl.lit("0"),
    )
    return pl.when(text.str.contains(r"^-?\d+$")).then(written).cast(MONEY, strict=False)


def unix_seconds(seconds: pl.Expr) -> pl.Expr:
    """Turn seconds since 1970, text or number, into times."""
    return pl.from_epoch(seconds.cast(pl.Int64, strict=False), "s").dt.cast_time_unit("us").dt.replace_time_zone("UTC")


def naive_utc(text: pl.Expr) -> pl.Expr:
    """Read times that are in UTC but do not say so, with a T or a space between day and hour."""
    plain = text.str.replace(" ", "T", literal=True).str.strip_suffix("Z")
    return plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False).dt.replace_time_zone("UTC")


def whole_units(quantity: pl.Expr) -> pl.Expr:
    """
    Read the text of a quantity as a count.

    Of a fraction (a weight or a length) and of less than nothing (a thing taken in exchange) the units are unknown:
    their money counts.
    """
    return pl.when(~quantity.str.contains(r"^-|\.\d*[1-9]")).then(quantity.str.replace(r"\.0*$", ""))


def unit_count(name: str) -> pl.Expr:
    """Read the text of a quantity as the number it is; unknown where it is no count."""
    return whole_units(pl.col(name)).cast(pl.Int64, strict=False)


def business_day(moment: pl.Expr, zone: str) -> pl.Expr:
    """Return the day on the shop's own calendar."""
    return moment.cast(TIME).dt.convert_time_zone(zone).dt.date()


def hash_customers(orders: pl.DataFrame, customer_key: Callable[[str], str]) -> pl.DataFrame:
    """Replace the vendor's customer ids by keyed hashes; an empty id or 0 is a guest, whom nobody counts."""
    guest = pl.col("customer_key").is_in(["", "0"])
    orders = orders.with_columns(customer_key=pl.when(~guest).then("customer_key"))
    keys = {customer: customer_key(customer) for customer in orders["customer_key"].drop_nulls().unique()}
    return orders.with_columns(pl.col("customer_key").replace_strict(keys, return_dtype=pl.String))


def with_paid_back(
    nodes: pl.DataFrame, lines: pl.DataFrame, *, key: str, amount: str, returned: pl.Expr
) -> pl.DataFrame:
    """
    Add `paid_back` and `units` to orders whose vendor tells only what was refunded of each in all.

    Args:
        nodes: orders; their amount may be left out where there is no refund.
        lines: their lines, by `order_id`.
        key: the orders' id.
        amount: column of what was paid back.
        returned: units of a line that came back; one that is not known leaves the sum unknown.
    """
    units = lines.group_by(pl.col("order_id").alias(key)).agg(
        units=pl.when(~returned.is_null().any()).then(returned.sum())
    )
    nothing = pl.when(pl.col("units") == 0).then(pl.lit("0"))
    return nodes.join(units, on=key, how="left", maintain_order="left").with_columns(
        paid_back=pl.coalesce(amount, nothing)
    )


def refund_totals(nodes: pl.DataFrame, *, key: str, currency: str) -> Fitted:
    """Return one undated refund for each order of `with_paid_back` of which money or units came back."""
    some = (pl.col("paid_back").cast(MONEY, strict=False) > 0) | (pl.col("units") > 0)
    return fit(
        RecordKind.REFUNDS,
        nodes.filter(some).select(
            order_id=key, refund_id=pl.lit("all"), currency=currency, amount="paid_back", quantity="units"
        ),
        required=("order_id", "refund_id"),
    )
