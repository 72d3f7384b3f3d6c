"""Rows become versions: nothing is lost, nothing is doubled (.contracts)."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import KEYS, SCHEMAS, RecordKind
from okr_config.delivery import Delivery, Refusal, Window
from tests.warehouse.deliveries import DAY, FROM, NOON, TO, Fresh, ask, delivery, sheet, traffic
from warehouse import Warehouse
from warehouse.landing import KINDS

ORDER = {
    "orders": [{"order_id": "A"}, {"order_id": "B"}],
    "order_lines": [{"order_id": "A", "line_id": "1"}, {"order_id": "A", "line_id": "2"}, {"order_id": "B"}],
    "refunds": [{"order_id": "A"}],
}
TYPES = {
    "String": "VARCHAR",
    "Boolean": "BOOLEAN",
    "Date": "DATE",
    "Int64": "BIGINT",
    "Datetime(time_unit='us', time_zone='UTC')": "TIMESTAMP WITH TIME ZONE",
    "Decimal(precision=18, scale=4)": "DECIMAL(18,4)",
    "Decimal(precision=24, scale=6)": "DECIMAL(24,6)",
    "Decimal(precision=24, scale=10)": "DECIMAL(24,10)",
}


def counts(warehouse: Warehouse) -> dict[str, int]:
    """Count all versions."""
    tables = [kind.table for kind in KINDS.values()]
    return {table: ask(warehouse, f"select count(*) from {table}_version")[0][0] for table in tables}


@pytest.mark.parametrize("kind", RecordKind)
def test_tables_have_the_columns_of_their_kind(warehouse: Warehouse, kind: RecordKind) -> None:
    """Connectors and warehouse agree on columns, types and keys without knowing each other."""
    table = KINDS[kind]

    described = ask(warehouse, f"select column_name, column_type from (describe {table.table}_version)")

    assert [
        ("source_id", "VARCHAR"),
        *((name, TYPES[repr(dtype() if isinstance(dtype, type) else dtype)]) for name, dtype in SCHEMAS[kind].items()),
        ("load_id", "BIGINT"),
        ("loaded_at", "TIMESTAMP WITH TIME ZONE"),
        ("removed", "BOOLEAN"),
    ] == described
    assert KEYS[kind] == table.key


def test_landing_counts_what_is_new(warehouse: Warehouse) -> None:
    """A first landing adds every row, and the ledger says how many."""
    load = warehouse.land(delivery(ORDER), "run")

    assert ("ok", 6, 6, 0, 0) == (
        load.state,
        load.rows_read,
        load.rows_new,
        load.rows_changed,
        load.rows_refused,
    )


def test_landing_again_adds_only_its_ledger_row(warehouse: Warehouse) -> None:
    """The same pages again change no row."""
    first = warehouse.land(delivery(ORDER), "run")
    before = counts(warehouse)

    again = warehouse.land(delivery(ORDER), "run")

    assert (0, 0) == (again.rows_new, again.rows_changed)
    assert first.load_id < again.load_id
    assert before == counts(warehouse)
    assert [(2,)] == ask(warehouse, "select count(*) from load")


def test_a_changed_row_is_one_new_version(warehouse: Warehouse) -> None:
    """The newest version counts, the old one stays."""
    first = warehouse.land(delivery(ORDER), "run")

    load = warehouse.land(delivery({"orders": [{"order_id": "A", "status": "cancelled"}, {"order_id": "B"}]}), "run")

    assert (0, 1) == (load.rows_new, load.rows_changed)
    assert [("A", "cancelled", load.load_id), ("B", "paid", first.load_id)] == ask(
        warehouse, "select order_id, status, load_id from shop_order order by order_id"
    )
    assert [("paid",), ("cancelled",)] == ask(
        warehouse, "select status from shop_order_version where order_id = 'A' order by loaded_at"
    )


def test_a_change_taken_back_is_a_version_too(warehouse: Warehouse) -> None:
    """A row that returns to what it once was is compared with the newest version, not with any."""
    for status in ("paid", "cancelled", "paid"):
        load = warehouse.land(delivery({"orders": [{"order_id": "A", "status": status}]}), "run")

    assert [("paid", load.load_id)] == ask(warehouse, "select status, load_id from shop_order")


def test_null_and_zero_differ(warehouse: Warehouse) -> None:
    """Unknown becoming 0 is a change, unknown staying unknown is none."""
    first, _, last = (
        warehouse.land(delivery({"orders": [{"order_id": "A", "refunded_amount": amount}]}), "run").load_id
        for amount in (None, None, Decimal(0))
    )

    assert [(first, None), (last, Decimal(0))] == ask(
        warehouse, "select load_id, refunded_amount from shop_order_version order by load_id"
    )


def test_a_row_twice_in_one_batch_counts_once(warehouse: Warehouse) -> None:
    """Of two rows with one name the later one counts."""
    warehouse.land(
        delivery({"orders": [{"order_id": "A", "status": "open"}, {"order_id": "A", "status": "paid"}]}), "run"
    )

    assert [("paid",)] == ask(warehouse, "select status from shop_order_version")


def test_an_order_that_comes_without_a_line_has_lost_it(warehouse: Warehouse) -> None:
    """Lines and refunds of the orders in the batch are closed when they are missing; those of other orders stay."""
    warehouse.land(delivery(ORDER), "run")

    load = warehouse.land(
        delivery({"orders": [{"order_id": "A"}], "order_lines": [{"order_id": "A", "line_id": "2"}], "refunds": []}),
        "run",
    )

    assert (0, 2) == (load.rows_new, load.rows_changed)
    assert [("A", "2"), ("B", "1")] == ask(warehouse, "select order_id, line_id from shop_order_line order by all")
    assert [] == ask(warehouse, "select * from shop_refund")


def test_a_refund_that_comes_without_its_order_closes_nothing(warehouse: Warehouse) -> None:
    """Only an order in the batch speaks for its lines and refunds; landing such a refund twice adds it once."""
    warehouse.land(delivery(ORDER), "run")
    lone = delivery({"orders": [], "refunds": [{"order_id": "A", "refund_id": "2"}]})

    loads = [warehouse.land(lone, "run") for _ in range(2)]

    assert [(1, 0), (0, 0)] == [(load.rows_new, load.rows_changed) for load in loads]
    assert [("1",), ("2",)] == ask(warehouse, "select refund_id from shop_refund order by 1")


def test_an_order_that_is_closed_takes_its_lines_along(warehouse: Warehouse) -> None:
    """Where a window is replaced, lines and refunds of an order that is gone go with it."""
    warehouse.land(delivery(ORDER, mode="replace"), "run")

    load = warehouse.land(
        delivery({"orders": [{"order_id": "B"}], "order_lines": [{"order_id": "B"}], "refunds": []}, mode="replace"),
        "run",
    )

    assert (0, 4) == (load.rows_new, load.rows_changed)
    assert [("B", "1")] == ask(warehouse, "select order_id, line_id from shop_order_line")
    assert [] == ask(warehouse, "from shop_refund")


def test_a_line_that_comes_back_is_there_again(warehouse: Warehouse) -> None:
    """Closing is a version like any other."""
    warehouse.land(delivery(ORDER), "run")
    warehouse.land(delivery({**ORDER, "order_lines": []}), "run")

    warehouse.land(delivery(ORDER), "run")

    assert [(3,)] == ask(warehouse, "select count(*) from shop_order_line")


def test_merge_closes_nothing_by_itself(warehouse: Warehouse) -> None:
    """An order that a merge does not mention is still there."""
    warehouse.land(delivery(ORDER), "run")

    warehouse.land(delivery({"orders": [], "order_lines": [], "refunds": []}), "run")

    assert [(2,)] == ask(warehouse, "select count(*) from shop_order")


def test_replace_closes_the_windows_missing_periods(warehouse: Warehouse) -> None:
    """Days inside the window that no longer come are closed; days outside it stay."""
    days = [DAY - timedelta(days=back) for back in range(4)]
    warehouse.land(traffic(*({"period_start": day, "visitors": 1} for day in days)), "run")

    load = warehouse.land(traffic({"period_start": DAY, "visitors": 1}), "run")

    assert (0, 1) == (load.rows_new, load.rows_changed)
    assert [DAY - timedelta(days=3), DAY - timedelta(days=2), DAY] == [
        day for (day,) in ask(warehouse, "select period_start from web_traffic order by 1")
    ]


def test_replace_leaves_other_streams_and_sources_alone(warehouse: Warehouse) -> None:
    """A stream speaks only for what it brought itself."""
    warehouse.land(traffic({"visitors": 1}), "run")
    warehouse.land(traffic({"visitors": 2}, source_id="other"), "run")

    warehouse.land(traffic(stream="weeks"), "run")

    assert [("other",), ("site",)] == ask(warehouse, "select source_id from web_traffic order by 1")


def test_a_file_is_the_whole_truth(warehouse: Warehouse) -> None:
    """Rows taken out of a file are closed whatever the window, rows with null in their name too."""
    old = {"metric": "sheet.calls", "period_start": date(2020, 1, 1), "value": Decimal(3)}
    warehouse.land(sheet(old, {"metric": "sheet.calls", "value": Decimal(4), "account": "a"}), "run")

    warehouse.land(sheet({"metric": "sheet.calls", "value": Decimal(4), "account": "a"}), "run")

    assert [("a", Decimal(4))] == ask(warehouse, "select account, value from stated_value")


def test_snapshots_add_up(warehouse: Warehouse) -> None:
    """Every look at an account is a row of its own, though nothing changed; rounding stays beside the count."""
    account = {"account": "a", "followers": 1200, "precision": 100}
    for hours in (0, 1):
        seen = account | {"observed_at": NOON + timedelta(hours=hours)}
        warehouse.land(delivery({"accounts": [seen]}, mode="snapshot", stream="accounts"), "run")

    assert [(1200, 100, NOON), (1200, 100, NOON + timedelta(hours=1))] == ask(
        warehouse, "select followers, precision, observed_at from social_account order by observed_at"
    )


def test_refused_rows_are_set_apart(warehouse: Warehouse) -> None:
    """A row that does not fit is kept with its reason, and the ledger counts it."""
    refused = Refusal("orders", "gross_amount is text", '{"gross_amount": "str"}')

    load = warehouse.land(delivery(ORDER, refused=(refused,)), "run")

    assert 1 == load.rows_refused
    assert [(load.load_id, "shop", "orders", "gross_amount is text")] == ask(
        warehouse, "select load_id, source_id, stream, reason from quarantine"
    )


def test_money_and_times_come_back_exactly(warehouse: Warehouse) -> None:
    """Four decimals, eighteen digits, microseconds and letters of any kind survive."""
    instant = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    row = {"order_id": "Å'\"\0;--", "gross_amount": Decimal("12345678901234.5678"), "created_at": instant}

    warehouse.land(delivery({"orders": [row]}), "run")

    assert [tuple(row.values())] == ask(warehouse, "select order_id, gross_amount, created_at from shop_order")


def test_another_schema_lands_nothing(warehouse: Warehouse) -> None:
    """A frame with a column that the kind does not have is refused as a whole: rows, cursor and ledger."""
    good = delivery(ORDER)
    odd = replace(good, frames={**good.frames, "refunds": good.frames["refunds"].drop("refund_id")})

    with suppress(Exception):
        warehouse.land(odd, "run")

    assert 0 == sum(counts(warehouse).values())
    assert warehouse.cursor("shop", "orders") is None


def test_what_was_known_can_be_asked_for(warehouse: Warehouse) -> None:
    """With `known_at` every view shows what had been landed by then, and nothing of what came later."""
    warehouse.land(delivery(ORDER), "run")
    then = warehouse.now()
    warehouse.land(
        delivery({"orders": [{"order_id": "A", "status": "cancelled"}], "order_lines": [], "refunds": []}), "run"
    )

    sql = "select (select status from shop_order where order_id = 'A'), (select count(*) from shop_order_line)"

    assert [("paid", 3)] == ask(warehouse, sql, then)
    assert [("cancelled", 1)] == ask(warehouse, sql)


VERSIONED: dict[str, tuple[dict[str, Any], str, list[Any]]] = {
    "orders": ({"order_id": "A"}, "status", ["open", "paid", "cancelled"]),
    "order_lines": ({"order_id": "A"}, "title", ["Mug", "Cup", "Bowl"]),
    "refunds": ({"order_id": "A"}, "quantity", [1, 2, 3]),
    "products": ({"product_id": "1"}, "title", ["Mug", "Cup", "Bowl"]),
    "shop_state": ({"probe": "shop.open"}, "value", [0, 1, 2]),
    "traffic": ({}, "visits", [1, None, 3]),
    "accounts": ({"account": "us", "metric": "social.followers"}, "followers", [1, 2, 3]),
    "observations": (
        {"metric": "own.visits", "account": None, "currency": None},
        "value",
        [Decimal(1), Decimal(2), Decimal(3)],
    ),
    "rates": ({"currency": "NOK"}, "rate", [Decimal(11), Decimal(12), Decimal(13)]),
}
"""A row of each kind, and a column of it with its values from landing to landing."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_view_shows_the_version_that_counted(warehouse: Warehouse, kind: str) -> None:
    """Of three versions the last counts now, and each counted until the next was landed."""
    row, column, told = VERSIONED[kind]
    instants = []
    for value in told:
        orders = {} if kind == "orders" else {"orders": [{"order_id": "A"}]}
        warehouse.land(delivery({**orders, kind: [row | {column: value}]}), "run")
        instants.append(warehouse.now())

    sql = f"select {column} from {KINDS[kind].table}"

    assert [[(value,)] for value in told] == [ask(warehouse, sql, instant) for instant in instants]
    assert [(told[-1],)] == ask(warehouse, sql)


