"""Observations: what metrics count, on which day, and as it was known when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from okr_config.delivery import Window
from okr_config.fields import Missing
from okr_config.metrics import BUILT_IN, Nature
from scorecard.schemas import OBSERVATIONS
from tests.warehouse.deliveries import DAY, FROM, NOON, TO, Fresh, ask, delivery, series_request, sheet, traffic, values
from warehouse import SeriesRequest, Warehouse

YESTERDAY = DAY - timedelta(days=1)
EVERYTHING = [
    series_request(metric.id, metric.unit) for metric in BUILT_IN.values() if metric.nature is not Nature.RATIO
]


def money(warehouse: Warehouse, metric: str) -> list[tuple[Any, ...]]:
    """Return a money series as day, currency and value."""
    found = warehouse.observe([series_request(metric, "money")])
    return found.select("period_start", "currency", "value").rows()


def sold(**line: Any) -> dict[str, list[dict[str, Any]]]:  # noqa: ANN401 - any column
    """Return one order with one line."""
    return {"orders": [{"order_id": "A"}], "order_lines": [{"order_id": "A"} | line], "refunds": []}


def test_frames_have_the_columns_that_scores_read(warehouse: Warehouse) -> None:
    """Warehouse and scorecard agree on columns and types without knowing each other, with rows and without."""
    assert dict(OBSERVATIONS) == dict(warehouse.observe(EVERYTHING).schema)

    warehouse.land(delivery(sold()), "run")

    assert dict(OBSERVATIONS) == dict(warehouse.observe(EVERYTHING).schema)


def test_covered_days_without_orders_are_zero(warehouse: Warehouse) -> None:
    """Every day inside a pulled window has a number, days outside have none."""
    warehouse.land(delivery({"orders": [{"order_id": "A"}]}), "run")

    assert {YESTERDAY: 0, DAY: 1} == values(warehouse, "shop.orders")


def test_a_failed_pull_covers_nothing(warehouse: Warehouse) -> None:
    """Without a successful pull of its orders a shop has no numbers, not zeros."""
    warehouse.land(delivery({"shop_state": [{"probe": "shop.open"}]}, mode="snapshot", stream="shop_state"), "run")

    assert {} == values(warehouse, "shop.orders")


def test_orders_outside_covered_days_are_no_number(warehouse: Warehouse) -> None:
    """An old order that was touched now says nothing about the other orders of its day."""
    warehouse.land(delivery({"orders": [{"order_id": "A", "day": date(2026, 1, 1)}]}), "run")

    assert {YESTERDAY: 0, DAY: 0} == values(warehouse, "shop.orders")


def test_days_of_a_clock_change_are_covered(warehouse: Warehouse) -> None:
    """The days of 23 and 25 hours, the last day of a leap year's February and week 53 each come once."""
    window = Window(datetime(2020, 2, 27, 23, tzinfo=UTC), datetime(2021, 1, 5, 23, tzinfo=UTC))

    warehouse.land(delivery({"orders": []}, window=window), "run")

    days = sorted(values(warehouse, "shop.orders"))
    assert [date(2020, 2, 28) + timedelta(days=number) for number in range(313)] == days


@pytest.mark.parametrize("order", [{"is_sale": False}, {"is_sale": None}])
def test_only_sales_count(warehouse: Warehouse, order: dict[str, Any]) -> None:
    """An order that is no sale gives neither order, unit, money nor customer."""
    warehouse.land(
        delivery(
            {
                "orders": [{"order_id": "A", "customer_key": "c"} | order],
                "order_lines": [{"order_id": "A"}],
                "refunds": [{"order_id": "A"}],
            }
        ),
        "run",
    )

    found = warehouse.observe(EVERYTHING)

    assert {Decimal(0)} == set(found["value"])
    assert 7 * 2 == found.height


