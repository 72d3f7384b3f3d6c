"""Stripe: payments, refunds and Checkout's lines in exact rows (connectors.shop._stripe.refunds)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request

Json = dict[str, Any]

KEY = "CANARY-rk_live_5e884898"
LOGIN = {"api_key": KEY}
CREATED = int(datetime(2026, 11, 12, 23, 30, tzinfo=UTC).timestamp())
AT = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)


def charge(number: int, **changes: object) -> Json:
    """Return a charge, as the sheet has it."""
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": 64875,
        "amount_captured": 64875,
        "amount_refunded": 10000,
        "captured": True,
        "paid": True,
        "refunded": False,
        "status": "succeeded",
        "currency": "nok",
        "created": CREATED,
        "livemode": True,
        "payment_intent": f"pi_{number}",
        "customer": "cus_7",
        **changes,
    }


def refund(number: int, **changes: object) -> Json:
    """Return a refund."""
    return {
        "id": f"re_{number}",
        "amount": 10000,
        "charge": "ch_1",
        "payment_intent": "pi_1",
        "currency": "nok",
        "created": CREATED,
        "status": "succeeded",
        **changes,
    }


def item(number: int, **changes: object) -> Json:
    """Return a line of two cups."""
    return {
        "id": f"li_{number}",
        "quantity": 2,
        "amount_total": 58750,
        "currency": "nok",
        "description": "Kopp ☕",
        "price": {"id": "price_1", "product": "prod_9"},
        **changes,
    }


def session(number: int, *items: Json, more: bool = False, **changes: object) -> Json:
    """Return a completed Checkout session."""
    lines = {"object": "list", "data": list(items), "has_more": more}
    return {"id": f"cs_{number}", "payment_intent": f"pi_{number}", "created": CREATED, "line_items": lines, **changes}


def stripe(**lists: list[Json]) -> Callable[[Request], Any]:
    """Return what the API answers: lists by the end of their path, two rows a page."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        rows = lists.get(request.path.rpartition("/")[2], [])
        after = request.query.get("starting_after")
        first = next((place + 1 for place, row in enumerate(rows) if row["id"] == after), 0)
        return {"object": "list", "data": rows[first : first + 2], "has_more": first + 2 < len(rows)}

    return answer


CASE = {
    "settings": LOGIN,
    "good": stripe(charges=[charge(3), charge(2), charge(1)]),
    "empty": stripe(),
    "rows": {"orders": 3, "refunds": 0},
    "repeated": lambda _: {"data": [charge(1)], "has_more": True},
    "endless": lambda _, number: {"data": [charge(number)], "has_more": True},
}


def ask_stripe(loopback: Loopback, answer: Callable[[Request], Any]) -> None:
    """Have the server be Stripe."""
    loopback.script = lambda request: Reply(answer(request))


def test_a_payment_is_an_order(loopback: Loopback) -> None:
    """It has its intent's name, whole amounts, and the day of the configured zone."""
    ask_stripe(loopback, stripe(charges=[charge(1)]))

    pulled = loopback.pull("stripe", LOGIN)

    expected = (
        *("pi_1", AT, AT, AT, date(2026, 11, 13), "succeeded", True, False, "NOK"),
        *(Decimal("648.75"), Decimal(100), None, None, "key of 7"),
    )
    assert [expected] == pulled.frames[RecordKind.ORDERS].rows()
    assert (AT, (), ()) == (pulled.cursor, pulled.notes, pulled.refused)


def test_the_window_goes_out_in_seconds(loopback: Loopback) -> None:
    """From its start to its end, whole; version, key and account are in headers."""
    ask_stripe(loopback, stripe())

    loopback.pull("stripe", {**LOGIN, "account": "acct_1"})

    asked = loopback.seen[0]
    expected = {
        "limit": "100",
        "created[gte]": str(int(START.timestamp())),
        "created[lt]": str(int(NOW.timestamp()) + 1),
    }
    assert expected == asked.query
    sent = [asked.headers[name] for name in ("authorization", "stripe-version", "stripe-account")]
    assert [f"Bearer {KEY}", "2026-10-28.endive", "acct_1"] == sent


