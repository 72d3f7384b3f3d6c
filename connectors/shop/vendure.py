"""
Vendure through its Admin GraphQL API: orders with their lines, payments and refunds, and what the shop offers.

A user with a password logs in once a run for a token; newer servers also know API keys. A sale is an order with a
settled payment that is not cancelled; what was charged is the sum of these payments, which no later change lowers. A
refund counts once it is settled. It does not move the order's `updatedAt` (seen on 3.7), so the orders of the running
periods are read again once a day. The API knows no time zone: days are those of `timezone`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar, Self, cast

import polars as pl
from pydantic import SecretStr, model_validator

from connectors.auth.tokens import Token, with_token
from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, in_batches, offset
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.records import RecordKind
from connectors.rows.decode import decode
from connectors.rows.orders import ORDER_METRICS, fit_orders, order_page, orders_stream, whole_units
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.shop._vendure.queries import COUNTS, LOGIN, NEWEST, ORDER_WIRE, ORDERS
from connectors.shop._vendure.sums import amount_of, or_nothing, total, whole
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.errors import SourceError
from okr_config.models import SourceSettings

_TAKE = 100
_SESSION = timedelta(days=1)
_CODE = re.compile(r"[A-Za-z_]{1,40}")


class Settings(SourceSettings):
    """One Vendure server; the login is `username` and `password`, or `api_key`."""

    identity: ClassVar[tuple[str, ...]] = ("url", "channel_token")
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("username", "password"), ("api_key",))

    url: WebAddress
    """Root of the server, such as https://shop.example."""
    username: str | None = None
    """Name of an administrator who may read orders and the catalogue."""
    password: SecretStr | None = None
    """The administrator's password."""
    api_key: SecretStr | None = None
    """API key, in place of a name and password."""
    channel_token: str | None = None
    """Token of a channel other than the default one."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        pair = (self.username, self.password)
        if bool(self.api_key) == any(pair) or any(pair) != all(pair):
            raise ValueError("give either api_key, or username and password")
        return self


def _ask(pull: Pull[Settings], query: str, variables: Mapping[str, object] | None = None) -> Answer:
    settings, client = pull.settings, pull.client
    body = {"query": query, "variables": variables or {}}
    channel = {"vendure-token": settings.channel_token} if settings.channel_token else {}
    if settings.api_key:
        key = {"vendure-api-key": settings.api_key.get_secret_value()}
        return client.post_json("/admin-api", body, headers={**channel, **key})

    def post(token: str) -> Answer:
        return client.post_json("/admin-api", body, headers={**channel, "authorization": f"Bearer {token}"})

    return with_token(client, lambda: _log_in(pull), post)


def _log_in(pull: Pull[Settings]) -> Token:
    settings, client = pull.settings, pull.client
    secret = settings.password.get_secret_value() if settings.password else ""
    variables = {"username": settings.username, "password": secret}
    answer = client.post_json("/admin-api", {"query": LOGIN, "variables": variables})
    token = answer.headers.get("vendure-auth-token")
    match answer.json():
        case {"data": {"login": {"errorCode": str(code)}}}:
            raise RequestError("unauthorized", f"gives no token: {code if _CODE.fullmatch(code) else 'no reason told'}")
        case {"data": {"login": {"id": _}}} if token:
            client.keep_secret(token)
            return Token(token, client.now() + _SESSION)
        case _:
            raise RequestError("unauthorized", "gives no token: the server must allow bearer tokens (tokenMethod)")


def _judge(answer: Answer) -> RequestError | None:
    body = answer.json()
    errors = body.get("errors") if isinstance(body, dict) else None
    if not errors or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    match errors:
        case [{"extensions": {"code": "FORBIDDEN" | "UNAUTHENTICATED"}}, *_]:
            return RequestError("forbidden", "denies access: the user or key needs ReadOrder and ReadCatalog")
        case [{"extensions": {"code": str(code)}}, *_] if _CODE.fullmatch(code):
            return RequestError("bad_answer", f"refuses the query ({code})")
        case _:
            return RequestError("bad_answer", "refuses the query (no code)")


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    since = _since(pull)
    yield from _read(pull, {"_or": [{"updatedAt": since}, {"orderPlacedAt": since}]})


def _made(pull: Pull[Settings]) -> Iterator[Page]:
    yield from _read(pull, {"createdAt": _since(pull)})


def _since(pull: Pull[Settings]) -> Mapping[str, str]:
    return {"after": f"{pull.window.start.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"}


def _read(pull: Pull[Settings], span: Mapping[str, object]) -> Iterator[Page]:
    options = {
        "take": _TAKE,
        # by id nothing moves while we read: an order that joins can only come twice
        "sort": {"id": "ASC"},
        "filter": {"active": {"eq": False}, **span},
    }
    pages = offset(
        lambda skip: _ask(pull, ORDERS, {"options": {**options, "skip": skip}}),
        lambda answer: len(_list(answer)["items"]),
        limit=_TAKE,
        total=lambda answer: int(_list(answer)["totalItems"]),
        in_flight=pull.client.concurrency,
        key=lambda answer: [str(order.get("id")) for order in _list(answer)["items"]],
        gap=pull.client.report_gap,
    )
    for batch in ahead(in_batches(pages)):
        yield _page(pull, [answer.body for answer in batch])


def _list(answer: Answer) -> dict[str, Any]:
    match answer.json():
        case {"data": {"orders": {"items": list(), "totalItems": int()} as orders}}:
            return cast("dict[str, Any]", orders)
        case _:
            raise RequestError("bad_answer", "answered without a list of orders")


def _page(pull: Pull[Settings], bodies: list[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, ("data", "orders", "items"), ORDER_WIRE)
    # what a marketplace's seller got is part of the order that the customer placed
    nodes = wire.frame.unique("id", keep="last", maintain_order=True).filter(pl.col("type").ne_missing("Seller"))
    settled = pl.col("state") == "Settled"
    payments = nodes.select("currencyCode", order_id="id", item="payments").explode("item").drop_nulls("item")
    payments = payments.unnest("item").filter(settled)
    refunds = payments.select("currencyCode", "order_id", item="refunds").explode("item").drop_nulls("item")
    refunds = refunds.unnest("item").filter(settled)
    # an edit that gives money back has taken its units off the lines itself, and a later one may put them on again
    edits = nodes.select(order_id="id", item="modifications").explode("item").drop_nulls("item").unnest("item")
    edited = edits.select("order_id", id=pl.col("refund").struct.field("id")).drop_nulls()
    alone = refunds.join(edited, on=("order_id", "id"), how="anti", maintain_order="left")
    back = alone.select("order_id", item="lines").explode("item").drop_nulls("item").unnest("item")
    page = order_page(wire, _order_rows(pull, nodes, payments, refunds), _line_rows(nodes, back), _refund_rows(refunds))
    newest = page.frames[RecordKind.ORDERS].select(pl.max_horizontal("updated_at", "created_at").max())
    return replace(page, cursor=newest.item())


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame, payments: pl.DataFrame, refunds: pl.DataFrame) -> Fitted:
    charged = payments.group_by("order_id").agg(charged=total("amount"), paid_at=pl.col("createdAt").min())
    paid_back = refunds.group_by("order_id").agg(paid_back=total("total"), has_refunds=True)
    told = pl.col("payments").list.eval(pl.element().struct.field("refunds").is_not_null()).list.all()
    return fit_orders(
        pull,
        nodes.join(charged, left_on="id", right_on="order_id", how="left", maintain_order="left")
        .join(paid_back, left_on="id", right_on="order_id", how="left", maintain_order="left")
        .select(
            "paid_at",
            order_id="id",
            created_at=pl.coalesce("orderPlacedAt", "createdAt"),
            updated_at="updatedAt",
            status="state",
            is_sale=pl.col("charged").is_not_null() & pl.col("state").ne_missing("Cancelled"),
            test=False,
            currency="currencyCode",
            gross_amount=amount_of(pl.coalesce("charged", whole("totalWithTax"))),
            refunded_amount=amount_of(pl.when(told).then(or_nothing("paid_back", "has_refunds"))),
            tax_amount=amount_of(whole("totalWithTax") - whole("total")),
            shipping_amount=amount_of(pl.col("shippingWithTax")),
            customer_key=pl.col("customer").struct.field("id"),
        ),
        required=("order_id", "created_at", "updated_at", "status", "currency", "gross_amount"),
    )


def _line_rows(nodes: pl.DataFrame, back: pl.DataFrame) -> Fitted:
    returned = back.group_by("order_id", id="orderLineId").agg(returned=total("quantity"), came_back=True)
    items = nodes.select("currencyCode", order_id="id", item="lines").explode("item").drop_nulls("item").unnest("item")
    variant = pl.col("productVariant").struct
    # cancelling takes units off the line, paying back does not, and one return is often both
    ordered = pl.max_horizontal(whole("quantity"), whole("orderPlacedQuantity"))
    left = ordered - or_nothing("returned", "came_back")
    kept = pl.when(left.is_not_null()).then(pl.min_horizontal(whole("quantity"), left)).clip(lower_bound=0)
    return fit(
        RecordKind.ORDER_LINES,
        items.join(returned, on=("order_id", "id"), how="left", maintain_order="left").select(
            "order_id",
            line_id="id",
            product_id=variant.field("product").struct.field("id"),
            sku=variant.field("sku"),
            title=variant.field("name"),
            quantity=pl.when(whole("quantity").is_null())
            .then(whole_units(pl.col("quantity")))
            .otherwise(ordered.cast(pl.String)),
            current_quantity=kept,
            currency="currencyCode",
            amount=amount_of(pl.col("proratedLinePriceWithTax")),
        ),
        required=("order_id", "line_id"),
    )


def _refund_rows(refunds: pl.DataFrame) -> Fitted:
    units = pl.col("lines").list.eval(pl.element().struct.field("quantity").cast(pl.Int64, strict=False)).list
    return fit(
        RecordKind.REFUNDS,
        refunds.select(
            "order_id",
            refund_id="id",
            created_at="createdAt",
            currency="currencyCode",
            amount=amount_of(pl.col("total")),
            quantity=pl.when(~units.eval(pl.element().is_null()).list.any()).then(units.sum()),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    states: dict[str, int | None] = {}
    notes: list[str] = []
    for probe, query in COUNTS.items():
        try:
            told = _ask(pull, query.replace("ITEMS", "{ totalItems }")).json()["data"]["count"]["totalItems"]
        except SourceError as error:
            if error.reason != "forbidden" or probe == "shop.products_published":
                raise
            notes.append(f"{probe} is unknown: the user or key may not read it")
            continue
        states[probe] = told if probe == "shop.products_published" else min(int(told), 1)
    yield look_at_shop(pull, states, tuple(notes))


def _look(pull: Pull[Settings]) -> SourceHealth:
    match _ask(pull, NEWEST).json():
        case {"data": {"activeChannel": {"code": str(channel)}, "orders": {"items": [{"orderPlacedAt": str(placed)}]}}}:
            return SourceHealth(account=channel, newest=datetime.fromisoformat(placed))
        case {"data": {"activeChannel": {"code": str(channel)}}}:
            return SourceHealth(account=channel)
        case _:
            return SourceHealth()


SOURCE = Source(
    name="vendure",
    title="Vendure",
    settings=Settings,
    streams=(
        orders_stream(_orders, changes=Silent("refunds, which do not touch their order", _made), bounded=False),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published", "shop.payments_enabled", "shop.shipping_enabled"),
    docs="https://docs.vendure.io/reference/graphql-api/admin/queries/",
    url=lambda settings: settings.url,
    judge=_judge,
    scopes=("ReadOrder", "ReadCatalog", "ReadPaymentMethod", "ReadShippingMethod"),
    concurrency=2,
    history="all orders",
    delay="none; a refund of an order older than 90 days is seen only when something else about it changes",
    limits="none of its own; a list gives 1000 rows at most, a hundred are asked for",
    version="3.7",
    verified=("real server",),
    steps=(
        "In the dashboard open Settings > Roles; create one that reads orders, catalog, payment and shipping methods.",
        "Open Settings > Administrators and create one with this role; its e-mail is `username`.",
        "On a server that has API keys, create one with this role instead, and use it as `api_key`.",
    ),
    probe=_look,
)