def test_units_are_current_quantities_without_gift_cards(warehouse: Warehouse) -> None:
    """An edited line counts what is left of it; gift cards are no units."""
    lines = [
        {"order_id": "A", "line_id": "1", "quantity": 3, "current_quantity": 2},
        {"order_id": "A", "line_id": "2", "quantity": 5, "current_quantity": 5, "is_gift_card": True},
    ]

    warehouse.land(delivery({"orders": [{"order_id": "A"}], "order_lines": lines, "refunds": []}), "run")

    assert 2 == values(warehouse, "shop.units_sold")[DAY]


def test_without_current_quantities_refunded_units_are_taken_off(warehouse: Warehouse) -> None:
    """A vendor that gives only the ordered quantity: less what was refunded, on the order's day."""
    refund = {"order_id": "A", "quantity": 1, "created_at": NOON + timedelta(days=9)}

    warehouse.land(delivery({**sold(quantity=4), "refunds": [refund]}), "run")

    assert {YESTERDAY: 0, DAY: 3} == values(warehouse, "shop.units_sold")
    assert {YESTERDAY: 0, DAY: 1} == values(warehouse, "shop.units_refunded")


def test_units_by_product_and_in_all(warehouse: Warehouse) -> None:
    """Filters count their lines only, zeros included; refunds in all are the vendor's, by product what lines lost."""
    lines = [
        {"order_id": "A", "line_id": "1", "sku": "MUG", "product_id": "p1", "quantity": 3, "current_quantity": 2},
        {"order_id": "A", "line_id": "2", "sku": "CAP", "product_id": "p2", "quantity": 1, "current_quantity": 1},
    ]
    warehouse.land(
        delivery({"orders": [{"order_id": "A"}], "order_lines": lines, "refunds": [{"order_id": "A"}]}), "run"
    )

    assert {YESTERDAY: 0, DAY: 3} == values(warehouse, "shop.units_sold")
    assert {YESTERDAY: 0, DAY: 2} == values(warehouse, "shop.units_sold", sku="MUG")
    assert {YESTERDAY: 0, DAY: 1} == values(warehouse, "shop.units_sold", product_id="p2")
    assert {YESTERDAY: 0, DAY: 0} == values(warehouse, "shop.units_sold", sku="MUG", product_id="p2")
    assert {YESTERDAY: 0, DAY: 0} == values(warehouse, "shop.units_sold", sku="'; drop table run; --")
    assert {YESTERDAY: 0, DAY: 1} == values(warehouse, "shop.units_refunded")
    assert {YESTERDAY: 0, DAY: 1} == values(warehouse, "shop.units_refunded", sku="MUG")
    assert {YESTERDAY: 0, DAY: 0} == values(warehouse, "shop.units_refunded", sku="CAP")


def test_refunds_lower_the_orders_day(warehouse: Warehouse) -> None:
    """Gross stays, net falls on the day of the order, however late the refund."""
    refund = {"order_id": "A", "amount": Decimal("30.50"), "created_at": NOON + timedelta(days=30)}

    warehouse.land(delivery({**sold(), "refunds": [refund]}), "run")

    assert [(YESTERDAY, "NOK", 0), (DAY, "NOK", 100)] == money(warehouse, "shop.gross_revenue")
    assert [(YESTERDAY, "NOK", 0), (DAY, "NOK", Decimal("69.50"))] == money(warehouse, "shop.net_revenue")
    assert [(YESTERDAY, "NOK", 0), (DAY, "NOK", Decimal("30.50"))] == money(warehouse, "shop.refunds")


def _on_refund_days(warehouse: Warehouse, metric: str, unit: str = "count", **where: str) -> dict[date, Any]:
    found = values(warehouse, metric, unit, refunds_on="refund", **where)
    return {day: value for day, value in found.items() if value != 0}


LATER = Window(FROM, TO + timedelta(days=30))


