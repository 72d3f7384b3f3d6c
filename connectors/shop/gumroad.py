"""
Gumroad: sales of the account, one product each, and how many products are published.

A sale was paid for; a free download and a free trial are none, and of a gift only the giver's row counts. The API
states prices in United States dollars whatever the buyer paid with. It finds sales by their day and not by their
change, so the last 60 days are read each time; the amount of a partial refund is known where the product has its price
in dollars. A chargeback that was not won counts as refunded. A buyer without an account is a guest. The API knows no
time zone: days are those of `timezone`.
"""

from collections.abc import Iterator
from datetime import UTC, timedelta
from http import HTTPStatus
from typing import ClassVar

import polars as pl
from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import cursor, in_batches
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    from_minor,
    order_page,
    orders_stream,
    unit_count,
    whole_units,
)
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.source import Page, Pull, Silent, Source, Stream
from okr_config.models import SourceSettings

_DAY = timedelta(days=1)

_FLAGS = ("paid", "refunded", "partially_refunded", "chargedback", "dispute_won", "is_gift_receiver_purchase", "test")
_SALE: Wire = dict.fromkeys(
    (
        *("id", "created_at", "product_id", "product_name", "purchaser_id", "price", "quantity", *_FLAGS),
        *("recurring_charge", "free_trial_ends_on", "currency_symbol", "amount_refundable_in_currency"),
    ),
    TEXT,
)
_DOLLARS = r"^\d+(\.\d{1,2})?$"


class Settings(SourceSettings):
    """One Gumroad account."""

    identity: ClassVar[tuple[str, ...]] = ("access_token",)

    access_token: SecretStr
    """Access token of an application of your own, with the scopes view_sales and view_profile."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    # whole days, one more at either end, whichever way their bounds are meant
    span = {
        "after": f"{pull.window.start.astimezone(UTC).date() - _DAY}",
        "before": f"{pull.window.end.astimezone(UTC).date() + _DAY}",
    }

    def page(mark: str | None) -> Answer:
        return pull.client.get("/v2/sales", params={**span, **({"page_key": mark} if mark else {})})

    for batch in in_batches(cursor(page, _following)):
        wire = decode(RecordKind.ORDERS, [answer.body for answer in batch], ("sales",), _SALE)
        sales = wire.frame.unique("id", keep="last", maintain_order=True)
        yield order_page(wire, _order_rows(pull, sales), _line_rows(sales))


def _following(answer: Answer) -> str | None:
    match answer.json():
        case {"sales": list(), "next_page_key": str(mark)} if mark:
            return mark
        case {"sales": list()}:
            return None
        case _:
            raise RequestError("bad_answer", "answered without a list of sales")


def _order_rows(pull: Pull[Settings], sales: pl.DataFrame) -> Fitted:
    receiver, test = (_is(name).fill_null(value=False) for name in ("is_gift_receiver_purchase", "test"))
    # a trial is listed like a sale; its first charge comes as another one
    on_trial = pl.col("free_trial_ends_on").is_not_null() & ~_is("recurring_charge").fill_null(value=False)
    rows = sales.select(
        "created_at",
        order_id="id",
        paid_at=pl.when(_is("paid")).then("created_at"),
        updated_at="created_at",
        status=pl.when(_came_back())
        .then(pl.lit("refunded"))
        .when(_is("paid"))
        .then(pl.lit("paid"))
        .otherwise(pl.lit("unpaid")),
        is_sale=_is("paid") & ~receiver & ~test & ~on_trial,
        test=test,
        currency=pl.lit("USD"),
        gross_amount=_price(),
        refunded_amount=pl.when(_came_back()).then(_price()).when(_stayed()).then(0 * _price()).otherwise(_in_part()),
        customer_key="purchaser_id",
    )
    return fit_orders(pull, rows)


def _line_rows(sales: pl.DataFrame) -> Fitted:
    count = unit_count("quantity")
    rows = sales.select(
        "product_id",
        quantity=whole_units(pl.col("quantity")),
        order_id="id",
        line_id="id",
        title="product_name",
        current_quantity=pl.when(_came_back()).then(0 * count).when(_stayed()).then(count),
        currency=pl.lit("USD"),
        amount=_price(),
    )
    return fit(RecordKind.ORDER_LINES, rows, required=("order_id", "line_id"))


def _came_back() -> pl.Expr:
    return _is("refunded") | (_is("chargedback") & ~_is("dispute_won"))


def _stayed() -> pl.Expr:
    return ~_came_back() & ~_is("partially_refunded")


def _in_part() -> pl.Expr:
    """Return what was paid back of a sale in dollars, as what may still be refunded tells; else it is unknown."""
    rest = pl.col("amount_refundable_in_currency")
    is_told = (pl.col("currency_symbol") == "$") & rest.str.contains(_DOLLARS)
    back = _price() - rest.cast(MONEY, strict=False)
    return pl.when(is_told & (back >= 0)).then(back)


def _is(name: str) -> pl.Expr:
    return pl.col(name) == "true"


def _price() -> pl.Expr:
    return from_minor(pl.col("price"), pl.lit("USD"))


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    products = pull.client.get("/v2/products").json()["products"]
    told = [product.get("published") for product in products]
    known = all(isinstance(each, bool) for each in told)
    yield look_at_shop(pull, {"shop.products_published": sum(told) if known else None})


def _judge(answer: Answer) -> RequestError | None:
    match answer.json():
        case {"success": False} if answer.status == HTTPStatus.OK:
            return RequestError("bad_answer", "does not take the request")
        case _:
            return None


SOURCE = Source(
    name="gumroad",
    title="Gumroad",
    settings=Settings,
    streams=(
        orders_stream(
            _orders, lookback=timedelta(days=60), changes=Silent("refunds and disputes of sales", lists_all=True)
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://gumroad.com/api#sales",
    url=lambda _: "https://api.gumroad.com",
    auth=lambda settings: {"authorization": f"Bearer {settings.access_token.get_secret_value()}"},
    judge=_judge,
    scopes=("view_sales", "view_profile"),
    rate=5,
    history="all sales",
    delay="none; a refund is seen when its sale is less than 60 days old",
    limits="not published; ten sales a page",
    version="v2",
    steps=(
        "In Gumroad open Settings > Advanced and create an application; http://127.0.0.1 will do as its redirect.",
        "Open it and choose Generate access token, with the scopes view_sales and view_profile.",
        "Copy the token: it does not end.",
        "Set `timezone` to the shop's: Gumroad does not tell it.",
    ),
)
