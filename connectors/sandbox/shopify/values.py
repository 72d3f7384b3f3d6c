"""How the shop's orders look in Shopify's words: JSON texts by name, for the templates to be filled with."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

import orjson

from connectors.sandbox.orders import Line, Order, Refund


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


@cache
def product_number(sku: str) -> int:
    """Return the number of the product behind a stock code, whatever its case."""
    return int(sku.replace("_", ""), 36)


def bought_lines(order: Order) -> list[Bought]:
    """Return an order's lines, by their ids."""
    returned = order.returned
    return [Bought(_line_id(order, line.number), line, line.quantity - returned[line.number]) for line in order.lines]


def returned_lines(order: Order, refund: Refund) -> list[Returned]:
    """Return what a refund took back, by the lines' ids."""
    prices = {line.number: line.price for line in order.lines}
    return [
        Returned(_line_id(order, number), units, prices.get(number, 0) * units)
        for number, units in sorted(refund.units.items())
    ]


def line_values(bought: Bought) -> dict[str, str]:
    """Return a line's values."""
    line, product = bought.line, product_number(bought.line.sku)
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


def returned_values(returned: Returned) -> dict[str, str]:
    """Return the values of units that came back."""
    return {
        "quantity": str(returned.units),
        "LineItem": f'"gid://shopify/LineItem/{returned.line_id}"',
        "amount": _pounds(returned.amount),
    }


def refund_values(pair: tuple[Order, Refund]) -> dict[str, str]:
    """Return the values of a refund of an order."""
    order, refund = pair
    return {
        "id": f'"gid://shopify/Refund/{refund.number}"',
        "at": _time(refund.at),
        "amount": _pounds(order.worth(refund.units) + refund.shipping),
    }


def order_values(order: Order) -> dict[str, str]:
    """Return an order's values; `none` is the tax and the discounts that the data does not tell."""
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
        "none": _pounds(0),
    }


def _status(total: int, paid_back: int) -> str:
    if not paid_back:
        return "PAID"
    return "REFUNDED" if paid_back >= total else "PARTIALLY_REFUNDED"


def _line_id(order: Order, number: int) -> int:
    return order.number * 1000 + number


def _pounds(pence: int) -> str:
    """Write money as the vendor does: text, without the zeros it can spare."""
    return f'"{pence / 100}"'


def _time(at: datetime | None) -> str:
    return f'"{at.isoformat()[:19]}Z"' if at else "null"


def _truth(holds: bool) -> str:
    return "true" if holds else "false"
