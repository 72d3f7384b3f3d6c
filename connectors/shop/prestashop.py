"""
PrestaShop through its webservice: orders with their lines, credit slips as refunds, and how many products are active.

A sale is an order that the shop itself counts as valid, or whose state is the shop's own for refunds. Its day is that
of its invoice, else the one on which it was placed; times are the shop's, without their zone. A credit slip moves no
order, so slips are read on their own by their date; what one gave back is its amount, not the price of its products. An
order in the state for refunds without a slip was paid back in full. A checkout with several carriers makes several
orders. Test payments make ordinary orders: no shop can tell them apart.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

import polars as pl
from pydantic import Field, SecretStr

from connectors.auth.tokens import basic
from connectors.http.errors import RequestError
from connectors.http.pagination import in_batches, offset
from connectors.http.response import Answer
from connectors.prompts import WebAddress
from connectors.records import MONEY, RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.orders import (
    ORDER_METRICS,
    fit_orders,
    items_of,
    order_page,
    orders_stream,
    refund_page,
    whole_units,
)
from connectors.rows.shop_state import look_at_shop
from connectors.rows.validate import Fitted, fit
from connectors.rows.zones import known_zone
from connectors.source import Page, Pull, Silent, Source, Stream
from okr_config.models import SourceSettings

_LIMIT = 100
_DAY = timedelta(days=1)

_ORDER: Wire = {
    **dict.fromkeys(("id", "id_currency", "id_customer", "current_state", "valid"), TEXT),
    **dict.fromkeys(("date_add", "date_upd", "invoice_date"), TEXT),
    **dict.fromkeys(("total_paid_tax_incl", "total_paid_tax_excl", "total_shipping_tax_incl"), TEXT),
    "associations": shape(
        order_rows=pl.List(
            shape(
                **dict.fromkeys(("id", "product_id", "product_name", "product_reference", "product_quantity"), TEXT),
                unit_price_tax_incl=TEXT,
            )
        )
    ),
}
_SLIP: Wire = {
    **dict.fromkeys(("id", "id_order", "date_add", "amount", "total_products_tax_incl"), TEXT),
    "total_shipping_tax_incl": TEXT,
    "associations": shape(order_slip_details=pl.List(shape(product_quantity=TEXT))),
}
_NAMED: Wire = dict.fromkeys(("id", "id_currency"), TEXT)


class Settings(SourceSettings):
    """One PrestaShop."""

    identity: ClassVar[tuple[str, ...]] = ("url",)

    url: WebAddress
    """Root of the shop, such as https://shop.example."""
    ws_key: SecretStr
    """Webservice key that may view orders and products."""
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds to wait for an answer; shops of one's own are slower than clouds."""


def _orders(pull: Pull[Settings], date: str = "date_upd") -> Iterator[Page]:
    # by id, and to a day that is still to come: what changes meanwhile can only come twice
    for answers in in_batches(_pages(pull, "orders", {"display": "full", **_since(pull, date)})):
        wire = decode(RecordKind.ORDERS, _bodies(answers), ("orders",), _ORDER)
        orders = wire.frame.unique("id", keep="last", maintain_order=True)
        orders = orders.with_columns(currency=_currency(pull))
        yield order_page(wire, _order_rows(pull, orders), _line_rows(orders), zone=_zone(pull))
    for answers in in_batches(_pages(pull, "order_slip", {"display": "full", **_since(pull, "date_add")})):
        slips = decode(RecordKind.REFUNDS, _bodies(answers), ("order_slips",), _SLIP)
        yield refund_page(slips, _refund_rows(pull, slips.frame))


def _since(pull: Pull[Settings], field: str) -> Mapping[str, str]:
    zone = ZoneInfo(_zone(pull))
    bounds = (pull.window.start.astimezone(zone), pull.window.end.astimezone(zone) + _DAY)
    span = ",".join(f"{bound:%Y-%m-%d %H:%M:%S}" for bound in bounds)
    return {"date": "1", f"filter[{field}]": f"[{span}]"}


def _ask(pull: Pull[Settings], resource: str, params: Mapping[str, str]) -> Answer:
    return pull.client.get(f"/api/{resource}", params={"output_format": "JSON", **params}, check=_check)


def _pages(pull: Pull[Settings], resource: str, params: Mapping[str, str]) -> Iterator[Answer]:
    def page(first: int) -> Answer:
        return _ask(pull, resource, {**params, "sort": "[id_ASC]", "limit": f"{first},{_LIMIT}"})

    return offset(page, _count, limit=_LIMIT, key=_keys, gap=pull.client.report_gap)


def _check(answer: Answer) -> None:
    _count(answer)


def _count(answer: Answer) -> int:
    """Count the rows of an answer: one list under its name, or an empty list without one."""
    match answer.json():
        case []:
            return 0
        case {**named} if len(lists := [rows for rows in named.values() if isinstance(rows, list)]) == 1:
            return len(lists[0])
        case _:
            raise RequestError("bad_answer", "answered without a list of records")


def _keys(answer: Answer) -> list[str]:
    """Tell the rows of an answer apart."""
    named = answer.json()
    lists = [rows for rows in named.values() if isinstance(rows, list)] if isinstance(named, dict) else []
    return [str(row.get("id") if isinstance(row, dict) else row) for rows in lists for row in rows]


def _bodies(answers: list[Answer]) -> list[bytes]:
    return [answer.body for answer in answers if _count(answer)]


def _told(pull: Pull[Settings], resource: str, params: Mapping[str, str], names: tuple[str, str]) -> Mapping[str, str]:
    """Return two fields of a resource's few records as a mapping, asked for once a run."""

    def ask() -> Mapping[str, str]:
        fields = {"display": f"[{','.join(names)}]", **params}
        rows = (_ask(pull, resource, fields).json() or {resource: []})[resource]
        return {str(row[names[0]]): str(row[names[1]]) for row in rows}

    return pull.client.once(resource, ask)


