"""Vendure: exact rows of what a real server told, and both logins (connectors.shop._vendure.queries, .sums)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.records import RecordKind
from connectors.source import Sweep
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

LOGIN = {"url": "https://shop.example", "api_key": "CANARY-34bedfea:0b78e382"}
USER = {"url": "https://shop.example", "username": "leser", "password": "CANARY-passord"}


def line(number: int, **changes: object) -> Json:
    """Return a line of three packets of tea."""
    return {
        "id": str(number),
        "quantity": 3,
        "orderPlacedQuantity": 3,
        "proratedLinePriceWithTax": 4463,
        "productVariant": {"sku": "TEA-1", "name": "Te ☕", "product": {"id": "9"}},
        **changes,
    }


def refund(number: int, **changes: object) -> Json:
    """Return a settled refund of one packet."""
    return {
        "id": str(number),
        "state": "Settled",
        "total": 1488,
        "createdAt": "2026-11-15T16:26:02.000Z",
        "lines": [{"orderLineId": "3", "quantity": 1}],
        **changes,
    }


def payment(amount: int = 5046, state: str = "Settled", *refunds: Json) -> Json:
    """Return a payment."""
    return {"state": state, "amount": amount, "createdAt": "2026-11-12T23:30:01.000Z", "refunds": list(refunds)}


def order(number: int, **changes: object) -> Json:
    """Return an order as a server of version 3.7 told it."""
    return {
        "id": str(number),
        "type": "Regular",
        "state": "PaymentSettled",
        "orderPlacedAt": "2026-11-12T23:30:01.705Z",
        "createdAt": "2026-11-12T22:00:00.000Z",
        "updatedAt": "2026-11-12T23:30:00.000Z",
        "currencyCode": "NOK",
        "total": 4240,
        "totalWithTax": 5046,
        "shippingWithTax": 583,
        "customer": {"id": "7"},
        "lines": [line(3)],
        "payments": [payment()],
        **changes,
    }


REFUNDED = order(3, payments=[payment(5046, "Settled", refund(2))])


def shop(*orders: Json, channel: str = "__default_channel__", **counts: int) -> Callable[[Request], Any]:
    """Return what a server answers; `counts` are of products, paymentMethods and shippingMethods."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        query, options = request.body["query"], request.body["variables"].get("options", {})
        if "query Orders" in query:
            page = orders[options["skip"] : options["skip"] + options["take"]]
            return {"data": {"orders": {"totalItems": len(orders), "items": page}}}
        if "activeChannel" in query:
            return {"data": {"activeChannel": {"code": channel}, "orders": {"items": orders[:1]}}}
        for name, count in counts.items():
            if f"count: {name}(" in query:
                return {"data": {"count": {"totalItems": count}}}
        return {"errors": [{"message": "CANARY", "extensions": {"code": "FORBIDDEN"}}], "data": None}

    return answer


CASE = {
    "settings": LOGIN,
    "good": shop(REFUNDED, order(4)),
    "empty": shop(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 1},
    "repeated": lambda _: {"data": {"orders": {"totalItems": 300, "items": [order(1)] * 100}}},
    "numbered": Numbered(lambda ids: shop(*map(order, ids)), lambda request: "query Orders" in request.body["query"]),
}


