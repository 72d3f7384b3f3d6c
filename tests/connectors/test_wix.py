"""Wix: orders and lines in exact rows; what is paid and paid back, cursors, bounds of the search."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request

Json = dict[str, Any]

LOGIN = {"api_key": "CANARY-IST.key", "site_id": "site-1"}
AT = datetime(2026, 11, 12, 23, 30, 1, 250000, tzinfo=UTC)


def money(amount: str) -> Json:
    """Return an amount as Wix writes it."""
    return {"amount": amount, "formattedAmount": f"kr {amount}"}


def order(number: int, **changes: object) -> Json:
    """Return a paid order of two cups."""
    line = {
        "id": f"line-{number}",
        "productName": {"original": "Kopp ☕", "translated": "Cup"},
        "catalogReference": {"catalogItemId": "item-9"},
        "physicalProperties": {"sku": "CUP"},
        "itemType": {"preset": "PHYSICAL"},
        "quantity": 2,
        "totalPriceAfterTax": money("500.00"),
    }
    return {
        "id": f"order-{number}",
        "number": str(number),
        "createdDate": "2026-11-12T23:30:01.250Z",
        "updatedDate": "2026-11-12T23:30:01.250Z",
        "purchasedDate": "2026-11-12T23:30:01.250Z",
        "status": "APPROVED",
        "paymentStatus": "PAID",
        "currency": "NOK",
        "buyerInfo": {"contactId": "contact-7"},
        "priceSummary": {"total": money("549.00"), "tax": money("109.80"), "shipping": money("49.00")},
        "lineItems": [line],
        **changes,
    }


def wix(*orders: Json) -> Callable[[Request], Any]:
    """Return what the API answers: two orders a page."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        first = int(request.body["search"]["cursorPaging"].get("cursor", 0))
        more = first + 2 < len(orders)
        told = {"hasNext": more, "cursors": {"next": str(first + 2) if more else None}}
        return {"orders": list(orders[first : first + 2]), "metadata": told}

    return answer


def _page(number: int, mark: int) -> Json:
    return {"orders": [order(number)], "metadata": {"hasNext": True, "cursors": {"next": str(mark)}}}


CASE = {
    "settings": LOGIN,
    "good": wix(order(1), order(2, paymentStatus="FULLY_REFUNDED"), order(3)),
    "empty": wix(),
    "rows": {"orders": 3, "order_lines": 3, "refunds": 0},
    "repeated": lambda _: _page(1, 1),
    "endless": lambda _, number: _page(number, number),
}


def pull_wix(loopback: Loopback, *orders: Json) -> Any:  # noqa: ANN401 - frames by kind
    """Pull from a server that has these orders."""
    loopback.script = lambda request: Reply(wix(*orders)(request))
    return loopback.pull("wix", LOGIN).frames


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Amounts are text; the day is that of the configured zone."""
    frames = pull_wix(loopback, order(1))

    expected = ("order-1", AT, AT, AT, date(2026, 11, 13), "APPROVED PAID", True, False, "NOK")
    amounts = (Decimal(549), Decimal(0), Decimal("109.8"), Decimal(49), "key of 7")
    assert [(*expected, *amounts)] == frames[RecordKind.ORDERS].rows()
    line = ("order-1", "line-1", "item-9", "CUP", "Kopp ☕", 2, 2, False, "NOK", Decimal(500))
    assert [line] == frames[RecordKind.ORDER_LINES].rows()


PART = {"paymentStatus": "PARTIALLY_REFUNDED"}


@pytest.mark.parametrize(
    ("changes", "is_sale", "refunded", "kept"),
    [
        ({"paymentStatus": "FULLY_REFUNDED"}, True, Decimal(549), 0),
        (PART, True, None, None),
        ({**PART, "balanceSummary": {"refunded": money("100.00")}}, True, Decimal(100), None),
        ({**PART, "lineItems": [{**order(1)["lineItems"][0], "refundQuantity": 1}]}, True, None, 1),
        ({"paymentStatus": "NOT_PAID"}, False, Decimal(0), None),
        ({"status": "CANCELED"}, False, Decimal(0), 2),
    ],
)
def test_what_counts(
    loopback: Loopback, changes: Json, is_sale: bool, refunded: Decimal | None, kept: int | None
) -> None:
    """Approved and paid; a refund leaves the sale, and of a partial one counts what the answer tells."""
    frames = pull_wix(loopback, order(1, **changes))

    assert [(is_sale, refunded)] == frames[RecordKind.ORDERS].select("is_sale", "refunded_amount").rows()
    assert [kept] == frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_what_changed_is_searched_for(loopback: Loopback) -> None:
    """Each bound in its own object; further pages are asked for by their mark alone."""
    pull_wix(loopback, order(1), order(2), order(3))

    first, second = (request.body["search"] for request in loopback.seen)
    bounds = [
        {"updatedDate": {"$gte": "2026-11-09T00:00:00.000Z"}},
        {"updatedDate": {"$lt": "2026-11-23T09:00:00.000Z"}},
    ]
    assert {"$and": bounds} == first["filter"]
    assert [{"fieldName": "updatedDate", "order": "ASC"}] == first["sort"]
    assert {"cursorPaging": {"limit": 100, "cursor": "2"}} == second
    sent = loopback.seen[0].headers
    assert ("CANARY-IST.key", "site-1") == (sent["authorization"], sent["wix-site-id"])


def test_a_list_that_does_not_say_how_it_goes_on(loopback: Loopback) -> None:
    """It is an error, not an end."""
    loopback.script = lambda _: Reply({"orders": [order(1)], "metadata": {"hasNext": True}})

    with pytest.raises(SourceError) as caught:
        loopback.pull("wix", LOGIN)

    assert "bad_answer" == caught.value.reason