@pytest.mark.parametrize(
    ("changes", "is_sale", "test"),
    [
        ({}, True, False),
        ({"amount_refunded": 64875, "refunded": True}, True, False),
        ({"livemode": False}, False, True),
        ({"captured": False}, False, False),
        ({"status": "pending", "paid": False}, False, False),
    ],
)
def test_a_sale_succeeded_and_is_no_test(loopback: Loopback, changes: Json, is_sale: bool, test: bool) -> None:
    """Money only reserved, not yet arrived or of a test key is no sale; a refund does not unmake one."""
    ask_stripe(loopback, stripe(charges=[charge(1, **changes)]))

    orders = loopback.pull("stripe", LOGIN).frames[RecordKind.ORDERS]

    assert [(is_sale, test)] == orders.select("is_sale", "test").rows()


def test_a_failed_try_does_not_hide_the_payment(loopback: Loopback) -> None:
    """The intent's failed charge is older and comes later in the list."""
    ask_stripe(loopback, stripe(charges=[charge(1), charge(0, payment_intent="pi_1", status="failed", paid=False)]))

    orders = loopback.pull("stripe", LOGIN).frames[RecordKind.ORDERS]

    assert [("pi_1", "succeeded")] == orders.select("order_id", "status").rows()


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("jpy", "64875"), ("isk", "648.75"), ("ugx", "648.75"), ("kwd", "64.875"), ("mga", "64875"), ("usd", "648.75")],
)
def test_minor_units_are_the_vendors(loopback: Loopback, currency: str, amount: str) -> None:
    """Most currencies by the standard, some as Stripe has always written them."""
    ask_stripe(loopback, stripe(charges=[charge(1, currency=currency)]))

    orders = loopback.pull("stripe", LOGIN).frames[RecordKind.ORDERS]

    assert [(currency.upper(), Decimal(amount))] == orders.select("currency", "gross_amount").rows()


def test_a_charge_without_intent_and_customer(loopback: Loopback) -> None:
    """An old way to charge has its own name; a guest has no key."""
    ask_stripe(loopback, stripe(charges=[charge(1, payment_intent=None, customer=None)]))

    orders = loopback.pull("stripe", LOGIN).frames[RecordKind.ORDERS]

    assert [("ch_1", None)] == orders.select("order_id", "customer_key").rows()


def test_refunds_come_on_their_own(loopback: Loopback) -> None:
    """Of payments of any age; one that is pending, or bounced, has paid nothing back."""
    refunds = [refund(1), refund(2, status="failed"), refund(3, status="pending", payment_intent=None)]
    ask_stripe(loopback, stripe(refunds=refunds))

    rows = loopback.pull("stripe", LOGIN, "refunds").frames[RecordKind.REFUNDS].rows()

    assert [
        ("pi_1", "re_1", AT, "NOK", Decimal(100), None),
        ("pi_1", "re_2", AT, "NOK", Decimal(0), None),
        ("ch_1", "re_3", AT, "NOK", Decimal(0), None),
    ] == rows


def test_checkout_tells_what_was_bought(loopback: Loopback) -> None:
    """A line belongs to the payment's intent; a session that took no money has none to belong to."""
    ask_stripe(loopback, stripe(sessions=[session(1, item(1)), session(2, item(2), payment_intent=None)]))

    pulled = loopback.pull("stripe", LOGIN, "lines")

    expected = ("pi_1", "li_1", "prod_9", None, "Kopp ☕", 2, None, None, "NOK", Decimal("587.5"))
    assert [expected] == pulled.frames[RecordKind.ORDER_LINES].rows()
    assert ("complete", "data.line_items") == tuple(loopback.seen[0].query[name] for name in ("status", "expand[]"))


def test_all_lines_of_a_long_session_are_read(loopback: Loopback) -> None:
    """Those that did not come with it are asked for by its name."""
    lists = {"sessions": [session(1, item(1), more=True)], "line_items": [item(1), item(2), item(3)]}
    ask_stripe(loopback, stripe(**lists))

    lines = loopback.pull("stripe", LOGIN, "lines").frames[RecordKind.ORDER_LINES]

    assert [("pi_1", "li_1"), ("pi_1", "li_2"), ("pi_1", "li_3")] == lines.select("order_id", "line_id").rows()
    assert "/v1/checkout/sessions/cs_1/line_items" == loopback.seen[-1].path


