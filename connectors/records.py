"""
The record kinds: what every connector's pages look like, whoever the vendor is.

A connector hands over frames with exactly these columns; the warehouse has a table for each kind. Times are UTC,
`day` is the business day in the source's own zone, money is Decimal(18, 4) with its currency beside it. A value the
vendor does not give is null, never 0. Nobody's name, address or e-mail has a column here.
"""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

TIME = pl.Datetime("us", "UTC")
MONEY = pl.Decimal(18, 4)
VALUE = pl.Decimal(24, 6)


class RecordKind(StrEnum):
    """Names of the kinds."""

    ORDERS = "orders"
    ORDER_LINES = "order_lines"
    REFUNDS = "refunds"
    PRODUCTS = "products"
    SHOP_STATE = "shop_state"
    TRAFFIC = "traffic"
    ACCOUNTS = "accounts"
    OBSERVATIONS = "observations"
    RATES = "rates"


SCHEMAS: Mapping[RecordKind, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    # is_sale: paid, not a test, not cancelled; a refund does not unmake it
    RecordKind.ORDERS: {
        "order_id": pl.String,
        "created_at": TIME,
        "paid_at": TIME,
        "updated_at": TIME,
        "day": pl.Date,
        "status": pl.String,
        "is_sale": pl.Boolean,
        "test": pl.Boolean,
        "currency": pl.String,
        "gross_amount": MONEY,
        "refunded_amount": MONEY,
        "tax_amount": MONEY,
        "shipping_amount": MONEY,
        "customer_key": pl.String,
    },
    # quantity: as ordered; current_quantity: after edits and refunds
    RecordKind.ORDER_LINES: {
        "order_id": pl.String,
        "line_id": pl.String,
        "product_id": pl.String,
        "sku": pl.String,
        "title": pl.String,
        "quantity": pl.Int64,
        "current_quantity": pl.Int64,
        "is_gift_card": pl.Boolean,
        "currency": pl.String,
        "amount": MONEY,
    },
    RecordKind.REFUNDS: {
        "order_id": pl.String,
        "refund_id": pl.String,
        "created_at": TIME,
        "currency": pl.String,
        "amount": MONEY,
        "quantity": pl.Int64,
    },
    RecordKind.PRODUCTS: {
        "product_id": pl.String,
        "title": pl.String,
        "status": pl.String,
        "published": pl.Boolean,
        "updated_at": TIME,
    },
    # one row per probe (a shop.* probe metric) and look
    RecordKind.SHOP_STATE: {
        "probe": pl.String,
        "observed_at": TIME,
        "value": pl.Int64,
    },
    # period_start: the source's own day, week (its Monday) or month
    RecordKind.TRAFFIC: {
        "grain": pl.String,
        "period_start": pl.Date,
        "visitors": pl.Int64,
        "visits": pl.Int64,
        "pageviews": pl.Int64,
        "settled": pl.Boolean,
    },
    # precision: 0 exact, else the step it is rounded to; 1 where the vendor calls it approximate
    RecordKind.ACCOUNTS: {
        "account": pl.String,
        "metric": pl.String,
        "observed_at": TIME,
        "followers": pl.Int64,
        "posts": pl.Int64,
        "precision": pl.Int64,
    },
    # period_start: first instant of the day, week or month in the source's zone, or the instant itself
    RecordKind.OBSERVATIONS: {
        "metric": pl.String,
        "account": pl.String,
        "grain": pl.String,
        "period_start": pl.Date,
        "value": VALUE,
        "unit": pl.String,
        "currency": pl.String,
        "settled": pl.Boolean,
    },
    # rate: units of the currency for one euro
    RecordKind.RATES: {
        "currency": pl.String,
        "day": pl.Date,
        "rate": pl.Decimal(24, 10),
    },
}


def empty(kind: RecordKind) -> pl.DataFrame:
    """No rows of a kind, with its columns."""
    return pl.DataFrame(schema=dict(SCHEMAS[kind]))


KEYS: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.ORDERS: ("order_id",),
    RecordKind.ORDER_LINES: ("order_id", "line_id"),
    RecordKind.REFUNDS: ("order_id", "refund_id"),
    RecordKind.PRODUCTS: ("product_id",),
    RecordKind.SHOP_STATE: ("probe", "observed_at"),
    RecordKind.TRAFFIC: ("grain", "period_start"),
    RecordKind.ACCOUNTS: ("account", "metric", "observed_at"),
    RecordKind.OBSERVATIONS: ("metric", "account", "grain", "period_start", "currency"),
    RecordKind.RATES: ("currency", "day"),
}
"""Columns that together name one row of a source; of two rows with one name the later one counts."""
