"""What orders of every shop share: their page, amounts, times, days and customers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from connectors.records import RecordKind, empty
from connectors.rows.orders import (
    business_day,
    from_minor,
    hash_customers,
    items_of,
    naive_utc,
    order_page,
    unix_seconds,
    whole_units,
)
from connectors.rows.validate import Fitted, fit


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        ("64875", "NOK", "648.75"),
        ("-5", "EUR", "-0.05"),
        ("0", "NOK", "0"),
        ("1200", "JPY", "1200"),
        ("1", "JPY", "1"),
        ("12345", "KWD", "12.345"),
        ("123456789012345", "NOK", "1234567890123.45"),
        ("1.5", "NOK", None),
        ("abc", "NOK", None),
        (None, "NOK", None),
    ],
)
def test_minor_units_become_amounts(minor: str | None, currency: str, amount: str | None) -> None:
    """By the currency's own decimals, exactly; what is not a whole number is unknown."""
    frame = pl.DataFrame({"minor": [minor], "currency": [currency]}, schema={"minor": pl.String, "currency": pl.String})

    [value] = frame.select(from_minor(pl.col("minor"), pl.col("currency"))).to_series()

    assert (None if amount is None else Decimal(amount)) == value


def test_a_vendor_may_write_a_currency_with_two_decimals() -> None:
    """Some add two zeros to currencies that have none."""
    frame = pl.DataFrame({"minor": [50000], "currency": ["ISK"]})

    amounts = frame.select(from_minor(pl.col("minor"), pl.col("currency"), two_decimals=("ISK",))).to_series()

    assert [Decimal(500)] == amounts.to_list()


def test_a_vendor_may_write_a_currency_without_decimals() -> None:
    """Some leave out the zeros of currencies whose parts nobody uses."""
    frame = pl.DataFrame({"minor": [500], "currency": ["MGA"]})

    amounts = frame.select(from_minor(pl.col("minor"), pl.col("currency"), no_decimals=("MGA",))).to_series()

    assert [Decimal(500)] == amounts.to_list()


def test_times_of_every_spelling_are_utc() -> None:
    """Seconds since 1970 and times that do not say their zone."""
    frame = pl.DataFrame(
        {"unix": ["1761991512", None], "told": ["2025-11-01T10:05:12", "2025-11-01 10:05:12.5"]},
        schema={"unix": pl.String, "told": pl.String},
    )

    read = frame.select(unix=unix_seconds(pl.col("unix")), told=naive_utc(pl.col("told")))

    assert [datetime(2025, 11, 1, 10, 5, 12, tzinfo=UTC), None] == read["unix"].to_list()
    assert datetime(2025, 11, 1, 10, 5, 12, 500000, tzinfo=UTC) == read["told"][1]


def test_the_day_is_the_shops_own() -> None:
    """Half past eleven in the evening, UTC, is the next day in Oslo."""
    frame = pl.DataFrame({"at": [datetime(2026, 6, 1, 23, 30, tzinfo=UTC)]})

    assert [date(2026, 6, 2)] == frame.select(business_day(pl.col("at"), "Europe/Oslo")).to_series().to_list()


def test_guests_are_nobody() -> None:
    """No id, an empty one and 0 are guests; all others become keyed hashes."""
    frame = pl.DataFrame({"customer_key": ["7", "0", "", None]})

    hashed = hash_customers(frame, lambda customer: f"key of {customer}")

    assert ["key of 7", None, None, None] == hashed["customer_key"].to_list()


def test_each_item_of_a_list_is_a_row() -> None:
    """Beside its order; an order without items has none."""
    orders = pl.DataFrame({"id": ["1", "2"], "currency": ["NOK", "EUR"], "lines": [[{"sku": "A"}, {"sku": "B"}], []]})

    rows = items_of(orders, "lines", "currency").select("order_id", "currency", "sku").rows()

    assert [("1", "NOK", "A"), ("1", "NOK", "B")] == rows


def test_an_order_with_a_line_that_does_not_fit_stays_away() -> None:
    """Else it would pass for one that lost the line; the refusal is told, and the mark is that of the others."""
    at = datetime(2026, 11, 12, tzinfo=UTC)
    wire = pl.DataFrame({"order_id": ["1", "2"], "updated_at": [at, datetime(2026, 11, 13, tzinfo=UTC)]})
    orders = fit(RecordKind.ORDERS, wire, required=("order_id",))
    counted = pl.DataFrame({"order_id": ["1", "2"], "line_id": ["1", "2"], "quantity": ["3", "few"]})
    lines = fit(RecordKind.ORDER_LINES, counted, required=("order_id", "line_id", "quantity"))

    page = order_page(Fitted(wire), orders, lines, Fitted(empty(RecordKind.REFUNDS)), zone="Europe/Oslo")

    assert ["1"] == page.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert (2, 1, at, "Europe/Oslo") == (page.rows_read, len(page.refused), page.cursor, page.zone)


def test_a_fraction_is_no_count() -> None:
    """A weight or a length has no number of units; zeros behind the point are no fraction."""
    frame = pl.DataFrame({"quantity": ["2", "2.000", "2.5", "0.010", None]})

    assert ["2", "2", None, None, None] == frame.select(whole_units(pl.col("quantity"))).to_series().to_list()
