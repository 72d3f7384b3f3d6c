"""
Medusa 2 through its Admin API: orders with their lines and refunds, and how many products are published.

A sale is an order whose payment was captured, wholly or in part, that is neither a draft nor cancelled; what was
charged is what the order's summary says was paid. A capture does not touch an order's `updated_at` (seen on 2.21), and
whether paying back does is not promised: orders of the running periods are read again once a day. The API knows no
time zone: days are those of `timezone`, by when the order was placed. Version 1 wrote amounts in cents, under other
paths: it is not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import polars as pl
from pydantic import SecretStr

from connectors.auth.tokens import basic
from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, in_batches, offset
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    order_page,
    orders_stream,
    unit_count,
    whole_units,
)
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_LIMIT = 100
_PAID = ("captured", "partially_captured", "partially_refunded", "refunded")
_FIELDS = (
    "id,status,currency_code,created_at,updated_at,payment_status,total,tax_total,shipping_total,customer_id,"
    "summary.paid_total,summary.refunded_total,items.id,items.title,items.variant_sku,items.product_id,items.quantity,"
    "items.total,items.is_giftcard,items.detail.return_received_quantity,items.detail.return_dismissed_quantity,"
    "items.detail.written_off_quantity,payment_collections.payments.refunds.id,payment_collections.payments.refunds.amount,payment_collections.payments.refunds.created_at"
)

# units that came back, came back damaged, or were replaced by a claim, whose own item is another line
_NOT_KEPT = ("return_received_quantity", "return_dismissed_quantity", "written_off_quantity")
_PLAIN = ("id", "status", "currency_code", "created_at", "updated_at", "payment_status", "total", "tax_total")
_PAYMENT = shape(refunds=pl.List(shape(id=TEXT, amount=TEXT, created_at=TEXT)))
_ORDER_WIRE: Wire = {
    **dict.fromkeys((*_PLAIN, "shipping_total", "customer_id"), TEXT),
    "summary": shape(paid_total=TEXT, refunded_total=TEXT),
    "items": pl.List(
        shape(
            **dict.fromkeys(("id", "title", "variant_sku", "product_id", "quantity", "total", "is_giftcard"), TEXT),
            detail=shape(**dict.fromkeys(_NOT_KEPT, TEXT)),
        )
    ),
    "payment_collections": pl.List(shape(payments=pl.List(_PAYMENT))),
}


class Settings(SourceSettings):
    """One Medusa server."""

    identity: ClassVar[tuple[str, ...]] = ("url",)

    url: WebAddress
    """Root of the server, such as https://shop.example."""
    api_key: SecretStr
    """Secret key, as the admin's settings make it."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    # by their creation nothing moves while we read; then what was changed of older ones
    yield from _placed(pull)
    yield from _read(pull, {"updated_at[$gte]": _instant(pull), "created_at[$lt]": _instant(pull)})


def _placed(pull: Pull[Settings]) -> Iterator[Page]:
    yield from _read(pull, {"created_at[$gte]": _instant(pull)})


def _instant(pull: Pull[Settings]) -> str:
    return f"{pull.window.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _read(pull: Pull[Settings], span: Mapping[str, str]) -> Iterator[Page]:
    params = {"fields": _FIELDS, "order": "created_at", "limit": str(_LIMIT), **span}
    for batch in ahead(in_batches(_list(pull, params))):
        yield _page(pull, [answer.body for answer in batch])


def _list(pull: Pull[Settings], params: Mapping[str, str]) -> Iterator[Answer]:
    return offset(
        lambda skipped: pull.client.get("/admin/orders", params={**params, "offset": str(skipped)}),
        lambda answer: len(_told(answer)["orders"]),
        limit=_LIMIT,
        total=lambda answer: int(_told(answer)["count"]),
        in_flight=pull.client.concurrency,
        key=lambda answer: [str(order.get("id")) for order in _told(answer)["orders"]],
        gap=pull.client.report_gap,
    )


def _told(answer: Answer) -> dict[str, Any]:
    match answer.json():
        case {"orders": list(), "count": int()} as told:
            return cast("dict[str, Any]", told)
        case _:
            raise RequestError("bad_answer", "answered without a list of orders, or without their number")


def _page(pull: Pull[Settings], bodies: Sequence[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, ("orders",), _ORDER_WIRE)
    nodes = wire.frame.unique("id", keep="last", maintain_order=True)
    return order_page(wire, _order_rows(pull, nodes), _line_rows(nodes), _refund_rows(nodes))


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    summary = pl.col("summary").struct
    paid = pl.col("payment_status").is_in(_PAID).fill_null(value=False)
    return fit_orders(
        pull,
        nodes.select(
            "created_at",
            "updated_at",
            order_id="id",
            status="payment_status",
            is_sale=paid & ~pl.col("status").is_in(["canceled", "draft"]).fill_null(value=False),
            test=False,
            currency=pl.col("currency_code").str.to_uppercase(),
            # what has come back by a return is off the total, but was charged
            gross_amount=pl.when(paid).then(pl.coalesce(summary.field("paid_total"), "total")).otherwise("total"),
            refunded_amount=summary.field("refunded_total"),
            tax_amount="tax_total",
            shipping_amount="shipping_total",
            customer_key="customer_id",
        ),
        required=("order_id", "created_at", "updated_at", "currency", "gross_amount"),
    )


def _line_rows(nodes: pl.DataFrame) -> Fitted:
    return fit(
        RecordKind.ORDER_LINES,
        _items(nodes, "items").select(
            "order_id",
            "product_id",
            "title",
            line_id="id",
            sku="variant_sku",
            quantity=whole_units(pl.col("quantity")),
            current_quantity=(unit_count("quantity") - _came_back(pl.col("detail"))).clip(lower_bound=0),
            is_gift_card="is_giftcard",
            currency="currency",
            amount="total",
        ),
        required=("order_id", "line_id"),
    )


def _came_back(detail: pl.Expr) -> pl.Expr:
    """Return the units of a line that are not with the customer; what came back damaged is written off as well."""
    received, dismissed, written_off = (detail.struct.field(name).cast(pl.Int64, strict=False) for name in _NOT_KEPT)
    return received + pl.max_horizontal(dismissed.fill_null(0), written_off.fill_null(0))


def _refund_rows(nodes: pl.DataFrame) -> Fitted:
    """Return refunds; units come back by returns, not by refunds: the newest refund of an order counts them."""
    back = _came_back(pl.element().struct.field("detail"))
    units = nodes.select(order_id="id", back=pl.col("items").list.eval(back))
    known = ~pl.col("back").list.eval(pl.element().is_null()).list.any()
    units = units.with_columns(units=pl.when(known).then(pl.col("back").list.sum()))
    collections = _items(nodes, "payment_collections").select("order_id", "currency", item="payments")
    payments = collections.explode("item").drop_nulls("item").unnest("item").rename({"refunds": "item"})
    refunds = payments.explode("item").drop_nulls("item").unnest("item").join(units, on="order_id", how="left")
    newest = pl.col("created_at") == pl.col("created_at").max().over("order_id")
    first_of_these = newest & (pl.col("id") == pl.col("id").filter(newest).min().over("order_id"))
    return fit(
        RecordKind.REFUNDS,
        refunds.select(
            "order_id",
            "created_at",
            "currency",
            refund_id="id",
            amount=pl.col("amount").cast(MONEY, strict=False),
            quantity=pl.when(first_of_these).then("units").otherwise(0 * pl.col("units")),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )


def _items(nodes: pl.DataFrame, name: str) -> pl.DataFrame:
    currency = pl.col("currency_code").str.to_uppercase()
    return nodes.select(order_id="id", currency=currency, item=name).explode("item").drop_nulls("item").unnest("item")


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    told = pull.client.get("/admin/products", params={"status[]": "published", "limit": "1", "fields": "id"}).json()
    yield look_at_shop(pull, {"shop.products_published": int(told["count"])})


def _look(pull: Pull[Settings]) -> SourceHealth:
    params = {"limit": "1", "order": "-created_at", "fields": "id,created_at"}
    match pull.client.get("/admin/orders", params=params).json():
        case {"orders": [{"created_at": str(created)}]}:
            return SourceHealth(account=pull.settings.url, newest=datetime.fromisoformat(created))
        case _:
            return SourceHealth(account=pull.settings.url)


SOURCE = Source(
    name="medusa",
    title="Medusa",
    settings=Settings,
    streams=(
        orders_stream(
            _orders,
            changes=Silent("payments captured or paid back, which may not touch their order", _placed),
            bounded=False,
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://docs.medusajs.com/api/admin",
    url=lambda settings: settings.url,
    auth=lambda settings: {"authorization": basic(settings.api_key.get_secret_value(), "")},
    scopes=("a secret API key; it may do what the user who made it may",),
    concurrency=2,
    history="all orders",
    delay="none; a refund of an order older than 90 days is seen when something else about it changes",
    limits="none of its own",
    version="2",
    steps=(
        "In the Medusa admin open Settings > Secret API Keys and choose Create.",
        "Copy the key that begins with sk_: it is shown once.",
        "Set `timezone` to the shop's: the API does not tell it.",
    ),
    probe=_look,
)
