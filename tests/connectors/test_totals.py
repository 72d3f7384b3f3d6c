"""Vendors' own totals (connectors.totals, connectors.shop._stripe.totals, connectors.shop._woocommerce.totals)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import connectors
from connectors.probing import ask_totals
from okr_config.delivery import VendorTotal
from okr_config.errors import SourceError
from tests.connectors.cases import NETWORKED, case_of
from tests.connectors.loopback import Loopback, Reply, Request

SINCE = datetime(2026, 11, 20, 23, tzinfo=UTC)  # midnight in Oslo
FIRST, LAST = date(2026, 11, 21), date(2026, 11, 22)
TELLING = [name for name in NETWORKED if connectors.load(name).totals]


def _ask(
    loopback: Loopback, name: str, answer: Callable[[Request], Any], **settings: object
) -> tuple[tuple[VendorTotal, ...], tuple[str, ...]]:
    loopback.script = lambda request: Reply(answer(request))
    source = connectors.load(name)
    given = loopback.settings(name, {**case_of(name)["settings"], **settings})
    return ask_totals(
        source, given, since=SINCE, zone=ZoneInfo("Europe/Oslo"), world=loopback.world, home=loopback.home
    )


def _values(totals: tuple[VendorTotal, ...]) -> list[tuple[date, str, Decimal, str]]:
    return [(one.day, one.metric, one.value, one.currency) for one in totals]


def _interval(day: date, orders: int, items: int, sales: float) -> dict[str, Any]:
    """Return a day as `wc-analytics` has it, WooCommerce 11."""
    counts = {"orders_count": orders, "num_items_sold": items, "gross_sales": 160.0, "total_sales": sales}
    rest = {"coupons": 0, "coupons_count": 0, "refunds": 0, "taxes": 40.0, "shipping": 0, "net_revenue": 160.0}
    return {
        "interval": str(day),
        "date_start": f"{day} 00:00:00",
        "date_end": f"{day} 23:59:59",
        "subtotals": {**counts, **rest, "segments": []},
    }


def test_woocommerces_revenue_page(loopback: Loopback) -> None:
    """Full days of the site's own calendar, orders on the day they were paid; the key is that of the orders."""

    def answer(request: Request) -> object:
        if request.path.endswith("/reports/revenue/stats"):
            return {"totals": {}, "intervals": [_interval(FIRST, 1, 2, 200.1), _interval(LAST, 0, -1, -100.0)]}
        return {"timezone_string": "Europe/Oslo"}

    totals, notes = _ask(loopback, "woocommerce", answer)

    assert [
        (FIRST, "shop.orders", Decimal(1), ""),
        (FIRST, "shop.units_sold", Decimal(2), ""),
        (FIRST, "shop.net_revenue", Decimal("200.1"), ""),
        (LAST, "shop.orders", Decimal(0), ""),
        (LAST, "shop.units_sold", Decimal(-1), ""),
        (LAST, "shop.net_revenue", Decimal(-100), ""),
    ] == _values(totals)
    assert () == notes
    asked = loopback.seen[-1]
    assert "/wp-json/wc-analytics/reports/revenue/stats" == asked.path
    span = ("2026-11-21T00:00:00", "2026-11-22T23:59:59", "day", "date_paid")
    assert span == tuple(asked.query[name] for name in ("after", "before", "interval", "date_type"))


def _movement(at: datetime, category: str, amount: int, currency: str = "nok") -> dict[str, Any]:
    """Return a balance transaction, as Stripe's sheet has it."""
    times = {"created": int(at.timestamp()), "available_on": 1762300800}
    money = {"amount": amount, "fee": 1246, "net": amount - 1246, "currency": currency, "exchange_rate": None}
    return {"id": "txn", "object": "balance_transaction", **money, **times, "reporting_category": category}


def test_stripes_balance(loopback: Loopback) -> None:
    """What was charged and what went back, by day and currency; payouts and fees are neither, today is not over."""
    saturday, today = datetime(2026, 11, 21, 22, 59, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)
    moved = [
        _movement(today, "charge", 100),
        _movement(saturday, "charge", 64875),
        _movement(saturday, "partial_capture_reversal", -375),
        _movement(saturday, "refund", -10000),
        _movement(saturday, "dispute", -500),
        _movement(saturday, "payout", -40000),
        _movement(datetime(2026, 11, 21, 23, tzinfo=UTC), "charge", 500, "jpy"),
    ]

    totals, notes = _ask(loopback, "stripe", lambda _: {"data": moved, "has_more": False})

    assert [
        (FIRST, "shop.gross_revenue", Decimal(645), "NOK"),
        (FIRST, "shop.net_revenue", Decimal(540), "NOK"),
        (LAST, "shop.gross_revenue", Decimal(500), "JPY"),
        (LAST, "shop.net_revenue", Decimal(500), "JPY"),
    ] == _values(totals)
    assert () == notes
    assert "/v1/balance_transactions" == loopback.seen[-1].path


def test_matomos_visits(loopback: Loopback) -> None:
    """In one request; a period whose list is empty may wait for its archive, and is left out."""
    days = {str(FIRST): {"nb_visits": "67", "nb_uniq_visitors": 52}, str(LAST): []}

    totals, notes = _ask(loopback, "matomo", lambda _: days)

    assert ([(FIRST, "web.visits", Decimal(67), "")], ()) == (_values(totals), notes)
    assert ["2026-11-21,2026-11-22"] == [request.body["date"] for request in loopback.seen]


def test_umamis_chart(loopback: Loopback) -> None:
    """Days of the source's zone, midnight to midnight; one that is left out had no page view."""
    login = case_of("umami").get("login", lambda _: None)

    def answer(request: Request) -> object:
        return login(request) or {"pageviews": [{"x": "2026-11-21 00:00:00", "y": 31}], "sessions": []}

    totals, notes = _ask(loopback, "umami", answer)

    assert [(FIRST, "web.pageviews", Decimal(31), ""), (LAST, "web.pageviews", Decimal(0), "")] == _values(totals)
    assert () == notes
    span = loopback.seen[-1].query
    assert ("1795215600000", "1795388399999", "day") == (span["startAt"], span["endAt"], span["unit"])


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize("body", [{}, [], None, {"intervals": [1]}, {"data": [{}], "has_more": False}])
def test_a_page_of_another_shape_is_a_note(loopback: Loopback, name: str, body: object) -> None:
    """It costs no pull, and says no secret."""
    login = case_of(name).get("login", lambda _: None)

    totals, notes = _ask(loopback, name, lambda request: login(request) or body)

    assert () == totals
    assert all("own totals are not compared: " in note and "CANARY" not in note for note in notes)


@pytest.mark.parametrize("name", TELLING)
def test_a_page_that_may_not_be_read_is_a_note(loopback: Loopback, name: str) -> None:
    """A key for orders alone is enough for all else."""
    loopback.script = lambda _: Reply({"code": "forbidden"}, 403)
    source = connectors.load(name)
    given = loopback.settings(name, case_of(name)["settings"])

    totals, (note,) = ask_totals(
        source, given, since=SINCE, zone=ZoneInfo("Europe/Oslo"), world=loopback.world, home=loopback.home
    )

    assert () == totals
    assert note.startswith(f"{source.title}'s own totals are not compared: ")


def test_a_run_that_is_being_stopped_stops_here_too(loopback: Loopback) -> None:
    """It is no fault of the page."""
    loopback.world.stop.set()

    with pytest.raises(SourceError) as caught:
        _ask(loopback, "matomo", lambda _: {})

    assert "stopped" == caught.value.reason
