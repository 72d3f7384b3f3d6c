"""Gumroad: sales in exact rows; gifts, free downloads, refunds, chargebacks, pages of ten, published products."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request

Json = dict[str, Any]

LOGIN = {"access_token": "CANARY-gumroad"}


def sale(number: int, **changes: object) -> Json:
    """Return a sale as Gumroad tells it."""
    return {
        "id": f"S{number}==",
        "created_at": "2026-11-12T23:30:01Z",
        "product_id": "P1==",
        "product_name": "Bok ☕",
        "purchaser_id": "5530311507",
        "price": 1000,
        "formatted_total_price": "$10",
        "quantity": 2,
        "refunded": False,
        "partially_refunded": False,
        "chargedback": False,
        "disputed": False,
        "dispute_won": False,
        "paid": True,
        "is_gift_receiver_purchase": False,
        **changes,
    }


def gumroad(*sales: Json, products: tuple[bool, ...] = ()) -> Callable[[Request], Any]:
    """Return what the API answers: two sales a page."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        if request.path == "/v2/products":
            return {"success": True, "products": [{"id": "P", "published": each} for each in products]}
        first = int(request.query.get("page_key", 0))
        more = {"next_page_key": str(first + 2)} if first + 2 < len(sales) else {}
        return {"success": True, "sales": list(sales[first : first + 2]), **more}

    return answer


CASE = {
    "settings": LOGIN,
    "good": gumroad(sale(1), sale(2, refunded=True), sale(3, chargedback=True)),
    "empty": gumroad(),
    "rows": {"orders": 3, "order_lines": 3, "refunds": 0},
    "repeated": lambda _: {"success": True, "sales": [sale(1)], "next_page_key": "1"},
    "endless": lambda _, number: {"success": True, "sales": [sale(number)], "next_page_key": str(number)},
}


def pull_gumroad(loopback: Loopback, *sales: Json) -> Any:  # noqa: ANN401 - frames by kind
    """Pull from a server that has these sales."""
    loopback.script = lambda request: Reply(gumroad(*sales)(request))
    return loopback.pull("gumroad", LOGIN).frames


def test_a_sale_is_an_order_with_one_line(loopback: Loopback) -> None:
    """Cents are dollars; the day is that of the configured zone."""
    frames = pull_gumroad(loopback, sale(1))

    at = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC)
    expected = ("S1==", at, at, at, date(2026, 11, 13), "paid", True, False, "USD")
    assert [(*expected, Decimal(10), Decimal(0), None, None, "key of 7")] == frames[RecordKind.ORDERS].rows()
    line = ("S1==", "S1==", "P1==", None, "Bok ☕", 2, 2, None, "USD", Decimal(10))
    assert [line] == frames[RecordKind.ORDER_LINES].rows()


@pytest.mark.parametrize(
    ("changes", "is_sale", "refunded", "kept"),
    [
        ({"refunded": True}, True, Decimal(10), 0),
        ({"partially_refunded": True}, True, None, None),
        ({"chargedback": True}, True, Decimal(10), 0),
        ({"chargedback": True, "dispute_won": True}, True, Decimal(0), 2),
        ({"paid": False, "price": 0}, False, Decimal(0), 2),
        ({"is_gift_receiver_purchase": True}, False, Decimal(0), 2),
        ({"test": True}, False, Decimal(0), 2),
    ],
)
def test_what_counts(loopback: Loopback, changes: Json, is_sale: bool, refunded: Decimal | None, kept: int) -> None:
    """A refund leaves the sale and takes money and units; how much a partial one took nobody says."""
    frames = pull_gumroad(loopback, sale(1, **changes))

    assert [(is_sale, refunded)] == frames[RecordKind.ORDERS].select("is_sale", "refunded_amount").rows()
    assert [kept] == frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_sales_are_asked_for_by_day_and_page(loopback: Loopback) -> None:
    """A day more at either end; a page names the next."""
    orders = pull_gumroad(loopback, *(sale(number) for number in range(5)))[RecordKind.ORDERS]

    assert 5 == orders.height
    assert {"after": "2026-11-08", "before": "2026-11-24"} == loopback.seen[0].query
    assert [None, "2", "4"] == [request.query.get("page_key") for request in loopback.seen]


def test_published_products_are_counted(loopback: Loopback) -> None:
    """Drafts are not."""
    loopback.script = lambda request: Reply(gumroad(products=(True, False, True))(request))

    state = loopback.pull("gumroad", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 2)] == state.select("probe", "value").rows()


def test_an_error_may_come_with_status_200(loopback: Loopback) -> None:
    """It is one all the same, and repeats nothing of the answer."""
    loopback.script = lambda _: Reply({"success": False, "message": "CANARY"})

    with pytest.raises(SourceError) as caught:
        loopback.pull("gumroad", LOGIN)

    assert ("bad_answer", True) == (caught.value.reason, "does not take the request" in caught.value.what)
    assert "CANARY" not in caught.value.what


def test_a_trial_is_no_sale(loopback: Loopback) -> None:
    """Gumroad lists it like a paid sale, and its first charge as another one."""
    trial = sale(1, free_trial_ends_on="2026-11-30", recurring_charge=False)
    charged = sale(2, free_trial_ends_on="2026-11-30", recurring_charge=True)

    orders = pull_gumroad(loopback, trial, charged)[RecordKind.ORDERS]

    assert [("S1==", False), ("S2==", True)] == orders.select("order_id", "is_sale").rows()


@pytest.mark.parametrize(
    ("symbol", "rest", "back"),
    [("$", "4.00", 6), ("$", "4", 6), ("A$", "4.00", None), ("$", "4,00", None), ("$", None, None), ("$", "12", None)],
)
def test_what_is_left_tells_what_was_paid_back(
    loopback: Loopback, symbol: str, rest: str | None, back: int | None
) -> None:
    """Of a partial refund, where the product has its price in dollars; else its amount is unknown."""
    part = sale(1, partially_refunded=True, currency_symbol=symbol, amount_refundable_in_currency=rest)

    assert [back] == pull_gumroad(loopback, part)[RecordKind.ORDERS]["refunded_amount"].to_list()
