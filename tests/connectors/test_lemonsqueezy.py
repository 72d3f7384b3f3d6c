"""Lemon Squeezy: orders, their items and renewals in exact rows; tests, fraud, refunds, where reading ends."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

LOGIN = {"api_key": "CANARY-lemon", "store_id": "1"}
AT = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC)


def order(number: int, **changes: object) -> Json:
    """Return an order as Lemon Squeezy tells it."""
    attributes = {
        "customer_id": 7,
        "currency": "NOK",
        "total": 62375,
        "tax": 12475,
        "refunded_amount": 0,
        "status": "paid",
        "created_at": "2026-11-12T23:30:01.000000Z",
        "updated_at": "2026-11-12T23:30:01.000000Z",
        "test_mode": False,
        **changes,
    }
    return {"type": "orders", "id": str(number), "attributes": attributes}


def item(number: int, **changes: object) -> Json:
    """Return the item of an order: two books."""
    bought = {"order_id": number, "product_id": 9, "product_name": "Bok ☕", "quantity": 2, **changes}
    return {"type": "order-items", "id": f"{number}0", "attributes": bought}


def page(rows: list[Json], total: int, items: list[Json] | None = None) -> Json:
    """Return a page of a list."""
    return {"meta": {"page": {"total": total}}, "data": rows, "included": items or []}


def lemon(*orders: Json, invoices: tuple[Json, ...] = (), items: bool = True) -> Callable[[Request], Any]:
    """Return what the API answers."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        rows = invoices if request.path.endswith("subscription-invoices") else orders
        size = int(request.query["page[size]"])
        first = size * (int(request.query["page[number]"]) - 1)
        here = list(rows[first : first + size])
        bought = [item(int(each["id"])) for each in here] if rows is orders and items else []
        return page(here, len(rows), bought)

    return answer


CASE = {
    "settings": LOGIN,
    "good": lemon(order(2), order(1, status="refunded", refunded_amount=62375), invoices=(order(5),)),
    "empty": lemon(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 0},
    "repeated": lambda _: page([order(1)] * 100, 300, [item(1)]),
    "endless": lambda _, number: page([order(number)], 999, [item(number)]),
    "numbered": Numbered(
        lambda ids: lemon(*map(order, ids)), lambda request: request.path == "/v1/orders", newest_first=True
    ),
}


def pull_lemon(loopback: Loopback, *orders: Json, **more: Any) -> Any:  # noqa: ANN401 - frames by kind
    """Pull from a server that has these orders."""
    loopback.script = lambda request: Reply(lemon(*orders, **more)(request))
    return loopback.pull("lemonsqueezy", LOGIN).frames


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Money is minor units, tax included; the day is that of the configured zone."""
    frames = pull_lemon(loopback, order(1))

    expected = ("1", AT, AT, AT, date(2026, 11, 13), "paid", True, False, "NOK")
    amounts = (Decimal("623.75"), Decimal(0), Decimal("124.75"), None, "key of 7")
    assert [(*expected, *amounts)] == frames[RecordKind.ORDERS].rows()
    assert [("1", "10", "9", None, "Bok ☕", 2, 2, None, "NOK", None)] == frames[RecordKind.ORDER_LINES].rows()


@pytest.mark.parametrize(
    ("changes", "is_sale", "kept"),
    [
        ({"status": "refunded"}, True, 0),
        ({"status": "partial_refund"}, True, None),
        ({"status": "pending"}, False, None),
        ({"status": "fraudulent"}, False, None),
        ({"test_mode": True}, False, 2),
    ],
)
def test_what_counts(loopback: Loopback, changes: Json, is_sale: bool, kept: int | None) -> None:
    """A refund does not unmake a sale; a test and fraud are none; what a partial refund took back nobody says."""
    frames = pull_lemon(loopback, order(1, **changes))

    assert [is_sale] == frames[RecordKind.ORDERS]["is_sale"].to_list()
    assert [kept] == frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_a_renewal_is_an_order_without_units(loopback: Loopback) -> None:
    """The first invoice of a subscription is its order, and does not count again."""
    renewal, first = order(1, billing_reason="renewal", total=9900), order(2, billing_reason="initial")
    frames = pull_lemon(loopback, order(1), invoices=(renewal, first))

    rows = frames[RecordKind.ORDERS].select("order_id", "gross_amount", "is_sale").rows()
    assert [("1", Decimal("623.75"), True), ("invoice 1", Decimal(99), True)] == rows
    assert 1 == frames[RecordKind.ORDER_LINES].height


def test_reading_ends_where_orders_are_older_than_the_window(loopback: Loopback) -> None:
    """Newest first: the page that reaches beyond the window's start is the last."""
    ago = {"created_at": "2026-11-08T23:59:59.000000Z", "billing_reason": "renewal"}
    old = [order(number, **ago) for number in range(200, 0, -1)]
    new = [order(number) for number in range(320, 200, -1)]
    frames = pull_lemon(loopback, *new, *old, invoices=tuple(old))

    asked = [request.query for request in loopback.seen if request.path == "/v1/orders"]
    assert [("1", "100"), ("2", "99")] == [(query["page[number]"], query["page[size]"]) for query in asked]
    assert ("1", "order-items") == tuple(asked[0][name] for name in ("filter[store_id]", "include"))
    assert 1 == sum(request.path == "/v1/subscription-invoices" for request in loopback.seen)
    assert 198 + 100 == frames[RecordKind.ORDERS].height
    assert "application/vnd.api+json" == loopback.seen[0].headers["accept"]
