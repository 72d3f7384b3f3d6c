"""Vendors' own totals beside ours: equal, or the cause of the difference by counting again."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_config.delivery import VendorTotal
from tests.warehouse.deliveries import DAY, NOON, ask, delivery, traffic
from warehouse import Warehouse
from warehouse.vendor_totals import CAUSES, causes_of

ORDERS, UNITS, GROSS, NET = "shop.orders", "shop.units_sold", "shop.gross_revenue", "shop.net_revenue"
NEXT = DAY + timedelta(days=1)
FAULTS = {"split_refund": "Shop 1 to 2 counts parts twice"}
LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # after midnight in Oslo


@pytest.mark.parametrize(
    ("ours", "theirs", "recounts", "expected"),
    [
        (5, 5, {"test": 1}, ()),
        (5, 6, {"test": 1}, ("test",)),
        (5, 6, {"trash": 1, "test": 1}, ("trash",)),
        (5, 4, {"test": 1, "zone": -2}, ("test", "zone")),
        (5, 9, {"test": 1}, None),
        (5, 6, {}, None),
        (5, "5.009", {}, ()),
        (5, "5.01", {}, None),
    ],
)
def test_the_fewest_causes_are_named(
    ours: int, theirs: int | str, recounts: dict[str, int], expected: tuple[str, ...] | None
) -> None:
    """Of as few the first; a cent is a difference, less is a vendor's binary fraction."""
    changes = {cause: Decimal(change) for cause, change in recounts.items()}

    assert expected == causes_of(Decimal(ours), Decimal(theirs), changes)


@given(st.integers(-50, 50), st.integers(-50, 50), st.lists(st.integers(-9, 9), max_size=6))
def test_what_is_named_explains_the_difference(ours: int, theirs: int, changes: Sequence[int]) -> None:
    """Whatever the numbers: the named recounts make ours theirs, and equal numbers have no cause."""
    recounts = {str(place): Decimal(change) for place, change in enumerate(changes)}

    causes = causes_of(Decimal(ours), Decimal(theirs), recounts)

    assert (causes == ()) is (ours == theirs)
    assert causes is None or ours + sum(recounts[cause] for cause in causes) == theirs


def _sold(warehouse: Warehouse, **changes: Any) -> None:  # noqa: ANN401 - any column
    """Land an order of two mugs for 250.00, tax 50.00 included, and whatever the test is about."""
    order = {"order_id": "1", "paid_at": NOON, "gross_amount": Decimal(250), "tax_amount": Decimal(50), **changes}
    line = {"order_id": "1", "quantity": 2, "current_quantity": 2, "amount": Decimal(250)}
    warehouse.land(delivery({"orders": [order], "order_lines": [line], "refunds": []}), "run")


def _causes(warehouse: Warehouse, *totals: tuple[str, date, int]) -> list[tuple[str, ...] | None]:
    told = [VendorTotal(day, metric, Decimal(value)) for metric, day, value in totals]
    return [one.causes for one in warehouse.vendor_totals.keep("shop", told, FAULTS)]


def test_equal_numbers_have_no_cause(warehouse: Warehouse) -> None:
    """A day of which we know nothing is one without sales."""
    _sold(warehouse)

    assert [()] * 5 == _causes(
        warehouse, (ORDERS, DAY, 1), (UNITS, DAY, 2), (GROSS, DAY, 250), (NET, DAY, 250), (ORDERS, NEXT, 0)
    )


@pytest.mark.parametrize(
    ("changes", "theirs", "cause"),
    [
        ({"paid_at": LATE, "created_at": NOON, "day": NEXT}, {DAY: (1, 2, 250), NEXT: (0, 0, 0)}, "paid day"),
        ({"paid_at": LATE, "created_at": LATE, "day": NEXT}, {DAY: (1, 2, 250), NEXT: (0, 0, 0)}, "zone"),
        ({"is_sale": False, "test": True}, {DAY: (1, 2, 250)}, "test"),
        ({"is_sale": False, "status": "trash"}, {DAY: (1, 2, 250)}, "trash"),
        ({"is_sale": False, "status": "on-hold"}, {DAY: (1, 2, 250)}, "unpaid"),
    ],
)
def test_orders_that_a_vendor_counts_otherwise(
    warehouse: Warehouse, changes: dict[str, Any], theirs: dict[date, tuple[int, int, int]], cause: str
) -> None:
    """On another day, or although they are no sales: in orders, units and money alike."""
    _sold(warehouse, **changes)

    told = [
        (metric, day, value)
        for day, row in theirs.items()
        for metric, value in zip((ORDERS, UNITS, NET), row, strict=True)
    ]

    assert [(cause,)] * len(told) == _causes(warehouse, *told)


def test_an_order_that_says_it_was_paid_back_and_names_no_refund(warehouse: Warehouse) -> None:
    """A refund that was deleted again leaves the order's state behind: here it is paid back, there it may be kept."""
    _sold(warehouse, status="refunded", refunded_amount=Decimal(250))

    assert [("no refund",)] * 2 == _causes(warehouse, (UNITS, DAY, 2), (NET, DAY, 250))
    assert [(), ()] == _causes(warehouse, (UNITS, DAY, 0), (NET, DAY, 0))


