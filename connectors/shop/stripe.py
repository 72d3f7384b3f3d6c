"""
Stripe: payments as orders, their refunds, and what was bought where Checkout or a payment link took the order.

A payment is a charge that succeeded, under the name of its payment intent. Lists know when a thing was made, not when
it changed: payments and refunds of the last 30 days are read each time, disputes of the last 180, and refunds and
disputes on their own, so that one of an older payment is seen too. A dispute that was lost is a refund. Amounts are
what customers were charged, in their currency, before fees: of a payment that was captured in part Stripe gives the
rest back as a refund, which a row against it (`uncaptured`) takes off again. Units are told where Checkout or a payment
link took the order, else they are unknown. A payment made with a test key is a test. The API knows no time zone: days
are those of `timezone`. Where a shop system takes the orders, count them there: here they would count twice.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar, cast

import polars as pl
from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, cursor, in_batches
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import ORDER_METRICS, fit_orders, unix_seconds, whole_units
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.shop._stripe.refunds import (
    WENT_BACK,
    dispute_rows,
    money,
    refund_rows,
    released_rows,
    uncaptured,
)
from connectors.shop._stripe.totals import day_totals
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.delivery import VendorTotal
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_VERSION = "2026-10-28.endive"
_LATE = timedelta(days=30)
_DISPUTED = timedelta(days=180)
_SESSION_LIVES = timedelta(days=3)

_CHARGE_WIRE: Wire = dict.fromkeys(
    (
        *("id", "payment_intent", "created", "currency", "amount", "amount_captured", "amount_refunded"),
        *("status", "paid", "captured", "livemode", "customer"),
    ),
    TEXT,
)
_ITEM_WIRE: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("id", "quantity", "amount_total", "currency", "description"), TEXT),
    "price": shape(product=TEXT),
}
_SESSION_WIRE: Wire = {
    **dict.fromkeys(("id", "payment_intent", "created"), TEXT),
    "line_items": shape(has_more=TEXT, data=pl.List(shape(**_ITEM_WIRE))),
}


class Settings(SourceSettings):
    """One Stripe account."""

    identity: ClassVar[tuple[str, ...]] = ("api_key", "account")

    api_key: SecretStr
    """Restricted key that may read charges, refunds, checkout sessions, disputes and products."""
    account: str | None = None
    """Id of a connected account (acct_...), where it is not the key's own."""


