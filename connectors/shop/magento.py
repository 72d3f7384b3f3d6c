"""
Magento Open Source and Adobe Commerce through REST V1: orders with their lines and what came back, and products.

An integration signs its requests (OAuth 1.0a); a token alone is enough where the shop allows it. A sale is an order
that was paid, of the state processing, complete, holded or closed: a closed one was paid back. Amounts are those of the
base currency, in which a shop charges. An order tells how much of it was paid back and which units, not when: it has
one refund, without a time. An edited order is cancelled and comes again under another number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar, Self, cast
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import SecretStr, model_validator

from connectors.auth.oauth1 import HMAC_SHA256, OAuth1
from connectors.http.errors import RequestError
from connectors.http.pagination import ahead, in_batches, sized_pages
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    naive_utc,
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
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from okr_config.world import World

_PAGE = 100
_SOLD = ("processing", "complete", "closed", "holded")
_ITEM = ("item_id", "parent_item_id", "product_id", "sku", "name", "qty_ordered", "qty_refunded", "qty_canceled")
_ORDER = (
    *("entity_id", "state", "created_at", "updated_at", "customer_id", "base_currency_code", "base_grand_total"),
    *("base_tax_amount", "base_shipping_incl_tax", "base_total_paid", "base_total_refunded"),
)
_FIELDS = f"items[{','.join(_ORDER)},items[{','.join(_ITEM)},base_row_total_incl_tax]],total_count"
_ORDER_WIRE: Wire = {
    **dict.fromkeys(_ORDER, TEXT),
    "items": pl.List(shape(**dict.fromkeys((*_ITEM, "base_row_total_incl_tax"), TEXT))),
}
_CREDENTIALS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


class Settings(SourceSettings):
    """One Magento or Adobe Commerce shop; the login is the four credentials of an integration, or `token`."""

    identity: ClassVar[tuple[str, ...]] = ("url",)
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (_CREDENTIALS, ("token",))

    url: WebAddress
    """Root of the shop, such as https://shop.example."""
    consumer_key: SecretStr | None = None
    """Consumer key of the integration."""
    consumer_secret: SecretStr | None = None
    """Consumer secret of the integration."""
    access_token: SecretStr | None = None
    """Access token of the integration."""
    access_token_secret: SecretStr | None = None
    """Access token secret of the integration."""
    token: SecretStr | None = None
    """Bearer token, in place of the four credentials."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        given = [getattr(self, name) is not None for name in _CREDENTIALS]
        if bool(self.token) == any(given) or any(given) != all(given):
            raise ValueError(f"give either token, or all of {', '.join(_CREDENTIALS)}")
        return self


def _criteria(filters: Mapping[str, tuple[str, str]], size: int, sort: str = "") -> dict[str, str]:
    """Return search criteria: each field, with its condition and value, must hold."""
    params = {"searchCriteria[pageSize]": str(size)}
    for place, (field, (condition, value)) in enumerate(filters.items()):
        base = f"searchCriteria[filter_groups][{place}][filters][0]"
        params |= {f"{base}[field]": field, f"{base}[condition_type]": condition, f"{base}[value]": value}
    if sort:
        field, _, direction = sort.partition(" ")
        params |= {"searchCriteria[sortOrders][0][field]": field}
        params |= {"searchCriteria[sortOrders][0][direction]": direction}
    return params


def _orders(pull: Pull[Settings], date: str = "updated_at") -> Iterator[Page]:
    since = f"{pull.window.start.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    # by number nothing moves while we read: an order that joins can only come twice
    wanted = {date: ("gteq", since)}

    def page(number: int, size: int) -> Answer:
        params = {**_criteria(wanted, size, "entity_id ASC"), "searchCriteria[currentPage]": str(number)}
        return pull.client.get("/rest/all/V1/orders", params={**params, "fields": _FIELDS})

    pages = sized_pages(
        page,
        lambda answer: len(_told(answer)["items"]),
        # known beforehand: a page past the last one would be the last one again
        total=lambda answer: int(_told(answer)["total_count"]),
        most=_PAGE,
        key=lambda answer: [str(order.get("entity_id")) for order in _told(answer)["items"]],
        in_flight=pull.client.concurrency,
        gap=pull.client.report_gap,
    )
    for batch in ahead(in_batches(pages)):
        yield _page(pull, [answer.body for answer in batch])
    yield Page({}, rows_read=0, zone=_zone(pull).key)


def _told(answer: Answer) -> dict[str, Any]:
    match answer.json():
        case {"items": list(), "total_count": int()} as told:
            return cast("dict[str, Any]", told)
        case {"items": None, "total_count": 0}:
            return {"items": [], "total_count": 0}
        case _:
            raise RequestError("bad_answer", "answered without a list of orders, or without their number")


def _page(pull: Pull[Settings], bodies: Sequence[bytes]) -> Page:
    wire = decode(RecordKind.ORDERS, bodies, ("items",), _ORDER_WIRE)
    nodes = wire.frame.unique("entity_id", keep="last", maintain_order=True)
    lines = _lines(nodes)
    nodes = with_paid_back(
        nodes, lines, key="entity_id", amount="base_total_refunded", returned=unit_count("qty_refunded")
    )
    return order_page(
        wire,
        _order_rows(pull, nodes),
        _line_rows(lines),
        refund_totals(nodes, key="entity_id", currency="base_currency_code"),
    )


def _order_rows(pull: Pull[Settings], nodes: pl.DataFrame) -> Fitted:
    paid = pl.col("base_total_paid").cast(MONEY, strict=False) > 0
    return fit_orders(
        pull,
        nodes.select(
            order_id="entity_id",
            created_at=naive_utc(pl.col("created_at")),
            updated_at=naive_utc(pl.col("updated_at")),
            status="state",
            is_sale=pl.col("state").is_in(_SOLD).fill_null(value=False) & paid.fill_null(value=False),
            test=False,
            currency="base_currency_code",
            gross_amount="base_grand_total",
            refunded_amount="paid_back",
            tax_amount="base_tax_amount",
            shipping_amount="base_shipping_incl_tax",
            customer_key="customer_id",
        ),
        zone=_zone(pull).key,
        required=("order_id", "created_at", "updated_at", "status", "currency", "gross_amount"),
    )


def _lines(nodes: pl.DataFrame) -> pl.DataFrame:
    """Return lines; what is part of another line is that line's business."""
    items = nodes.select("base_currency_code", order_id="entity_id", item="items").explode("item").drop_nulls("item")
    return items.unnest("item").filter(pl.col("parent_item_id").is_null())


