"""
Etsy: receipts as orders, with what was bought and what was paid back, and how many listings are active.

A sale is a receipt that was paid and not cancelled; a refund does not unmake it. Its day is that of the payment, in the
configured zone, for Etsy tells none. A refund says how much, not which units: only one in full takes them all back. A
refresh token serves once: each exchange brings the next one, which is kept before it is used.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar

import polars as pl
from pydantic import Field, SecretStr

from connectors.auth.tokens import Token, refresh, with_token
from connectors.http.errors import RequestError
from connectors.http.pagination import cursor, in_batches
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    from_minor,
    items_of,
    order_page,
    orders_stream,
    read_again,
    unit_count,
    unix_seconds,
    whole_units,
)
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.source import Login, Page, Pull, Silent, Source, Stream
from okr_config.models import SourceSettings

_TOKEN = "/v3/public/oauth/token"  # noqa: S105 - a path
_LIMIT = 100
# a currency with as many decimals as a divisor has zeros
_DIVISORS: Mapping[str, str] = {"1": "JPY", "100": "EUR", "1000": "KWD"}
_NOT_PAID_BACK = ("failed", "canceled", "cancelled", "pending")

_MONEY = shape(amount=TEXT, divisor=TEXT, currency_code=TEXT)
_TIMES = ("create_timestamp", "created_timestamp", "update_timestamp", "updated_timestamp")
_RECEIPT: Wire = {
    **dict.fromkeys(("receipt_id", "buyer_user_id", "status", "is_paid", *_TIMES), TEXT),
    **dict.fromkeys(("grandtotal", "total_shipping_cost", "total_tax_cost", "total_vat_cost"), _MONEY),
    "transactions": pl.List(
        shape(
            **dict.fromkeys(("transaction_id", "listing_id", "title", "quantity", "sku", "paid_timestamp"), TEXT),
            price=_MONEY,
        )
    ),
    "refunds": pl.List(shape(created_timestamp=TEXT, status=TEXT, amount=_MONEY)),
}


class Settings(SourceSettings):
    """One Etsy shop."""

    identity: ClassVar[tuple[str, ...]] = ("shop_id",)

    shop_id: Annotated[int, Field(examples=[12345678])]
    """Number of the shop."""
    keystring: str
    """Keystring of your app."""
    shared_secret: SecretStr
    """Shared secret of your app."""
    refresh_token: SecretStr
    """Token that the login in the browser brings. Etsy changes it at each use: the newest is kept in .okr/."""


def _ask(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Answer:
    settings, client = pull.settings, pull.client
    key = {"x-api-key": f"{settings.keystring}:{settings.shared_secret.get_secret_value()}"}

    def obtain() -> Token:
        return refresh(pull, settings.refresh_token, _TOKEN, {"client_id": settings.keystring})

    def call(token: str) -> Answer:
        address = f"/v3/application/shops/{settings.shop_id}{path}"
        return client.get(address, params=params, headers={**key, "authorization": f"Bearer {token}"})

    return with_token(client, obtain, call)


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    for batch in in_batches(_receipts(pull)):
        wire = decode(RecordKind.ORDERS, [answer.body for answer in batch], ("results",), _RECEIPT)
        receipts = wire.frame.unique("receipt_id", keep="last", maintain_order=True)
        yield order_page(wire, _order_rows(pull, receipts), _line_rows(receipts), _refund_rows(receipts))


def _receipts(pull: Pull[Settings]) -> Iterator[Answer]:
    """
    Read receipts by the time of their change: each page begins at the newest change of the one before.

    What changes meanwhile only comes again, and no offset grows beyond what Etsy allows. Where a whole page changed
    within one second, the next one is counted off.
    """
    asked = (int(pull.window.start.timestamp()), 0)

    def page(mark: str | None) -> Answer:
        nonlocal asked
        if mark:
            changed, _, skip = mark.partition("+")
            asked = int(changed), int(skip)
        span = {"min_last_modified": str(asked[0]), "offset": str(asked[1]), "limit": str(_LIMIT)}
        return _ask(pull, "/receipts", {**span, "sort_on": "updated", "sort_order": "asc"})

    def following(answer: Answer) -> str | None:
        rows = _list(answer)
        if len(rows) < _LIMIT:
            return None
        changed = [int(row.get("update_timestamp") or row["updated_timestamp"]) for row in rows]
        first, newest = max(min(changed), asked[0]), max(changed)
        return f"{newest}+0" if newest > first else f"{newest}+{(newest == asked[0]) * asked[1] + _LIMIT}"

    return cursor(page, following)


def _list(answer: Answer) -> list[dict[str, Any]]:
    match answer.json():
        case {"results": [*rows]}:
            return rows
        case _:
            raise RequestError("bad_answer", "answered without a list of receipts")


def _order_rows(pull: Pull[Settings], receipts: pl.DataFrame) -> Fitted:
    paid, status = pl.col("is_paid") == "true", _status()
    times = pl.col("transactions").list.eval(pl.element().struct.field("paid_timestamp").cast(pl.Int64, strict=False))
    created = unix_seconds(pl.coalesce("create_timestamp", "created_timestamp"))
    taxes = [_amount(name) for name in ("total_tax_cost", "total_vat_cost")]
    rows = receipts.select(
        order_id="receipt_id",
        created_at=created,
        paid_at=pl.when(paid).then(pl.coalesce(unix_seconds(times.list.min()), created)),
        updated_at=unix_seconds(pl.coalesce("update_timestamp", "updated_timestamp")),
        status=status,
        is_sale=paid & (status != "canceled"),
        test=False,
        currency=pl.col("grandtotal").struct.field("currency_code"),
        gross_amount=_amount("grandtotal"),
        tax_amount=taxes[0] + taxes[1],
        shipping_amount=_amount("total_shipping_cost"),
        customer_key="buyer_user_id",
    )
    return fit_orders(pull, rows)


def _line_rows(receipts: pl.DataFrame) -> Fitted:
    items = items_of(receipts, "transactions", "status", "refunds", order_id="receipt_id")
    count = unit_count("quantity")
    back, whole = _status() == "fully refunded", pl.col("refunds").list.len() == 0
    unit = pl.col("price").struct
    rows = items.select(
        "order_id",
        "sku",
        "title",
        quantity=whole_units(pl.col("quantity")),
        line_id="transaction_id",
        product_id="listing_id",
        current_quantity=pl.when(back).then(0 * count).when(whole).then(count),
        currency=unit.field("currency_code"),
        # a price is of one unit
        amount=_amount("price") * pl.col("quantity").cast(MONEY, strict=False),
    )
    return fit(RecordKind.ORDER_LINES, rows, required=("order_id", "line_id"))


def _refund_rows(receipts: pl.DataFrame) -> Fitted:
    items = items_of(receipts, "refunds", order_id="receipt_id")
    # a refund has no name but its place
    place = pl.int_range(1, pl.len() + 1).over("order_id")
    void = pl.col("status").str.to_lowercase().is_in(_NOT_PAID_BACK).fill_null(value=False)
    rows = items.select(
        "order_id",
        refund_id=place.cast(TEXT),
        created_at=unix_seconds(pl.col("created_timestamp")),
        currency=pl.col("amount").struct.field("currency_code"),
        amount=pl.when(void).then(0 * _amount("amount")).otherwise(_amount("amount")),
    )
    return fit(RecordKind.REFUNDS, rows, required=("order_id", "refund_id", "created_at", "amount"))


def _status() -> pl.Expr:
    """Return the status: the documents have it in small letters, the answers in capitals."""
    return pl.col("status").str.to_lowercase()


def _amount(name: str) -> pl.Expr:
    money = pl.col(name).struct
    decimals = money.field("divisor").replace_strict(_DIVISORS, default=None, return_dtype=TEXT)
    return pl.when(decimals.is_not_null()).then(from_minor(money.field("amount"), decimals))


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    told = _ask(pull, "", {}).json()
    yield look_at_shop(pull, {"shop.products_published": told["listing_active_count"]})


def _judge(answer: Answer) -> RequestError | None:
    match answer.json():
        case {"error": "insufficient_scope"}:
            return RequestError("forbidden", "denies access: the login needs transactions_r and shops_r")
        case _:
            return None


SOURCE = Source(
    name="etsy",
    title="Etsy",
    settings=Settings,
    streams=(
        orders_stream(
            _orders,
            lookback=timedelta(hours=1),
            changes=Silent("changes without a newer date", read_again(_orders)),
            bounded=False,
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://developers.etsy.com/documentation/reference#operation/getShopReceipts",
    url=lambda _: "https://api.etsy.com",
    judge=_judge,
    scopes=("transactions_r", "shops_r"),
    rate=5,
    history="all orders",
    delay="not documented",
    limits="about 10 requests a second and 10 000 a day for an app; a login lasts 90 days between two runs",
    version="v3",
    steps=(
        "At etsy.com/developers register an app for your own shop; Etsy approves it within some days.",
        "Add http://localhost:8719/callback to its callback URLs.",
        "Copy the keystring and the shared secret; the login in the browser brings the refresh token.",
        "shop_id is the number of the shop, as its own page at Etsy's API or your app's settings tell it.",
        "Set `timezone` to the shop's: Etsy does not tell it.",
    ),
    login=Login(
        authorize="https://www.etsy.com/oauth/connect",
        token=_TOKEN,
        keeps={"refresh_token": "refresh_token"},
        client_id="keystring",
        client_secret=None,  # the code that PKCE makes stands for it
        host="localhost",
        port=8719,
    ),
)
