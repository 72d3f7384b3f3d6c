"""
Square: orders of all locations with their lines, and what came back.

A sale is an order that is completed, or open with money taken, and not cancelled; its day is that of its payment, in
the zone of its location. A return is an order of its own that names the one it takes back, and is read as a refund of
it; what was given back without naming a sale comes off none: it is refused, and the scores that rest on it say so.
Orders do not tell disputes. What is sold by weight or length has no number of units: its quantity is unknown, its money
counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import polars as pl
from pydantic import SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import cursor, in_batches
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    from_minor,
    items_of,
    order_page,
    orders_stream,
    read_again,
    refund_page,
    whole_units,
)
from connectors.rows.validate import Fitted, fit
from connectors.rows.zones import known_zone
from connectors.source import Page, Pull, Silent, Source
from okr_config.models import SourceSettings

_VERSION = "2026-09-16"
_LOCATIONS = 10
_NOT_TAKEN = ("AUTHORIZED", "FAILED", "VOIDED")
_ENDED = ("ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_REVOKED")

_MONEY = shape(amount=TEXT, currency=TEXT)
_TOTAL = shape(total_money=_MONEY)
_LINE = shape(**dict.fromkeys(("uid", "name", "quantity", "catalog_object_id", "item_type"), TEXT), total_money=_MONEY)
_RETURN = shape(
    uid=TEXT,
    source_order_id=TEXT,
    return_amounts=_TOTAL,
    return_line_items=pl.List(shape(quantity=TEXT, item_type=TEXT)),
)
_ORDER: Wire = {
    **dict.fromkeys(("id", "state", "created_at", "updated_at", "closed_at", "customer_id"), TEXT),
    "total_money": _MONEY,
    "total_tax_money": _MONEY,
    "return_amounts": _TOTAL,
    "line_items": pl.List(_LINE),
    "tenders": pl.List(shape(created_at=TEXT, card_details=shape(status=TEXT))),
    "returns": pl.List(_RETURN),
    "refunds": pl.List(shape(id=TEXT, transaction_id=TEXT, status=TEXT, created_at=TEXT, amount_money=_MONEY)),
}


class Settings(SourceSettings):
    """One Square merchant."""

    identity: ClassVar[tuple[str, ...]] = ("access_token",)

    access_token: SecretStr
    """Access token of the production application; it may read orders and the merchant's locations."""


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    by_zone, merchant = _locations(pull)
    for zone, locations in by_zone.items():
        for first in range(0, len(locations), _LOCATIONS):
            for page in _read(pull, zone, locations[first : first + _LOCATIONS]):
                yield replace(page, account=merchant)


def _locations(pull: Pull[Settings]) -> tuple[Mapping[str, list[str]], str | None]:
    """Return the ids of all locations, also closed ones, by zone; and the merchant, whom no setting names."""
    told = pull.client.get("/v2/locations").json()
    found: dict[str, list[str]] = {}
    for location in told["locations"]:
        found.setdefault(known_zone(location.get("timezone"), pull.zone).key, []).append(str(location["id"]))
    merchants = (location.get("merchant_id") for location in told["locations"])
    return found, next((merchant for merchant in merchants if isinstance(merchant, str)), None)


def _read(pull: Pull[Settings], zone: str, locations: list[str]) -> Iterator[Page]:
    span = {"start_at": f"{pull.window.start:%Y-%m-%dT%H:%M:%SZ}", "end_at": pull.window.end.isoformat()}
    query = {
        "filter": {
            "date_time_filter": {"updated_at": span},
            "state_filter": {"states": ["OPEN", "COMPLETED", "CANCELED"]},
        },
        "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
    }
    body = {"location_ids": locations, "limit": 500, "query": query}
    pages = cursor(
        lambda mark: pull.client.post_json("/v2/orders/search", {**body, "cursor": mark} if mark else body), _following
    )
    for batch in in_batches(pages):
        wire = decode(RecordKind.ORDERS, [answer.body for answer in batch], ("orders",), _ORDER)
        nodes = wire.frame.unique("id", keep="last", maintain_order=True)
        gives_back, pays_back = (pl.col(name).list.len().fill_null(0) > 0 for name in ("returns", "refunds"))
        # an exchange is both; money that is given back without a thing may come as an order of a refund alone
        goods = pl.col("line_items").list.len().fill_null(0) > 0
        sold = nodes.filter(goods | ~(gives_back | pays_back))
        yield order_page(Fitted(sold, wire.refused), _order_rows(pull, sold, zone), _line_rows(sold), zone=zone)
        yield _returns(nodes.filter(gives_back))
        yield _paid_back(nodes.filter(pays_back & ~gives_back & ~goods))


