"""Etsy: receipts, transactions and refunds in exact rows; reading by change, rotating tokens, active listings."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

import connectors
from connectors.records import RecordKind
from okr_config.errors import SourceError
from tests.connectors.loopback import START, Loopback, Reply, Request

Json = dict[str, Any]

LOGIN = {"shop_id": 42, "keystring": "key", "shared_secret": "CANARY-shared", "refresh_token": "CANARY-7.first"}
AT = datetime(2026, 11, 12, 23, 30, 1, tzinfo=UTC)
MADE = int(AT.timestamp())


def money(amount: int, divisor: int = 100, currency: str = "NOK") -> Json:
    """Return an amount as Etsy writes it."""
    return {"amount": amount, "divisor": divisor, "currency_code": currency}


def receipt(number: int, **changes: object) -> Json:
    """Return a paid receipt of two cups."""
    bought = {
        "transaction_id": 10 * number,
        "listing_id": 9,
        "title": "Kopp ☕",
        "quantity": 2,
        "sku": "CUP",
        "paid_timestamp": MADE,
        "price": money(25000),
    }
    return {
        "receipt_id": number,
        "buyer_user_id": 7,
        "status": "Paid",
        "is_paid": True,
        "create_timestamp": MADE,
        "update_timestamp": MADE,
        "grandtotal": money(54900),
        "total_shipping_cost": money(4900),
        "total_tax_cost": money(0),
        "total_vat_cost": money(10980),
        "transactions": [bought],
        "refunds": [],
        **changes,
    }


REFUND = {"amount": money(10000), "created_timestamp": MADE, "reason": "", "status": "succeeded"}
BACK = receipt(2, status="Partially Refunded", refunds=[REFUND])


def token(request: Request) -> Json | None:
    """Return the answer to a refresh token."""
    if request.path != "/v3/public/oauth/token":
        return None
    return {"access_token": "CANARY-7.access", "refresh_token": "CANARY-7.next", "expires_in": 3600}


def etsy(*receipts: Json, active: int = 3) -> Callable[[Request], Any]:
    """Return what the API answers: receipts changed since a second, oldest change first."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        if not request.path.endswith("/receipts"):
            return {"listing_active_count": active}
        since, skip, limit = (int(request.query[name]) for name in ("min_last_modified", "offset", "limit"))
        changed = sorted((each["update_timestamp"], each["receipt_id"]) for each in receipts)
        wanted = [number for at, number in changed if at >= since][skip : skip + limit]
        by_number = {each["receipt_id"]: each for each in receipts}
        return {"count": len(wanted), "results": [by_number[number] for number in wanted]}

    return answer


CASE = {
    "settings": LOGIN,
    "login": token,
    "good": etsy(receipt(1), BACK),
    "empty": etsy(),
    "rows": {"orders": 2, "order_lines": 2, "refunds": 1},
    "repeated": lambda _: {"count": 100, "results": [receipt(number) for number in range(100)]},
    "endless": lambda _, page: {
        "results": [receipt(100 * page + number, update_timestamp=MADE + page) for number in range(100)]
    },
}


def pull_etsy(loopback: Loopback, *receipts: Json, stream: str = "orders", **more: Any) -> Any:  # noqa: ANN401 - frames
    """Pull from a server that has these receipts."""
    loopback.script = lambda request: Reply(token(request) or etsy(*receipts, **more)(request))
    return loopback.pull("etsy", LOGIN, stream).frames


def test_a_receipt_is_an_order(loopback: Loopback) -> None:
    """Amounts are whole numbers over a divisor; a price is of one unit."""
    frames = pull_etsy(loopback, BACK)

    expected = ("2", AT, AT, AT, date(2026, 11, 13), "partially refunded", True, False, "NOK")
    amounts = (Decimal(549), None, Decimal("109.8"), Decimal(49), "key of 7")
    assert [(*expected, *amounts)] == frames[RecordKind.ORDERS].rows()
    line = ("2", "20", "9", "CUP", "Kopp ☕", 2, None, None, "NOK", Decimal(500))
    assert [line] == frames[RecordKind.ORDER_LINES].rows()
    assert [("2", "1", AT, "NOK", Decimal(100), None)] == frames[RecordKind.REFUNDS].rows()


