"""PrestaShop: orders, lines and credit slips in exact rows; the shop's clock, its states, pages, active products."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.auth.tokens import basic
from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

KEY = "CANARY5E8848989B1F0E6C7A3D2B4F"
LOGIN = {"url": "https://shop.example", "ws_key": KEY}


def order(number: int, **changes: object) -> Json:
    """Return a valid order of two cups, as the webservice writes it: all but the id is text."""
    row = {
        "id": str(10 * number),
        "product_id": "9",
        "product_name": "Kopp ☕",
        "product_reference": "CUP",
        "product_quantity": "2",
        "unit_price_tax_incl": "250.000000",
    }
    return {
        "id": number,
        "id_currency": "1",
        "id_customer": "7",
        "current_state": "2",
        "valid": "1",
        "date_add": "2026-11-13 00:30:01",
        "date_upd": "2026-11-13 00:31:00",
        "invoice_date": "0000-00-00 00:00:00",
        "total_paid_tax_incl": "549.000000",
        "total_paid_tax_excl": "439.200000",
        "total_shipping_tax_incl": "49.000000",
        "associations": {"order_rows": [row]},
        **changes,
    }


def slip(number: int, of: int, **changes: object) -> Json:
    """Return a credit slip for one cup."""
    return {
        "id": number,
        "id_order": str(of),
        "date_add": "2026-11-14 09:00:00",
        "total_products_tax_incl": "250.000000",
        "total_shipping_tax_incl": "0.000000",
        "associations": {"order_slip_details": [{"id_order_detail": "10", "product_quantity": "1"}]},
        **changes,
    }


def shop(
    *orders: Json, slips: tuple[Json, ...] = (), products: int = 0, zone: str = "Europe/Oslo"
) -> Callable[[Request], Any]:
    """Return what a shop answers: a hundred rows a page, and an empty list for none."""
    lists = {
        "orders": ("orders", list(orders)),
        "order_slip": ("order_slips", list(slips)),
        "products": ("products", [{"id": number} for number in range(products)]),
        "currencies": ("currencies", [{"id": 1, "iso_code": "NOK"}, {"id": 2, "iso_code": "EUR"}]),
        "configurations": (
            "configurations",
            [{"name": "PS_TIMEZONE", "value": zone}, {"name": "PS_OS_REFUND", "value": "7"}],
        ),
    }

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        name, rows = lists[request.path.rpartition("/")[2]]
        if wanted := request.query.get("filter[id]"):
            rows = [row for row in rows if str(row["id"]) in wanted.strip("[]").split("|")]
        first, count = map(int, request.query.get("limit", "0,999").split(","))
        page = rows[first : first + count]
        return {name: page} if page else []

    return answer


PAGE = {"orders": [order(1)] * 100}
CASE = {
    "settings": LOGIN,
    "good": shop(order(1), order(2, current_state="7", valid="0"), slips=(slip(5, 1),)),
    "empty": shop(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 1},
    "repeated": lambda request: shop()(request) if "limit" not in request.query else PAGE,
    "endless": lambda request, number: (
        shop()(request)
        if "limit" not in request.query
        else {"orders": [order(100 * number + each) for each in range(100)]}
    ),
    "numbered": Numbered(lambda ids: shop(*map(order, ids)), lambda request: request.path.endswith("/orders")),
}


def pull_shop(loopback: Loopback, *orders: Json, stream: str = "orders", **more: Any) -> Any:  # noqa: ANN401 - frames
    """Pull from a shop that has these orders."""
    loopback.script = lambda request: Reply(shop(*orders, **more)(request))
    return loopback.pull("prestashop", LOGIN, stream, zone="UTC").frames


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Times are of the shop's own clock; without an invoice the day is that of the order."""
    frames = pull_shop(loopback, order(1))

    made, changed = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC), datetime(2026, 11, 12, 23, 31, tzinfo=UTC)
    expected = ("1", made, made, changed, date(2026, 11, 13), "2", True, False, "NOK")
    amounts = (Decimal(549), None, Decimal("109.8"), Decimal(49), "key of 7")
    assert [(*expected, *amounts)] == frames[RecordKind.ORDERS].rows()
    line = ("1", "10", "9", "CUP", "Kopp ☕", 2, None, None, "NOK", Decimal(500))
    assert [line] == frames[RecordKind.ORDER_LINES].rows()


