"""Medusa: exact rows, returns and refunds, orders of the last 90 days, pages in flight."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from connectors.source import Sweep
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

LOGIN = {"url": "https://shop.example", "api_key": "CANARY-sk_5e884898"}


def item(number: int, returned: object = 1, **changes: object) -> Json:
    """Return a line of three cups, one of which came back."""
    return {
        "id": f"ordli_{number}",
        "title": "Kopp ☕",
        "variant_sku": "MUG",
        "product_id": "prod_9",
        "quantity": 3,
        "total": 499.5,
        "is_giftcard": False,
        "detail": {"return_received_quantity": returned},
        **changes,
    }


def refund(number: int, **changes: object) -> Json:
    """Return a refund."""
    return {"id": f"ref_{number}", "amount": 166.5, "created_at": f"2026-11-15T11:00:{number:02}.000Z", **changes}


def paid(*refunds: Json) -> list[Json]:
    """Return payment collections with one payment."""
    return [{"payments": [{"refunds": list(refunds)}]}]


def order(number: int, **changes: object) -> Json:
    """Return an order."""
    return {
        "id": f"order_{number}",
        "status": "pending",
        "currency_code": "nok",
        "created_at": "2026-11-12T23:30:00.250Z",
        "updated_at": "2026-11-14T09:05:14.000Z",
        "payment_status": "partially_refunded",
        "total": 382,
        "tax_total": 109.8,
        "shipping_total": 49,
        "customer_id": "cus_7",
        "summary": {"paid_total": 548.5, "refunded_total": 166.5},
        "items": [item(number)],
        "payment_collections": paid(refund(1)),
        **changes,
    }


def shop(*orders: Json, changed: tuple[Json, ...] = ()) -> Callable[[Request], Any]:
    """Return what a server answers: orders placed in the window, and older ones that changed in it."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        if request.path == "/admin/products":
            return {"products": [{"id": "prod_9"}], "count": 12}
        rows = changed if "updated_at[$gte]" in request.query else orders
        first, limit = int(request.query.get("offset", 0)), int(request.query["limit"])
        return {"orders": rows[first : first + limit], "count": len(rows), "offset": first, "limit": limit}

    return answer


CASE = {
    "settings": LOGIN,
    "good": shop(order(1), changed=(order(2),)),
    "empty": shop(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 2},
    "repeated": lambda _: {"orders": [order(1)] * 100, "count": 300},
    "numbered": Numbered(lambda ids: shop(*map(order, ids)), lambda request: "created_at[$gte]" in request.query),
}


