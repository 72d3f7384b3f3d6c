"""Square: orders of every location in exact rows, returns as refunds of what they take back, what was paid."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request

Json = dict[str, Any]

LOGIN = {"access_token": "CANARY-EAAAE5884898"}
MADE, CHANGED = "2026-11-12T23:30:01.000Z", "2026-11-12T23:31:00.000Z"


def money(amount: int, currency: str = "USD") -> Json:
    """Return an amount as Square writes it."""
    return {"amount": amount, "currency": currency}


def order(number: int, **changes: object) -> Json:
    """Return a completed order of two cups."""
    line = {
        "uid": f"line-{number}",
        "name": "Cup ☕",
        "quantity": "2",
        "catalog_object_id": "CUP",
        "item_type": "ITEM",
        "total_money": money(11385),
    }
    return {
        "id": f"order-{number}",
        "location_id": "L1",
        "state": "COMPLETED",
        "created_at": MADE,
        "updated_at": CHANGED,
        "closed_at": CHANGED,
        "customer_id": "C7",
        "total_money": money(11385),
        "total_tax_money": money(1035),
        "line_items": [line],
        "tenders": [{"id": "t", "created_at": MADE, "card_details": {"status": "CAPTURED"}}],
        **changes,
    }


def returned(number: int, source: str, *lines: Json, **changes: object) -> Json:
    """Return an order that takes one cup of another back."""
    back = lines or ({"quantity": "1", "item_type": "ITEM"},)
    entry = {"uid": f"return-{number}", "source_order_id": source, "return_line_items": list(back)}
    whole = {"total_money": money(5693)}
    return {
        **order(number, line_items=None, tenders=None, total_money=money(0)),
        "returns": [entry],
        "return_amounts": whole,
        **changes,
    }


def square(*orders: Json, zones: tuple[str, ...] = ("America/New_York",)) -> Callable[[Request], Any]:
    """Return what the API answers: a location a zone, and two orders a page."""
    places = [{"id": f"L{place}", "timezone": zone, "merchant_id": "M1"} for place, zone in enumerate(zones, 1)]

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        if request.path == "/v2/locations":
            return {"locations": places}
        here = [each for each in orders if each["location_id"] in request.body["location_ids"]]
        first = int(request.body.get("cursor", 0))
        more = {"cursor": str(first + 2)} if first + 2 < len(here) else {}
        return {"orders": here[first : first + 2], **more} if here else {}

    return answer


def _with_location(answer: Json, request: Request) -> Json:
    return square()(request) if request.path == "/v2/locations" else answer


CASE = {
    "settings": LOGIN,
    "good": square(order(1), order(2), returned(3, "order-1")),
    "empty": square(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 1},
    "repeated": lambda request: _with_location({"orders": [order(1)], "cursor": "1"}, request),
    "endless": lambda request, number: _with_location({"orders": [order(number)], "cursor": str(number)}, request),
}


def pull_square(loopback: Loopback, *orders: Json, **kinds: Any) -> Any:  # noqa: ANN401 - frames by kind
    """Pull from a server that has these orders."""
    loopback.script = lambda request: Reply(square(*orders, **kinds)(request))
    return loopback.pull("square", LOGIN).frames


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Money is minor units, and the day is that of the payment where the shop stands."""
    frames = pull_square(loopback, order(1))

    made, changed = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC), datetime(2026, 11, 12, 23, 31, tzinfo=UTC)
    expected = ("order-1", made, made, changed, date(2026, 11, 12), "COMPLETED", True, False, "USD")
    amounts = (Decimal("113.85"), None, Decimal("10.35"), None, "key of 7")
    assert [(*expected, *amounts)] == frames[RecordKind.ORDERS].rows()
    line = ("order-1", "line-1", "CUP", None, "Cup ☕", 2, None, False, "USD", Decimal("113.85"))
    assert [line] == frames[RecordKind.ORDER_LINES].rows()
    assert 0 == frames[RecordKind.REFUNDS].height


def test_a_return_is_a_refund_of_the_order_it_takes_back(loopback: Loopback) -> None:
    """It is no order, and finds its sale though that one does not come along."""
    frames = pull_square(loopback, returned(3, "order-1"))

    made = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC)
    expected = ("order-1", "return-3", made, "USD", Decimal("56.93"), 1)
    assert [expected] == frames[RecordKind.REFUNDS].rows()
    assert 0 == frames[RecordKind.ORDERS].height


def test_money_given_back_is_no_unit(loopback: Loopback) -> None:
    """A return of an amount alone brings nothing back; a cancelled return pays nothing."""
    amount = {"quantity": "1", "item_type": "CUSTOM_AMOUNT"}
    cancelled = returned(4, "order-1", state="CANCELED")
    refunds = pull_square(loopback, returned(3, "order-1", amount), cancelled)[RecordKind.REFUNDS]

    assert [(Decimal("56.93"), 0), (Decimal(0), 0)] == refunds.select("amount", "quantity").rows()