def test_refunds_on_the_day_they_were_made(warehouse: Warehouse) -> None:
    """In the source's zone: half past midnight in Oslo is the next day; what was sold stands on the order's day."""
    midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    refund = {"order_id": "A", "amount": Decimal("30.50"), "quantity": 1, "created_at": midnight}
    line = {"sku": "MUG", "quantity": 3, "current_quantity": 2}

    warehouse.land(delivery({**sold(**line), "refunds": [refund]}, window=LATER), "run")

    back = date(2026, 11, 24)
    assert {DAY: 100, back: Decimal("-30.50")} == _on_refund_days(warehouse, "shop.net_revenue", "money")
    assert {back: Decimal("30.50")} == _on_refund_days(warehouse, "shop.refunds", "money")
    for where in ({}, {"sku": "MUG"}):
        assert {DAY: 3, back: -1} == _on_refund_days(warehouse, "shop.units_sold", **where)
        assert {back: 1} == _on_refund_days(warehouse, "shop.units_refunded", **where)
    assert 2 == values(warehouse, "shop.units_sold")[DAY]


def test_without_current_quantities_units_come_off_the_refund_day(warehouse: Warehouse) -> None:
    """A vendor that gives only the ordered quantity."""
    refund = {"order_id": "A", "quantity": 1, "created_at": NOON + timedelta(days=9)}

    warehouse.land(delivery({**sold(quantity=4), "refunds": [refund]}, window=LATER), "run")

    assert {DAY: 4, DAY + timedelta(days=9): -1} == _on_refund_days(warehouse, "shop.units_sold")


@pytest.mark.parametrize("kept", [None, 0, 3])
def test_paid_back_by_and_by(warehouse: Warehouse, kept: int | None) -> None:
    """The first refund brings what it says, the one that reaches what was charged the rest."""
    line = {"order_id": "A", "sku": "MUG", "quantity": 3, "current_quantity": kept}
    refunds = [
        {"order_id": "A", "amount": Decimal(40), "quantity": 1, "created_at": NOON + timedelta(days=2)},
        {"order_id": "A", "refund_id": "2", "amount": 60, "quantity": None, "created_at": NOON + timedelta(days=5)},
    ]

    frames = {"orders": [{"order_id": "A"}], "order_lines": [line], "refunds": refunds}
    warehouse.land(delivery(frames, window=LATER), "run")

    first, last = DAY + timedelta(days=2), DAY + timedelta(days=5)
    assert {DAY: 3, first: -1, last: -2} == _on_refund_days(warehouse, "shop.units_sold")
    assert {first: 1, last: 2} == _on_refund_days(warehouse, "shop.units_refunded")


@pytest.mark.parametrize(
    ("order", "refunds"),
    [({"refunded_amount": Decimal(100)}, []), ({}, [{"order_id": "A", "amount": 100, "created_at": None}])],
    ids=["one amount an order", "a refund without a date"],
)
def test_refunds_of_no_known_day_stay_on_the_orders_and_make_it_partial(
    warehouse: Warehouse, order: dict[str, Any], refunds: list[dict[str, Any]]
) -> None:
    """A vendor that does not say when it paid back: counted, and told as unknown, by refund day only."""
    frames = {**sold(sku="MUG", quantity=3), "orders": [{"order_id": "A"} | order], "refunds": refunds}
    warehouse.land(delivery(frames), "run")

    on_refund = {"refunds_on": "refund"}
    assert (0, 1) == unknown(warehouse, "shop.net_revenue", **on_refund)[DAY]
    assert (3, 1) == unknown(warehouse, "shop.units_refunded", **on_refund)[DAY]
    assert (0, 0) == unknown(warehouse, "shop.net_revenue")[DAY]
    assert (3, 0) == unknown(warehouse, "shop.units_refunded")[DAY]


def test_a_refund_of_an_order_of_before_counts_on_its_day(warehouse: Warehouse) -> None:
    """The order's day was never pulled as a whole, the refund's was."""
    order = {"order_id": "A", "day": date(2026, 1, 1)}

    warehouse.land(delivery({"orders": [order], "order_lines": [], "refunds": [{"order_id": "A"}]}), "run")

    assert {DAY: 10} == _on_refund_days(warehouse, "shop.refunds", "money")


