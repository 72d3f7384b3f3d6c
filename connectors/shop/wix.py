"""
Wix eCommerce: orders of a site with their lines, and how many products of its store are visible.

A sale is an approved order that was paid, also where it was paid back later; orders to be paid offline are approved
before they are paid. Its day is the one on which it was bought, in the configured zone. What was paid back is told by
the order's balance; where that says nothing, only a refund in full is known. How many units came back is told by the
lines of some sites only.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

import polars as pl
from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import cursor, in_batches
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    items_of,
    order_page,
    orders_stream,
    read_again,
    unit_count,
    whole_units,
)
from connectors.rows.validate import Fitted, fit
from connectors.source import Page, Pull, Silent, Source
from okr_config.models import SourceSettings

_LIMIT = 100
_PAID = ("PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED")

_AMOUNT = shape(amount=TEXT)
_ORDER: Wire = {
    **dict.fromkeys(("id", "status", "paymentStatus", "currency", "createdDate", "updatedDate", "purchasedDate"), TEXT),
    "buyerInfo": shape(contactId=TEXT),
    "priceSummary": shape(total=_AMOUNT, tax=_AMOUNT, shipping=_AMOUNT),
    "balanceSummary": shape(refunded=_AMOUNT),
    "lineItems": pl.List(
        shape(
            **dict.fromkeys(("id", "quantity", "refundQuantity"), TEXT),
            productName=shape(original=TEXT),
            catalogReference=shape(catalogItemId=TEXT),
            physicalProperties=shape(sku=TEXT),
            itemType=shape(preset=TEXT),
            totalPriceAfterTax=_AMOUNT,
        )
    ),
}


class Settings(SourceSettings):
    """One Wix site."""

    identity: ClassVar[tuple[str, ...]] = ("site_id",)

    api_key: SecretStr
    """API key that may read orders."""
    site_id: str
    """Id of the site, as the address of its dashboard has it."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    # each bound in an object of its own: one with both is refused
    bounds = [
        {"updatedDate": {"$gte": _written(pull.window.start)}},
        {"updatedDate": {"$lt": _written(pull.window.end)}},
    ]
    first = {"filter": {"$and": bounds}, "sort": [{"fieldName": "updatedDate", "order": "ASC"}]}

    def page(mark: str | None) -> Answer:
        search = (
            {"cursorPaging": {"limit": _LIMIT, "cursor": mark}}
            if mark
            else {**first, "cursorPaging": {"limit": _LIMIT}}
        )
        return pull.client.post_json("/ecom/v1/orders/search", {"search": search})

    for batch in in_batches(cursor(page, _following)):
        wire = decode(RecordKind.ORDERS, [answer.body for answer in batch], ("orders",), _ORDER)
        orders = wire.frame.unique("id", keep="last", maintain_order=True)
        yield order_page(wire, _order_rows(pull, orders), _line_rows(orders))


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _following(answer: Answer) -> str | None:
    match answer.json():
        case {"orders": list(), "metadata": {"hasNext": True, "cursors": {"next": str(mark)}}} if mark:
            return mark
        case {"orders": list(), "metadata": {"hasNext": False}}:
            return None
        case _:
            raise RequestError(
                "bad_answer", "answered without a list of orders, or without saying whether there is more"
            )


def _order_rows(pull: Pull[Settings], orders: pl.DataFrame) -> Fitted:
    paid = pl.col("paymentStatus").is_in(_PAID)
    summary = pl.col("priceSummary").struct
    told = pl.col("balanceSummary").struct.field("refunded").struct.field("amount").cast(MONEY, strict=False)
    total = summary.field("total").struct.field("amount").cast(MONEY, strict=False)
    none_back = pl.col("paymentStatus").is_in(["FULLY_REFUNDED", "PARTIALLY_REFUNDED"]).not_()
    whole = pl.when(pl.col("paymentStatus") == "FULLY_REFUNDED").then(total)
    rows = orders.select(
        "currency",
        order_id="id",
        created_at="createdDate",
        paid_at=pl.when(paid).then(pl.coalesce("purchasedDate", "createdDate")),
        updated_at="updatedDate",
        status=pl.concat_str("status", "paymentStatus", separator=" "),
        is_sale=paid & (pl.col("status") == "APPROVED"),
        test=False,
        gross_amount=total,
        refunded_amount=pl.coalesce(told, whole, pl.when(none_back).then(0 * total)),
        tax_amount=summary.field("tax").struct.field("amount"),
        shipping_amount=summary.field("shipping").struct.field("amount"),
        customer_key=pl.col("buyerInfo").struct.field("contactId"),
    )
    return fit_orders(pull, rows)


def _line_rows(orders: pl.DataFrame) -> Fitted:
    items = items_of(orders, "lineItems", "currency", "paymentStatus").rename({"id": "line_id"})
    count = unit_count("quantity")
    left = (count - unit_count("refundQuantity")).clip(lower_bound=0)
    whole, none = pl.col("paymentStatus") == "FULLY_REFUNDED", pl.col("paymentStatus") == "PAID"
    rows = items.select(
        "order_id",
        "line_id",
        "currency",
        quantity=whole_units(pl.col("quantity")),
        product_id=pl.col("catalogReference").struct.field("catalogItemId"),
        sku=pl.col("physicalProperties").struct.field("sku"),
        title=pl.col("productName").struct.field("original"),
        current_quantity=pl.coalesce(left, pl.when(whole).then(0 * count).when(none).then(count)),
        is_gift_card=pl.col("itemType").struct.field("preset") == "GIFT_CARD",
        amount=pl.col("totalPriceAfterTax").struct.field("amount"),
    )
    return fit(RecordKind.ORDER_LINES, rows, required=("order_id", "line_id"))


SOURCE = Source(
    name="wix",
    title="Wix",
    settings=Settings,
    streams=(
        orders_stream(
            _orders,
            lookback=timedelta(hours=1),
            changes=Silent("changes without a newer date", read_again(_orders)),
        ),
    ),
    metrics=ORDER_METRICS,
    docs="https://dev.wix.com/docs/rest/business-solutions/e-commerce/orders/search-orders",
    url=lambda _: "https://www.wixapis.com",
    auth=lambda settings: {
        "authorization": settings.api_key.get_secret_value(),
        "wix-site-id": settings.site_id,
    },
    scopes=("Read Orders",),
    rate=3,
    history="all orders",
    delay="not documented",
    limits="about 200 requests a minute",
    version="ecom/v1",
    steps=(
        "At manage.wix.com/account/api-keys choose Generate API key.",
        "Give it the permission Read Orders for the site, and copy the key: it is shown once.",
        "site_id is what follows /dashboard/ in the address of the site's dashboard.",
        "Set `timezone` to the site's: it is not asked for.",
    ),
)
