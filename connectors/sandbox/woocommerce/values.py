"""How the shop's orders look in WooCommerce's words: naive times, money as text, refunds that are negative."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.sandbox.loading import ZONE
from connectors.sandbox.orders import Line, Order, Refund
from connectors.sandbox.shopify.values import product_number

_ZONE = ZoneInfo(ZONE)

Json = dict[str, Any]


def order_values(order: Order) -> Json:
    """Return an order; the data tells of no tax, and each was paid when it was placed."""
    return {
        "id": order.number,
        "number": str(order.number),
        "status": _status(order),
        "currency": "GBP",
        **_times("created", order.created_at),
        **_times("paid", order.created_at),
        **_times("modified", order.updated_at),
        "total": _pounds(order.total),
        "total_tax": _pounds(0),
        "shipping_total": _pounds(order.shipping),
        "shipping_tax": _pounds(0),
        "customer_id": order.customer or 0,
        "line_items": [_line(order, line) for line in order.lines],
        "refunds": [
            {"id": refund.number, "reason": "", "total": _pounds(-_paid_back(order, refund))}
            for refund in order.refunds
        ],
    }


def refund_values(order: Order, refund: Refund) -> Json:
    """Return a refund: its amount is positive, what came back is not."""
    lines = {line.number: line for line in order.lines}
    return {
        "id": refund.number,
        "parent_id": order.number,
        **_times("created", refund.at),
        "amount": _pounds(_paid_back(order, refund)),
        "line_items": [
            {
                "id": refund.number * 1000 + number,
                "quantity": -units,
                "total": _pounds(-lines[number].price * units),
                "total_tax": _pounds(0),
                "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": str(_line_id(order, number))}],
            }
            for number, units in sorted(refund.units.items())
            if number in lines
        ],
    }


def _line(order: Order, line: Line) -> Json:
    # WooCommerce sells no vouchers itself; this is how its best-known plugin marks them
    voucher = [{"id": 1, "key": "pw_gift_card_amount", "value": _pounds(line.price)}]
    return {
        "id": _line_id(order, line.number),
        "name": line.title,
        "product_id": product_number(line.sku),
        "sku": line.sku,
        "quantity": line.quantity,
        "price": line.price / 100,
        "total": _pounds(line.price * line.quantity),
        "total_tax": _pounds(0),
        "meta_data": voucher if line.is_gift_card else [],
    }


def _status(order: Order) -> str:
    if order.cancelled_at:
        return "cancelled"
    return "refunded" if order.paid_back >= order.total else "completed"


def _paid_back(order: Order, refund: Refund) -> int:
    return order.worth(refund.units) + refund.shipping


def _line_id(order: Order, number: int) -> int:
    return order.number * 1000 + number


def _times(name: str, at: datetime) -> Json:
    return {f"date_{name}": f"{at.astimezone(_ZONE):%Y-%m-%dT%H:%M:%S}", f"date_{name}_gmt": f"{at:%Y-%m-%dT%H:%M:%S}"}


def _pounds(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02}"
