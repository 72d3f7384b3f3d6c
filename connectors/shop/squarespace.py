"""
Squarespace through the Commerce APIs: orders with their lines and what was paid back, and how many products are shown.

An order has one refunded amount, without dates and units: only one in full takes units back. A sale is an order that
was paid, wholly or in part, and is neither a test nor cancelled. The API knows no time zone and no day of payment: days
are those of `timezone`, by when the order was placed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

import polars as pl
from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, cursor, in_batches
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import ORDER_METRICS, fit_orders, read_again, whole_units
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit, keep_whole
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_ORDERS = "/1.0/commerce/orders"
_PRODUCTS = "/v2/commerce/products"
# without them, orders paid in part would be left out
_STATES = "NOT_CHARGED,AUTHORIZED,PAID,PARTIALLY_PAID,REFUNDED,PENDING,FAILED,REFUND_PENDING,REFUND_FAILED"
_PAID = ("PAID", "PARTIALLY_PAID", "REFUNDED", "REFUND_PENDING", "REFUND_FAILED")
_AMOUNT = shape(currency=TEXT, value=TEXT)
_TOTALS = ("grandTotal", "refundedTotal", "taxTotal", "shippingTotal")

_ORDER_WIRE: Wire = {
    **dict.fromkeys(("id", "createdOn", "modifiedOn", "testmode", "customerId"), TEXT),
    **dict.fromkeys(("fulfillmentStatus", "paymentState"), TEXT),
    **dict.fromkeys(_TOTALS, _AMOUNT),
    "lineItems": pl.List(
        shape(
            **dict.fromkeys(("id", "lineItemType", "productId", "sku", "productName", "quantity"), TEXT),
            unitPricePaid=_AMOUNT,
        )
    ),
}


class Settings(SourceSettings):
    """One Squarespace site."""

    identity: ClassVar[tuple[str, ...]] = ("api_key",)

    api_key: SecretStr
    """API key of the site, with the permissions Orders and Products to read."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    span = {
        "modifiedAfter": _instant(pull.window.start),
        "modifiedBefore": _instant(pull.window.end),
        "paymentStates": _STATES,
    }
    for batch in ahead(in_batches(_list(pull, _ORDERS, "result", span))):
        yield _page(pull, [answer.body for answer in batch])


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _list(pull: Pull[Settings], path: str, name: str, params: Mapping[str, str]) -> Iterator[Answer]:
    """Read a list; its cursor remembers the filter and may not come with it."""

    def following(answer: Answer) -> str | None:
        match answer.json():
            case {"pagination": {"hasNextPage": False}, **rest} if isinstance(rest.get(name), list):
                return None
            case {"pagination": {"hasNextPage": True, "nextPageCursor": str(mark)}} if mark:
                return mark
            case _:
                raise RequestError("bad_answer", "answered without a list, or without saying whether there is more")

    return cursor(lambda mark: pull.client.get(path, params={"cursor": mark} if mark else params), following)


