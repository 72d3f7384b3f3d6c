"""
WooCommerce through the REST API v3 of the shop itself: orders with their lines and refunds, and what the shop offers.

Over https the key logs in by HTTP Basic; over plain http a shop wants every request signed (OAuth 1.0a). A sale is an
order that was paid and is not cancelled; its day is the one on which it was paid, as the shop's own calendar has it.
Orders in the trash count as gone. Gateways in test mode make ordinary orders: no shop can tell them apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from pydantic import Field, SecretStr

from connectors.auth.oauth1 import HMAC_SHA256, OAuth1
from connectors.auth.tokens import basic
from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, in_batches, page_number
from connectors.http.response import Answer
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import ORDER_METRICS, business_day, hash_customers, naive_utc, order_page, orders_stream
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.shop._woocommerce.refunds import Refunds, refund_rows
from connectors.source import Page, Pull, Source, SourceHealth, Stream
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from okr_config.world import World

_API = "/wp-json/wc/v3"
_READINGS = 3
_UNPAID = ("pending", "on-hold", "failed", "cancelled", "trash", "checkout-draft", "auto-draft")
# what gift card plugins write beside a line; WooCommerce itself sells none
_GIFT_CARD = r"^_?(pw|wc)_gift_card_|^_ywgc_"

_ORDER_WIRE: Wire = {
    **dict.fromkeys(("id", "status", "currency", "customer_id", "total", "total_tax"), TEXT),
    **dict.fromkeys(("shipping_total", "shipping_tax", "date_created", "date_created_gmt"), TEXT),
    **dict.fromkeys(("date_paid", "date_paid_gmt", "date_modified_gmt"), TEXT),
    "line_items": pl.List(
        shape(
            **dict.fromkeys(("id", "product_id", "name", "sku", "quantity", "total", "total_tax"), TEXT),
            meta_data=pl.List(shape(key=TEXT)),
        )
    ),
    "refunds": pl.List(shape(id=TEXT, total=TEXT)),
}


class Settings(SourceSettings):
    """`url`: the site's root; `consumer_key`, `consumer_secret`: of a key that may read; `per_page`: rows of a page."""

    identity: ClassVar[tuple[str, ...]] = ("url",)

    url: str
    consumer_key: SecretStr
    consumer_secret: SecretStr
    per_page: Annotated[int, Field(ge=1, le=100)] = 100
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0

    @property
    def key(self) -> tuple[str, str]:
        """Key and secret."""
        return self.consumer_key.get_secret_value(), self.consumer_secret.get_secret_value()

    @property
    def is_plain(self) -> bool:
        """Whether the shop is asked over plain http."""
        return (self.base_url or self.url).lower().startswith("http://")


def _orders(pull: Pull[Settings]) -> Iterator[Page]:
    refunds = Refunds(partial(_ask, pull), pull.client.concurrency)
    for status in ("any", "trash"):  # any means all but the trash
        yield from _read(pull, refunds, status)
    yield Page({}, rows_read=0, zone=_zone(pull).key)


def _read(pull: Pull[Settings], refunds: Refunds, status: str) -> Iterator[Page]:
    """
    Read orders by their number, the one order that no change disturbs.

    An order that is deleted meanwhile moves all later ones forward, one of them maybe onto a page already read: then
    all is read once more.
    """
    params = {
        "status": status,
        # exclusive, to the second
        "modified_after": f"{pull.window.start - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}",
        "dates_are_gmt": "true",
        "orderby": "id",
        "order": "asc",
        "per_page": str(pull.settings.per_page),
        "_fields": ",".join(_ORDER_WIRE),
    }
    for _ in range(_READINGS):
        totals: list[int | None] = []
        pages = page_number(
            lambda number: _ask(pull, "/orders", {**params, "page": str(number)}),
            lambda answer: len(_rows(answer)),
            last=lambda answer: _header(answer, "x-wp-totalpages"),
            most=pull.settings.per_page,
            in_flight=pull.client.concurrency,
        )
        for batch in ahead(in_batches(pages)):
            totals += [_header(answer, "x-wp-total") for answer in batch]
            yield _page(pull, refunds, [answer.body for answer in batch])
        if (totals[0] or 0) <= (totals[-1] or 0):
            return
    yield Page({}, rows_read=0, notes=("orders were deleted while they were read: one may be missing",))


def _ask(pull: Pull[Settings], path: str, params: Mapping[str, str]) -> Answer:
    return pull.client.get(_API + path, params=params, check=_check)


def _check(answer: Answer) -> None:
    _rows(answer)


def _rows(answer: Answer) -> list[dict[str, Any]]:
    rows = answer.json()
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RequestError("bad_answer", "answered without a list of records")
    return rows


def _header(answer: Answer, name: str) -> int | None:
    """Return the count in a header; some hosts take these away."""
    told = answer.headers.get(name, "")
    return int(told) if told.isascii() and told.isdigit() else None