def _list(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Iterator[Answer]:
    """Read a list, newest first; what is made meanwhile lies beyond the window's end and moves nothing."""
    span = {
        "limit": "100",
        "created[gte]": str(int(pull.window.start.timestamp())),
        "created[lt]": str(int(pull.window.end.timestamp()) + 1),
    }

    def page(after: str | None) -> Answer:
        return pull.client.get(path, params={**span, **params, **({"starting_after": after} if after else {})})

    return cursor(page, _following)


def _following(answer: Answer) -> str | None:
    match answer.json():
        case {"data": list(), "has_more": False}:
            return None
        case {"data": [*_, {"id": str(last)}], "has_more": True}:
            return last
        case _:
            raise RequestError("bad_answer", "answered without a list, or without saying whether there is more")


def _pages(
    pull: Pull[Settings], path: str, kind: RecordKind, wire: Wire, rows: Callable[[pl.DataFrame], Fitted], **params: str
) -> Iterator[Page]:
    for batch in ahead(in_batches(_list(pull, path, params))):
        found = decode(kind, [answer.body for answer in batch], ("data",), wire)
        fitted = rows(found.frame)
        newest = found.frame.select(unix_seconds(pl.col("created")).max()).item()
        yield Page(
            {kind: fitted.frame},
            rows_read=found.frame.height + len(found.refused),
            refused=(*found.refused, *fitted.refused),
            cursor=cast("datetime | None", newest),
        )


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    for batch in ahead(in_batches(_list(pull, "/v1/charges", {}))):
        found = decode(RecordKind.ORDERS, [answer.body for answer in batch], ("data",), _CHARGE_WIRE)
        orders, released = _order_rows(pull, found.frame), released_rows(found.frame)
        newest = found.frame.select(unix_seconds(pl.col("created")).max()).item()
        yield Page(
            {RecordKind.ORDERS: orders.frame, RecordKind.REFUNDS: released.frame},
            rows_read=found.frame.height + len(found.refused),
            refused=(*found.refused, *orders.refused),
            cursor=cast("datetime | None", newest),
        )


def _order_rows(pull: Pull[Settings], charges: pl.DataFrame) -> Fitted:
    # a failed try of an intent that succeeded later has its name
    charges = charges.filter(pl.col("status").ne_missing("failed"))
    paid_back = pl.col("amount_refunded").cast(pl.Int64, strict=False) - uncaptured()
    charges = charges.with_columns(paid_back=pl.coalesce(paid_back.cast(TEXT), "amount_refunded"))
    test = pl.col("livemode") == "false"
    done = (pl.col("status") == "succeeded") & (pl.col("paid") == "true") & (pl.col("captured") == "true")
    created = unix_seconds(pl.col("created"))
    return fit_orders(
        pull,
        charges.select(
            "status",
            order_id=pl.coalesce("payment_intent", "id"),
            created_at=created,
            paid_at=pl.when(done).then(created),
            updated_at=created,
            is_sale=done & ~test,
            test=test,
            currency=pl.col("currency").str.to_uppercase(),
            gross_amount=money("amount_captured"),
            refunded_amount=money("paid_back"),
            customer_key="customer",
        ),
        required=("order_id", "created_at", "status", "is_sale", "test", "currency", "gross_amount"),
    )


def _refunds(pull: Pull[Settings]) -> Iterator[Page]:
    yield from _pages(pull, "/v1/refunds", RecordKind.REFUNDS, WENT_BACK, refund_rows)


def _disputes(pull: Pull[Settings]) -> Iterator[Page]:
    try:
        yield from _pages(pull, "/v1/disputes", RecordKind.REFUNDS, WENT_BACK, dispute_rows)
    except SourceError as error:
        if error.reason not in ("forbidden", "not_found"):
            raise
        yield Page({}, rows_read=0, notes=("lost disputes are not counted: the key may not read disputes",))


def _totals(pull: Pull[Settings]) -> Iterator[VendorTotal]:
    rows = [row for answer in _list(pull, "/v1/balance_transactions", {}) for row in answer.json()["data"]]
    today = pull.now.astimezone(pull.zone).date()
    yield from (total for total in day_totals(rows, pull.zone) if total.day < today)


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    def page(after: str | None) -> Answer:
        params = {"active": "true", "limit": "100", **({"starting_after": after} if after else {})}
        return pull.client.get("/v1/products", params=params)

    try:
        published = sum(len(answer.json()["data"]) for answer in cursor(page, _following))
    except SourceError as error:
        if error.reason not in ("forbidden", "not_found"):
            raise
        yield look_at_shop(pull, {}, ("products are not counted: the key may not read them",))
        return
    yield look_at_shop(pull, {"shop.products_published": published})


def _lines(pull: Pull[Settings]) -> Iterator[Page]:
    params = {"status": "complete", "expand[]": "data.line_items"}
    wire, kind = _SESSION_WIRE, RecordKind.ORDER_LINES
    yield from _pages(pull, "/v1/checkout/sessions", kind, wire, partial(_line_rows, pull), **params)


def _line_rows(pull: Pull[Settings], sessions: pl.DataFrame) -> Fitted:
    # one without an intent took no money at once: a subscription's or a free one
    sessions = sessions.drop_nulls("payment_intent")
    more = pl.col("line_items").struct.field("has_more") == "true"
    first = sessions.filter(~more.fill_null(value=False)).select(
        "payment_intent", item=pl.col("line_items").struct.field("data")
    )
    items = [first.explode("item").drop_nulls("item").unnest("item")]
    for session, intent in sessions.filter(more).select("id", "payment_intent").iter_rows():
        items += [_further(pull, session).with_columns(payment_intent=pl.lit(intent)).select(items[0].columns)]
    return fit(
        RecordKind.ORDER_LINES,
        pl.concat(items).select(
            quantity=whole_units(pl.col("quantity")),
            order_id="payment_intent",
            line_id="id",
            product_id=pl.col("price").struct.field("product"),
            title="description",
            currency=pl.col("currency").str.to_uppercase(),
            amount=money("amount_total"),
        ),
        required=("order_id", "line_id"),
    )


def _further(pull: Pull[Settings], session: str) -> pl.DataFrame:
    """Read all lines of a session that has more than come with it."""

    def page(after: str | None) -> Answer:
        params = {"limit": "100", **({"starting_after": after} if after else {})}
        return pull.client.get(f"/v1/checkout/sessions/{session}/line_items", params=params)

    bodies = [answer.body for answer in cursor(page, _following)]
    return decode(RecordKind.ORDER_LINES, bodies, ("data",), _ITEM_WIRE).frame


def _look(pull: Pull[Settings]) -> SourceHealth:
    newest = None
    match pull.client.get("/v1/charges", params={"limit": "1"}).json():
        case {"data": [{"created": int(created)}]}:
            newest = datetime.fromtimestamp(created, UTC)
    is_test = pull.settings.api_key.get_secret_value().startswith(("rk_test_", "sk_test_"))
    warning = ("the key is a test key: what it sees counts as a test", "use a key that begins with rk_live_")
    return SourceHealth(account=pull.settings.account or "", newest=newest, warnings=(warning,) if is_test else ())


def _headers(settings: Settings) -> Mapping[str, str]:
    own = {"authorization": f"Bearer {settings.api_key.get_secret_value()}", "stripe-version": _VERSION}
    return {**own, "stripe-account": settings.account} if settings.account else own


SOURCE = Source(
    name="stripe",
    title="Stripe",
    settings=Settings,
    streams=(
        Stream(
            "orders",
            (RecordKind.ORDERS, RecordKind.REFUNDS),
            "merge",
            _orders,
            lookback=_LATE,
            changes=Silent("charges captured, disputed or refunded late"),
        ),
        Stream(
            "refunds",
            (RecordKind.REFUNDS,),
            "merge",
            _refunds,
            lookback=_LATE,
            changes=Silent("refunds that fail late"),
        ),
        Stream("lines", (RecordKind.ORDER_LINES,), "merge", _lines, lookback=_SESSION_LIVES),
        Stream("disputes", (RecordKind.REFUNDS,), "merge", _disputes, lookback=_DISPUTED),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://docs.stripe.com/api",
    url=lambda _: "https://api.stripe.com",
    auth=_headers,
    scopes=("Charges and Refunds: Read", "Checkout Sessions: Read", "Disputes: Read", "Products: Read"),
    rate=20,
    history="all payments",
    delay="seconds; bank debits take days to succeed",
    limits="100 requests a second, 25 for each kind of list",
    version=_VERSION,
    steps=(
        "In the Stripe dashboard open Developers > API keys and choose Create restricted key.",
        "Give it Read on Charges and Refunds, Checkout Sessions, Disputes and Products; nothing else.",
        "Copy the key that begins with rk_live_.",
        "Set `timezone` to the shop's: Stripe does not tell it.",
    ),
    probe=_look,
    totals=_totals,
)
