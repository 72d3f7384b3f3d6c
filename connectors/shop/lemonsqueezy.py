"""
Lemon Squeezy: orders with what was bought, and renewals of subscriptions, which are orders without units.

A sale was paid, in live mode; fraud is none, and a refund does not unmake one. Disputes are not told by the API: one
that was lost counts once Lemon Squeezy refunds the order. Amounts are what customers were charged,
tax included though Lemon Squeezy passes it on, before its fee. Lists come newest first and cannot be asked for by
their change: what was made in the last 60 days is read each time. The API knows no time zone: days are those of
`timezone`.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

import polars as pl
from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import in_batches, sized_pages
from connectors.http.response import Answer
from connectors.records import RecordKind, empty
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    from_minor,
    order_page,
    orders_stream,
    unit_count,
    whole_units,
)
from connectors.rows.validate import Fitted, fit
from connectors.source import Page, Pull, Silent, Source
from okr_config.models import SourceSettings

_PER_PAGE = 100
_PAID = ("paid", "refunded", "partial_refund")
_COMMON = ("status", "currency", "total", "tax", "refunded_amount", "customer_id", "created_at", "updated_at")

_ORDER: Wire = {"id": TEXT, "attributes": shape(**dict.fromkeys((*_COMMON, "test_mode", "billing_reason"), TEXT))}
_ITEM: Wire = {
    "id": TEXT,
    "type": TEXT,
    "attributes": shape(**dict.fromkeys(("order_id", "product_id", "product_name", "quantity"), TEXT)),
}


class Settings(SourceSettings):
    """One Lemon Squeezy account, or one of its stores."""

    identity: ClassVar[tuple[str, ...]] = ("api_key", "store_id")

    api_key: SecretStr
    """API key of live mode."""
    store_id: str | None = None
    """Number of one store, where the account has several."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    for answers in in_batches(_read(pull, "/v1/orders", include="order-items")):
        bodies = [answer.body for answer in answers]
        wire = decode(RecordKind.ORDERS, bodies, ("data",), _ORDER)
        items = decode(RecordKind.ORDER_LINES, bodies, ("included",), _ITEM)
        orders = wire.frame.unnest("attributes").unique("id", keep="last", maintain_order=True)
        yield order_page(wire, _order_rows(pull, orders), _line_rows(orders, items))
    for answers in in_batches(_read(pull, "/v1/subscription-invoices")):
        wire = decode(RecordKind.ORDERS, [answer.body for answer in answers], ("data",), _ORDER)
        invoices = wire.frame.unnest("attributes").unique("id", keep="last", maintain_order=True)
        # the first one is the order itself
        further = invoices.filter(pl.col("billing_reason") != "initial")
        rows = _order_rows(pull, further.with_columns(id="invoice " + pl.col("id")))
        yield order_page(Fitted(further, wire.refused), rows, Fitted(empty(RecordKind.ORDER_LINES)))


def _read(pull: Pull[Settings], path: str, **params: str) -> Iterator[Answer]:
    """Read a list, newest first, up to the page that reaches back far enough."""
    oldest = f"{pull.window.start:%Y-%m-%dT%H:%M:%S}"

    def is_last(answer: Answer) -> bool:
        made = [str(row["attributes"]["created_at"]) for row in _list(answer)]
        return bool(made) and made[-1] < oldest

    return sized_pages(
        partial(_ask, pull, path, params),
        lambda answer: len(_list(answer)),
        most=_PER_PAGE,
        key=lambda answer: [str(row.get("id")) for row in _list(answer)],
        total=_total,
        is_last=is_last,
        gap=pull.client.report_gap,
    )


def _ask(pull: Pull[Settings], path: str, params: dict[str, str], number: int, size: int) -> Answer:
    store = {"filter[store_id]": pull.settings.store_id} if pull.settings.store_id else {}
    paging = {"page[number]": str(number), "page[size]": str(size)}
    return pull.client.get(path, params={**params, **store, **paging})


def _list(answer: Answer) -> list[dict[str, Any]]:
    match answer.json():
        case {"data": [*rows]}:
            return rows
        case _:
            raise RequestError("bad_answer", "answered without a list of records")


def _total(answer: Answer) -> int:
    return int(answer.json()["meta"]["page"]["total"])


def _order_rows(pull: Pull[Settings], orders: pl.DataFrame) -> Fitted:
    paid, test = pl.col("status").is_in(_PAID), pl.col("test_mode") == "true"
    rows = orders.select(
        "created_at",
        "updated_at",
        "status",
        "currency",
        order_id="id",
        paid_at=pl.when(paid).then("created_at"),
        is_sale=paid & ~test,
        test=test,
        gross_amount=_amount("total"),
        refunded_amount=_amount("refunded_amount"),
        tax_amount=_amount("tax"),
        customer_key="customer_id",
    )
    return fit_orders(pull, rows)


def _line_rows(orders: pl.DataFrame, items: Fitted) -> Fitted:
    bought = items.frame.filter(pl.col("type") == "order-items").rename({"id": "line_id"}).unnest("attributes")
    of_these = orders.select("currency", "status", order_id="id")
    back = pl.col("status") == "refunded"
    count = unit_count("quantity")
    rows = bought.join(of_these, on="order_id", maintain_order="left").select(
        "order_id",
        "line_id",
        "product_id",
        "currency",
        quantity=whole_units(pl.col("quantity")),
        title="product_name",
        # a refund in full takes back all; of one in part nobody says what came back
        current_quantity=pl.when(back).then(0 * count).when(pl.col("status") == "paid").then(count),
    )
    fitted = fit(RecordKind.ORDER_LINES, rows, required=("order_id", "line_id"))
    return Fitted(fitted.frame, (*items.refused, *fitted.refused), fitted.misfits)


def _amount(name: str) -> pl.Expr:
    return from_minor(pl.col(name), pl.col("currency"))


SOURCE = Source(
    name="lemonsqueezy",
    title="Lemon Squeezy",
    settings=Settings,
    streams=(
        orders_stream(
            _orders,
            lookback=timedelta(days=60),
            changes=Silent("refunds of orders", lists_all=True),
            bounded=False,
        ),
    ),
    metrics=ORDER_METRICS,
    docs="https://docs.lemonsqueezy.com/api",
    url=lambda _: "https://api.lemonsqueezy.com",
    auth=lambda settings: {
        "authorization": f"Bearer {settings.api_key.get_secret_value()}",
        "accept": "application/vnd.api+json",
    },
    rate=4,
    history="all orders",
    delay="none; a refund is seen when its order is less than 60 days old",
    limits="300 requests a minute",
    version="v1",
    steps=(
        "In Lemon Squeezy leave test mode, open Settings > API and choose the plus.",
        "Copy the key: it is shown once, and ends after about a year.",
        "Where the account has several stores, set `store_id` to the number under Settings > Stores.",
        "Set `timezone` to the shop's: Lemon Squeezy does not tell it.",
    ),
)