def test_an_exchange_is_both(loopback: Loopback) -> None:
    """What it sells is an order, what it takes back a refund."""
    back = returned(2, "order-1")
    frames = pull_square(loopback, order(2, **{name: back[name] for name in ("returns", "return_amounts")}))

    assert ["order-2"] == frames[RecordKind.ORDERS]["order_id"].to_list()


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({"state": "OPEN"}, True),
        ({"state": "OPEN", "tenders": None}, False),
        ({"state": "OPEN", "tenders": [{"created_at": MADE, "card_details": {"status": "AUTHORIZED"}}]}, False),
        ({"state": "OPEN", "tenders": [{"created_at": MADE, "type": "CASH"}]}, True),
        ({"state": "CANCELED"}, False),
        ({"tenders": None}, True),
    ],
)
def test_what_counts_as_a_sale(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """Completed, or open with money taken; cancelled is none."""
    assert [is_sale] == pull_square(loopback, order(1, **changes))[RecordKind.ORDERS]["is_sale"].to_list()


@pytest.mark.parametrize(("quantity", "units"), [("2.5", None), ("3.0", 3), ("1", 1)])
def test_weights_are_no_units(loopback: Loopback, quantity: str, units: int | None) -> None:
    """A fraction is a weight or a length: how many units that is nobody knows, and the order is there."""
    [line] = order(1)["line_items"]
    frames = pull_square(loopback, order(1, line_items=[{**line, "quantity": quantity}]))

    assert [units] == frames[RecordKind.ORDER_LINES]["quantity"].to_list()
    assert 1 == frames[RecordKind.ORDERS].height


def test_every_location_has_its_zone(loopback: Loopback) -> None:
    """Locations are asked ten at a time, those of one zone together; an unknown zone is the configured one."""
    zones = ("America/New_York", "Asia/Tokyo", "Mars/Base", *("America/New_York",) * 10)
    orders = pull_square(loopback, order(1), order(2, location_id="L2"), order(3, location_id="L3"), zones=zones)

    days = dict(orders[RecordKind.ORDERS].select("order_id", "day").rows())
    nov = date(2026, 11, 13)
    assert {"order-1": date(2026, 11, 12), "order-2": nov, "order-3": nov} == days
    assert [10, 1, 1, 1] == [len(request.body["location_ids"]) for request in loopback.seen[1:]]


def test_what_changed_is_asked_for_page_by_page(loopback: Loopback) -> None:
    """By the time of change, oldest first; each page has the mark of the one before."""
    orders = pull_square(loopback, order(1), order(2), order(3, total_money=money(500, "JPY")))[RecordKind.ORDERS]

    span = {"start_at": "2026-11-09T00:00:00Z", "end_at": "2026-11-23T09:00:00+00:00"}
    first, second = (request.body for request in loopback.seen[1:])
    assert span == first["query"]["filter"]["date_time_filter"]["updated_at"]
    assert {"sort_field": "UPDATED_AT", "sort_order": "ASC"} == first["query"]["sort"]
    assert {**first, "cursor": "2"} == second
    assert [Decimal("113.85"), Decimal("113.85"), Decimal(500)] == orders["gross_amount"].to_list()
    sent = loopback.seen[0].headers
    assert ("Bearer CANARY-EAAAE5884898", "2026-09-16") == (sent["authorization"], sent["square-version"])


@pytest.mark.parametrize(
    ("status", "code", "reason", "told"),
    [
        (403, "INSUFFICIENT_SCOPES", "forbidden", "ORDERS_READ"),
        (401, "ACCESS_TOKEN_EXPIRED", "unauthorized", "ended"),
        (429, "RATE_LIMITED", "rate_limited", ""),
    ],
)
def test_errors_are_known_by_their_code(loopback: Loopback, status: int, code: str, reason: str, told: str) -> None:
    """What it is and which scope it wants; never what the answer says."""
    error = {"errors": [{"category": "AUTHENTICATION_ERROR", "code": code, "detail": "CANARY-detail"}]}
    loopback.script = lambda _: Reply(error, status)

    with pytest.raises(SourceError) as caught:
        loopback.pull("square", LOGIN)

    assert (reason, True) == (caught.value.reason, told in caught.value.what)
    assert "CANARY" not in caught.value.what


def test_what_names_no_sale_is_reported(loopback: Loopback) -> None:
    """A return without a receipt and a refund without its payment are no sale, lower no order, and are refused."""
    unlinked = returned(2, "order-1")
    del unlinked["returns"][0]["source_order_id"]
    bare: Json = {"line_items": None, "tenders": None, "total_money": money(0)}
    entry = {"id": "rf", "status": "APPROVED", "created_at": CHANGED, "amount_money": money(2000)}
    alone = order(3, refunds=[entry], **bare)
    linked = order(4, refunds=[{**entry, "id": "rg", "transaction_id": "order-1"}], **bare)
    loopback.script = lambda request: Reply(square(order(1), unlinked, alone, linked)(request))

    pulled = loopback.pull("square", LOGIN)

    assert ["order-1"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    refunds = pulled.frames[RecordKind.REFUNDS].select("order_id", "refund_id", "amount", "quantity").rows()
    assert [("order-1", "rg", 20, 0)] == refunds
    lost = {(row.reason, json.loads(row.row_key)["refund_id"], row.day) for row in pulled.refused}
    assert {("the refund names no sale", name, date(2026, 11, 12)) for name in ("return-2", "rf")} == lost