def _settings(pull: Pull[Settings]) -> Mapping[str, str]:
    return _told(pull, "configurations", {"filter[name]": "[PS_TIMEZONE|PS_OS_REFUND]"}, ("name", "value"))


def _zone(pull: Pull[Settings]) -> str:
    return known_zone(_settings(pull).get("PS_TIMEZONE"), pull.zone).key


def _currency(pull: Pull[Settings]) -> pl.Expr:
    codes = _told(pull, "currencies", {}, ("id", "iso_code"))
    return pl.col("id_currency").replace_strict(codes, default=None, return_dtype=TEXT)


def _order_rows(pull: Pull[Settings], orders: pl.DataFrame) -> Fitted:
    refunded = pl.col("current_state") == _settings(pull).get("PS_OS_REFUND", "")
    created, invoiced = _moment(pull, "date_add"), _moment(pull, "invoice_date")
    total, net = (pl.col(name).cast(MONEY, strict=False) for name in ("total_paid_tax_incl", "total_paid_tax_excl"))
    sold = (pl.col("valid") == "1") | refunded
    rows = orders.select(
        "currency",
        order_id="id",
        created_at=created,
        paid_at=pl.when(sold).then(pl.coalesce(invoiced, created)),
        updated_at=_moment(pull, "date_upd"),
        status="current_state",
        is_sale=sold,
        test=False,
        gross_amount="total_paid_tax_incl",
        # where a credit slip says more, the slip counts
        refunded_amount=pl.when(refunded).then(total),
        tax_amount=total - net,
        shipping_amount="total_shipping_tax_incl",
        customer_key="id_customer",
    )
    return fit_orders(pull, rows, zone=_zone(pull))


def _line_rows(orders: pl.DataFrame) -> Fitted:
    listed = orders.with_columns(lines=pl.col("associations").struct.field("order_rows"))
    count = pl.col("product_quantity").cast(MONEY, strict=False)
    rows = items_of(listed, "lines", "currency").select(
        "order_id",
        "product_id",
        "currency",
        line_id="id",
        sku="product_reference",
        title="product_name",
        quantity=whole_units(pl.col("product_quantity")),
        amount=pl.col("unit_price_tax_incl").cast(MONEY, strict=False) * count,
    )
    return fit(RecordKind.ORDER_LINES, rows, required=("order_id", "line_id"))


def _refund_rows(pull: Pull[Settings], slips: pl.DataFrame) -> pl.DataFrame:
    """Return refunds in the currencies of their orders, which are asked for: a slip does not name its own."""
    named = sorted({int(order) for order in slips["id_order"].drop_nulls()})
    of = decode(RecordKind.REFUNDS, [], ("orders",), _NAMED).frame
    if named:
        wanted = {"display": "[id,id_currency]", "filter[id]": f"[{'|'.join(map(str, named))}]"}
        of = decode(RecordKind.REFUNDS, _bodies([_ask(pull, "orders", wanted)]), ("orders",), _NAMED).frame
    units = whole_units(pl.element().struct.field("product_quantity")).cast(pl.Int64, strict=False)
    counts = pl.col("associations").struct.field("order_slip_details").list.eval(units).list
    products, shipping, amount = (
        pl.col(name).cast(MONEY, strict=False)
        for name in ("total_products_tax_incl", "total_shipping_tax_incl", "amount")
    )
    # of a discounted order the products stand there at their full price; the amount is what was given back for them
    given = pl.when(amount > products).then(amount).otherwise(pl.coalesce(amount, products) + shipping)
    return slips.join(of.rename({"id": "id_order"}), on="id_order", how="left", maintain_order="left").select(
        order_id="id_order",
        refund_id="id",
        created_at=_moment(pull, "date_add"),
        currency=_currency(pull),
        amount=given,
        quantity=pl.when(~counts.eval(pl.element().is_null()).list.any()).then(counts.sum()),
    )


def _moment(pull: Pull[Settings], name: str) -> pl.Expr:
    """Read a time of the shop's clock; of an hour that comes twice the first; a date of zeros is none."""
    naive = pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    zoned = naive.dt.replace_time_zone(_zone(pull), ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


def _shop_state(pull: Pull[Settings]) -> Iterator[Page]:
    active = _pages(pull, "products", {"display": "[id]", "filter[active]": "1"})
    yield look_at_shop(pull, {"shop.products_published": len({key for answer in active for key in _keys(answer)})})


SOURCE = Source(
    name="prestashop",
    title="PrestaShop",
    settings=Settings,
    streams=(
        # the hour that comes twice in autumn
        orders_stream(
            _orders,
            lookback=timedelta(hours=2),
            refunds_follow=False,
            changes=Silent("orders deleted for good, edits by modules", partial(_orders, date="date_add")),
        ),
        Stream("shop_state", (RecordKind.SHOP_STATE,), "snapshot", _shop_state),
    ),
    metrics=(*ORDER_METRICS, "shop.products_published"),
    docs="https://devdocs.prestashop-project.org/9/webservice/",
    url=lambda settings: settings.url,
    auth=lambda settings: {"authorization": basic(settings.ws_key.get_secret_value(), "")},
    scopes=tuple(f"{name}: View" for name in ("orders", "order_slip", "currencies", "configurations", "products")),
    concurrency=2,
    history="all orders",
    delay="none",
    limits="none of its own; hosts have theirs",
    version="1.7 to 9",
    steps=(
        "In the back office open Advanced parameters > Webservice, enable it and choose Add new webservice key.",
        "Choose Generate, and tick View for orders, order_slip, currencies, configurations and products.",
        "Save, and copy the key.",
    ),
)
