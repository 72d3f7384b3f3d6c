"""What orders of every shop share: amounts, times, days and customers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from connectors._orders import business_day, from_minor, hash_customers, naive_utc, unix_seconds


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