def test_tax_left_out(warehouse: Warehouse) -> None:
    """Of money alone."""
    _sold(warehouse)

    assert [("tax",), ("tax",), ()] == _causes(warehouse, (GROSS, DAY, 200), (NET, DAY, 200), (UNITS, DAY, 2))


def test_gift_cards(warehouse: Warehouse) -> None:
    """Their units are none of ours and may be theirs; their money is ours and may be none of theirs."""
    order = {"order_id": "1", "gross_amount": Decimal(300)}
    lines = [
        {"order_id": "1", "line_id": "1", "quantity": 2, "amount": Decimal(250)},
        {"order_id": "1", "line_id": "2", "quantity": 1, "amount": Decimal(50), "is_gift_card": True},
    ]
    warehouse.land(delivery({"orders": [order], "order_lines": lines}), "run")

    assert [("gift card",), ("gift card",)] == _causes(warehouse, (UNITS, DAY, 3), (NET, DAY, 250))


def _refunded(warehouse: Warehouse, *refunds: dict[str, Any], kept: int) -> None:
    order = {"order_id": "1", "gross_amount": Decimal(300)}
    line = {"order_id": "1", "quantity": 3, "current_quantity": kept, "amount": Decimal(300)}
    rows = [{"order_id": "1", **refund} for refund in refunds]
    warehouse.land(delivery({"orders": [order], "order_lines": [line], "refunds": rows}), "run")


def test_refunds_lie_on_their_own_day(warehouse: Warehouse) -> None:
    """Ours lower the order's day."""
    _refunded(warehouse, {"created_at": NOON + timedelta(days=1), "amount": Decimal(100)}, kept=2)

    assert [("refund day",)] * 4 == _causes(
        warehouse, (UNITS, DAY, 3), (UNITS, NEXT, -1), (NET, DAY, 300), (NET, NEXT, -100)
    )


def test_a_vendors_own_known_fault(warehouse: Warehouse) -> None:
    """An order of three that came back in two parts: the vendor takes four off. What else differs is unexplained."""
    parts = [
        {"refund_id": "1", "created_at": NOON + timedelta(days=1), "amount": Decimal(100), "quantity": 1},
        {"refund_id": "2", "created_at": NOON + timedelta(days=2), "amount": Decimal(200), "quantity": 0},
    ]
    _refunded(warehouse, *parts, kept=2)
    last = DAY + timedelta(days=2)

    assert [("refund day", FAULTS["split_refund"])] == _causes(warehouse, (UNITS, last, -3))
    assert [None] == _causes(warehouse, (UNITS, last, -7))


def test_several_currencies_make_no_one_sum(warehouse: Warehouse) -> None:
    """Their money is not compared, their orders are."""
    rows = [{"order_id": "1"}, {"order_id": "2", "currency": "EUR"}]
    warehouse.land(delivery({"orders": rows}), "run")

    assert [None, ()] == _causes(warehouse, (NET, DAY, 100), (ORDERS, DAY, 2))
    assert [(NET, None), (ORDERS, Decimal(2))] == ask(warehouse, "select metric, ours from vendor_total order by all")


def test_a_site_is_compared_by_day(warehouse: Warehouse) -> None:
    """Visits have no causes: they are equal, or not."""
    warehouse.land(traffic({"visits": 70, "pageviews": 204, "visitors": 53}), "run")
    told = [VendorTotal(DAY, "web.visits", Decimal(70)), VendorTotal(DAY, "web.pageviews", Decimal(205))]

    assert [(), None] == [one.causes for one in warehouse.vendor_totals.keep("site", told, {})]


def test_the_newest_comparison_takes_the_place_of_the_last(warehouse: Warehouse) -> None:
    """And when it was is known."""
    _sold(warehouse)
    _causes(warehouse, (ORDERS, DAY, 1), (ORDERS, NEXT, 0))

    _causes(warehouse, (ORDERS, DAY, 4))

    assert [(DAY, Decimal(1), Decimal(4), None)] == ask(warehouse, "select day, ours, theirs, causes from vendor_total")
    assert ["shop"] == list(warehouse.vendor_totals.last())
    assert warehouse.vendor_totals.last()["shop"] <= warehouse.now()


def test_the_check_says_which_days_differ(warehouse: Warehouse) -> None:
    """A known cause is told, one that is not is a warning."""
    _sold(warehouse)
    _causes(warehouse, (ORDERS, DAY, 1), (GROSS, DAY, 200), (UNITS, DAY, 9), (UNITS, NEXT, 0))

    found = {one.subject: one for one in warehouse.quality.run("run", (), today=NEXT, stocks=())}

    assert {GROSS: "info", UNITS: "warning"} == {name: one.severity for name, one in found.items()}
    assert "1 day differs from the vendor's own page: tax" == found[GROSS].found
    assert ("1 day differs from the vendor's own page: unexplained", "2026-11-20: 2 here, 9 there") == (
        found[UNITS].found,
        found[UNITS].sample,
    )


def test_every_cause_has_its_words() -> None:
    """They stand behind "because"."""
    assert all(words and words[0].islower() and not words.endswith(".") for words in CAUSES.values())