@pytest.mark.parametrize("answer", [{"data": [], "has_more": True}, {"data": [charge(1)]}])
def test_a_list_that_does_not_say_how_it_goes_on(loopback: Loopback, answer: Json) -> None:
    """It is an error, not an end."""
    ask_stripe(loopback, lambda _: answer)

    with pytest.raises(SourceError) as caught:
        loopback.pull("stripe", LOGIN)

    assert "bad_answer" == caught.value.reason


@pytest.mark.parametrize(("key", "warned"), [(KEY, 0), ("rk_test_CANARY", 1)])
def test_the_doctor_asks_once(loopback: Loopback, key: str, warned: int) -> None:
    """One call tells the newest payment; a test key is warned of."""
    ask_stripe(loopback, stripe(charges=[charge(1)]))

    health = loopback.probe("stripe", {"api_key": key, "account": "acct_1"})

    assert ("acct_1", AT, warned) == (health.account, health.newest, len(health.warnings))
    assert 1 == len(loopback.seen)


def test_what_was_never_captured_is_no_refund(loopback: Loopback) -> None:
    """Of a payment captured in part the rest comes back as a refund: a row against it takes that off again."""
    partly = charge(1, amount=20675, amount_captured=20300, amount_refunded=375)
    back_too = charge(2, amount=20675, amount_captured=20300, amount_refunded=1375)
    untouched = charge(3, amount=20675, amount_captured=20300, amount_refunded=0)
    ask_stripe(loopback, stripe(charges=[partly, back_too, untouched]))

    frames = loopback.pull("stripe", LOGIN).frames

    orders = frames[RecordKind.ORDERS].select("order_id", "gross_amount", "refunded_amount").rows()
    gross = Decimal(203)
    assert [("pi_1", gross, 0), ("pi_2", gross, 10), ("pi_3", gross, 0)] == orders
    against = frames[RecordKind.REFUNDS].select("order_id", "refund_id", "amount", "quantity").rows()
    assert [("pi_1", "uncaptured", Decimal("-3.75"), 0), ("pi_2", "uncaptured", Decimal("-3.75"), 0)] == against


def test_a_lost_dispute_is_a_refund(loopback: Loopback) -> None:
    """Money that was lost is gone; of a dispute that is open, or was won, nothing is."""
    states = ("lost", "won", "under_review", "warning_closed")
    disputes = [refund(number, id=f"dp_{number}", status=state) for number, state in enumerate(states)]
    ask_stripe(loopback, stripe(disputes=disputes))

    pulled = loopback.pull("stripe", LOGIN, "disputes")

    refunds = pulled.frames[RecordKind.REFUNDS].select("order_id", "refund_id", "amount", "quantity").rows()
    assert [("pi_1", f"dp_{number}", 100 * (number == 0), None) for number in range(4)] == refunds
    assert "/v1/disputes" == loopback.seen[0].path


@pytest.mark.parametrize(
    ("stream", "note"),
    [
        ("disputes", "lost disputes are not counted: the key may not read disputes"),
        ("shop_state", "products are not counted: the key may not read them"),
    ],
)
def test_a_key_may_not_read_everything(loopback: Loopback, stream: str, note: str) -> None:
    """Keys that were made for less still count what they may see, and it is said what they may not."""
    loopback.script = lambda _: Reply({"error": {"type": "invalid_request_error"}}, 403)

    pulled = loopback.pull("stripe", LOGIN, stream)

    assert ((note,), 0) == (pulled.notes, sum(frame.height for frame in pulled.frames.values()))


def test_active_products_are_published(loopback: Loopback) -> None:
    """They are counted page by page: no list tells its length."""
    ask_stripe(loopback, stripe(products=[{"id": f"prod_{number}"} for number in range(5)]))

    states = loopback.pull("stripe", LOGIN, "shop_state").frames[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 5)] == states.select("probe", "value").rows()
    assert {"true"} == {request.query["active"] for request in loopback.seen}
