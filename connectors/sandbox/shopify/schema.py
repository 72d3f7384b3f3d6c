"""The part of Shopify's schema that the sandbox knows; a query begins at a `View` of the shop."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from connectors.sandbox import accounts
from connectors.sandbox.loading import ZONE
from connectors.sandbox.orders import Order, Refund
from connectors.sandbox.shopify.graphql_pages import Page, connection, cut_page
from connectors.sandbox.shopify.graphql_types import Arguments, Inline, Link, Plain, Type
from connectors.sandbox.shopify.search import View
from connectors.sandbox.shopify.values import (
    bought_lines,
    line_values,
    order_values,
    product_number,
    refund_values,
    returned_lines,
    returned_values,
)

_COUNT_LIMIT = 10_000
_GBP = Plain(text='"GBP"')


def _money(name: str) -> Inline:
    money = Inline("MoneyV2", {"amount": Plain(name), "currencyCode": _GBP})
    return Inline("MoneyBag", {"shopMoney": money, "presentmentMoney": money})


def _node(kind: str) -> Inline:
    return Inline(kind, {"id": Plain(kind)})


def _counted(number: Callable[[View, Arguments], int]) -> Link:
    def count(view: View, arguments: Arguments) -> tuple[int, int]:
        return number(view, arguments), arguments.get("limit") or _COUNT_LIMIT

    return Link(_COUNT, count, ("query", "limit"))


def _lines(order: Order, arguments: Arguments) -> Page:
    return cut_page(bought_lines(order), lambda line: (line.id,), arguments)


def _returned(pair: tuple[Order, Refund], arguments: Arguments) -> Page:
    return cut_page(returned_lines(*pair), lambda line: (line.line_id,), arguments)


def _refunds(order: Order, arguments: Arguments) -> list[tuple[Order, Refund]]:
    return [(order, refund) for refund in order.refunds[: arguments.get("first")]]


def _products(view: View, _: Arguments) -> int:
    """Count what was ever sold: the data does not tell what else lay on the shelf."""
    return len({product_number(line.sku) for order in view.orders for line in order.lines})


def _customers(view: View, _: Arguments) -> int:
    return len({order.customer for order in view.orders if order.customer})


_COUNT = Type(
    "Count",
    {"count": Plain("count"), "precision": Plain("precision")},
    lambda count: {"count": str(min(count)), "precision": '"EXACT"' if count[0] <= count[1] else '"AT_LEAST"'},
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
    line_values,
)
_RETURNED = Type(
    "RefundLineItem",
    {"quantity": Plain("quantity"), "lineItem": _node("LineItem"), "subtotalSet": _money("amount")},
    returned_values,
)
_REFUND = Type(
    "Refund",
    {
        "id": Plain("id"),
        "createdAt": Plain("at"),
        "updatedAt": Plain("at"),
        "totalRefundedSet": _money("amount"),
        "refundLineItems": Link(connection(_RETURNED), _returned, ("first", "after")),
    },
    refund_values,
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
    order_values,
    memory=lambda order: order.texts,
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
        "shipsToCountries": Plain(text='["DE","FR"]'),
        "plan": _PLAN,
    },
    lambda view: {"offset": f'"{view.at.astimezone(ZoneInfo(ZONE)):%z}"'},
)
_NO_PASSWORD = Inline("OnlineStorePasswordProtection", {"enabled": Plain(text="false")})
_SCOPE = Type("AccessScope", {"handle": Plain("handle")}, lambda scope: {"handle": f'"{scope}"'})
_INSTALLATION = Type("AppInstallation", {"accessScopes": Link(_SCOPE, lambda view, _: sorted(view.scopes), many=True)})

_VERSIONS = [("2026-01", "true"), ("2026-04", "true"), ("2026-07", "true"), ("2026-10", "true"), ("unstable", "false")]
_VERSION = Type(
    "ApiVersion",
    {"handle": Plain("handle"), "displayName": Plain("handle"), "supported": Plain("supported")},
    lambda version: {"handle": f'"{version[0]}"', "supported": version[1]},
)

QUERY = Type(
    "QueryRoot",
    {
        "shop": Link(_SHOP, lambda view, _: view),
        "onlineStore": Inline("OnlineStore", {"passwordProtection": _NO_PASSWORD}),
        "currentAppInstallation": Link(_INSTALLATION, lambda view, _: view),
        "publicApiVersions": Link(_VERSION, lambda _view, _arguments: _VERSIONS, many=True),
        "orders": Link(
            connection(_ORDER),
            lambda view, arguments: view.page(arguments),
            ("first", "after", "query", "sortKey", "reverse"),
            scope="read_orders",
        ),
        "order": Link(_ORDER, lambda view, arguments: view.order(arguments.get("id")), ("id",), scope="read_orders"),
        "node": Link(_ORDER, lambda view, arguments: view.order(arguments.get("id")), ("id",), scope="read_orders"),
        "ordersCount": _counted(lambda view, arguments: view.count(arguments.get("query") or "")),
        "productsCount": _counted(_products),
        "customersCount": _counted(_customers),
        "abandonedCheckoutsCount": _counted(lambda _view, _arguments: 0),
    },
)
