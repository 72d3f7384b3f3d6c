"""BigCommerce: exact rows, times as in letters, lines by the order, no content, its own wait."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.records import RecordKind
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

LOGIN = {"store_hash": "abc123", "access_token": "CANARY-5e884898"}
STORE = {"timezone": {"name": "Europe/Oslo", "raw_offset": 3600}}


def order(number: int, **changes: object) -> Json:
    """Return an order, as the sheet has it."""
    return {
        "id": number,
        "customer_id": 7,
        "date_created": "Thu, 12 Nov 2026 23:05:30 +0000",
        "date_modified": "Sat, 14 Nov 2026 12:00:02 +0000",
        "status_id": 14,
        "total_inc_tax": "549.0000",
        "total_tax": "109.8000",
        "shipping_cost_inc_tax": "49.0000",
        "refunded_amount": "250.0000",
        "currency_code": "USD",
        "default_currency_code": "NOK",
        "is_deleted": False,
        **changes,
    }


def line(number: int, order_id: int, **changes: object) -> Json:
    """Return a line of two cups, one of which came back."""
    return {
        "id": number,
        "order_id": order_id,
        "product_id": 20,
        "name": "Kopp ☕",
        "sku": "S-1",
        "type": "physical",
        "quantity": 2,
        "quantity_refunded": 1,
        "total_inc_tax": "500.0000",
        "parent_order_product_id": None,
        **changes,
    }


def store(
    *orders: Json, lines: Callable[[int], list[Json]] = lambda order_id: [line(25, order_id)]
) -> Callable[[Request], Any]:
    """Return what the API answers."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        path = request.path.removeprefix("/stores/abc123")
        if path == "/v2/store":
            return STORE
        if path == "/v3/catalog/products":
            return {"data": [{"id": 1}], "meta": {"pagination": {"total": 12}}}
        size = int(request.query["limit"])
        first = size * (int(request.query.get("page", 1)) - 1)
        if path.endswith("/products"):
            return lines(int(path.split("/")[3]))[first : first + size]
        return orders[first : first + size]

    return answer


CASE = {
    "settings": LOGIN,
    "good": store(order(100), order(101)),
    "empty": store(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 2},
    "repeated": lambda request: [order(1)] * 250 if request.path.endswith("/orders") else [],
    "numbered": Numbered(
        lambda ids: store(*map(order, ids), lines=lambda _: []),
        lambda request: request.path.endswith("/v2/orders"),
        520,
    ),
}