def _line_rows(lines: pl.DataFrame) -> Fitted:
    kept = unit_count("qty_ordered") - unit_count("qty_refunded") - unit_count("qty_canceled")
    return fit(
        RecordKind.ORDER_LINES,
        lines.select(
            "order_id",
            "product_id",
            "sku",
            line_id="item_id",
            title="name",
            quantity=whole_units(pl.col("qty_ordered")),
            current_quantity=kept.clip(lower_bound=0),
            currency="base_currency_code",
            amount="base_row_total_incl_tax",
        ),
        required=("order_id", "line_id"),
    )


def _zone(pull: Pull[Settings]) -> ZoneInfo:
    """Return the shop's zone, asked for once a run; where it may not be seen, the configured one."""
    return pull.client.once("zone", lambda: _read_zone(pull))


def _read_zone(pull: Pull[Settings]) -> ZoneInfo:
    try:
        told = pull.client.get("/rest/all/V1/store/storeConfigs").json()
    except SourceError as error:
        if error.reason not in ("forbidden", "not_found", "unauthorized"):
            raise
        return pull.zone
    match told:
        case [{"timezone": str(name)}, *_]:
            return known_zone(name, pull.zone)
        case _:
            return pull.zone


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    shown = {"status": ("eq", "1"), "visibility": ("in", "2,3,4")}
    params = {**_criteria(shown, 1), "fields": "total_count"}
    told = pull.client.get("/rest/all/V1/products", params=params).json()
    yield look_at_shop(pull, {"shop.products_published": int(told["total_count"])})


def _look(pull: Pull[Settings]) -> SourceHealth:
    params = {**_criteria({}, 1, "created_at DESC"), "fields": "items[created_at]"}
    match pull.client.get("/rest/all/V1/orders", params=params).json():
        case {"items": [{"created_at": str(created)}]}:
            return SourceHealth(account=pull.settings.url, newest=datetime.fromisoformat(created).replace(tzinfo=UTC))
        case _:
            return SourceHealth(account=pull.settings.url)


def _sign(settings: Settings, world: World) -> OAuth1 | None:
    if settings.token:
        return None
    key, secret, token, token_secret = (getattr(settings, name).get_secret_value() for name in _CREDENTIALS)
    return OAuth1(world, (key, secret), (token, token_secret), method=HMAC_SHA256)


SOURCE = Source(
    name="magento",
    title="Magento",
    settings=Settings,
    streams=(
        orders_stream(
            _orders,
            changes=Silent("orders deleted for good, edits by extensions", partial(_orders, date="created_at")),
            bounded=False,
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://developer.adobe.com/commerce/webapi/rest/",
    url=lambda settings: settings.url,
    auth=lambda settings: {"authorization": f"Bearer {settings.token.get_secret_value()}"} if settings.token else {},
    sign=_sign,
    scopes=("Sales > Orders", "Catalog > Products", "Stores"),
    concurrency=2,
    history="all orders",
    delay="none",
    limits="none of its own; hosts and firewalls have theirs",
    version="V1",
    steps=(
        "In the admin open System > Integrations and choose Add New Integration.",
        "On the API tab tick Sales > Operations > Orders, Catalog > Inventory > Products, and Stores.",
        "Save, choose Activate and Allow, and copy the four credentials.",
        "A token alone opens only where the shop allows integrations' tokens as standalone Bearer tokens.",
    ),
    probe=_look,
)
