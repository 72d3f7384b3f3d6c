"""
BigCommerce: orders through V2 of its REST API, their lines one order at a time, and how many products are visible.

A sale is an order that was paid and is neither cancelled nor declined, by the numbers of its status, which no store can
rename; one that is disputed was paid, and stays a sale until it is paid back. Amounts are those the customer was
charged, in the currency of the transaction. An order tells how much of it was paid back and its lines which units, not
when: it has one refund, without a time. There is no day of payment: days are those on which orders were placed, in the
store's own zone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, cast
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import Field, SecretStr

from connectors.http.errors import RequestError
from connectors.http.pagination import in_batches, sized_pages, together
from connectors.http.response import Answer
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    order_page,
    orders_stream,
    refund_totals,
    unit_count,
    whole_units,
    with_paid_back,
)
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.rows.zones import known_zone
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.models import SourceSettings

_LIMIT = 250
_EVER_SOLD = ("2", "3", "4", "8", "9", "10", "11", "13", "14")
_CART = "0"
_RFC_2822 = "%a, %d %b %Y %H:%M:%S %z"

_ORDER_WIRE: Wire = dict.fromkeys(
    (
        *("id", "customer_id", "status_id", "date_created", "date_modified", "default_currency_code", "is_deleted"),
        *("total_inc_tax", "total_tax", "shipping_cost_inc_tax", "refunded_amount"),
    ),
    TEXT,
)
_LINE_WIRE: Wire = dict.fromkeys(
    (
        *("id", "order_id", "product_id", "sku", "name", "type", "quantity", "quantity_refunded", "total_inc_tax"),
        "parent_order_product_id",
    ),
    TEXT,
)


class Settings(SourceSettings):
    """One BigCommerce store."""

    identity: ClassVar[tuple[str, ...]] = ("store_hash",)

    store_hash: Annotated[str, Field(pattern=r"^[a-z0-9]{4,20}$", examples=["abc123def"])]
    """Part of the API path that names the store: the letters after /stores/."""
    access_token: SecretStr
    """Access token of a store-level API account."""


def _ask(pull: Pull[Settings], path: str, **params: str) -> Answer:
    # the documents call the type required, though nothing is sent
    headers = {"content-type": "application/json"}
    return pull.client.get(f"/stores/{pull.settings.store_hash}{path}", params=params, headers=headers)


def _rows(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows of a V2 list; no content is none."""
    rows = [] if answer.status == HTTPStatus.NO_CONTENT else answer.json()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RequestError("bad_answer", "answered without a list of records")
    return rows


def _keys(answer: Answer) -> list[str]:
    return [str(row.get("id")) for row in _rows(answer)]


