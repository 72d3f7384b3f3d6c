"""
Stripe: payments as orders, their refunds, and what was bought where Checkout or a payment link took the order.

A payment is a charge that succeeded, under the name of its payment intent. Lists know when a thing was made, not when
it changed: payments and refunds of the last 30 days are read each time, and refunds on their own, so that one of an
older payment is seen too. Amounts are what customers were charged, in their currency, before fees. A payment made with
a test key is a test. The API knows no time zone: days are those of `timezone`. Where a shop system takes the orders,
count them there: here they would count twice.
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
from connectors.rows.orders import fit_orders, from_minor, unix_seconds
from connectors.rows.validate import Fitted, fit
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_VERSION = "2026-08-26.dahlia"
# Stripe writes these against ISO 4217: two decimals that are always 0, and none
_TWO_DECIMALS, _NO_DECIMALS = ("ISK", "UGX"), ("MGA",)
_LATE = timedelta(days=30)
_SESSION_LIVES = timedelta(days=3)

_CHARGE_WIRE: Wire = dict.fromkeys(
    (
        *("id", "payment_intent", "created", "currency", "amount_captured", "amount_refunded"),
        *("status", "paid", "captured", "livemode", "customer"),
    ),
    TEXT,
)
_REFUND_WIRE: Wire = dict.fromkeys(("id", "charge", "payment_intent", "created", "currency", "amount", "status"), TEXT)
_ITEM_WIRE: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("id", "quantity", "amount_total", "currency", "description"), TEXT),
    "price": shape(product=TEXT),
}
_SESSION_WIRE: Wire = {
    **dict.fromkeys(("id", "payment_intent", "created"), TEXT),
    "line_items": shape(has_more=TEXT, data=pl.List(shape(**_ITEM_WIRE))),
}


class Settings(SourceSettings):
    """`api_key`: a restricted key that may read; `account`: of a connected account, where it is not the key's own."""

    identity: ClassVar[tuple[str, ...]] = ("api_key", "account")

    api_key: SecretStr
    account: str | None = None


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
    yield from _pages(pull, "/v1/charges", RecordKind.ORDERS, _CHARGE_WIRE, partial(_order_rows, pull))


def _order_rows(pull: Pull[Settings], charges: pl.DataFrame) -> Fitted:
    # a failed try of an intent that succeeded later has its name
    charges = charges.filter(pl.col("status").ne_missing("failed"))
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
            gross_amount=_amount("amount_captured"),
            refunded_amount=_amount("amount_refunded"),
            customer_key="customer",
        ),
        required=("order_id", "created_at", "status", "is_sale", "test", "currency", "gross_amount"),
    )


def _amount(name: str) -> pl.Expr:
    currency = pl.col("currency").str.to_uppercase()
    return from_minor(pl.col(name), currency, two_decimals=_TWO_DECIMALS, no_decimals=_NO_DECIMALS)


def _refunds(pull: Pull[Settings]) -> Iterator[Page]:
    yield from _pages(pull, "/v1/refunds", RecordKind.REFUNDS, _REFUND_WIRE, _refund_rows)


def _refund_rows(refunds: pl.DataFrame) -> Fitted:
    """Return refunds; one that is not through, or bounced, paid nothing back. How many units came back nobody says."""
    return fit(
        RecordKind.REFUNDS,
        refunds.select(
            order_id=pl.coalesce("payment_intent", "charge"),
            refund_id="id",
            created_at=unix_seconds(pl.col("created")),
            currency=pl.col("currency").str.to_uppercase(),
            amount=pl.when(pl.col("status") == "succeeded").then(_amount("amount")).otherwise(0 * _amount("amount")),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )


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
            "quantity",
            order_id="payment_intent",
            line_id="id",
            product_id=pl.col("price").struct.field("product"),
            title="description",
            currency=pl.col("currency").str.to_uppercase(),
            amount=_amount("amount_total"),
        ),
        required=("order_id", "line_id", "quantity"),
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
        Stream("orders", (RecordKind.ORDERS,), "merge", _orders, lookback=_LATE),
        Stream("refunds", (RecordKind.REFUNDS,), "merge", _refunds, lookback=_LATE),
        Stream("lines", (RecordKind.ORDER_LINES,), "merge", _lines, lookback=_SESSION_LIVES),
    ),
    metrics=(
        "shop.orders",
        "shop.units_sold",
        "shop.gross_revenue",
        "shop.net_revenue",
        "shop.refunds",
        "shop.customers_new",
        "shop.average_order_value",
    ),
    docs="https://docs.stripe.com/api",
    url=lambda _: "https://api.stripe.com",
    auth=_headers,
    scopes=("Charges and Refunds: Read", "Checkout Sessions: Read"),
    rate=20,
    history="all payments",
    delay="seconds; bank debits take days to succeed",
    limits="100 requests a second, 25 for each kind of list",
    version=_VERSION,
    steps=(
        "In the Stripe dashboard open Developers > API keys and choose Create restricted key.",
        "Give it Read on Charges and Refunds, and on Checkout Sessions; nothing else.",
        "Copy the key that begins with rk_live_.",
        "Set `timezone` to the shop's: Stripe does not tell it.",
    ),
    probe=_look,
)