def _following(answer: Answer) -> str | None:
    match answer.json():
        case {"orders": list(), "cursor": str(mark)} if mark:
            return mark
        case {"orders": list()}:
            return None
        # how Square says that there is nothing
        case dict() as body if not body:
            return None
        case _:
            raise RequestError("bad_answer", "answered without a list of orders")


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame, zone: str) -> Fitted:
    card = pl.element().struct.field("card_details").struct.field("status")
    taken = pl.element().filter(~card.is_in(_NOT_TAKEN).fill_null(value=False)).struct.field("created_at")
    paid_at = pl.col("tenders").list.eval(taken).list.min()
    done = pl.col("state") == "COMPLETED"
    rows = nodes.select(
        "created_at",
        "updated_at",
        paid_at=pl.coalesce(paid_at, pl.when(done).then("closed_at")),
        order_id="id",
        status="state",
        is_sale=done | ((pl.col("state") == "OPEN") & paid_at.is_not_null()),
        test=False,
        currency=pl.col("total_money").struct.field("currency"),
        gross_amount=_amount(pl.col("total_money")),
        tax_amount=_amount(pl.col("total_tax_money")),
        customer_key="customer_id",
    )
    return fit_orders(pull, rows, zone=zone)


def _line_rows(nodes: pl.DataFrame) -> Fitted:
    rows = items_of(nodes, "line_items").select(
        "order_id",
        line_id="uid",
        product_id="catalog_object_id",
        title="name",
        quantity=whole_units(pl.col("quantity")),
        is_gift_card=pl.col("item_type") == "GIFT_CARD",
        currency=pl.col("total_money").struct.field("currency"),
        amount=_amount(pl.col("total_money")),
    )
    return fit(RecordKind.ORDER_LINES, rows, required=("order_id", "line_id"))


def _returns(nodes: pl.DataFrame) -> Page:
    rows = nodes.select(
        "state", "created_at", "returns", order="id", whole="return_amounts", alone=pl.col("returns").list.len() == 1
    )
    given = rows.explode("returns").unnest("returns")
    money = pl.when(pl.col("return_amounts").struct.field("total_money").is_not_null()).then("return_amounts")
    total = money.otherwise(pl.when("alone").then("whole")).struct.field("total_money")
    # money that is given back without a thing comes as such a line
    things = pl.element().filter(pl.element().struct.field("item_type").ne_missing("CUSTOM_AMOUNT"))
    pieces = whole_units(things.struct.field("quantity")).cast(pl.Int64, strict=False)
    counts = pl.col("return_line_items").list.eval(pieces).list
    units = pl.when(~counts.eval(pl.element().is_null()).list.any()).then(counts.sum())
    stands = pl.col("state").ne_missing("CANCELED")
    refunds = given.select(
        "created_at",
        order_id="source_order_id",
        refund_id=pl.coalesce("uid", "order"),
        currency=total.struct.field("currency"),
        amount=pl.when(stands).then(_amount(total)).otherwise(0 * _amount(total)),
        quantity=pl.when(stands).then(units).otherwise(0),
    )
    return refund_page(Fitted(given), refunds)


def _paid_back(nodes: pl.DataFrame) -> Page:
    given = items_of(nodes.with_columns(made_at="created_at"), "refunds", "made_at") if nodes.height else nodes
    if given.is_empty():
        return Page({}, rows_read=0)
    through = pl.col("status").is_in(["APPROVED", "COMPLETED"])
    refunds = given.select(
        pl.coalesce("created_at", "made_at"),
        order_id="transaction_id",
        refund_id="id",
        currency=pl.col("amount_money").struct.field("currency"),
        amount=pl.when(through).then(_amount(pl.col("amount_money"))).otherwise(0 * _amount(pl.col("amount_money"))),
        quantity=0,
    )
    return refund_page(Fitted(given), refunds)


def _amount(money: pl.Expr) -> pl.Expr:
    return from_minor(money.struct.field("amount"), money.struct.field("currency"))


def _judge(answer: Answer) -> RequestError | None:
    match answer.json():
        case {"errors": [{"code": "INSUFFICIENT_SCOPES"}, *_]}:
            return RequestError("forbidden", "denies access: the token needs ORDERS_READ and MERCHANT_PROFILE_READ")
        case {"errors": [{"code": str(code)}, *_]} if code in _ENDED:
            return RequestError("unauthorized", "refused the access token: it has ended or was taken back")
        case _:
            return None


def _headers(settings: Settings) -> Mapping[str, Any]:
    return {"authorization": f"Bearer {settings.access_token.get_secret_value()}", "square-version": _VERSION}


SOURCE = Source(
    name="square",
    title="Square",
    settings=Settings,
    streams=(
        orders_stream(
            _orders, refunds_follow=False, changes=Silent("changes without a newer date", read_again(_orders))
        ),
    ),
    metrics=ORDER_METRICS,
    docs="https://developer.squareup.com/reference/square/orders-api/search-orders",
    url=lambda _: "https://connect.squareup.com",
    auth=_headers,
    judge=_judge,
    scopes=("ORDERS_READ", "MERCHANT_PROFILE_READ"),
    rate=5,
    history="all orders",
    delay="seconds",
    limits="not published",
    version=_VERSION,
    steps=(
        "At developer.squareup.com open the Developer Console and create an application.",
        "Open it, switch from Sandbox to Production, and choose Credentials.",
        "Copy the production access token: it does not end, and may do everything, so keep it well.",
    ),
)