def test_a_refunded_amount_counts_where_there_are_no_refunds(warehouse: Warehouse) -> None:
    """A vendor may give one amount an order instead of its refunds; never are both taken off."""
    orders = [{"order_id": name, "refunded_amount": Decimal(40)} for name in "AB"]

    warehouse.land(delivery({"orders": orders, "order_lines": [], "refunds": [{"order_id": "B"}]}), "run")

    assert (DAY, "NOK", 200 - 40 - 10) == money(warehouse, "shop.net_revenue")[-1]


PAID_BACK = {
    "by refunds": ({}, [{"amount": Decimal(60), "quantity": 0}, {"refund_id": "2", "amount": 40, "quantity": 0}]),
    "by a refund without units": ({}, [{"amount": Decimal(100), "quantity": None}]),
    "by its refunded amount": ({"refunded_amount": Decimal(100)}, []),
}


@pytest.mark.parametrize(("order", "refunds"), PAID_BACK.values(), ids=PAID_BACK)
@pytest.mark.parametrize("kept", [None, 2, 3])
def test_a_sale_that_was_paid_back_in_full_has_no_units_left(
    warehouse: Warehouse, order: dict[str, Any], refunds: list[dict[str, Any]], kept: int | None
) -> None:
    """When refunds reach what was charged all units came back, whatever lines and refunds say of them."""
    line = {"order_id": "A", "sku": "MUG", "quantity": 3, "current_quantity": kept}

    warehouse.land(
        delivery(
            {
                "orders": [{"order_id": "A"} | order],
                "order_lines": [line],
                "refunds": [{"order_id": "A"} | refund for refund in refunds],
            }
        ),
        "run",
    )

    assert 0 == values(warehouse, "shop.units_sold")[DAY]
    assert 3 == values(warehouse, "shop.units_refunded")[DAY]
    assert 3 == values(warehouse, "shop.units_refunded", sku="MUG")[DAY]


def test_money_alone_brings_no_unit_back(warehouse: Warehouse) -> None:
    """A part of what was charged, paid back without a word of units, leaves all of them sold."""
    refund = {"order_id": "A", "amount": Decimal("99.99"), "quantity": None}

    warehouse.land(delivery({**sold(quantity=3), "refunds": [refund]}), "run")

    assert 3 == values(warehouse, "shop.units_sold")[DAY]
    assert 0 == values(warehouse, "shop.units_refunded")[DAY]


def unknown(warehouse: Warehouse, metric: str, **where: str) -> dict[date, tuple[Decimal | None, int]]:
    """Return a series by day: its value, and of how many entries nobody tells it."""
    found = warehouse.observe([series_request(metric, **where)])
    return {day: (value, entries) for day, value, entries in found.select("period_start", "value", "unknown").rows()}


def test_units_that_nobody_tells_are_unknown(warehouse: Warehouse) -> None:
    """An order that came without lines, or a line without a number, is no sale of nothing: the day is not known."""
    warehouse.land(delivery({"orders": [{"order_id": "A"}, {"order_id": "B", "is_sale": False}]}), "run")

    assert {YESTERDAY: (0, 0), DAY: (None, 1)} == unknown(warehouse, "shop.units_sold")
    assert {YESTERDAY: (0, 0), DAY: (0, 0)} == unknown(warehouse, "shop.units_refunded")
    assert {YESTERDAY: (0, 0), DAY: (None, 1)} == unknown(warehouse, "shop.units_sold", sku="MUG")


def test_known_units_are_the_least_beside_unknown_ones(warehouse: Warehouse) -> None:
    """Units that are told count; of which product the others are matters where it is said."""
    lines = [
        {"order_id": "A", "line_id": "1", "sku": "MUG", "quantity": 2},
        {"order_id": "A", "line_id": "2", "sku": "CLOTH", "quantity": None},
    ]

    warehouse.land(delivery({"orders": [{"order_id": "A"}], "order_lines": lines, "refunds": []}), "run")

    assert (2, 1) == unknown(warehouse, "shop.units_sold")[DAY]
    assert (2, 0) == unknown(warehouse, "shop.units_sold", sku="MUG")[DAY]
    assert (None, 1) == unknown(warehouse, "shop.units_sold", sku="CLOTH")[DAY]