def ask_store(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be a store."""
    loopback.script = lambda request: Reply(answer(request))


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Times are written as in letters, amounts are text in the currency that was charged, the day is the store's."""
    ask_store(loopback, store(order(100)))

    pulled = loopback.pull("bigcommerce", LOGIN, zone="Asia/Tokyo")

    created, updated = datetime(2026, 11, 12, 23, 5, 30, tzinfo=UTC), datetime(2026, 11, 14, 12, 0, 2, tzinfo=UTC)
    expected_order = (
        *("100", created, None, updated, date(2026, 11, 13), "14", True, False, "NOK"),
        *(Decimal(549), Decimal(250), Decimal("109.8"), Decimal(49), "key of 7"),
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("100", "25", "20", "S-1", "Kopp ☕", 2, 1, False, "NOK", Decimal(500))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    assert [("100", "all", None, "NOK", Decimal(250), 1)] == pulled.frames[RecordKind.REFUNDS].rows()
    assert (updated, "Europe/Oslo", (), ()) == (pulled.cursor, pulled.zone, pulled.notes, pulled.refused)
    assert LOGIN["access_token"] == loopback.seen[0].headers["x-auth-token"]


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"status_id": 2}, True),
        ({"status_id": 4}, True),
        ({"status_id": 11}, True),
        ({"status_id": 1}, False),
        ({"status_id": 5}, False),
        ({"status_id": 6}, False),
        ({"status_id": 7}, False),
        ({"status_id": 12}, False),
        ({"status_id": 2, "is_deleted": True}, False),
    ],
)
def test_a_sale_is_known_by_its_number(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """Paid and not cancelled, declined or thrown away; paid back is still a sale."""
    ask_store(loopback, store(order(100, **changes)))

    assert [is_sale] == loopback.pull("bigcommerce", LOGIN).frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_a_cart_is_no_order(loopback: Loopback) -> None:
    """It is left out, and its lines are not asked for."""
    ask_store(loopback, store(order(100, status_id=0)))

    pulled = loopback.pull("bigcommerce", LOGIN)

    assert 0 == pulled.frames[RecordKind.ORDERS].height
    assert not any(request.path.endswith("/products") for request in loopback.seen)


def test_what_was_not_paid_back(loopback: Loopback) -> None:
    """Some stores leave the amount out: where no unit came back it is nothing, else it is unknown."""
    orders = [order(number, refunded_amount=None) for number in (100, 101)]
    ask_store(loopback, store(*orders, lines=lambda number: [line(25, number, quantity_refunded=number - 100)]))

    pulled = loopback.pull("bigcommerce", LOGIN)

    assert [Decimal(0), None] == pulled.frames[RecordKind.ORDERS]["refunded_amount"].to_list()
    assert [("101", None, 1)] == pulled.frames[RecordKind.REFUNDS].select("order_id", "amount", "quantity").rows()


def test_kinds_of_lines(loopback: Loopback) -> None:
    """A gift certificate is marked; a part of another line is not a line."""
    lines = [line(1, 100, type="giftcertificate"), line(2, 100), line(3, 100, parent_order_product_id=2)]
    ask_store(loopback, store(order(100), lines=lambda _: lines))

    frame = loopback.pull("bigcommerce", LOGIN).frames[RecordKind.ORDER_LINES]

    assert [("1", True), ("2", False)] == frame.select("line_id", "is_gift_card").rows()


def test_pages_end_with_no_content(loopback: Loopback) -> None:
    """The page after the last one has status 204 and no body; changed orders are found, and read by number."""
    good = store(*(order(number) for number in range(300)), lines=lambda _: [])

    def script(request: Request) -> Reply:
        answer = good(request)
        return Reply(b"", 204) if answer == [] else Reply(answer)

    loopback.script = script

    pulled = loopback.pull("bigcommerce", LOGIN)

    asked = [request.query for request in loopback.seen if request.path.endswith("/v2/orders")]
    assert 300 == pulled.frames[RecordKind.ORDERS].height
    pages = [(query["page"], query["limit"], query["sort"]) for query in asked]
    assert [("1", "250", "id:asc"), ("2", "249", "id:asc"), ("3", "248", "id:asc")] == pages
    assert "2026-11-09T00:00:00Z" == asked[0]["min_date_modified"]


def test_the_stores_own_wait_is_kept(loopback: Loopback, clock: Clock) -> None:
    """It is told in milliseconds, in a header of its own."""
    good, answers = store(order(100)), iter([Reply([], 429, {"X-Rate-Limit-Time-Reset-Ms": "12500"})])
    loopback.script = lambda request: next(answers, None) or Reply(good(request))

    loopback.pull("bigcommerce", LOGIN)

    assert [12.5] == [slept for slept in clock.slept if slept > 1]


def test_all_lines_of_a_long_order_are_read(loopback: Loopback) -> None:
    """More than come at once are read page by page."""
    ask_store(loopback, store(order(100), lines=lambda number: [line(each, number) for each in range(300)]))

    assert 300 == loopback.pull("bigcommerce", LOGIN).frames[RecordKind.ORDER_LINES].height


def test_products_that_are_visible_are_counted(loopback: Loopback) -> None:
    """By the store's own count."""
    ask_store(loopback, store())

    states = loopback.pull("bigcommerce", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 12)] == states.select("probe", "value").rows()


def test_the_doctor_asks_once(loopback: Loopback) -> None:
    """One call tells the newest order and what is left of the quota."""
    left = {"X-Rate-Limit-Requests-Left": "149", "X-Rate-Limit-Requests-Quota": "150"}
    loopback.script = lambda request: Reply(store(order(100))(request), headers=left)

    health = loopback.probe("bigcommerce", LOGIN)

    assert ("abc123", "149 of 150 requests") == (health.account, health.quota)
    assert datetime(2026, 11, 12, 23, 5, 30, tzinfo=UTC) == health.newest
    assert 1 == len(loopback.seen)


def test_a_store_hash_is_no_path(loopback: Loopback) -> None:
    """Nothing else can be asked by it."""
    with pytest.raises(ValidationError):
        loopback.settings("bigcommerce", {**LOGIN, "store_hash": "abc/../v3"})


def test_a_disputed_order_was_paid(loopback: Loopback) -> None:
    """It stays a sale until it is paid back."""
    ask_store(loopback, store(order(100, status_id=13)))

    assert [True] == loopback.pull("bigcommerce", LOGIN).frames[RecordKind.ORDERS]["is_sale"].to_list()