def ask_shop(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be a shop."""
    loopback.script = lambda request: Reply(answer(request))


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Amounts are numbers in whole units; what was charged is what was paid, though a return is off the total."""
    ask_shop(loopback, shop(order(1)))

    pulled = loopback.pull("medusa", LOGIN)

    created, updated = datetime(2026, 11, 12, 23, 30, 0, 250000, UTC), datetime(2026, 11, 14, 9, 5, 14, tzinfo=UTC)
    expected_order = (
        *("order_1", created, None, updated, date(2026, 11, 13), "partially_refunded", True, False, "NOK"),
        *(Decimal("548.5"), Decimal("166.5"), Decimal("109.8"), Decimal(49), "key of 7"),
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("order_1", "ordli_1", "prod_9", "MUG", "Kopp ☕", 3, 2, False, "NOK", Decimal("499.5"))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    expected_refund = ("order_1", "ref_1", datetime(2026, 11, 15, 11, 0, 1, tzinfo=UTC), "NOK", Decimal("166.5"), 1)
    assert [expected_refund] == pulled.frames[RecordKind.REFUNDS].rows()
    assert (updated, (), ()) == (pulled.cursor, pulled.notes, pulled.refused)


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"payment_status": "captured"}, True),
        ({"payment_status": "refunded"}, True),
        ({"payment_status": "authorized"}, False),
        ({"payment_status": "not_paid"}, False),
        ({"payment_status": None}, False),
        ({"status": "canceled"}, False),
        ({"status": "draft"}, False),
        ({"status": "archived"}, True),
    ],
)
def test_a_sale_was_captured_and_is_not_cancelled(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """An order put away is still one."""
    ask_shop(loopback, shop(order(1, **changes)))

    assert [is_sale] == loopback.pull("medusa", LOGIN).frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_units_that_came_back_count_once(loopback: Loopback) -> None:
    """Of several refunds the newest has them all."""
    collections = paid(refund(1), refund(2))
    ask_shop(loopback, shop(order(1, items=[item(1), item(2, returned=2)], payment_collections=collections)))

    refunds = loopback.pull("medusa", LOGIN).frames[RecordKind.REFUNDS]

    assert [("ref_1", 0), ("ref_2", 3)] == refunds.select("refund_id", "quantity").rows()


def test_units_that_nobody_tells_are_unknown(loopback: Loopback) -> None:
    """A line without its returns leaves the sum unknown."""
    ask_shop(loopback, shop(order(1, items=[item(1), item(2, returned=None)])))

    pulled = loopback.pull("medusa", LOGIN)

    assert [None] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()
    assert [2, None] == pulled.frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_both_times_of_an_order_are_asked_for(loopback: Loopback) -> None:
    """What was placed in the window, then what is older and changed in it; each a hundred at a time."""
    ask_shop(loopback, shop(*(order(number) for number in range(250)), changed=(order(900),)))

    pulled = loopback.pull("medusa", LOGIN)

    start = "2026-11-09T00:00:00Z"
    spans = [
        {name: value for name, value in request.query.items() if name.startswith(("created_at", "updated_at"))}
        for request in loopback.seen
    ]
    assert 251 == pulled.frames[RecordKind.ORDERS].height
    assert [{"created_at[$gte]": start}] * 3 + [{"updated_at[$gte]": start, "created_at[$lt]": start}] == spans
    assert not {"email", "shipping_address"} & set(loopback.seen[0].query["fields"].split(","))


def test_orders_made_in_a_span_are_listed_whatever_their_last_change(loopback: Loopback) -> None:
    """A capture does not move its order's time: a reconciliation asks for orders by the time they were made."""
    ask_shop(loopback, shop())

    loopback.pull("medusa", LOGIN, sweep=Sweep(datetime(2026, 11, 1, tzinfo=UTC)))

    asked = loopback.seen[-1].query
    assert ("2026-11-01T00:00:00Z", False) == (asked["created_at[$gte]"], "updated_at[$gte]" in asked)


def test_the_key_logs_in_by_basic(loopback: Loopback) -> None:
    """It is the user, and there is no password."""
    ask_shop(loopback, shop())

    loopback.pull("medusa", LOGIN)

    assert "Basic Q0FOQVJZLXNrXzVlODg0ODk4Og==" == loopback.seen[0].headers["authorization"]


def test_an_answer_without_a_number_is_an_error(loopback: Loopback) -> None:
    """Without it nobody knows how many pages there are."""
    ask_shop(loopback, lambda _: {"orders": []})

    with pytest.raises(SourceError) as caught:
        loopback.pull("medusa", LOGIN)

    assert "bad_answer" == caught.value.reason


def test_products_published_are_counted_by_the_server(loopback: Loopback) -> None:
    """One row is asked for, for the count beside it."""
    ask_shop(loopback, shop())

    states = loopback.pull("medusa", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 12)] == states.select("probe", "value").rows()


def test_the_doctor_asks_once(loopback: Loopback) -> None:
    """One call tells the newest order."""
    ask_shop(loopback, shop(order(1)))

    health = loopback.probe("medusa", LOGIN)

    assert ("https://shop.example", datetime(2026, 11, 12, 23, 30, 0, 250000, UTC)) == (health.account, health.newest)
    assert 1 == len(loopback.seen)


def detail(received: int, dismissed: int, written_off: int) -> Json:
    """Return what became of a line's units."""
    names = ("return_received_quantity", "return_dismissed_quantity", "written_off_quantity")
    return {"detail": dict(zip(names, (received, dismissed, written_off), strict=True))}


@pytest.mark.parametrize(
    ("units", "kept"),
    [((0, 0, 0), 3), ((1, 0, 0), 2), ((1, 1, 1), 1), ((0, 0, 1), 2), ((1, 0, 1), 1), ((3, 0, 3), 0)],
)
def test_units_that_are_not_with_the_customer_are_not_sold(
    loopback: Loopback, units: tuple[int, int, int], kept: int
) -> None:
    """What came back damaged is written off as well; what a claim replaces is, and its own item is another line."""
    ask_shop(loopback, shop(order(1, items=[item(1, **detail(*units))])))

    pulled = loopback.pull("medusa", LOGIN)

    assert [kept] == pulled.frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()
    assert [min(sum(units[:1]) + max(units[1:]), 6)] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()