def test_unknown_days_are_not_zero_in_the_daily_table(warehouse: Warehouse) -> None:
    """`metric_daily` has no row for a day of which nobody tells the units."""
    warehouse.land(delivery({"orders": [{"order_id": "A"}]}), "run")
    warehouse.refresh_observations([series_request("shop.units_sold")], "run")

    assert [(YESTERDAY, 0)] == ask(warehouse, "select day, value from metric_daily")


def test_lines_that_came_and_are_none_are_no_units(warehouse: Warehouse) -> None:
    """An order that comes with its lines and has none, such as a fee alone, was of no goods."""
    warehouse.land(delivery({"orders": [{"order_id": "A"}], "order_lines": [], "refunds": []}), "run")

    assert (0, 0) == unknown(warehouse, "shop.units_sold")[DAY]


def test_lines_may_come_by_a_stream_of_their_own(warehouse: Warehouse) -> None:
    """Where orders come without lines, those that another stream brings are theirs."""
    warehouse.land(delivery({"orders": [{"order_id": "A"}, {"order_id": "B"}]}), "run")
    warehouse.land(delivery({"order_lines": [{"order_id": "A", "quantity": 4}]}, stream="lines", children=()), "run")

    assert (4, 1) == unknown(warehouse, "shop.units_sold")[DAY]


def test_currencies_are_kept_apart(warehouse: Warehouse) -> None:
    """One row a currency; days without orders are zero in the shop's main one."""
    orders = [
        {"order_id": "A"},
        {"order_id": "B"},
        {"order_id": "C", "currency": "EUR", "gross_amount": Decimal("9.99")},
    ]

    warehouse.land(delivery({"orders": orders}), "run")

    assert [(YESTERDAY, "NOK", 0), (DAY, "EUR", Decimal("9.99")), (DAY, "NOK", 200)] == money(
        warehouse, "shop.gross_revenue"
    )


def test_customers_are_new_once(warehouse: Warehouse) -> None:
    """A customer counts on the day of the first sale, guests not at all."""
    orders = [
        {"order_id": "A", "customer_key": "c", "day": YESTERDAY},
        {"order_id": "B", "customer_key": "c"},
        {"order_id": "C", "customer_key": "d"},
        {"order_id": "D"},
        {"order_id": "E", "customer_key": "e", "is_sale": False, "day": YESTERDAY},
        {"order_id": "F", "customer_key": "e"},
    ]

    warehouse.land(delivery({"orders": orders}), "run")

    assert {YESTERDAY: 1, DAY: 2} == values(warehouse, "shop.customers_new")


def test_two_shops_are_two_rows(warehouse: Warehouse) -> None:
    """Sources are summed by who asks, not here."""
    for source in ("shop", "kiosk"):
        warehouse.land(delivery({"orders": [{"order_id": "A"}]}, source_id=source), "run")

    found = warehouse.observe([series_request("shop.orders")]).filter(pl.col("period_start") == DAY)

    assert [("kiosk", 1), ("shop", 1)] == found.select("source_id", "value").rows()


def test_traffic_keeps_its_grains_and_its_unknowns(warehouse: Warehouse) -> None:
    """Weeks are the vendor's, never sums of days; a count that is unknown is no observation, 0 is one."""
    monday = date(2026, 11, 16)
    warehouse.land(
        traffic(
            {"visitors": 0, "visits": None, "settled": False},
            {"grain": "week", "period_start": monday, "visitors": 41, "visits": 60, "pageviews": 99},
        ),
        "run",
    )

    found = warehouse.observe([series_request(f"web.{name}") for name in ("visitors", "visits", "pageviews")])

    assert [
        ("web.pageviews", "week", monday, 99, True),
        ("web.visitors", "day", DAY, 0, False),
        ("web.visitors", "week", monday, 41, True),
        ("web.visits", "week", monday, 60, True),
    ] == found.select("series", "grain", "period_start", "value", "settled").rows()