orders = st.dictionaries(
    st.sampled_from("ABCD"),
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["paid", "open"]),
            "gross_amount": st.one_of(st.none(), st.decimals(0, 10**6, places=4)),
            "day": st.dates(DAY - timedelta(days=3), DAY),
        }
    ),
)


def _batch(rows: dict[str, dict[str, Any]]) -> Delivery:
    return delivery({"orders": [{"order_id": name} | row for name, row in rows.items()]})


@settings(max_examples=12, deadline=None)
@given(st.lists(orders, min_size=1, max_size=4))
def test_the_newest_of_each_row_counts_and_landing_twice_changes_nothing(
    fresh: Fresh,
    batches: list[dict[str, dict[str, Any]]],
) -> None:
    """After any batches, each landed twice, the warehouse holds the newest of every row and one version a change."""
    newest: dict[str, dict[str, Any]] = {}
    versions = 0
    with fresh() as warehouse:
        for batch in batches:
            versions += sum(newest.get(name) != row for name, row in batch.items())
            newest |= batch
            warehouse.land(_batch(batch), "run")
            again = warehouse.land(_batch(batch), "run")

            assert (0, 0) == (again.rows_new, again.rows_changed)
        assert newest == {
            name: {"status": status, "gross_amount": amount, "day": day}
            for name, status, amount, day in ask(
                warehouse, "select order_id, status, gross_amount, day from shop_order"
            )
        }
        assert [(versions,)] == ask(warehouse, "select count(*) from shop_order_version")


def test_window_days_are_those_of_the_source(warehouse: Warehouse) -> None:
    """A window that begins at 23:00 UTC begins the next day in Oslo, and its end is not part of it."""
    days = [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)]
    window = Window(FROM, datetime(2026, 11, 20, 23, tzinfo=UTC))
    warehouse.land(traffic(*({"period_start": day, "visitors": 1} for day in days)), "run")

    warehouse.land(traffic(window=window), "run")

    assert [days[0], days[3]] == [day for (day,) in ask(warehouse, "select period_start from web_traffic order by 1")]
    assert TO == warehouse.cursor("site", "traffic")


def test_a_name_may_hold_a_null(warehouse: Warehouse) -> None:
    """A stated number without a currency is the same row when it comes again, and changes by its value alone."""
    stated = sheet({"metric": "own.visits", "currency": None, "value": Decimal(3)})
    changed = sheet({"metric": "own.visits", "currency": None, "value": Decimal(4)})

    loads = [warehouse.land(each, "run") for each in (stated, stated, changed)]

    assert [(1, 0), (0, 0), (0, 1)] == [(load.rows_new, load.rows_changed) for load in loads]
