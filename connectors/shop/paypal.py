"""
PayPal through Transaction Search: payments as orders, with the shop's cart where it sent one, and what went back.

A payment is a transaction T00xx that brought money; it is a sale when it succeeded, and stays one when it was reversed
later. Refunds, reversals and chargebacks are transactions of their own that name the payment, and one that names none
is refused: the scores that rest on it say so; a chargeback that was won back comes as one with the money the other way.
A payment that brings no cart does not tell its units. What is found by the day it began may still change: the last 31
days are read each time. The API knows no time zone: days are those of `timezone`. Where a shop system takes the orders,
count them there: here they would count twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from typing import ClassVar

import polars as pl
from pydantic import SecretStr

from connectors.auth.tokens import Token, basic, read_token, request_token, with_token
from connectors.http.errors import RequestError
from connectors.http.pagination import in_batches, sized_pages
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import ORDER_METRICS, fit_orders, order_page, orders_stream, refund_page, whole_units
from connectors.rows.validate import Fitted, fit
from connectors.source import Page, Pull, Silent, Source
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_PER_PAGE = 500
_SPAN = timedelta(days=31)
_SHORTEST = timedelta(minutes=1)
_REFUNDS = ("T1106", "T1107", "T1201", "T1202")

_AMOUNT = shape(currency_code=TEXT, value=TEXT)
_WIRE: Wire = {
    "transaction_info": shape(
        **dict.fromkeys(("transaction_id", "transaction_event_code", "transaction_status", "paypal_account_id"), TEXT),
        **dict.fromkeys(("paypal_reference_id", "transaction_initiation_date", "transaction_updated_date"), TEXT),
        transaction_amount=_AMOUNT,
        shipping_amount=_AMOUNT,
        sales_tax_amount=_AMOUNT,
    ),
    "cart_info": shape(
        item_details=pl.List(
            shape(**dict.fromkeys(("item_code", "item_name", "item_quantity"), TEXT), item_amount=_AMOUNT)
        )
    ),
}


class Settings(SourceSettings):
    """One PayPal account."""

    identity: ClassVar[tuple[str, ...]] = ("client_id",)

    client_id: str
    """Client id of a live app that may search transactions."""
    client_secret: SecretStr
    """Secret of the app."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    # a span that begins after PayPal's newest data is refused: the spans of a window are equally long
    start = min(pull.window.start, pull.now - timedelta(days=1))
    length = pull.window.end - start
    spans = -(-length // _SPAN)
    bounds = [start + length * number / spans for number in range(spans + 1)]
    for first, last in pairwise(bounds):
        for batch in in_batches(_transactions(pull, first, last)):
            yield from _rows(pull, [answer.body for answer in batch])


def _transactions(pull: Pull[Settings], start: datetime, end: datetime) -> Iterator[Answer]:
    """Read a span; one with more transactions than PayPal lists is read in halves."""
    try:
        yield from _pages(pull, start, end)
    except SourceError as error:
        if error.reason != "too_large" or end - start < _SHORTEST:
            raise
        middle = start + (end - start) / 2
        yield from _transactions(pull, start, middle)
        yield from _transactions(pull, middle, end)


def _pages(pull: Pull[Settings], start: datetime, end: datetime) -> Iterator[Answer]:
    params = {
        "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "end_date": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "fields": "transaction_info,cart_info",
        "balance_affecting_records_only": "Y",
    }
    return sized_pages(
        lambda number, size: _ask(pull, {**params, "page_size": str(size), "page": str(number)}),
        lambda answer: len(answer.json()["transaction_details"]),
        key=_keys,
        last=lambda answer: answer.json().get("total_pages"),
        most=_PER_PAGE,
        in_flight=pull.client.concurrency,
        gap=pull.client.report_gap,
    )


def _keys(answer: Answer) -> list[str]:
    rows = answer.json()["transaction_details"]
    return [str(row.get("transaction_info", {}).get("transaction_id")) for row in rows]


def _ask(pull: Pull[Settings], params: dict[str, str]) -> Answer:
    settings, client = pull.settings, pull.client

    def obtain() -> Token:
        login = basic(settings.client_id, settings.client_secret.get_secret_value())
        client.keep_secret(login.rpartition(" ")[2])
        form = {"grant_type": "client_credentials"}
        return read_token(client, request_token(client, "/v1/oauth2/token", form, headers={"authorization": login}))

    def call(token: str) -> Answer:
        headers = {"authorization": f"Bearer {token}"}
        return client.get("/v1/reporting/transactions", params=params, headers=headers)

    return with_token(client, obtain, call)


def _rows(pull: Pull[Settings], bodies: list[bytes]) -> Iterator[Page]:
    wire = decode(RecordKind.ORDERS, bodies, ("transaction_details",), _WIRE)
    nodes = wire.frame.unnest("transaction_info")
    code, value = pl.col("transaction_event_code"), _money("transaction_amount")
    payments = nodes.filter(code.is_null() | (code.str.starts_with("T00") & (value >= 0).fill_null(value=True)))
    payments = payments.unique("transaction_id", keep="last", maintain_order=True)
    yield order_page(Fitted(payments, wire.refused), _order_rows(pull, payments), _line_rows(payments))
    went_back = nodes.filter(code.is_in(_REFUNDS))
    # one that was won back may name the chargeback in place of the payment
    of = (
        went_back.drop_nulls("paypal_reference_id")
        .select(named="transaction_id", of="paypal_reference_id")
        .unique("named")
    )
    refunds = went_back.join(of, left_on="paypal_reference_id", right_on="named", how="left", maintain_order="left")
    through = pl.col("transaction_status") == "S"
    rows = refunds.select(
        order_id=pl.coalesce("of", "paypal_reference_id"),
        refund_id="transaction_id",
        created_at="transaction_initiation_date",
        currency=pl.col("transaction_amount").struct.field("currency_code"),
        amount=pl.when(through.is_not_null()).then(pl.when(through).then(-value).otherwise(0 * value)),
    )
    yield refund_page(Fitted(refunds), rows)


def _order_rows(pull: Pull[Settings], payments: pl.DataFrame) -> Fitted:
    paid = pl.col("transaction_status").is_in(["S", "V"])
    rows = payments.select(
        order_id="transaction_id",
        created_at="transaction_initiation_date",
        paid_at=pl.when(paid).then("transaction_initiation_date"),
        updated_at="transaction_updated_date",
        status="transaction_status",
        is_sale=pl.when(pl.col("transaction_event_code").is_not_null()).then(paid),
        test=False,
        currency=pl.col("transaction_amount").struct.field("currency_code"),
        gross_amount=_money("transaction_amount"),
        tax_amount=_money("sales_tax_amount"),
        shipping_amount=_money("shipping_amount"),
        customer_key="paypal_account_id",
    )
    return fit_orders(pull, rows)


def _line_rows(payments: pl.DataFrame) -> Fitted:
    cart = payments.select(order_id="transaction_id", item=pl.col("cart_info").struct.field("item_details"))
    # a line has no name but its place in the cart
    places = pl.int_ranges(1, pl.col("item").list.len() + 1)
    items = cart.drop_nulls("item").with_columns(line_id=places).explode("item", "line_id").drop_nulls("item")
    amount = pl.col("item_amount").struct
    bare = cart.join(items, on="order_id", how="anti", maintain_order="left")
    rows = items.unnest("item").select(
        "order_id",
        pl.col("line_id").cast(TEXT),
        sku="item_code",
        title="item_name",
        quantity=whole_units(pl.col("item_quantity")),
        currency=amount.field("currency_code"),
        amount=amount.field("value"),
    )
    # what was bought nobody tells: a line without a number
    untold = bare.select("order_id", line_id=pl.lit("untold"))
    return fit(RecordKind.ORDER_LINES, pl.concat([rows, untold], how="diagonal"), required=("order_id", "line_id"))


def _money(name: str) -> pl.Expr:
    return pl.col(name).struct.field("value").cast(MONEY, strict=False)


def _judge(answer: Answer) -> RequestError | None:
    match answer.json():
        case {"name": "NOT_AUTHORIZED"}:
            what = "denies access: the app needs Transaction search, which takes up to nine hours to come into force"
            return RequestError("forbidden", what)
        case {"name": "RESULTSET_TOO_LARGE"} if answer.status == HTTPStatus.BAD_REQUEST:
            return RequestError("too_large", "has more transactions in this span than it lists")
        case _:
            return None


SOURCE = Source(
    name="paypal",
    title="PayPal",
    settings=Settings,
    streams=(
        # PayPal takes no transaction back: what undoes one is another
        orders_stream(_orders, lookback=_SPAN, refunds_follow=False, changes=Silent("payments that go through late")),
    ),
    metrics=ORDER_METRICS,
    docs="https://developer.paypal.com/docs/api/transaction-search/v1/",
    url=lambda _: "https://api-m.paypal.com",
    judge=_judge,
    scopes=("https://uri.paypal.com/services/reporting/search/read",),
    rate=5,
    concurrency=2,
    history="three years",
    delay="up to three hours",
    limits="not published; a span has 31 days and 10 000 transactions at most",
    version="v1",
    steps=(
        "At developer.paypal.com open Apps & Credentials, switch to Live and create an app.",
        "Under its features tick Transaction search and save; it may take nine hours to come into force.",
        "Copy the client ID and the secret.",
        "Set `timezone` to the shop's: PayPal does not tell it.",
    ),
)