def test_looks_at_accounts_are_instants(warehouse: Warehouse) -> None:
    """One row a look, on the day of the source's zone; posts beside followers, subscribers as their own metric."""
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    accounts = [
        {"account": "a", "followers": 180, "posts": 7, "observed_at": late},
        {"account": "b", "followers": None, "posts": 0},
        {"account": "list", "metric": "newsletter.subscribers", "followers": 55, "posts": 3},
    ]
    warehouse.land(delivery({"accounts": accounts}, mode="snapshot", stream="accounts"), "run")

    found = warehouse.observe(
        [series_request("social.followers"), series_request("social.posts"), series_request("newsletter.subscribers")]
    )

    assert [
        ("newsletter.subscribers", "list", "instant", DAY, NOON, 55),
        ("social.followers", "a", "instant", date(2026, 11, 21), late, 180),
        ("social.posts", "a", "instant", date(2026, 11, 21), late, 7),
        ("social.posts", "b", "instant", DAY, NOON, 0),
    ] == found.select("series", "account", "grain", "period_start", "observed_at", "value").rows()
    assert {date(2026, 11, 21): 180} == values(warehouse, "social.followers", account="a")


def test_probes_are_instants(warehouse: Warehouse) -> None:
    """A look at the shop is an observation of each probe it answered."""
    state = [{"probe": "shop.products_published", "value": 12}, {"probe": "shop.open", "value": None}]
    warehouse.land(delivery({"shop_state": state}, mode="snapshot", stream="shop_state"), "run")

    found = warehouse.observe([series_request("shop.products_published"), series_request("shop.open")])

    assert [("shop.products_published", "instant", NOON, 12)] == found.select(
        "series", "grain", "observed_at", "value"
    ).rows()


def test_stated_numbers_count_like_a_vendors(warehouse: Warehouse) -> None:
    """A file's numbers of a built-in metric are its observations, and so are those of a metric of its own."""
    warehouse.land(
        sheet(
            {"metric": "shop.net_revenue", "value": Decimal(5), "currency": "SEK", "unit": "money"},
            {"metric": "social.followers", "value": Decimal(180), "account": "a"},
            {"metric": "sheet.share", "value": Decimal("7.5"), "unit": "share"},
        ),
        "run",
    )

    found = warehouse.observe(
        [
            series_request("shop.net_revenue", "money"),
            series_request("social.followers"),
            series_request("social.followers", account="a"),
        ]
    )

    assert [
        ("sheet.share", "", Decimal("7.5"), "share", None),
        ("shop.net_revenue", "", Decimal(5), "money", "SEK"),
        ("social.followers", "a", Decimal(180), "count", None),
        ("social.followers{account=a}", "a", Decimal(180), "count", None),
    ] == found.select("series", "account", "value", "unit", "currency").rows()


def test_an_observation_names_the_load_that_made_it_so(warehouse: Warehouse) -> None:
    """Value, load and instant are those of the newest change behind it; an unchanged pull does not move them."""
    refunded = delivery({**sold(), "refunds": [{"order_id": "A"}]})
    first, second, _ = (warehouse.land(one, "run").load_id for one in (delivery(sold()), refunded, refunded))

    found = warehouse.observe([series_request("shop.orders"), series_request("shop.refunds", "money")])

    assert [
        ("shop.orders", YESTERDAY, first),
        ("shop.orders", DAY, first),
        ("shop.refunds", YESTERDAY, first),
        ("shop.refunds", DAY, second),
    ] == found.select("series", "period_start", "load_id").rows()


