"""PayPal: payments, carts and what went back in exact rows; spans that are too full, tokens, error names."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import Loopback, Reply, Request
from tests.connectors.numbered import Numbered

Json = dict[str, Any]

LOGIN = {"client_id": "app", "client_secret": "CANARY-secret"}
AT = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC)


def money(value: str, currency: str = "NOK") -> Json:
    """Return an amount as PayPal writes it."""
    return {"currency_code": currency, "value": value}


def payment(number: int, *items: Json, **changes: object) -> Json:
    """Return a payment of a checkout."""
    info = {
        "paypal_account_id": "PAYER7",
        "transaction_id": f"T{number}",
        "transaction_event_code": "T0006",
        "transaction_initiation_date": "2026-11-12T23:30:01+0000",
        "transaction_updated_date": "2026-11-12T23:30:01+0000",
        "transaction_amount": money("549.00"),
        "shipping_amount": money("49.00"),
        "fee_amount": money("-18.60"),
        "transaction_status": "S",
        **changes,
    }
    return {"transaction_info": info, "cart_info": {"item_details": list(items)} if items else {}}


def refund(number: int, of: str, **changes: object) -> Json:
    """Return a refund of a payment."""
    back = {"paypal_reference_id": of, "transaction_amount": money("-100.00")}
    return payment(number, **{"transaction_event_code": "T1107", **back, **changes})


CUPS = {"item_code": "CUP", "item_name": "Kopp ☕", "item_quantity": "2", "item_amount": money("500.00")}


def found(*transactions: Json, pages: int = 1) -> Json:
    """Return one page of what was searched for."""
    return {"transaction_details": list(transactions), "total_pages": pages, "total_items": len(transactions)}


def token(request: Request) -> Json | None:
    """Return the answer to a request for a token."""
    if request.path != "/v1/oauth2/token":
        return None
    assert {"grant_type": "client_credentials"} == request.body
    return {"access_token": "CANARY-token", "expires_in": 31668}


def account(ids: Sequence[int]) -> Callable[[Request], Json]:
    """Return what an account with these payments answers, page by page."""

    def answer(request: Request) -> Json:
        number, size = int(request.query["page"]), int(request.query["page_size"])
        pages = -(-len(ids) // size)
        return found(*map(payment, ids[(number - 1) * size : number * size]), pages=pages)

    return answer


CASE = {
    "settings": LOGIN,
    "login": token,
    "good": lambda _: found(payment(1, CUPS), payment(2), refund(3, "T1")),
    "empty": lambda _: found(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 1},
    "repeated": lambda _: found(*[payment(number) for number in range(500)], pages=9),
    "endless": lambda _, number: found(*[payment(500 * number + each) for each in range(500)], pages=99),
    "numbered": Numbered(account, lambda request: "page" in request.query, 1100),
}


def pull_paypal(loopback: Loopback, *transactions: Json, **more: Any) -> Any:  # noqa: ANN401 - frames by kind
    """Pull from a server that has these transactions."""
    loopback.script = lambda request: Reply(token(request) or found(*transactions))
    return loopback.pull("paypal", LOGIN, **more).frames


def test_a_payment_is_an_order(loopback: Loopback) -> None:
    """Money is text, the day the configured zone's; the cart's lines have their places as names."""
    frames = pull_paypal(loopback, payment(1, CUPS))

    expected = ("T1", AT, AT, AT, date(2026, 11, 13), "S", True, False, "NOK")
    assert [(*expected, Decimal(549), None, None, Decimal(49), "key of 7")] == frames[RecordKind.ORDERS].rows()
    line = ("T1", "1", None, "CUP", "Kopp ☕", 2, None, None, "NOK", Decimal(500))
    assert [line] == frames[RecordKind.ORDER_LINES].rows()


@pytest.mark.parametrize(
    ("code", "status", "amount"),
    [("T1107", "S", "100"), ("T1106", "S", "100"), ("T1201", "S", "100"), ("T1107", "P", "0"), ("T1107", "D", "0")],
)
def test_what_goes_back_names_its_payment(loopback: Loopback, code: str, status: str, amount: str) -> None:
    """Refunds, reversals and chargebacks; one that is not through has paid nothing back."""
    frames = pull_paypal(loopback, refund(3, "T1", transaction_event_code=code, transaction_status=status))

    assert [("T1", "T3", AT, "NOK", Decimal(amount), None)] == frames[RecordKind.REFUNDS].rows()
    assert 0 == frames[RecordKind.ORDERS].height


def test_a_refund_without_its_payment_is_told(loopback: Loopback) -> None:
    """It is not guessed at, and the others come."""
    lost = refund(4, "")
    del lost["transaction_info"]["paypal_reference_id"]
    loopback.script = lambda request: Reply(token(request) or found(refund(3, "T1"), lost))

    pulled = loopback.pull("paypal", LOGIN)

    assert ["T3"] == pulled.frames[RecordKind.REFUNDS]["refund_id"].to_list()
    (refused,) = pulled.refused
    assert ("refunds", "the refund names no sale", AT) == (refused.kind, refused.reason, refused.changed_at)
    assert {"order_id": "", "refund_id": "T4"} == json.loads(refused.row_key)


@pytest.mark.parametrize(("status", "is_sale"), [("S", True), ("V", True), ("P", False), ("D", False)])
def test_a_sale_succeeded(loopback: Loopback, status: str, is_sale: bool) -> None:
    """One that was reversed later stays a sale; one pending or denied is none."""
    orders = pull_paypal(loopback, payment(1, transaction_status=status))[RecordKind.ORDERS]

    assert [is_sale] == orders["is_sale"].to_list()


def test_other_movements_are_left_out(loopback: Loopback) -> None:
    """Withdrawals, conversions, holds, and payments that the shop itself made."""
    others = [
        payment(number, transaction_event_code=code) for number, code in enumerate(("T0403", "T0200", "T1501", "T1110"))
    ]
    frames = pull_paypal(loopback, *others, payment(9, transaction_amount=money("-20.00")))

    assert [0, 0, 0] == [frame.height for frame in frames.values()]


def test_long_windows_are_read_in_equal_spans(loopback: Loopback) -> None:
    """At most 31 days a request, and none so short that it begins after PayPal's newest data; the token is got once."""
    pull_paypal(loopback, window=(datetime(2026, 10, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)))

    spans = [(request.query["start_date"], request.query["end_date"]) for request in loopback.seen[1:]]
    assert [
        ("2026-10-23T07:00:00Z", "2026-11-07T20:00:00Z"),
        ("2026-11-07T20:00:00Z", "2026-11-23T09:00:00Z"),
    ] == spans
    assert "transaction_info,cart_info" == loopback.seen[1].query["fields"]
    assert ["Basic", "Bearer"] == [request.headers["authorization"].split()[0] for request in loopback.seen[:2]]


