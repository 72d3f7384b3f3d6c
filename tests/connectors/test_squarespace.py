"""Squarespace: exact rows, states of payment, its cursor, its minute of rest."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request

Json = dict[str, Any]

LOGIN = {"api_key": "CANARY-5e884898da280471"}


def money(value: object) -> Json:
    """Return an amount."""
    return {"currency": "NOK", "value": value}


def line(number: int, **changes: object) -> Json:
    """Return a line of two cups."""
    return {
        "id": f"L{number}",
        "lineItemType": "PHYSICAL_PRODUCT",
        "productId": "P9",
        "sku": "SQ498",
        "productName": "Kopp ☕",
        "quantity": 2,
        "unitPricePaid": money("250.00"),
        **changes,
    }


def order(number: int, **changes: object) -> Json:
    """Return an order, as recorded."""
    return {
        "id": f"O{number}",
        "orderNumber": "1",
        "createdOn": "2026-11-12T23:30:00Z",
        "modifiedOn": f"2026-11-14T09:14:{number:02}.705Z",
        "testmode": False,
        "customerId": "C7",
        "fulfillmentStatus": "PENDING",
        "paymentState": "PAID",
        "lineItems": [line(number)],
        "taxTotal": money("109.80"),
        "shippingTotal": money("49.00"),
        "refundedTotal": money("100.00"),
        "grandTotal": money("549.00"),
        **changes,
    }


def site(*pages: list[Json], name: str = "result") -> Callable[[Request], Any]:
    """Return what the API answers; the cursor is the number of the page."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        number = int(request.query.get("cursor", 0))
        more = number + 1 < len(pages)
        rows = pages[number] if pages else []
        mark = str(number + 1) if more else None
        return {name: rows, "pagination": {"hasNextPage": more, "nextPageCursor": mark, "nextPageUrl": None}}

    return answer


CASE = {
    "settings": LOGIN,
    "good": site([order(1)], [order(2)]),
    "empty": site(),
    "rows": {"orders": 2, "order_lines": 2},
    "repeated": lambda _: {"result": [order(1)], "pagination": {"hasNextPage": True, "nextPageCursor": "1"}},
    "endless": lambda _, number: {
        "result": [order(number % 60)],
        "pagination": {"hasNextPage": True, "nextPageCursor": str(number)},
    },
}