@pytest.mark.parametrize(
    ("changes", "is_sale", "kept"),
    [
        ({}, True, 2),
        ({"status": "Fully Refunded", "refunds": [REFUND]}, True, 0),
        ({"status": "Canceled"}, False, 2),
        ({"status": "open", "is_paid": False}, False, 2),
    ],
)
def test_what_counts(loopback: Loopback, changes: Json, is_sale: bool, kept: int) -> None:
    """Paid and not cancelled; a refund in full takes all units back and leaves the sale."""
    frames = pull_etsy(loopback, receipt(1, **changes))

    assert [is_sale] == frames[RecordKind.ORDERS]["is_sale"].to_list()
    assert [kept] == frames[RecordKind.ORDER_LINES]["current_quantity"].to_list()


@pytest.mark.parametrize(
    ("divisor", "amount"), [(1, Decimal(54900)), (100, Decimal(549)), (1000, Decimal("54.9")), (60, None)]
)
def test_a_divisor_is_the_answers_own(loopback: Loopback, divisor: int, amount: Decimal | None) -> None:
    """One that is no power of ten is not guessed at: the amount is unknown."""
    orders = pull_etsy(loopback, receipt(1, total_shipping_cost=money(54900, divisor)))[RecordKind.ORDERS]

    assert [amount] == orders["shipping_amount"].to_list()


def test_a_page_begins_at_the_newest_change_of_the_one_before(loopback: Loopback) -> None:
    """Those of one second are counted off; all come, once."""
    same = [receipt(number) for number in range(250)]
    later = [receipt(number, update_timestamp=MADE + number) for number in range(250, 400)]
    orders = pull_etsy(loopback, *same, *later)[RecordKind.ORDERS]

    asked = [request.query for request in loopback.seen if request.path.endswith("/receipts")]
    assert 400 == orders.height
    assert [(0, int(START.timestamp())), (100, MADE), (200, MADE), (0, MADE + 299), (0, MADE + 398)] == [
        (int(query["offset"]), int(query["min_last_modified"])) for query in asked
    ]
    assert ("updated", "asc") == (asked[0]["sort_on"], asked[0]["sort_order"])


def test_a_token_is_got_and_the_next_one_kept(loopback: Loopback) -> None:
    """The app's key and secret go along with every call; the second run uses the newer refresh token."""
    pull_etsy(loopback)
    pull_etsy(loopback)

    first, call, second, _ = loopback.seen
    assert ("key:CANARY-shared", "Bearer CANARY-7.access") == (call.headers["x-api-key"], call.headers["authorization"])
    assert ["CANARY-7.first", "CANARY-7.next"] == [first.body["refresh_token"], second.body["refresh_token"]]
    assert ("refresh_token", "key") == (first.body["grant_type"], first.body["client_id"])


def test_active_listings_are_counted(loopback: Loopback) -> None:
    """Etsy counts them itself."""
    state = pull_etsy(loopback, stream="shop_state", active=12)[RecordKind.SHOP_STATE]

    assert [("shop.products_published", 12)] == state.select("probe", "value").rows()
    assert "/v3/application/shops/42" == loopback.seen[-1].path


def test_a_scope_that_is_missing_is_named(loopback: Loopback) -> None:
    """By the error's code."""
    told = {"error": "insufficient_scope", "error_description": "CANARY"}
    loopback.script = lambda request: Reply(granted) if (granted := token(request)) else Reply(told, 403)

    with pytest.raises(SourceError) as caught:
        loopback.pull("etsy", LOGIN)

    assert ("forbidden", True) == (caught.value.reason, "transactions_r" in caught.value.what)


def test_the_login_needs_no_secret() -> None:
    """PKCE stands for it, and the redirect is a registered one."""
    login = connectors.load("etsy").login

    assert login
    assert (True, None, 8719, "localhost") == (login.pkce, login.client_secret, login.port, login.host)