def test_a_short_window_begins_a_day_ago(loopback: Loopback) -> None:
    """Else it might begin after PayPal's newest data, which is refused."""
    pull_paypal(loopback, window=(datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)))

    assert "2026-11-22T09:00:00Z" == loopback.seen[1].query["start_date"]


def test_a_span_with_too_many_is_read_in_halves(loopback: Loopback) -> None:
    """All its payments come, also those of a page that is asked for by number."""
    start = "2026-11-09T00:00:00Z"

    def answer(request: Request) -> Reply:
        if granted := token(request):
            return Reply(granted)
        if request.query["start_date"] == start and request.query["end_date"].startswith("2026-11-23"):
            return Reply({"name": "RESULTSET_TOO_LARGE", "message": "CANARY"}, 400)
        number = int(request.query["page"])
        base = 0 if request.query["start_date"] == start else 1000
        rows = range(base, base + 500) if number == 1 else [base + 500]
        return Reply(found(*[payment(each) for each in rows], pages=2))

    loopback.script = answer

    assert 1002 == loopback.pull("paypal", LOGIN).frames[RecordKind.ORDERS].height


def test_a_permission_that_is_not_yet_in_force(loopback: Loopback) -> None:
    """The error says what to tick and that it takes hours."""
    loopback.script = lambda request: (
        Reply(token(request)) if token(request) else Reply({"name": "NOT_AUTHORIZED"}, 403)
    )

    with pytest.raises(SourceError) as caught:
        loopback.pull("paypal", LOGIN)

    assert ("forbidden", True) == (caught.value.reason, "up to nine hours" in caught.value.what)


def test_a_chargeback_that_was_won_costs_nothing(loopback: Loopback) -> None:
    """It comes back as a transaction of its own, which names the payment or the chargeback."""
    lost = refund(3, "T1", transaction_event_code="T1201", transaction_amount=money("-549.00"))
    won = refund(4, "T1", transaction_event_code="T1202", transaction_amount=money("549.00"))
    by_chargeback = refund(5, "T3", transaction_event_code="T1202", transaction_amount=money("549.00"))

    refunds = pull_paypal(loopback, payment(1), lost, won, by_chargeback)[RecordKind.REFUNDS]

    assert [("T1", -549), ("T1", -549), ("T1", 549)] == refunds.select("order_id", "amount").sort("amount").rows()


def test_a_payment_without_a_cart_does_not_tell_its_units(loopback: Loopback) -> None:
    """It has a line without a number: unknown is not none."""
    lines = pull_paypal(loopback, payment(1, CUPS), payment(2))[RecordKind.ORDER_LINES]

    assert [("T1", "1", 2), ("T2", "untold", None)] == lines.select("order_id", "line_id", "quantity").rows()
