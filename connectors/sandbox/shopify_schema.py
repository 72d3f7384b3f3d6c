"""The part of Shopify's schema the sandbox knows, and how the shop's orders fill it in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import orjson

from connectors.sandbox import accounts
from connectors.sandbox.graphql_types import Arguments, Inline, Link, Page, Plain, Type, connection, cut_page
from connectors.sandbox.loading import ZONE
from connectors.sandbox.orders import Line, Order, Refund

_COUNT_LIMIT = 10_000
_GBP = Plain(text='"GBP"')


class Bought(NamedTuple):
    """A line as part of its order: its id, and how many units were not returned."""

    id: int
    line: Line
    kept: int


class Returned(NamedTuple):
    """Some units of a line that came back."""

    line_id: int
    units: int
    amount: int


class Count(NamedTuple):
    """A number of things, capped at a limit."""

    number: int
    limit: int


@dataclass(frozen=True)
class Root:
    """Where a query begins: the moment, the orders one may see, and how to search them."""

    at: datetime
    orders: Collection[Order]
    page: Callable[[Arguments], Page]
    count: Callable[[str], int]
    scopes: Collection[str]


def _money(name: str) -> Inline:
    money = Inline("MoneyV2", {"amount": Plain(name), "currencyCode": _GBP})
    return Inline("MoneyBag", {"shopMoney": money, "presentmentMoney": money})


def _node(kind: str) -> Inline:
    return Inline(kind, {"id": Plain(kind)})


def _pounds(pence: int) -> str:
    """Write money as the vendor does: text, without the zeros it can spare."""
    return f'"{pence / 100}"'


def _time(at: datetime | None) -> str:
    return f'"{at.isoformat()[:19]}Z"' if at else "null"


def _truth(holds: bool) -> str:
    return "true" if holds else "false"


@cache
def _product(sku: str) -> int:
    return int(sku.replace("_", ""), 36)


def _line_id(order: Order, number: int) -> int:
    return order.number * 1000 + number


def _line_values(bought: Bought) -> dict[str, str]:
    line, product = bought.line, _product(bought.line.sku)
    return {
        "id": f'"gid://shopify/LineItem/{bought.id}"',
        "sku": f'"{line.sku}"',
        "title": orjson.dumps(line.title).decode(),
        "quantity": str(line.quantity),
        "kept": str(bought.kept),
        "is_gift_card": _truth(line.is_gift_card),
        "Product": f'"gid://shopify/Product/{product}"',
        "ProductVariant": f'"gid://shopify/ProductVariant/{product}"',
        "amount": _pounds(line.price * line.quantity),
    }


def _returned_values(returned: Returned) -> dict[str, str]:
    return {
        "quantity": str(returned.units),
        "LineItem": f'"gid://shopify/LineItem/{returned.line_id}"',
        "amount": _pounds(returned.amount),
    }


def _refund_values(pair: tuple[Order, Refund]) -> dict[str, str]:
    order, refund = pair
    return {
        "id": f'"gid://shopify/Refund/{refund.number}"',
        "at": _time(refund.at),
        "amount": _pounds(order.worth(refund.units) + refund.shipping),
    }


def _order_values(order: Order) -> dict[str, str]:
    units = sum(line.quantity for line in order.lines)
    returned = order.returned
    total, paid_back = order.total, order.paid_back
    created, updated = _time(order.created_at), _time(order.updated_at)
    return {
        "id": f'"gid://shopify/Order/{order.number}"',
        "number": f'"{order.number}"',
        "name": f'"#{order.number}"',
        "test": _truth(order.test),
        "created": created,
        "updated": updated,
        "cancelled": _time(order.cancelled_at),
        "cancel_reason": '"CUSTOMER"' if order.cancelled_at else "null",
        "edited": _truth(order.edited),
        "status": f'"{_status(total, paid_back)}"',
        "units": str(units),
        "units_kept": str(units - returned.total()),
        "total": _pounds(total),
        "total_kept": _pounds(total - paid_back),
        "goods": _pounds(total - order.shipping),
        "goods_kept": _pounds(total - order.shipping - order.worth(returned)),
        "shipping": _pounds(order.shipping),
        "paid_back": _pounds(paid_back),
    }


def _status(total: int, paid_back: int) -> str:
    if not paid_back:
        return "PAID"
    return "REFUNDED" if paid_back >= total else "PARTIALLY_REFUNDED"


def _lines(order: Order, arguments: Arguments) -> Page:
    returned = order.returned
    bought = [Bought(_line_id(order, line.number), line, line.quantity - returned[line.number]) for line in order.lines]
    return cut_page(bought, lambda one: (one.id,), arguments)


def _returned_lines(pair: tuple[Order, Refund], arguments: Arguments) -> Page:
    order, refund = pair
    prices = {line.number: line.price for line in order.lines}
    returned = [
        Returned(_line_id(order, number), units, prices.get(number, 0) * units)
        for number, units in sorted(refund.units.items())
    ]
    return cut_page(returned, lambda one: (one.line_id,), arguments)


def _refunds(order: Order, arguments: Arguments) -> list[tuple[Order, Refund]]:
    return [(order, refund) for refund in order.refunds[: arguments.get("first")]]


def _order_by_id(root: Root, arguments: Arguments) -> Order | None:
    kind, _, number = str(arguments.get("id")).rpartition("/")
    if kind != "gid://shopify/Order" or not number.isdecimal():
        return None
    wanted = int(number)
    return next((order for order in root.orders if order.number == wanted), None)


def _counted(number: Callable[[Root, Arguments], int]) -> Link:
    def count(root: Root, arguments: Arguments) -> Count:
        return Count(number(root, arguments), arguments.get("limit") or _COUNT_LIMIT)

    return Link(_COUNT, count, ("query", "limit"))


def _products(root: Root, _: Arguments) -> int:
    """Count what was ever sold: the data does not tell what else lay on the shelf."""
    return len({_product(line.sku) for order in root.orders for line in order.lines})


def _customers(root: Root, _: Arguments) -> int:
    return len({order.customer for order in root.orders if order.customer})


_COUNT = Type(
    "Count",
    {"count": Plain("count"), "precision": Plain("precision")},
    lambda count: {
        "count": str(min(count)),
        "precision": '"EXACT"' if count.number <= count.limit else '"AT_LEAST"',
    },
)
_LINE = Type(
    "LineItem",
    {
        "id": Plain("id"),
        "sku": Plain("sku"),
        "title": Plain("title"),
        "name": Plain("title"),
        "quantity": Plain("quantity"),
        "currentQuantity": Plain("kept"),
        "isGiftCard": Plain("is_gift_card"),
        "product": _node("Product"),
        "variant": _node("ProductVariant"),
        "originalTotalSet": _money("amount"),
        "discountedTotalSet": _money("amount"),
    },
    _line_values,
)
_RETURNED = Type(
    "RefundLineItem",
    {"quantity": Plain("quantity"), "lineItem": _node("LineItem"), "subtotalSet": _money("amount")},
    _returned_values,
)
_REFUND = Type(
    "Refund",
    {
        "id": Plain("id"),
        "createdAt": Plain("at"),
        "updatedAt": Plain("at"),
        "totalRefundedSet": _money("amount"),
        "refundLineItems": Link(connection(_RETURNED), _returned_lines, ("first", "after")),
    },
    _refund_values,
)
_CUSTOMER = Type(
    "Customer",
    {"id": Plain("id"), "legacyResourceId": Plain("number")},
    lambda customer: {"id": f'"gid://shopify/Customer/{customer}"', "number": f'"{customer}"'},
)
_ORDER = Type(
    "Order",
    {
        "id": Plain("id"),
        "legacyResourceId": Plain("number"),
        "name": Plain("name"),
        "test": Plain("test"),
        "createdAt": Plain("created"),
        "processedAt": Plain("created"),
        "updatedAt": Plain("updated"),
        "cancelledAt": Plain("cancelled"),
        "cancelReason": Plain("cancel_reason"),
        "closedAt": Plain(text="null"),
        "edited": Plain("edited"),
        "sourceName": Plain(text='"web"'),
        "currencyCode": _GBP,
        "presentmentCurrencyCode": _GBP,
        "taxesIncluded": Plain(text="true"),
        "displayFinancialStatus": Plain("status"),
        "displayFulfillmentStatus": Plain(text='"FULFILLED"'),
        "subtotalLineItemsQuantity": Plain("units"),
        "currentSubtotalLineItemsQuantity": Plain("units_kept"),
        "totalPriceSet": _money("total"),
        "currentTotalPriceSet": _money("total_kept"),
        "subtotalPriceSet": _money("goods"),
        "currentSubtotalPriceSet": _money("goods_kept"),
        "totalTaxSet": _money("none"),
        "currentTotalTaxSet": _money("none"),
        "totalDiscountsSet": _money("none"),
        "totalShippingPriceSet": _money("shipping"),
        "totalRefundedSet": _money("paid_back"),
        "totalReceivedSet": _money("total"),
        "netPaymentSet": _money("total_kept"),
        "customer": Link(_CUSTOMER, lambda order, _: order.customer, scope="read_customers"),
        "lineItems": Link(connection(_LINE), _lines, ("first", "after")),
        "refunds": Link(_REFUND, _refunds, ("first",), many=True),
    },
    lambda order: _order_values(order) | {"none": '"0.0"'},
)
_PLAN = Inline("ShopPlan", {"publicDisplayName": Plain(text='"Plus"'), "partnerDevelopment": Plain(text="false")})
_SHOP = Type(
    "Shop",
    {
        "id": Plain(text='"gid://shopify/Shop/1"'),
        "name": Plain(text=f'"{accounts.SHOP_NAME}"'),
        "myshopifyDomain": Plain(text=f'"{accounts.SHOP}"'),
        "currencyCode": _GBP,
        "ianaTimezone": Plain(text=f'"{ZONE}"'),
        "timezoneOffset": Plain("offset"),
        "taxesIncluded": Plain(text="true"),
        "setupRequired": Plain(text="false"),
        "plan": _PLAN,
    },
    lambda root: {"offset": f'"{root.at.astimezone(ZoneInfo(ZONE)):%z}"'},
)
_SCOPE = Type("AccessScope", {"handle": Plain("handle")}, lambda scope: {"handle": f'"{scope}"'})
_INSTALLATION = Type("AppInstallation", {"accessScopes": Link(_SCOPE, lambda root, _: sorted(root.scopes), many=True)})

QUERY = Type(
    "QueryRoot",
    {
        "shop": Link(_SHOP, lambda root, _: root),
        "currentAppInstallation": Link(_INSTALLATION, lambda root, _: root),
        "orders": Link(
            connection(_ORDER),
            lambda root, arguments: root.page(arguments),
            ("first", "after", "query", "sortKey"),
            scope="read_orders",
        ),
        "order": Link(_ORDER, _order_by_id, ("id",), scope="read_orders"),
        "node": Link(_ORDER, _order_by_id, ("id",), scope="read_orders"),
        "ordersCount": _counted(lambda root, arguments: root.count(arguments.get("query") or "")),
        "productsCount": _counted(_products),
        "customersCount": _counted(_customers),
        "abandonedCheckoutsCount": _counted(lambda _root, _arguments: 0),
    },
)