def ask_site(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be a site."""
    loopback.script = lambda request: Reply(answer(request))


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Amounts are text, the day is that of the configured zone."""
    ask_site(loopback, site([order(1)]))

    pulled = loopback.pull("squarespace", LOGIN)

    created, updated = datetime(2026, 11, 12, 23, 30, tzinfo=UTC), datetime(2026, 11, 14, 9, 14, 1, 705000, UTC)
    expected_order = (
        *("O1", created, None, updated, date(2026, 11, 13), "PAID", True, False, "NOK"),
        *(Decimal(549), Decimal(100), Decimal("109.8"), Decimal(49), "key of 7"),
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("O1", "L1", "P9", "SQ498", "Kopp ☕", 2, None, False, "NOK", Decimal(500))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    assert (updated, (), ()) == (pulled.cursor, pulled.notes, pulled.refused)


def test_a_cursor_comes_alone(loopback: Loopback) -> None:
    """Both ends of the window are named once, with every state of payment; after that the cursor remembers them."""
    ask_site(loopback, site([order(1)], [order(2)]))

    loopback.pull("squarespace", LOGIN)

    first, second = (request.query for request in loopback.seen)
    assert ("2026-11-09T00:00:00.000Z", "2026-11-23T09:00:00.000Z") == (first["modifiedAfter"], first["modifiedBefore"])
    assert "PARTIALLY_PAID" in first["paymentStates"].split(",")
    assert {"cursor": "1"} == second


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"paymentState": "PARTIALLY_PAID"}, True),
        ({"paymentState": "REFUNDED"}, True),
        ({"paymentState": None}, True),
        ({"paymentState": "AUTHORIZED"}, False),
        ({"paymentState": "FAILED"}, False),
        ({"testmode": True}, False),
        ({"fulfillmentStatus": "CANCELED"}, False),
        ({"fulfillmentStatus": "FULFILLED"}, True),
    ],
)
def test_a_sale_is_paid_no_test_and_not_cancelled(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """An answer that tells no state lists paid orders only."""
    ask_site(loopback, site([order(1, **changes)]))

    assert [is_sale] == loopback.pull("squarespace", LOGIN).frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_numbers_of_either_make_are_read(loopback: Loopback) -> None:
    """Amounts as numbers, as the documents have them, are as good as text; a guest has no key."""
    ask_site(loopback, site([order(1, grandTotal=money(549.5), customerId=None, refundedTotal=None)]))

    orders = loopback.pull("squarespace", LOGIN).frames[RecordKind.ORDERS]

    assert [(Decimal("549.5"), None, None)] == orders.select("gross_amount", "refunded_amount", "customer_key").rows()


def test_what_is_bought_tells_how_it_counts(loopback: Loopback) -> None:
    """A gift card is marked; a membership without a number is one; how many a cup without one is nobody knows."""
    lines = [
        line(1, lineItemType="GIFT_CARD"),
        line(2, lineItemType="PAYWALL_PRODUCT", quantity=None, sku=None),
    ]
    ask_site(loopback, site([order(1, lineItems=lines), order(2), order(3, lineItems=[line(3, quantity=None)])]))

    pulled = loopback.pull("squarespace", LOGIN)

    rows = pulled.frames[RecordKind.ORDER_LINES].select("line_id", "quantity", "is_gift_card").rows()
    assert [("L1", 2, True), ("L2", 1, False), ("L2", 2, False), ("L3", None, False)] == rows
    assert (3, ()) == (pulled.frames[RecordKind.ORDERS].height, pulled.refused)


def test_too_fast_is_a_minutes_rest(loopback: Loopback, clock: Clock) -> None:
    """The vendor's documents say so; its answer does not."""
    good, answers = site([order(1)]), iter([Reply({"type": "about:blank", "status": 429}, 429)])
    loopback.script = lambda request: next(answers, None) or Reply(good(request))

    loopback.pull("squarespace", LOGIN)

    assert [60] == [slept for slept in clock.slept if slept > 1]


def test_products_that_are_shown_are_counted(loopback: Loopback) -> None:
    """Over all pages; hidden ones are not."""
    pages = [[{"id": "1", "isVisible": True}, {"id": "2", "isVisible": False}], [{"id": "3", "isVisible": True}]]
    ask_site(loopback, site(*pages, name="products"))

    states = loopback.pull("squarespace", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 2)] == states.select("probe", "value").rows()


def test_a_product_that_does_not_say_leaves_the_count_unknown(loopback: Loopback) -> None:
    """A note, and no row."""
    ask_site(loopback, site([{"id": "1"}], name="products"))

    pulled = loopback.pull("squarespace", LOGIN, "shop_state")

    assert 0 == pulled.frames[RecordKind.SHOP_STATE].height
    assert ("products are not counted: one does not say whether it is visible",) == pulled.notes


def test_a_page_that_does_not_say_where_the_next_is(loopback: Loopback) -> None:
    """It is an error, not an end."""
    ask_site(loopback, lambda _: {"result": [], "pagination": {"hasNextPage": True, "nextPageCursor": None}})

    with pytest.raises(SourceError) as caught:
        loopback.pull("squarespace", LOGIN)

    assert "bad_answer" == caught.value.reason


def test_the_doctor_asks_once(loopback: Loopback) -> None:
    """One call, with both ends of a window, tells that the key opens."""
    ask_site(loopback, site([order(1)]))

    assert datetime(2026, 11, 12, 23, 30, tzinfo=UTC) == loopback.probe("squarespace", LOGIN).newest
    assert {"modifiedAfter", "modifiedBefore"} == set(loopback.seen[0].query)
