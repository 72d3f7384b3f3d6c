"""
Shopify through the GraphQL Admin API: orders with their lines and refunds, and what the shop offers.

Two kinds of credentials: the permanent token of a custom app made before 2026, or client id and secret of an app made
in the Dev Dashboard, which are exchanged for a token of a day. Without the scope `read_all_orders` only the last 60
days of orders are visible. A sale is an order that was paid, is no test and not cancelled; its day is that of its
processing, in the shop's own time zone. What it came to is what was received for it. A gift card is money twice, when
it is sold and when somebody pays with it, for an order does not tell which of its payments were by card; it is no unit.
A first load of thousands of orders comes as one export, else page by page. The shop is open when no password bars the
storefront, and ships when it ships to a country; whether payments work is not told by this API.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import polars as pl

from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, cursor, in_batches
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode
from connectors.rows.orders import ORDER_METRICS, business_day, hash_customers, order_page, orders_stream, whole_units
from connectors.rows.validate import Fitted, fit
from connectors.rows.zones import known_zone
from connectors.shop._shopify.bulk import FILES, export, is_worth_it, joined
from connectors.shop._shopify.graphql import Settings, ask, following
from connectors.shop._shopify.queries import (
    EXPORT,
    LINES,
    LINES_WIRE,
    ORDER_WIRE,
    ORDERS,
    REFUNDS,
    REFUNDS_ASKED,
    REFUNDS_WIRE,
    SHOP,
)
from connectors.shop._shopify.state import last_day, look_at_app, shop_state
from connectors.source import Page, Pull, Silent, Source, Stream
from okr_config.errors import SourceError

_VISIBLE = timedelta(days=60)
_PAID = ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")


@dataclass(frozen=True)
class _Shop:
    zone: ZoneInfo
    scopes: frozenset[str]


def _orders(pull: Pull[Settings], date: str = "updated_at") -> Iterator[Page]:
    shop = _shop(pull)
    notes = []
    if "read_all_orders" not in shop.scopes and pull.now - pull.window.start > _VISIBLE:
        yield Page({}, rows_read=0, told_since=pull.now - _VISIBLE + timedelta(days=1))
        notes.append("orders older than 60 days are not visible: the app lacks the scope read_all_orders")
    named = "read_customers" in shop.scopes
    if not named:
        notes.append("customers are not counted: the app lacks the scope read_customers")
    span = f"{date}:>='{_second(pull.window.start)}' AND {date}:<'{_second(pull.window.end, up=True)}'"

    def page(after: str | None) -> Answer:
        nonlocal named
        variables = {"after": after, "q": span}
        try:
            return ask(pull, _orders_query(named=named), variables, scope="read_orders")
        except SourceError as error:
            if error.reason != "forbidden" or not named:
                raise
            named = False
            notes.append("customers are not counted: Shopify denies their ids to this app")
            return ask(pull, _orders_query(named=False), variables, scope="read_orders")

    exported, failure = _exported(pull, shop, span, named=named)
    if exported is not None:
        yield from exported
        yield Page({}, rows_read=0, zone=shop.zone.key, notes=tuple(notes))
        return
    if failure:
        notes.append(failure)
    pages = cursor(page, lambda answer: following(answer, "orders"))
    # each page's cursor comes with the page before it, so what can overlap is reading and making columns
    for batch in ahead(in_batches(pages)):
        yield _page(pull, shop, [answer.body for answer in batch])
        served = {answer.headers.get("x-shopify-api-version", pull.settings.api_version) for answer in batch}
        if served != {pull.settings.api_version}:
            notes.append(f"Shopify serves another API version than {pull.settings.api_version}: set api_version")
    yield Page({}, rows_read=0, zone=shop.zone.key, notes=tuple(notes))


def _orders_query(*, named: bool) -> str:
    return ORDERS.replace("CUSTOMER", "customer { id }" if named else "")


def _exported(pull: Pull[Settings], shop: _Shop, span: str, *, named: bool) -> tuple[list[Page] | None, str]:
    """Return all orders at once, where they are many, or why that came to nothing."""
    try:
        if not is_worth_it(pull, span):
            return None, ""
        query = EXPORT.replace("CUSTOMER", "customer { id }" if named else "").replace("SPAN", span)
        return [_page_of(pull, shop, part) for part in joined(pull, export(pull, query))], ""
    except (SourceError, RequestError) as error:
        return None, f"orders were read page by page: the export came to nothing ({error.reason})"


def _page(pull: Pull[Settings], shop: _Shop, bodies: Sequence[bytes]) -> Page:
    return _page_of(pull, shop, decode(RecordKind.ORDERS, bodies, ("data", "orders", "nodes"), ORDER_WIRE))


def _page_of(pull: Pull[Settings], shop: _Shop, wire: Fitted) -> Page:
    # an order that changed while we read comes twice; its later state counts, lines and all
    nodes = wire.frame.unique("id", keep="last", maintain_order=True)
    return order_page(wire, _order_rows(pull, shop, nodes), _line_rows(pull, nodes), _refund_rows(pull, nodes))


def _order_rows(pull: Pull[Settings], shop: _Shop, nodes: pl.DataFrame) -> Fitted:
    paid = pl.col("displayFinancialStatus").is_in(_PAID).fill_null(value=False)
    # what was taken out of an order before it was paid was never charged, but is in its price; imports name no payment
    received = pl.when(paid).then(_amount("totalReceivedSet").cast(MONEY, strict=False))
    rows = fit(
        RecordKind.ORDERS,
        nodes.select(
            "test",
            order_id="id",
            created_at="createdAt",
            paid_at="processedAt",
            updated_at="updatedAt",
            status="displayFinancialStatus",
            is_sale=pl.col("cancelledAt").is_null(),
            currency=_currency(),
            gross_amount=pl.when(received > 0).then(_amount("totalReceivedSet")).otherwise(_amount("totalPriceSet")),
            refunded_amount=_amount("totalRefundedSet"),
            tax_amount=_amount("currentTotalTaxSet"),
            shipping_amount=_amount("totalShippingPriceSet"),
            customer_key=pl.col("customer").struct.field("id"),
        ),
        required=("order_id", "created_at", "updated_at", "test", "currency", "gross_amount"),
    )
    paid = pl.col("status").is_in(_PAID).fill_null(value=False)
    frame = hash_customers(rows.frame, pull.customer_key).with_columns(
        day=business_day(pl.coalesce("paid_at", "created_at"), shop.zone.key),
        is_sale=paid & ~pl.col("test") & pl.col("is_sale"),
        paid_at=pl.when(paid).then("paid_at"),
    )
    return replace(rows, frame=frame)


def _line_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    lines = pl.col("lineItems").struct
    more = lines.field("pageInfo").struct
    unread = nodes.filter(more.field("hasNextPage") == "true").select("id", after=more.field("endCursor"))
    bodies = [body for order, after in unread.iter_rows() for body in _further_lines(pull, order, after)]
    wire: Wire = {"id": TEXT, "lineItems": LINES_WIRE}
    rest = decode(RecordKind.ORDER_LINES, bodies, ("data", "order"), wire, single=True)
    rows = fit(
        RecordKind.ORDER_LINES,
        _items(pl.concat([nodes.select(*wire), rest.frame]), lines.field("nodes"))
        .join(nodes.select(order_id="id", currency=_currency()), on="order_id", how="left", maintain_order="left")
        .select(
            "order_id",
            "sku",
            "title",
            "currency",
            line_id="id",
            product_id=pl.col("product").struct.field("id"),
            quantity=whole_units(pl.col("quantity")),
            current_quantity=whole_units(pl.col("currentQuantity")),
            is_gift_card="isGiftCard",
            amount=_amount("discountedTotalSet"),
        ),
        required=("order_id", "line_id"),
    )
    return replace(rows, refused=(*rest.refused, *rows.refused))


def _further_lines(pull: Pull[Settings], order: str, after: str) -> list[bytes]:
    def page(mark: str | None) -> Answer:
        return ask(pull, LINES, {"id": order, "after": mark or after}, scope="read_orders")

    answers = cursor(page, lambda answer: following(answer, "order", "lineItems"))
    return [answer.body for answer in answers]


def _refund_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    items = pl.col("refundLineItems").struct
    cut = items.field("pageInfo").struct.field("hasNextPage") == "true"
    refunds = _items(nodes, pl.col("refunds"))
    crowded = nodes.filter(pl.col("refunds").list.len() == REFUNDS_ASKED)["id"]
    again = sorted({*crowded, *refunds.filter(cut)["order_id"]})
    bodies = [ask(pull, REFUNDS, {"id": order}, scope="read_orders").body for order in again]
    wire: Wire = {"id": TEXT, "refunds": REFUNDS_WIRE}
    fuller = decode(RecordKind.REFUNDS, bodies, ("data", "order"), wire, single=True)
    refunds = pl.concat([refunds.filter(~pl.col("order_id").is_in(again)), _items(fuller.frame, pl.col("refunds"))])
    # a count that is missing or cut off makes the sum unknown, not smaller
    counts = items.field("nodes").list.eval(pl.element().struct.field("quantity").cast(pl.Int64, strict=False))
    unknown = cut | counts.list.eval(pl.element().is_null()).list.any()
    rows = fit(
        RecordKind.REFUNDS,
        refunds.join(
            nodes.select(order_id="id", currency=_currency()), on="order_id", how="left", maintain_order="left"
        ).select(
            "order_id",
            "currency",
            refund_id="id",
            created_at="createdAt",
            amount=_amount("totalRefundedSet"),
            quantity=pl.when(~unknown).then(counts.list.sum()),
        ),
        required=("order_id", "refund_id", "created_at", "amount"),
    )
    return replace(rows, refused=(*fuller.refused, *rows.refused))


def _items(orders: pl.DataFrame, listed: pl.Expr) -> pl.DataFrame:
    """Give each item of a list its own row, beside its order's id."""
    return orders.select(order_id="id", item=listed).explode("item").drop_nulls("item").unnest("item")


