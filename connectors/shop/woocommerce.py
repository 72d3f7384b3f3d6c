"""
WooCommerce through the REST API v3 of the shop itself: orders with their lines and refunds, and what the shop offers.

Over https the key logs in by HTTP Basic; over plain http a shop wants every request signed (OAuth 1.0a). A sale is an
order that was paid and is not cancelled, also while it is on hold; its day is the one on which it was paid, as the
shop's own calendar has it. A completed order that names no day of payment (moved or imported ones do not) was paid all
the same, as WooCommerce itself takes it: its day is that of its completion. Cash on delivery is no sale before that.
Orders in the trash count as gone. An order whose status is refunded was paid back, though it may name no refund. What
is part of a bundle is no unit of its own. Gateways in test mode make ordinary orders: no shop can tell them apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import polars as pl

from connectors.auth.oauth1 import HMAC_SHA256, OAuth1
from connectors.auth.tokens import basic
from connectors.http.pagination import ahead, in_batches, offset
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    business_day,
    hash_customers,
    items_of,
    naive_utc,
    order_page,
    orders_stream,
)
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.shop._woocommerce.lines import DISPENSABLE, LINES, line_rows, own_lines
from connectors.shop._woocommerce.refunds import Refunds, refund_rows
from connectors.shop._woocommerce.site import Settings, ask, ids_of, judge, rows_of, zone_of_site
from connectors.shop._woocommerce.totals import FAULTS, totals
from connectors.source import Page, Pull, Silent, Source, SourceHealth, Stream
from okr_config.errors import SourceError
from okr_config.world import World

_SMALL_PAGE = 20
# a host that runs out of memory or time over a page
_TOO_MUCH = ("server_error", "timed_out", "incomplete", "too_large")
_UNPAID = ("pending", "failed", "cancelled", "trash", "checkout-draft", "auto-draft")

_ORDER_WIRE: Wire = {
    **dict.fromkeys(("id", "status", "currency", "customer_id", "total", "total_tax"), TEXT),
    **dict.fromkeys(("shipping_total", "shipping_tax", "date_created", "date_created_gmt"), TEXT),
    **dict.fromkeys(("date_paid", "date_paid_gmt", "date_completed", "date_completed_gmt", "date_modified_gmt"), TEXT),
    "line_items": LINES,
    "refunds": pl.List(shape(id=TEXT, total=TEXT)),
}


def _orders(pull: Pull[Settings], since: str = "modified_after") -> Iterator[Page]:
    refunds = Refunds(partial(ask, pull), pull.client.concurrency)
    sizes = list(dict.fromkeys((pull.settings.per_page, min(pull.settings.per_page, _SMALL_PAGE))))
    # exclusive, to the second
    mark = f"{pull.window.start - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    for status in ("any", "trash"):  # any means all but the trash
        wanted = {"status": status, since: mark}
        try:
            yield from _read(pull, refunds, wanted, sizes[0])
        except SourceError as error:
            if error.reason not in _TOO_MUCH or len(sizes) == 1:
                raise
            note = f"the host does not bear pages of {sizes.pop(0)} orders: {sizes[0]} are read at a time"
            yield Page({}, rows_read=0, notes=(note,))
            yield from _read(pull, refunds, wanted, sizes[0])
    yield Page({}, rows_read=0, zone=zone_of_site(pull).key)


def _read(pull: Pull[Settings], refunds: Refunds, wanted: Mapping[str, str], per_page: int) -> Iterator[Page]:
    """
    Read orders by their number, the one order that no change disturbs.

    An order that leaves the list meanwhile moves all later ones forward, one of them maybe onto a page already read:
    each page begins with the last order of the one before it, and where it does not all are read again.
    """
    params = {
        **wanted,
        "dates_are_gmt": "true",
        "orderby": "id",
        "order": "asc",
        "per_page": str(per_page),
        "_fields": ",".join(_ORDER_WIRE),
    }
    step = max(1, per_page - 1)

    def page(skipped: int) -> Answer:
        # the offset goes before the page; a host that drops it gives pages without an overlap, which are read twice
        return ask(pull, "/orders", {**params, "page": str(skipped // step + 1), "offset": str(skipped)})

    pages = offset(
        page,
        lambda answer: len(ids_of(answer)),
        limit=per_page,
        total=_total,
        in_flight=pull.client.concurrency,
        key=ids_of,
        gap=pull.client.report_gap,
    )
    for batch in ahead(in_batches(pages)):
        yield _page(pull, refunds, [answer.body for answer in batch])


def _total(answer: Answer) -> int | None:
    return _header(answer, "x-wp-total")


def _header(answer: Answer, name: str) -> int | None:
    """Return the count in a header; some hosts take these away."""
    told = answer.headers.get(name, "")
    return int(told) if told.isascii() and told.isdigit() else None


def _page(pull: Pull[Settings], refunds: Refunds, bodies: Sequence[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, (), _ORDER_WIRE, dispensable=DISPENSABLE)
    nodes = wire.frame.unique("id", keep="last", maintain_order=True)
    lines = own_lines(nodes)
    refunded, returned = refunds.of(nodes)
    # the parts of a bundle come back with it
    returned = returned.join(_parts(nodes, lines), on=("order_id", "line_id"), how="anti", maintain_order="left")
    return order_page(wire, _order_rows(pull, nodes), line_rows(lines, returned), refund_rows(refunded, returned))


def _parts(nodes: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    every = items_of(nodes, "line_items").select("order_id", line_id="id")
    return every.join(lines.select("order_id", "line_id"), on=("order_id", "line_id"), how="anti")


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    back = pl.col("refunds").list.eval(-pl.element().struct.field("total").cast(MONEY, strict=False)).list
    unnamed = (pl.col("status") == "refunded") & (pl.col("refunds").list.len() == 0)
    undated = (pl.col("status") == "completed") & pl.col("date_paid_gmt").is_null()
    paid_at = pl.coalesce("date_paid_gmt", pl.when(undated).then(pl.coalesce("date_completed_gmt", "date_created_gmt")))
    paid_on = pl.coalesce("date_paid", pl.when(undated).then("date_completed"), "date_created")
    rows = fit(
        RecordKind.ORDERS,
        nodes.select(
            "status",
            "currency",
            order_id="id",
            created_at=naive_utc(pl.col("date_created_gmt")),
            paid_at=naive_utc(paid_at),
            # orders that were moved or imported may lack it
            updated_at=naive_utc(pl.coalesce("date_modified_gmt", "date_paid_gmt", "date_created_gmt")),
            day=paid_on.str.head(10).str.to_date("%Y-%m-%d", strict=False),
            test=False,
            is_sale=paid_at.is_not_null() & ~pl.col("status").is_in(_UNPAID),
            gross_amount="total",
            refunded_amount=pl.when(unnamed).then(pl.col("total").cast(MONEY, strict=False)).otherwise(back.sum()),
            tax_amount="total_tax",
            shipping_amount=_sum("shipping_total", "shipping_tax"),
            customer_key="customer_id",
        ),
        required=("order_id", "created_at", "updated_at", "status", "currency", "gross_amount"),
    )
    zone = zone_of_site(pull).key if rows.frame["day"].null_count() else "UTC"
    frame = hash_customers(rows.frame, pull.customer_key).with_columns(
        day=pl.coalesce("day", business_day(pl.coalesce("paid_at", "created_at"), zone)),
        is_sale=pl.col("is_sale").fill_null(value=False),
    )
    return replace(rows, frame=frame)


def _sum(*names: str) -> pl.Expr:
    first, *others = (pl.col(name).cast(MONEY, strict=False) for name in names)
    return sum(others, start=first)


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    notes: list[str] = []
    published = ask(pull, "/products", {"status": "publish", "per_page": "1", "_fields": "id"})
    states = {"shop.products_published": _header(published, "x-wp-total")}
    if states["shop.products_published"] is None:
        notes.append("products are not counted: the host takes the header X-WP-Total away")
    for probe, offers in (("shop.payments_enabled", _gateways), ("shop.shipping_enabled", _shipping)):
        try:
            states[probe] = int(any(offer.get("enabled") is True for offer in offers(pull)))
        except SourceError as error:
            if error.reason not in ("forbidden", "not_found"):
                raise
            notes.append(f"{probe} is unknown: the user of the key may not manage the shop")
    yield look_at_shop(pull, states, tuple(notes))


def _gateways(pull: Pull[Settings]) -> Iterable[dict[str, Any]]:
    return rows_of(ask(pull, "/payment_gateways", {"_fields": "id,enabled"}))


def _shipping(pull: Pull[Settings]) -> Iterator[dict[str, Any]]:
    for zone in rows_of(ask(pull, "/shipping/zones", {"_fields": "id"})):
        yield from rows_of(ask(pull, f"/shipping/zones/{int(zone['id'])}/methods", {"_fields": "id,enabled"}))


def _look(pull: Pull[Settings]) -> SourceHealth:
    newest = rows_of(
        ask(pull, "/orders", {"per_page": "1", "orderby": "date", "order": "desc", "_fields": "id,date_created_gmt"})
    )
    created = pl.Series([row.get("date_created_gmt") for row in newest], dtype=pl.String)
    times = created.to_frame("at").select(naive_utc(pl.col("at"))).to_series()
    return SourceHealth(account=pull.settings.url, newest=cast("datetime | None", times.max()))


def _sign(settings: Settings, world: World) -> OAuth1 | None:
    return OAuth1(world, settings.key, method=HMAC_SHA256) if settings.is_plain else None


SOURCE = Source(
    name="woocommerce",
    title="WooCommerce",
    settings=Settings,
    streams=(
        orders_stream(
            _orders,
            # the whole of them: an edited quantity need not show in any total
            changes=Silent(
                "orders deleted for good, edits and refunds that leave the date alone, refunds taken back",
                partial(_orders, since="after"),
            ),
            bounded=False,
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published", "shop.payments_enabled", "shop.shipping_enabled"),
    docs="https://woocommerce.github.io/woocommerce-rest-api-docs/",
    url=lambda settings: settings.url,
    auth=lambda settings: {} if settings.is_plain else {"authorization": basic(*settings.key)},
    sign=_sign,
    judge=judge,
    scopes=("Read",),
    concurrency=2,  # a small shop's host; ask for more where it can bear it
    history="all orders",
    delay="none",
    limits="none of its own; hosts and firewalls have theirs",
    version="wc/v3",
    verified=("sandbox",),
    steps=(
        "In WordPress open WooCommerce > Settings > Advanced > REST API and choose Add key.",
        "Pick a user who is shop manager or administrator, and the permission Read.",
        "Choose Generate API key and copy the consumer key and the consumer secret: they are shown once.",
    ),
    probe=_look,
    totals=totals,
    faults=FAULTS,
)