batches = st.lists(
    st.dictionaries(
        st.sampled_from("ABC"),
        st.fixed_dictionaries(
            {
                "day": st.sampled_from([YESTERDAY, DAY]),
                "is_sale": st.booleans(),
                "gross_amount": st.integers(0, 999).map(Decimal),
                "currency": st.sampled_from(["NOK", "EUR"]),
                "customer_key": st.sampled_from([None, "c"]),
            }
        ),
    ),
    min_size=2,
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(batches)
def test_what_was_observed_then_is_observed_for_then(fresh: Fresh, orders: list[Mapping[str, dict[str, Any]]]) -> None:
    """Observing as known at T gives for ever what observing gave at T."""
    seen = []
    with fresh() as warehouse:
        for number, batch in enumerate(orders):
            rows = [{"order_id": name} | row for name, row in batch.items()]
            warehouse.land(delivery({"orders": rows}, window=Window(FROM, TO + timedelta(days=number))), "run")
            warehouse.land(traffic({"visitors": len(batch)}), "run")
            seen.append((warehouse.now(), warehouse.observe(EVERYTHING)))

        for then, observed in seen:
            assert_frame_equal(observed, warehouse.observe(EVERYTHING, known_at=then))


def _history(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return ask(
        warehouse,
        """
        select metric, period_start, value, superseded_at is null
        from metric_observation
        order by metric, period_start, loaded_at
        """,
    )


def test_the_history_holds_each_change_once(warehouse: Warehouse) -> None:
    """Only what changed is a new version, and the old one ends when the new one begins."""
    warehouse.land(delivery(sold()), "run")

    assert 4 == warehouse.refresh_observations([series_request("shop.orders"), series_request("shop.units_sold")], "r1")
    assert 0 == warehouse.refresh_observations([series_request("shop.orders"), series_request("shop.units_sold")], "r2")
    warehouse.land(delivery(sold(quantity=3)), "run")
    assert 1 == warehouse.refresh_observations([series_request("shop.orders"), series_request("shop.units_sold")], "r3")

    assert [
        ("shop.orders", YESTERDAY, 0, True),
        ("shop.orders", DAY, 1, True),
        ("shop.units_sold", YESTERDAY, 0, True),
        ("shop.units_sold", DAY, 1, False),
        ("shop.units_sold", DAY, 3, True),
    ] == _history(warehouse)


def test_what_disappears_ends(warehouse: Warehouse) -> None:
    """A stated number that was taken back has no newest version, and comes back as a new one."""
    row = {"metric": "sheet.calls", "value": Decimal(3)}
    changes = []
    for rows in ([row], [], [row]):
        warehouse.land(sheet(*rows), "run")
        changes.append(warehouse.refresh_observations([], "run"))

    assert [1, 1, 1] == changes
    assert [("sheet.calls", DAY, 3, False), ("sheet.calls", DAY, 3, True)] == _history(warehouse)


def test_totals_of_the_past_and_looks_count_once(warehouse: Warehouse) -> None:
    """A day that a vendor knows the total of and a run looked at has one value, the later; reading again adds none."""
    account = {"account": "page"}
    midnight = datetime(2026, 11, 20, 8, tzinfo=UTC)
    past = [
        {**account, "followers": count, "observed_at": midnight - timedelta(days=days)}
        for days, count in ((2, 150), (1, 155), (0, 160))
    ]
    history = delivery({"accounts": past}, mode="merge", stream="history", connector="facebook")
    look = [{**account, "followers": 163, "observed_at": NOON}]
    for each in (delivery({"accounts": look}, mode="snapshot", stream="accounts"), history, history):
        warehouse.land(each, "run")
    warehouse.refresh_observations([series_request("social.followers")], "run")

    daily = ask(warehouse, "select day, value from metric_daily order by day")
    rows = ask(warehouse, "select count(*) from social_account_version")

    assert [(DAY - timedelta(days=2), 150), (YESTERDAY, 155), (DAY, 163)] == daily
    assert [(4,)] == rows


def test_days_of_a_level_show_its_last_look(warehouse: Warehouse) -> None:
    """`metric_daily` sums accounts, each by its last look of the day."""
    looks = [("a", 0, 10), ("a", 1, 11), ("b", 0, 5)]
    accounts = [
        {"account": account, "followers": followers, "observed_at": NOON + timedelta(hours=hour)}
        for account, hour, followers in looks
    ]
    warehouse.land(delivery({"accounts": accounts}, mode="snapshot", stream="accounts"), "run")
    warehouse.refresh_observations([series_request("social.followers")], "run")

    daily = ask(warehouse, "select metric, day, value, unit from metric_daily")

    assert [("social.followers", DAY, Decimal(16), "count")] == daily


def _additive(metric: str) -> SeriesRequest:
    return replace(series_request(metric), additive=True)


def _stated(warehouse: Warehouse, series: SeriesRequest) -> list[tuple[str, int, str]]:
    found = warehouse.observe([series]).filter(pl.col("series") == series.series).sort("account", "period_start")
    return [(row["account"], row["period_start"].day, f"{row['value']:.2f}") for row in found.to_dicts()]


def test_a_day_that_a_sheet_leaves_out_is_zero(warehouse: Warehouse) -> None:
    """Between an account's first and newest row, where the sheet means it so, and for what adds up; not after it."""
    rows = [{"metric": metric, "account": account, "period_start": date(2026, 11, day), "value": Decimal(2)}
            for metric in ("shop.units_sold", "social.followers", "sheet.hours")
            for account, day in ((None, 3), (None, 6), ("b", 4))]  # fmt: skip
    filled = [("", 3, "2.00"), ("", 4, "0.00"), ("", 5, "0.00"), ("", 6, "2.00"), ("b", 4, "2.00")]
    as_they_are = [("", 3, "2.00"), ("", 6, "2.00"), ("b", 4, "2.00")]

    warehouse.land(sheet(*rows, missing="zero"), "run")

    assert filled == _stated(warehouse, _additive("shop.units_sold"))
    assert as_they_are == _stated(warehouse, series_request("social.followers"))
    # what nobody declared is a count that adds up
    found = warehouse.observe([]).filter(pl.col("series") == "sheet.hours")
    assert [(2, Decimal(0)), (3, Decimal(2))] == found.group_by("value").len("n").sort("n").select("n", "value").rows()

    warehouse.land(sheet(*rows, missing="unknown"), "run")
    assert as_they_are == _stated(warehouse, _additive("shop.units_sold"))


def test_an_answer_for_a_window_says_zero_to_its_last_full_day(warehouse: Warehouse) -> None:
    """The day of the pull is not over; amounts of money are 0 in the currency that the source mostly has."""
    paid = {"metric": "shop.net_revenue", "unit": "money", "currency": "NOK", "value": Decimal(5)}
    warehouse.land(
        sheet(
            paid | {"period_start": date(2026, 11, 16)},
            connector="http_json",
            missing="zero_in_window",
        ),
        "run",
    )

    found = warehouse.observe([replace(series_request("shop.net_revenue", "money"), additive=True)]).sort(
        "period_start"
    )

    expected = [(16, "NOK", Decimal(5)), *((day, "NOK", Decimal(0)) for day in (17, 18, 19))]
    assert expected == [(row["period_start"].day, row["currency"], row["value"]) for row in found.to_dicts()]


@pytest.mark.parametrize(("missing", "last"), [("zero_from_start", 16), ("zero_in_whole_window", 19)])
def test_there_may_have_been_nothing_before_the_first_row(warehouse: Warehouse, missing: Missing, last: int) -> None:
    """Where the source says so, days are 0 from the first one that was asked for, whichever pull asked."""
    row = {"metric": "sheet.hours", "period_start": date(2026, 11, 16), "value": Decimal(5)}
    for days in (2, 0):
        window = Window(datetime(2026, 11, 14 - days, tzinfo=UTC), TO)
        warehouse.land(sheet(row | {"value": Decimal(5 + days)}, missing=missing, window=window), "run")

    found = warehouse.observe([_additive("sheet.hours")]).sort("period_start")

    expected = [(day, Decimal(5 if day == 16 else 0)) for day in range(12, last + 1)]
    assert expected == [(row["period_start"].day, row["value"]) for row in found.to_dicts()]


def test_stated_values_keep_six_decimals_beside_money(warehouse: Warehouse) -> None:
    """What shares a table with sums of money is not rounded to their four decimals."""
    warehouse.land(delivery(sold()), "run")
    warehouse.land(sheet({"metric": "sheet.rate", "value": Decimal("0.034981")}), "run")

    assert [Decimal("0.034981")] == warehouse.observe([series_request("shop.net_revenue", "money")]).filter(
        pl.col("series") == "sheet.rate"
    )["value"].to_list()