def _page(pull: Pull[Settings], bodies: Sequence[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, ("result",), _ORDER_WIRE)
    nodes = wire.frame.unique("id", keep="last", maintain_order=True)
    families = (_order_rows(pull, nodes), _line_rows(nodes))
    orders, lines = keep_whole("order_id", *families)
    return Page(
        {RecordKind.ORDERS: orders, RecordKind.ORDER_LINES: lines},
        rows_read=wire.frame.height + len(wire.refused),
        refused=(*wire.refused, *(refusal for family in families for refusal in family.refused)),
        cursor=cast("datetime | None", orders["updated_at"].max()),
    )


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    # answers of before 2026 list paid orders only, and do not say so
    paid = pl.col("paymentState").fill_null("PAID").is_in(_PAID)
    return fit_orders(
        pull,
        nodes.select(
            order_id="id",
            created_at="createdOn",
            updated_at="modifiedOn",
            status=pl.coalesce("paymentState", "fulfillmentStatus"),
            is_sale=paid & pl.col("fulfillmentStatus").ne_missing("CANCELED") & (pl.col("testmode") == "false"),
            test="testmode",
            currency=pl.col("grandTotal").struct.field("currency"),
            gross_amount=_value("grandTotal"),
            refunded_amount=_value("refundedTotal"),
            tax_amount=_value("taxTotal"),
            shipping_amount=_value("shippingTotal"),
            customer_key="customerId",
        ),
        required=("order_id", "created_at", "updated_at", "test", "currency", "gross_amount"),
    )


def _line_rows(nodes: pl.DataFrame) -> Fitted:
    items = nodes.select(order_id="id", item="lineItems").explode("item").drop_nulls("item").unnest("item")
    price = pl.col("unitPricePaid").struct
    # what is neither sent nor downloaded, such as a membership, may come without a number: it is one
    counted = pl.col("lineItemType").is_in(["PHYSICAL_PRODUCT", "DIGITAL", "GIFT_CARD"])
    return fit(
        RecordKind.ORDER_LINES,
        items.select(
            "order_id",
            "sku",
            line_id="id",
            product_id="productId",
            title="productName",
            quantity=whole_units(
                pl.when(~counted.fill_null(value=True)).then(pl.col("quantity").fill_null("1")).otherwise("quantity")
            ),
            is_gift_card=pl.col("lineItemType") == "GIFT_CARD",
            currency=price.field("currency"),
            amount=_times(price.field("value"), "quantity"),
        ),
        required=("order_id", "line_id"),
    )


def _value(name: str) -> pl.Expr:
    return pl.col(name).struct.field("value")


def _times(price: pl.Expr, quantity: str) -> pl.Expr:
    return price.cast(pl.Decimal(18, 4), strict=False) * pl.col(quantity).cast(pl.Decimal(18, 4), strict=False)


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    products = [product for answer in _list(pull, _PRODUCTS, "products", {}) for product in answer.json()["products"]]
    visible: list[Any] = [product.get("isVisible") for product in products]
    known = all(isinstance(each, bool) for each in visible)
    notes = () if known else ("products are not counted: one does not say whether it is visible",)
    yield look_at_shop(pull, {"shop.products_published": sum(visible) if known else None}, notes)


def _look(pull: Pull[Settings]) -> SourceHealth:
    span = {"modifiedAfter": _instant(pull.window.start), "modifiedBefore": _instant(pull.window.end)}
    match pull.client.get(_ORDERS, params=span).json():
        case {"result": [*_, {"createdOn": str(created)}]}:
            return SourceHealth(newest=datetime.fromisoformat(created))
        case _:
            return SourceHealth()


SOURCE = Source(
    name="squarespace",
    title="Squarespace",
    settings=Settings,
    streams=(
        Stream(
            "orders",
            (RecordKind.ORDERS, RecordKind.ORDER_LINES),
            "merge",
            _orders,
            lookback=timedelta(minutes=10),
            children=(RecordKind.ORDER_LINES,),
            changes=Silent("changes without a newer date", read_again(_orders)),
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://developers.squarespace.com/commerce-apis/overview",
    url=lambda _: "https://api.squarespace.com",
    auth=lambda settings: {
        "authorization": f"Bearer {settings.api_key.get_secret_value()}",
        # a client that does not say who it is is slowed down
        "user-agent": "okr, scores key results",
    },
    scopes=("Orders: Read Only", "Products: Read Only"),
    rate=4,
    cool_down=60,
    concurrency=1,
    history="all orders",
    delay="none",
    limits="300 requests a minute and site, and a minute's wait once they are used up; 50 orders a request",
    version="orders 1.0, products v2",
    steps=(
        "A plan with commerce is needed; a trial has no API keys.",
        "In the site's dashboard open Settings > Developer Tools > Developer API Keys and choose Generate Key.",
        "Tick Orders and Products, both Read Only, and copy the key: it is shown once.",
        "Set `timezone` to the site's: the API does not tell it.",
    ),
    probe=_look,
)