def test_a_credit_slip_is_a_refund_in_its_orders_currency(loopback: Loopback) -> None:
    """It comes on its own, by its date; the order is looked up for the currency."""
    frames = pull_shop(loopback, order(1, id_currency="2"), slips=(slip(5, 1),))

    at = datetime(2026, 11, 14, 8, tzinfo=UTC)
    assert [("1", "5", at, "EUR", Decimal(250), 1)] == frames[RecordKind.REFUNDS].rows()
    assert "[1]" == loopback.seen[-1].query["filter[id]"]


@pytest.mark.parametrize(
    ("changes", "is_sale", "refunded"),
    [
        ({"valid": "0"}, False, None),
        ({"valid": "0", "current_state": "6"}, False, None),
        ({"valid": "0", "current_state": "7"}, True, Decimal(549)),
        ({"invoice_date": "2026-11-15 12:00:00"}, True, None),
    ],
)
def test_what_counts(loopback: Loopback, changes: Json, is_sale: bool, refunded: Decimal | None) -> None:
    """What the shop counts as valid; an order in the state for refunds was a sale and is paid back."""
    orders = pull_shop(loopback, order(1, **changes))[RecordKind.ORDERS]

    assert [(is_sale, refunded)] == orders.select("is_sale", "refunded_amount").rows()


@pytest.mark.parametrize(
    ("told", "hour"), [("2026-10-25 02:30:00", 0), ("2026-10-25 03:30:00", 2), ("2026-10-24 23:30:00", 21)]
)
def test_an_hour_that_comes_twice_is_the_first(loopback: Loopback, told: str, hour: int) -> None:
    """The clock went back; the window looks back further than that hour."""
    orders = pull_shop(loopback, order(1, invoice_date=told))[RecordKind.ORDERS]

    assert [hour] == orders["paid_at"].dt.hour().to_list()


def test_what_changed_is_asked_for_in_the_shops_time(loopback: Loopback) -> None:
    """By id, a hundred at a time, up to a day that is still to come; the key is a user without a password."""
    orders = pull_shop(loopback, *(order(number) for number in range(150)))[RecordKind.ORDERS]

    asked = [request for request in loopback.seen if request.path == "/api/orders"]
    assert 150 == orders.height
    assert ["0,100", "99,100", "198,100"] == [request.query["limit"] for request in asked]
    expected = {
        "output_format": "JSON",
        "display": "full",
        "date": "1",
        "filter[date_upd]": "[2026-11-09 01:00:00,2026-11-24 10:00:00]",
        "sort": "[id_ASC]",
        "limit": "0,100",
    }
    assert expected == asked[0].query
    assert basic(KEY, "") == asked[0].headers["authorization"]


def test_active_products_are_counted(loopback: Loopback) -> None:
    """Page by page: the webservice gives no totals."""
    state = pull_shop(loopback, stream="shop_state", products=130)[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 130)] == state.select("probe", "value").rows()


def test_an_answer_without_a_list_is_an_error(loopback: Loopback) -> None:
    """An object of no known form is not an empty list."""
    loopback.script = lambda _: Reply({"errors": {"code": 31}})

    with pytest.raises(SourceError) as caught:
        loopback.pull("prestashop", LOGIN)

    assert "bad_answer" == caught.value.reason


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({"total_products_tax_incl": "150.000000", "amount": "120.000000"}, 120),
        (
            {"total_products_tax_incl": "150.000000", "amount": "120.000000", "total_shipping_tax_incl": "49.000000"},
            169,
        ),
        (
            {"total_products_tax_incl": "150.000000", "amount": "199.000000", "total_shipping_tax_incl": "49.000000"},
            199,
        ),
        ({"total_products_tax_incl": "150.000000", "total_shipping_tax_incl": "49.000000"}, 199),
    ],
)
def test_a_slip_gives_back_its_amount(loopback: Loopback, changes: Json, amount: int) -> None:
    """Of a discounted order the products stand there at their full price; what was given back is the amount."""
    frames = pull_shop(loopback, order(1), slips=(slip(7, 1, **{"total_products_tax_incl": "150.000000", **changes}),))

    assert [amount] == frames[RecordKind.REFUNDS]["amount"].to_list()