def _orders(pull: Pull[Settings], since: str = "min_date_modified") -> Iterator[Page]:
    bound = {since: f"{pull.window.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    # by number nothing moves while we read; nobody says how many there are, so one page comes after the other
    pages = sized_pages(
        lambda number, size: _ask(pull, "/v2/orders", **bound, sort="id:asc", limit=str(size), page=str(number)),
        lambda answer: len(_rows(answer)),
        most=_LIMIT,
        key=_keys,
        gap=pull.client.report_gap,
    )
    for batch in in_batches(pages):
        yield _page(pull, [answer.body for answer in batch if answer.status != HTTPStatus.NO_CONTENT])
    yield Page({}, rows_read=0, zone=_zone(pull).key)


def _page(pull: Pull[Settings], bodies: Sequence[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, (), _ORDER_WIRE)
    # a cart that never became an order has its number too
    nodes = wire.frame.unique("id", keep="last", maintain_order=True).filter(pl.col("status_id").ne_missing(_CART))
    bought = _lines(pull, nodes["id"].drop_nulls().to_list())
    back = unit_count("quantity_refunded")
    nodes = with_paid_back(nodes, bought.frame, key="id", amount="refunded_amount", returned=back)
    refunds = refund_totals(nodes, key="id", currency="default_currency_code")
    return order_page(wire, _order_rows(pull, nodes), _line_rows(nodes, bought), refunds)


def _lines(pull: Pull[Settings], orders: Sequence[str]) -> Fitted:
    """Read the lines of each order, several orders at once; what is part of another line is that line's business."""
    first = together([partial(_some_lines, pull, order, 1, _LIMIT) for order in orders], pull.client.concurrency)
    bodies = []
    for order, answer in zip(orders, first, strict=True):
        pages: Iterable[Answer] = [answer]
        if len(_rows(answer)) == _LIMIT:
            some = partial(_some_lines, pull, order)
            pages = sized_pages(some, lambda page: len(_rows(page)), most=_LIMIT, key=_keys)
        bodies += [page.body for page in pages if _rows(page)]
    found = decode(RecordKind.ORDER_LINES, bodies, (), _LINE_WIRE)
    parent = pl.col("parent_order_product_id")
    lines = found.frame.unique(("order_id", "id"), keep="last", maintain_order=True)
    return replace(found, frame=lines.filter(parent.is_null() | (parent == "0")))


def _some_lines(pull: Pull[Settings], order: str, number: int, size: int) -> Answer:
    return _ask(pull, f"/v2/orders/{order}/products", limit=str(size), page=str(number))


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    return fit_orders(
        pull,
        nodes.select(
            order_id="id",
            created_at=_time("date_created"),
            updated_at=_time("date_modified"),
            status="status_id",
            is_sale=pl.col("status_id").is_in(_EVER_SOLD) & (pl.col("is_deleted").fill_null("false") == "false"),
            test=False,
            currency="default_currency_code",
            gross_amount="total_inc_tax",
            refunded_amount="paid_back",
            tax_amount="total_tax",
            shipping_amount="shipping_cost_inc_tax",
            customer_key="customer_id",
        ),
        zone=_zone(pull).key,
        required=("order_id", "created_at", "updated_at", "status", "currency", "gross_amount"),
    )


def _time(name: str) -> pl.Expr:
    return pl.col(name).str.to_datetime(_RFC_2822, time_unit="us", strict=False)


def _line_rows(nodes: pl.DataFrame, bought: Fitted) -> Fitted:
    currencies = nodes.select(order_id="id", currency="default_currency_code")
    rows = fit(
        RecordKind.ORDER_LINES,
        bought.frame.join(currencies, on="order_id", how="left", maintain_order="left").select(
            "order_id",
            "product_id",
            "sku",
            "currency",
            line_id="id",
            title="name",
            quantity=whole_units(pl.col("quantity")),
            current_quantity=(unit_count("quantity") - unit_count("quantity_refunded")).clip(lower_bound=0),
            is_gift_card=pl.col("type") == "giftcertificate",
            amount="total_inc_tax",
        ),
        required=("order_id", "line_id"),
    )
    return replace(rows, refused=(*bought.refused, *rows.refused))


def _zone(pull: Pull[Settings]) -> ZoneInfo:
    """Return the store's zone, asked for once a run; one that is not known is the configured one."""
    return pull.client.once("zone", lambda: _read_zone(pull))


def _read_zone(pull: Pull[Settings]) -> ZoneInfo:
    match _ask(pull, "/v2/store").json():
        case {"timezone": {"name": str(name)}}:
            return known_zone(name, pull.zone)
        case _:
            return pull.zone


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    told = _ask(pull, "/v3/catalog/products", is_visible="true", limit="1", include_fields="name").json()
    yield look_at_shop(pull, {"shop.products_published": int(told["meta"]["pagination"]["total"])})


def _look(pull: Pull[Settings]) -> SourceHealth:
    answer = _ask(pull, "/v2/orders", sort="date_created:desc", limit="1")
    created = pl.DataFrame({"date_created": [row.get("date_created") for row in _rows(answer)]}, {"date_created": TEXT})
    left, most = (answer.headers.get(f"x-rate-limit-requests-{name}", "") for name in ("left", "quota"))
    return SourceHealth(
        account=pull.settings.store_hash,
        quota=f"{left} of {most} requests" if left.isdigit() and most.isdigit() else "",
        newest=cast("datetime | None", created.select(_time("date_created").max()).item()),
    )


def _judge(answer: Answer) -> RequestError | None:
    wait = answer.headers.get("x-rate-limit-time-reset-ms", "")
    if answer.status != HTTPStatus.TOO_MANY_REQUESTS or not wait.isdigit():
        return None
    return RequestError("rate_limited", "has had enough requests for now", again=True, after=int(wait) / 1000)


SOURCE = Source(
    name="bigcommerce",
    title="BigCommerce",
    settings=Settings,
    streams=(
        orders_stream(
            _orders, changes=Silent("orders deleted", partial(_orders, since="min_date_created")), bounded=False
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://developer.bigcommerce.com/docs/rest-management/orders",
    url=lambda _: "https://api.bigcommerce.com",
    auth=lambda settings: {"x-auth-token": settings.access_token.get_secret_value()},
    judge=_judge,
    scopes=("Orders: read-only", "Products: read-only", "Information & settings: read-only"),
    rate=4.5,
    history="all orders",
    delay="none",
    limits="150 requests in 30 seconds on most plans; each order's lines take one",
    version="orders v2, catalog v3",
    steps=(
        "In the control panel open Settings > Store-level API accounts and choose Create API account.",
        "Give it read-only Orders, Products, and Information & settings, and save.",
        "Copy the access token; the store hash is the part of the API path after /stores/.",
    ),
    probe=_look,
)