def _page(pull: Pull[Settings], refunds: Refunds, bodies: Sequence[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, (), _ORDER_WIRE)
    nodes = wire.frame.unique("id", keep="last", maintain_order=True)
    refunded, returned = refunds.of(nodes)
    return order_page(wire, _order_rows(pull, nodes), _line_rows(nodes, returned), refund_rows(refunded, returned))


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    back = pl.col("refunds").list.eval(-pl.element().struct.field("total").cast(MONEY, strict=False)).list
    rows = fit(
        RecordKind.ORDERS,
        nodes.select(
            "status",
            "currency",
            order_id="id",
            created_at=naive_utc(pl.col("date_created_gmt")),
            paid_at=naive_utc(pl.col("date_paid_gmt")),
            updated_at=naive_utc(pl.col("date_modified_gmt")),
            day=pl.coalesce("date_paid", "date_created").str.head(10).str.to_date("%Y-%m-%d", strict=False),
            test=False,
            is_sale=pl.col("date_paid_gmt").is_not_null() & ~pl.col("status").is_in(_UNPAID),
            gross_amount="total",
            refunded_amount=back.sum(),
            tax_amount="total_tax",
            shipping_amount=_sum("shipping_total", "shipping_tax"),
            customer_key="customer_id",
        ),
        required=("order_id", "created_at", "updated_at", "status", "currency", "gross_amount"),
    )
    zone = _zone(pull).key if rows.frame["day"].null_count() else "UTC"
    frame = hash_customers(rows.frame, pull.customer_key).with_columns(
        day=pl.coalesce("day", business_day(pl.coalesce("paid_at", "created_at"), zone)),
        is_sale=pl.col("is_sale").fill_null(value=False),
    )
    return replace(rows, frame=frame)


def _line_rows(nodes: pl.DataFrame, returned: pl.DataFrame) -> Fitted:
    items = nodes.select("currency", order_id="id", item="line_items").explode("item").drop_nulls("item").unnest("item")
    by_line = returned.group_by("order_id", line_id="line_id").agg(pl.col("units").sum())
    unclear = returned.filter(pl.col("line_id").is_null() | pl.col("units").is_null())["order_id"]
    # whole numbers that a plugin for fractions writes with their zeros
    quantity = pl.col("quantity").str.replace(r"\.0+$", "")
    kept = quantity.cast(pl.Int64, strict=False) - pl.col("units").fill_null(0)
    keys = pl.col("meta_data").list.eval(pl.element().struct.field("key").str.contains(_GIFT_CARD))
    return fit(
        RecordKind.ORDER_LINES,
        items.rename({"id": "line_id"})
        .join(by_line, on=("order_id", "line_id"), how="left", maintain_order="left")
        .select(
            "order_id",
            "line_id",
            "product_id",
            "sku",
            "currency",
            title="name",
            quantity=quantity,
            current_quantity=pl.when(~pl.col("order_id").is_in(unclear.implode())).then(kept),
            is_gift_card=keys.list.any(),
            amount=_sum("total", "total_tax"),
        ),
        required=("order_id", "line_id", "quantity"),
    )


def _sum(*names: str) -> pl.Expr:
    first, *others = (pl.col(name).cast(MONEY, strict=False) for name in names)
    return sum(others, start=first)


def _zone(pull: Pull[Settings]) -> ZoneInfo:
    """Return the site's zone, asked for once a run; a site that hides it is in the configured one."""
    return pull.client.once("zone", lambda: _read_zone(pull))


def _read_zone(pull: Pull[Settings]) -> ZoneInfo:
    try:
        told = pull.client.get("/wp-json/", params={"_fields": "timezone_string,gmt_offset"}).json()
    except SourceError as error:
        if error.reason not in ("forbidden", "not_found", "not_json", "unauthorized"):
            raise
        return pull.zone
    match told:
        case {"timezone_string": str(name)} if name:
            key = name
        case {"gmt_offset": int() | float() | str() as hours} if float(hours).is_integer():
            key = f"Etc/GMT{-int(float(hours)):+}"
        case _:
            return pull.zone
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError):
        return pull.zone


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    notes: list[str] = []
    published = _ask(pull, "/products", {"status": "publish", "per_page": "1", "_fields": "id"})
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
    return _rows(_ask(pull, "/payment_gateways", {"_fields": "id,enabled"}))


def _shipping(pull: Pull[Settings]) -> Iterator[dict[str, Any]]:
    for zone in _rows(_ask(pull, "/shipping/zones", {"_fields": "id"})):
        yield from _rows(_ask(pull, f"/shipping/zones/{int(zone['id'])}/methods", {"_fields": "id,enabled"}))


def _look(pull: Pull[Settings]) -> SourceHealth:
    newest = _rows(
        _ask(pull, "/orders", {"per_page": "1", "orderby": "date", "order": "desc", "_fields": "id,date_created_gmt"})
    )
    created = pl.Series([row.get("date_created_gmt") for row in newest], dtype=pl.String)
    times = created.to_frame("at").select(naive_utc(pl.col("at"))).to_series()
    return SourceHealth(account=pull.settings.url, newest=cast("datetime | None", times.max()))


def _judge(answer: Answer) -> RequestError | None:
    match answer.json():
        case {"code": "woocommerce_rest_cannot_view"}:
            return RequestError("forbidden", "denies access: the key, or its user, may not read this")
        case {"code": "rest_no_route"}:
            return RequestError(
                "not_found", "has no such API: WooCommerce must be active, and permalinks must not be plain"
            )
        case _:
            return None


def _sign(settings: Settings, world: World) -> OAuth1 | None:
    return OAuth1(world, settings.key, method=HMAC_SHA256) if settings.is_plain else None


SOURCE = Source(
    name="woocommerce",
    title="WooCommerce",
    settings=Settings,
    streams=(
        orders_stream(_orders),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published", "shop.payments_enabled", "shop.shipping_enabled"),
    docs="https://woocommerce.github.io/woocommerce-rest-api-docs/",
    url=lambda settings: settings.url,
    auth=lambda settings: {} if settings.is_plain else {"authorization": basic(*settings.key)},
    sign=_sign,
    judge=_judge,
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
        "Under Settings > Permalinks choose any structure but Plain.",
    ),
    probe=_look,
)