def ask_shop(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be a shop."""
    loopback.script = lambda request: Reply(answer(request))


def test_an_order_becomes_rows(loopback: Loopback) -> None:
    """Money is minor units; the day is that of the payment, in the configured zone; what came back is off the line."""
    ask_shop(loopback, shop(REFUNDED))

    pulled = loopback.pull("vendure", LOGIN)

    placed, paid = datetime(2026, 11, 12, 23, 30, 1, 705000, UTC), datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC)
    amounts = (Decimal("50.46"), Decimal("14.88"), Decimal("8.06"), Decimal("5.83"))
    expected_order = (
        *("3", placed, paid, datetime(2026, 11, 12, 23, 30, tzinfo=UTC), date(2026, 11, 13), "PaymentSettled"),
        *(True, False, "NOK"),
        *amounts,
        "key of 7",
    )
    assert [expected_order] == pulled.frames[RecordKind.ORDERS].rows()
    expected_line = ("3", "3", "9", "TEA-1", "Te ☕", 3, 2, None, "NOK", Decimal("44.63"))
    assert [expected_line] == pulled.frames[RecordKind.ORDER_LINES].rows()
    expected_refund = ("3", "2", datetime(2026, 11, 15, 16, 26, 2, tzinfo=UTC), "NOK", Decimal("14.88"), 1)
    assert [expected_refund] == pulled.frames[RecordKind.REFUNDS].rows()
    assert (placed, (), ()) == (pulled.cursor, pulled.notes, pulled.refused)


def test_a_return_that_is_cancelled_and_paid_back_counts_once(loopback: Loopback) -> None:
    """The line holds two of three, the refund names the third: two are left, and three were ordered and charged."""
    lines = [line(3, quantity=2, proratedLinePriceWithTax=2975)]
    ask_shop(loopback, shop({**REFUNDED, "totalWithTax": 3558, "lines": lines}))

    pulled = loopback.pull("vendure", LOGIN)

    assert [(3, 2)] == pulled.frames[RecordKind.ORDER_LINES].select("quantity", "current_quantity").rows()
    assert [Decimal("50.46")] == pulled.frames[RecordKind.ORDERS]["gross_amount"].to_list()


@pytest.mark.parametrize(
    ("changes", "is_sale"),
    [
        ({}, True),
        ({"state": "Delivered"}, True),
        ({"state": "Cancelled"}, False),
        ({"payments": [payment(5046, "Authorized")]}, False),
        ({"payments": [payment(5046, "Declined"), payment()]}, True),
        ({"payments": []}, False),
    ],
)
def test_a_sale_has_a_settled_payment(loopback: Loopback, changes: Json, is_sale: bool) -> None:
    """An authorised payment is none yet; a cancelled order is no sale though it was paid."""
    ask_shop(loopback, shop(order(1, **changes)))

    assert [is_sale] == loopback.pull("vendure", LOGIN).frames[RecordKind.ORDERS]["is_sale"].to_list()


def test_two_payments_are_one_order(loopback: Loopback) -> None:
    """What was charged is their sum."""
    ask_shop(loopback, shop(order(1, payments=[payment(5000), payment(46)])))

    assert [Decimal("50.46")] == loopback.pull("vendure", LOGIN).frames[RecordKind.ORDERS]["gross_amount"].to_list()


def test_a_refund_counts_once_it_is_settled(loopback: Loopback) -> None:
    """A pending refund has not gone back yet."""
    ask_shop(loopback, shop(order(1, payments=[payment(5046, "Settled", refund(2, state="Pending"))])))

    pulled = loopback.pull("vendure", LOGIN)

    assert 0 == pulled.frames[RecordKind.REFUNDS].height
    assert [Decimal(0)] == pulled.frames[RecordKind.ORDERS]["refunded_amount"].to_list()


def test_a_refund_of_money_alone_brings_nothing_back(loopback: Loopback) -> None:
    """Without lines it is no unit."""
    ask_shop(loopback, shop(order(1, payments=[payment(5046, "Settled", refund(2, lines=[]))])))

    pulled = loopback.pull("vendure", LOGIN)

    assert [0] == pulled.frames[RecordKind.REFUNDS]["quantity"].to_list()
    assert [3] == pulled.frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


def test_a_sellers_part_is_not_counted_again(loopback: Loopback) -> None:
    """In a marketplace the customer's order holds what its sellers' orders hold."""
    ask_shop(loopback, shop(order(1, type="Aggregate"), order(2, type="Seller")))

    assert ["1"] == loopback.pull("vendure", LOGIN).frames[RecordKind.ORDERS]["order_id"].to_list()


def test_pages_are_counted_off(loopback: Loopback) -> None:
    """By id, each page from the last row of the one before, until all have come; found by either of their times."""
    ask_shop(loopback, shop(*(order(number) for number in range(250))))

    pulled = loopback.pull("vendure", LOGIN)

    options = [request.body["variables"]["options"] for request in loopback.seen]
    since = {"after": "2026-11-09T00:00:00.000Z"}
    expected = {"active": {"eq": False}, "_or": [{"updatedAt": since}, {"orderPlacedAt": since}]}
    assert 250 == pulled.frames[RecordKind.ORDERS].height
    assert [0, 99, 198] == sorted(each["skip"] for each in options)
    assert expected == options[0]["filter"]
    assert {"id": "ASC"} == options[0]["sort"]


def test_orders_made_in_a_span_are_listed_whatever_their_last_change(loopback: Loopback) -> None:
    """A refund does not move its order's time: a reconciliation asks for orders by the time they were made."""
    ask_shop(loopback, shop())

    loopback.pull("vendure", LOGIN, sweep=Sweep(datetime(2026, 11, 1, tzinfo=UTC)))

    filters = [one.body["variables"]["options"]["filter"] for one in loopback.seen if "options" in str(one.body)]
    assert {"after": "2026-11-01T00:00:00.000Z"} == filters[-1]["createdAt"]


def test_a_key_is_sent_in_its_own_header(loopback: Loopback) -> None:
    """With a key nobody logs in; a channel is named in its header."""
    ask_shop(loopback, shop())

    loopback.pull("vendure", {**LOGIN, "channel_token": "norge"})

    sent = loopback.seen[0].headers
    assert (LOGIN["api_key"], "norge") == (sent["vendure-api-key"], sent["vendure-token"])
    assert "authorization" not in sent


def _logged_in(request: Request) -> Reply:
    if "mutation Login" in request.body["query"]:
        assert {"username": "leser", "password": "CANARY-passord"} == request.body["variables"]
        return Reply({"data": {"login": {"id": "1"}}}, headers={"vendure-auth-token": "CANARY-session"})
    return Reply(shop(REFUNDED)(request))


def test_a_user_logs_in_once(loopback: Loopback) -> None:
    """The token comes in a header and goes back as a bearer's."""
    loopback.script = _logged_in

    pulled = loopback.pull("vendure", USER)

    assert 1 == pulled.frames[RecordKind.ORDERS].height
    assert [None, "Bearer CANARY-session"] == [request.headers.get("authorization") for request in loopback.seen]


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ({"errorCode": "INVALID_CREDENTIALS_ERROR"}, "INVALID_CREDENTIALS_ERROR"),
        ({"errorCode": "CANARY 17"}, "no reason told"),
        ({"id": "1"}, "bearer"),
        (None, "bearer"),
    ],
)
def test_a_login_that_is_none(loopback: Loopback, login: Json | None, told: str) -> None:
    """The server's code is told, never its text; one that only sets a cookie is named as such."""
    loopback.script = lambda _: Reply({"data": {"login": login}})

    with pytest.raises(SourceError) as caught:
        loopback.pull("vendure", USER)

    assert "unauthorized" == caught.value.reason
    assert told in caught.value.what
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        ([{"extensions": {"code": "FORBIDDEN"}}], "forbidden"),
        ([{"extensions": {"code": "USER_INPUT_ERROR"}}], "bad_answer"),
        ([{"message": "CANARY"}], "bad_answer"),
        ("CANARY", "bad_answer"),
    ],
)
def test_errors_come_with_status_200(loopback: Loopback, errors: object, reason: str) -> None:
    """They are read by their code."""
    loopback.script = lambda _: Reply({"errors": errors, "data": None})

    with pytest.raises(SourceError) as caught:
        loopback.pull("vendure", LOGIN)

    assert reason == caught.value.reason
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(("methods", "works"), [(2, 1), (0, 0)])
def test_what_the_shop_offers(loopback: Loopback, methods: int, works: int) -> None:
    """Products by their number; a way to pay and to ship is there or not."""
    ask_shop(loopback, shop(products=12, paymentMethods=methods, shippingMethods=methods))

    states = loopback.pull("vendure", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    expected = [("shop.products_published", 12), ("shop.payments_enabled", works), ("shop.shipping_enabled", works)]
    assert expected == states.select("probe", "value").rows()


def test_what_a_key_may_not_see_is_unknown(loopback: Loopback) -> None:
    """A note, and no row that would be a guess."""
    ask_shop(loopback, shop(products=12))

    pulled = loopback.pull("vendure", LOGIN, "shop_state")

    assert ["shop.products_published"] == pulled.frames[RecordKind.SHOP_STATE]["probe"].to_list()
    assert [
        "shop.payments_enabled is unknown: the user or key may not read it",
        "shop.shipping_enabled is unknown: the user or key may not read it",
    ] == list(pulled.notes)


def test_the_doctor_asks_once(loopback: Loopback) -> None:
    """One call tells the channel and its newest order."""
    ask_shop(loopback, shop(order(1), channel="norge"))

    health = loopback.probe("vendure", LOGIN)

    assert ("norge", datetime(2026, 11, 12, 23, 30, 1, 705000, UTC)) == (health.account, health.newest)
    assert 1 == len(loopback.seen)


@pytest.mark.parametrize("login", [{}, {"username": "leser"}, {"username": "leser", "password": "p", "api_key": "k"}])
def test_one_login_is_wanted(loopback: Loopback, login: Json) -> None:
    """Neither none, nor half of one, nor two."""
    with pytest.raises(ValidationError, match="give either api_key, or username and password"):
        loopback.settings("vendure", {"url": "https://shop.example", **login})


def test_an_order_edited_down_and_up_has_the_units_of_its_lines(loopback: Loopback) -> None:
    """A refund that an edit made has taken its units off the line already; a later edit put them on again."""
    back = refund(2, lines=[{"orderLineId": "3", "quantity": 2}])
    later = refund(5, lines=[{"orderLineId": "3", "quantity": 1}])
    edits = [{"refund": {"id": "2"}}, {"refund": None}]
    changed = {"lines": [line(3, quantity=4)], "modifications": edits}
    up = order(3, payments=[payment(5046, "Settled", back)], **changed)
    up_and_back = order(4, payments=[payment(5046, "Settled", back, later)], **changed)
    down = order(5, **{**changed, "lines": [line(3, quantity=1)]}, payments=[payment(5046, "Settled", back)])
    ask_shop(loopback, shop(up, up_and_back, down))

    lines = loopback.pull("vendure", LOGIN).frames[RecordKind.ORDER_LINES]

    assert [("3", 4, 4), ("4", 4, 3), ("5", 3, 1)] == lines.select("order_id", "quantity", "current_quantity").rows()