def _amount(name: str) -> pl.Expr:
    return pl.col(name).struct.field("shopMoney").struct.field("amount")


def _currency() -> pl.Expr:
    return pl.col("totalPriceSet").struct.field("shopMoney").struct.field("currencyCode")


def _second(moment: datetime, *, up: bool = False) -> str:
    """Write a time as the search takes it, to the second; the end of a span is rounded up."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return f"{whole + timedelta(seconds=up and whole != moment):%Y-%m-%dT%H:%M:%SZ}"


def _shop(pull: Pull[Settings]) -> _Shop:
    """Return the shop's zone and what the app may read, asked for once a run."""
    return pull.client.once("shop", lambda: _read_shop(pull))


def _read_shop(pull: Pull[Settings]) -> _Shop:
    data = ask(pull, SHOP, scope="read_orders").json()["data"]
    scopes = frozenset(scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"])
    return _Shop(known_zone(data["shop"]["ianaTimezone"], pull.zone), scopes)


SOURCE = Source(
    name="shopify",
    title="Shopify",
    settings=Settings,
    streams=(
        orders_stream(
            _orders, changes=Silent("orders deleted for good", partial(_orders, date="created_at"))
        ),  # the search index lags behind writes
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published", "shop.shipping_enabled", "shop.open"),
    docs="https://shopify.dev/docs/api/admin-graphql",
    url=lambda settings: f"https://{settings.shop}",
    scopes=("read_orders", "read_products", "read_customers", "read_all_orders"),
    history="60 days; all with the scope read_all_orders",
    delay="seconds",
    limits="queries cost points: 100 a second on the standard plan, 1000 at most for one query",
    hosts=(FILES,),
    version="2026-10",
    version_ends=last_day,
    verified=("official schema", "sandbox"),
    steps=(
        "At dev.shopify.com open the Dev Dashboard of the organisation that owns the shop and create an app.",
        "Create a version of it with the scopes read_orders, read_all_orders, read_products and read_customers.",
        "Install the app on the shop.",
        "Under Settings copy the client id and the client secret.",
        "Or use the access token of a custom app that was made in the shop's admin before 2026.",
    ),
    probe=look_at_app,
)
