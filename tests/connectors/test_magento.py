"""Magento: exact rows, parts of lines, what came back, pages that repeat the last, both logins."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

URL = "https://shop.example"
FOUR = {
    "consumer_key": "CANARY-consumer",
    "consumer_secret": "CANARY-secret",
    "access_token": "CANARY-access",
    "access_token_secret": "CANARY-access-secret",
}
LOGIN = {"url": URL, "token": "CANARY-token"}
ZONE = [{"timezone": "Europe/Oslo", "base_currency_code": "NOK"}]


def item(number: int, **changes: object) -> Json:
    """Return a line of three cups, one of which came back."""
    return {
        "item_id": number,
        "product_id": 1553,
        "sku": "KOPP-1",
        "name": "Kopp ☕",
        "qty_ordered": 3,
        "qty_refunded": 1,
        "qty_canceled": 0,
        "base_row_total_incl_tax": 499.95,
        **changes,
    }


def order(number: int, **changes: object) -> Json:
    """Return an order, as the sheet has it."""
    return {
        "entity_id": number,
        "state": "processing",
        "created_at": "2026-11-12 23:05:12",
        "updated_at": "2026-11-14 12:00:02",
        "customer_id": 7,
        "base_currency_code": "NOK",
        "base_grand_total": 549,
        "base_tax_amount": 109.8,
        "base_shipping_incl_tax": 49,
        "base_total_paid": 549,
        "base_total_refunded": 166.65,
        "items": [item(number)],
        **changes,
    }


def without(row: Json, *names: str) -> Json:
    """Return a record as Magento sends it where something is not set: left out."""
    return {name: value for name, value in row.items() if name not in names}


def shop(*orders: Json, zone: object = ZONE, products: int = 12) -> Callable[[Request], Any]:
    """Return what a shop answers; a page past the end is the last one again."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        if request.path.endswith("/storeConfigs"):
            return zone
        if request.path.endswith("/products"):
            return {"total_count": products}
        size = int(request.query["searchCriteria[pageSize]"])
        last = max(1, -(-len(orders) // size))
        number = min(int(request.query.get("searchCriteria[currentPage]", 1)), last)
        return {"items": orders[(number - 1) * size : number * size], "total_count": len(orders)}

    return answer


CASE = {
    "settings": LOGIN,
    "good": shop(order(3), order(4)),
    "empty": shop(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 2},
    "repeated": lambda request: (
        {"items": [order(1)] * 100, "total_count": 300} if request.path.endswith("/orders") else ZONE
    ),
    "numbered": Numbered(lambda ids: shop(*map(order, ids)), lambda request: request.path.endswith("/V1/orders")),
}


def ask_shop(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be a shop."""
    loopback.script = lambda request: Reply(answer(request))


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Amounts are numbers of the base currency, times are UTC without saying so, the day is the shop's."""
    ask_shop(loopback, shop(order(3)))

    pulled = loopback.pull("magento", LOGIN, zone="Asia/Tokyo")

    created, updated = datetime(2026, 11, 12, 23, 5, 12, tzinfo=UTC), datetime(2026, 11, 14, 12, 0, 2, tzinfo=UTC)
    expected_order = (
        *("3", created, None, updated, date(2026, 11, 13), "processing", True, False, "NOK"),
        *(Decimal(549), Decimal("166.65"), Decimal("109.8"), Decimal(49), "key of 7"),
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("3", "3", "1553", "KOPP-1", "Kopp ☕", 3, 2, None, "NOK", Decimal("499.95"))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    assert [("3", "all", None, "NOK", Decimal("166.65"), 1)] == pulled.frames[RecordKind.REFUNDS].rows()
    assert (updated, "Europe/Oslo", (), ()) == (pulled.cursor, pulled.zone, pulled.notes, pulled.refused)


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"state": "complete"}, True),
        ({"state": "closed"}, True),
        ({"state": "processing", "base_total_paid": 0}, False),
        ({"state": "processing", "base_total_paid": None}, False),
        ({"state": "pending_payment"}, False),
        ({"state": "holded"}, True),
        ({"state": "canceled"}, False),
    ],
)
def test_a_sale_was_paid_and_is_not_cancelled(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """The state decides, whatever the shop calls its statuses; a closed order was paid back and stays a sale."""
    ask_shop(loopback, shop(order(1, **changes)))

    assert [is_sale] == loopback.pull("magento", LOGIN).frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_what_is_not_set_is_left_out(loopback: Loopback) -> None:
    """A guest's order that nobody paid back has neither customer nor refund."""
    bought = [item(1, qty_refunded=0)]
    ask_shop(loopback, shop(without(order(1, items=bought), "customer_id", "base_total_refunded")))

    pulled = loopback.pull("magento", LOGIN)

    orders = pulled.frames[RecordKind.ORDERS].select("customer_key", "refunded_amount").rows()
    assert [(None, Decimal(0))] == orders
    assert 0 == pulled.frames[RecordKind.REFUNDS].height


def test_a_part_of_a_line_is_not_a_line(loopback: Loopback) -> None:
    """A configurable product comes with the simple one behind it: it was bought once."""
    ask_shop(loopback, shop(order(1, items=[item(1), item(2, parent_item_id=1, base_row_total_incl_tax=0)])))

    assert ["1"] == loopback.pull("magento", LOGIN).frames[RecordKind.ORDER_LINES]["line_id"].to_list()


def test_numbers_of_any_make_are_read(loopback: Loopback) -> None:
    """Whole numbers with zeros are whole, cancelled units are gone too, unknown ones leave the sum unknown."""
    lines = [item(1, qty_ordered="3.0000", qty_canceled=1.0), without(item(2), "qty_refunded")]
    ask_shop(loopback, shop(order(1, items=lines)))

    pulled = loopback.pull("magento", LOGIN)

    rows = pulled.frames[RecordKind.ORDER_LINES].select("quantity", "current_quantity").rows()
    assert [(3, 1), (3, None)] == rows
    assert [None] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()


def test_rests_of_binary_fractions_are_nothing(loopback: Loopback) -> None:
    """Magento computes in floats: what is left of them is neither a refund nor a part of an amount."""
    changes = {"base_grand_total": 19.989999999999998, "base_tax_amount": -7.105427357601e-15}
    ask_shop(
        loopback, shop(order(1, base_total_refunded=8.8817841970013e-16, items=[item(1, qty_refunded=0)], **changes))
    )

    frames = loopback.pull("magento", LOGIN).frames

    amounts = frames[RecordKind.ORDERS].select("gross_amount", "tax_amount", "refunded_amount").rows()
    assert [(Decimal("19.99"), 0, 0)] == amounts
    assert [] == frames[RecordKind.REFUNDS].rows()


def test_no_page_is_asked_for_past_the_last(loopback: Loopback) -> None:
    """The number of all orders tells how many there are; orders are found by their change, read by their number."""
    ask_shop(loopback, shop(*(order(number) for number in range(198))))

    pulled = loopback.pull("magento", LOGIN)

    asked = [request.query for request in loopback.seen if request.path.endswith("/orders")]
    assert 198 == pulled.frames[RecordKind.ORDERS].height
    pages = [(query["searchCriteria[currentPage]"], query["searchCriteria[pageSize]"]) for query in asked]
    assert [("1", "100"), ("2", "99")] == sorted(pages)
    first = "searchCriteria[filter_groups][0][filters][0]"
    told = [asked[0][f"{first}[{name}]"] for name in ("field", "condition_type", "value")]
    assert ["updated_at", "gteq", "2026-11-09 00:00:00"] == told
    assert "entity_id" == asked[0]["searchCriteria[sortOrders][0][field]"]


@pytest.mark.parametrize(
    ("zone", "expected"), [([], "Asia/Tokyo"), ([{"timezone": "Mars"}], "Asia/Tokyo"), (ZONE, "Europe/Oslo")]
)
def test_the_zone_is_the_shops(loopback: Loopback, zone: object, expected: str) -> None:
    """Where it tells none that is known, it is the configured one."""
    ask_shop(loopback, shop(zone=zone))

    assert expected == loopback.pull("magento", LOGIN, zone="Asia/Tokyo").zone


def test_an_integration_signs_and_a_token_bears(loopback: Loopback) -> None:
    """The secrets of an integration never travel; a token does."""
    ask_shop(loopback, shop(order(1)))

    loopback.pull("magento", {"url": URL, **FOUR})
    signed = [request.headers["authorization"] for request in loopback.seen]
    loopback.seen.clear()
    loopback.pull("magento", LOGIN)

    assert all('oauth_signature_method="HMAC-SHA256"' in each and "secret" not in each for each in signed)
    assert "Bearer CANARY-token" == loopback.seen[0].headers["authorization"]


@pytest.mark.parametrize("login", [{}, {**FOUR, "token": "t"}, {"consumer_key": "k", "consumer_secret": "s"}])
def test_one_login_is_wanted(loopback: Loopback, login: Json) -> None:
    """Neither none, nor half of one, nor two."""
    with pytest.raises(ValidationError, match="give either token, or all of"):
        loopback.settings("magento", {"url": URL, **login})


def test_an_answer_without_a_number_is_an_error(loopback: Loopback) -> None:
    """Without it nobody knows how many pages there are."""
    ask_shop(loopback, lambda _: {"items": []})

    with pytest.raises(SourceError) as caught:
        loopback.pull("magento", LOGIN)

    assert "bad_answer" == caught.value.reason


def test_products_that_are_shown_are_counted(loopback: Loopback) -> None:
    """Those that are enabled and can be seen, by the shop's own count."""
    ask_shop(loopback, shop(products=12))

    states = loopback.pull("magento", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 12)] == states.select("probe", "value").rows()
    assert "2,3,4" == loopback.seen[0].query["searchCriteria[filter_groups][1][filters][0][value]"]


def test_the_doctor_asks_once(loopback: Loopback) -> None:
    """One call tells the newest order."""
    ask_shop(loopback, shop(order(1)))

    health = loopback.probe("magento", LOGIN)

    assert (URL, datetime(2026, 11, 12, 23, 5, 12, tzinfo=UTC)) == (health.account, health.newest)
    assert 1 == len(loopback.seen)
