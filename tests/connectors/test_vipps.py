"""Vipps MobilePay: totals of ledger days in exact rows; refunds, days without entries, pages, tokens."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import RecordKind
from tests.connectors.loopback import Loopback, Reply, Request

Json = dict[str, Any]

LOGIN = {
    "client_id": "client",
    "client_secret": "CANARY-secret",
    "subscription_key": "CANARY-subscription",
    "merchant_serial_number": "123456",
}
DAY = "2026-11-12"
WINDOW = (datetime(2026, 11, 12, 6, tzinfo=UTC), datetime(2026, 11, 13, 6, tzinfo=UTC))


def entry(number: int, amount: int = 54900, kind: str = "capture", **changes: object) -> Json:
    """Return an entry of a ledger."""
    return {
        "pspReference": f"psp-{number}",
        "reference": f"order-{number}",
        "ledgerDate": DAY,
        "entryType": kind,
        "currency": "NOK",
        "amount": amount,
        **changes,
    }


def token(request: Request) -> Json | None:
    """Return the answer to a request for a token, whose numbers are texts."""
    if request.path != "/accesstoken/get":
        return None
    return {"token_type": "Bearer", "expires_in": "3599", "access_token": "CANARY-eyJ"}


def vipps(*entries: Json, ledgers: tuple[str, ...] = ("1302321",)) -> Callable[[Request], Any]:
    """Return what the API answers: entries of one day, two a page."""

    def answer(request: Request) -> Any:  # noqa: ANN401 - any JSON
        if request.path == "/settlement/v1/ledgers":
            return {"items": [{"ledgerId": ledger, "currency": "NOK"} for ledger in ledgers], "cursor": None}
        rows = entries if request.path.endswith(DAY) else ()
        first = int(request.query.get("cursor", 0))
        more = first + 2 < len(rows)
        return {"items": list(rows[first : first + 2]), "cursor": str(first + 2), "hasMore": more}

    return answer


def _in_ledger(request: Request, number: int, mark: int) -> Json:
    more: Json = {"items": [entry(number)], "cursor": str(mark), "hasMore": True}
    return vipps()(request) if request.path == "/settlement/v1/ledgers" else more


MIXED = (
    entry(1),
    entry(2, 10000),
    entry(1, -4900, "refund", pspReference="psp-9"),
    entry(8, -60000, "payout-scheduled"),
)
CASE = {
    "settings": LOGIN,
    "login": token,
    "good": vipps(*MIXED),
    "empty": vipps(ledgers=()),
    "rows": {"observations": 60},
    "repeated": lambda request: _in_ledger(request, 1, 1),
    "endless": lambda request, number: _in_ledger(request, number, number),
}


def pull_vipps(loopback: Loopback, *entries: Json, **more: Any) -> Any:  # noqa: ANN401 - what was pulled
    """Pull two days from a server that has these entries on the first."""
    loopback.script = lambda request: Reply(token(request) or vipps(*entries, **more)(request))
    return loopback.pull("vipps", LOGIN, window=WINDOW)


def totals(pulled: Any, day: str = DAY) -> dict[str, Decimal]:  # noqa: ANN401 - what was pulled
    """Return the values of a day by metric."""
    frame = pulled.frames[RecordKind.OBSERVATIONS]
    rows = frame.filter(period_start=date.fromisoformat(day)).select("metric", "value").rows()
    return {metric.removeprefix("shop."): value for metric, value in rows}


def test_a_day_is_what_was_captured_and_paid_back(loopback: Loopback) -> None:
    """Payouts and fees are no sales; a day without entries is known to be without."""
    pulled = pull_vipps(loopback, *MIXED)

    expected = {"orders": 2, "gross_revenue": 649, "net_revenue": 600, "refunds": 49}
    assert {name: Decimal(value) for name, value in expected.items()} == totals(pulled)
    assert dict.fromkeys(expected, Decimal(0)) == totals(pulled, "2026-11-13")
    columns = ("account", "grain", "unit", "currency", "settled")
    rows = pulled.frames[RecordKind.OBSERVATIONS].select(columns).unique(maintain_order=True).rows()
    assert [("1302321", "day", "count", None, True), ("1302321", "day", "money", "NOK", True)] == rows


def test_two_captures_of_a_payment_are_one_order(loopback: Loopback) -> None:
    """Of one day; both bring their money."""
    pulled = pull_vipps(loopback, entry(1, 30000), entry(1, 24900, pspReference="psp-2"))

    assert (Decimal(1), Decimal(549)) == (totals(pulled)["orders"], totals(pulled)["gross_revenue"])


def test_an_amount_that_is_unknown_leaves_the_total_unknown(loopback: Loopback) -> None:
    """What does not depend on it is there."""
    pulled = pull_vipps(loopback, entry(1), {**entry(2), "amount": None})

    assert {"orders": Decimal(2), "refunds": Decimal(0)} == totals(pulled)
    assert ("entries of 2026-11-12 lack an amount or a name: their totals are unknown",) == pulled.notes


def test_a_dispute_keeps_money_back_until_it_is_won(loopback: Loopback) -> None:
    """Like a refund, and back again."""
    dispute = [entry(1, -54900, "retained-disputed-capture"), entry(2, -100, "refund")]
    won = entry(1, 54900, "returned-disputed-capture")

    assert Decimal(550) == totals(pull_vipps(loopback, entry(1), *dispute))["refunds"]
    assert Decimal(1) == totals(pull_vipps(loopback, entry(1), *dispute, won))["refunds"]


@pytest.mark.parametrize("reply", [Reply({"cursor": "", "items": [], "tryLater": True}), Reply({"title": "none"}, 404)])
def test_a_day_that_is_not_over_is_unknown(loopback: Loopback, reply: Reply) -> None:
    """It has no report: that is not a day without sales."""

    def answer(request: Request) -> Reply:
        if request.path.endswith("2026-11-13"):
            return reply
        return Reply(token(request) or vipps(*MIXED)(request))

    loopback.script = answer
    pulled = loopback.pull("vipps", LOGIN, window=WINDOW)

    assert (4, {}) == (len(totals(pulled)), totals(pulled, "2026-11-13"))
    assert datetime(2026, 11, 12, 23, tzinfo=UTC) == pulled.cursor


@pytest.mark.parametrize(("now_day", "settled"), [("2026-11-22", False), ("2026-11-21", True)])
def test_a_day_is_settled_a_day_after_its_end(loopback: Loopback, now_day: str, settled: bool) -> None:
    """Yesterday may still grow."""
    loopback.script = lambda request: Reply(token(request) or vipps()(request))

    pulled = loopback.pull("vipps", LOGIN)

    days = pulled.frames[RecordKind.OBSERVATIONS].filter(period_start=date.fromisoformat(now_day))
    assert {settled} == set(days["settled"])


def test_every_ledger_is_asked_day_by_day(loopback: Loopback) -> None:
    """With one token, and without anybody's personal data."""
    pull_vipps(loopback, *MIXED, ledgers=("1", "2"))

    first, ledgers, *days = loopback.seen
    assert [f"/report/v2/ledgers/{ledger}/funds/dates/2026-11-{day}" for ledger in "12" for day in (12, 12, 13)] == [
        request.path for request in days
    ]
    assert [("false", None), ("false", "2")] == [
        (request.query["includeGDPRSensitiveData"], request.query.get("cursor")) for request in days[:2]
    ]
    sent = first.headers
    assert ("client", "CANARY-secret", "123456") == (
        sent["client_id"],
        sent["client_secret"],
        sent["merchant-serial-number"],
    )
    assert ("Bearer CANARY-eyJ", "CANARY-subscription") == (
        ledgers.headers["authorization"],
        ledgers.headers["ocp-apim-subscription-key"],
    )
