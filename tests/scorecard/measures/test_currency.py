"""Amounts in one currency, at the rate of their day."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from scorecard.measures.currency import Rates

FRIDAY, SUNDAY, NEXT_SATURDAY = date(2020, 5, 1), date(2020, 5, 3), date(2020, 5, 9)


@pytest.fixture
def rates() -> Rates:
    """11 kroner and 8 pounds tenths for a euro, set on a Friday."""
    return Rates(
        pl.DataFrame(
            {"currency": ["NOK", "GBP"], "day": [FRIDAY, FRIDAY], "rate": [Decimal(11), Decimal("0.8")]},
            schema_overrides={"rate": pl.Decimal(24, 10)},
        )
    )


@pytest.mark.parametrize(
    ("amount", "currency", "day", "expected"),
    [
        ("100", "NOK", FRIDAY, Decimal(100)),
        ("100", "EUR", FRIDAY, Decimal(1100)),
        ("8", "GBP", FRIDAY, Decimal(110)),
        ("8", "GBP", SUNDAY, Decimal(110)),
        ("8", "GBP", NEXT_SATURDAY, None),
        ("8", "GBP", date(2020, 4, 30), None),
        ("8", "USD", FRIDAY, None),
        ("0", "USD", FRIDAY, Decimal(0)),
    ],
)
def test_convert(rates: Rates, amount: str, currency: str, day: date, expected: Decimal | None) -> None:
    """The last rate holds over a weekend, no longer; a missing one is never 1; nothing is nothing anywhere."""
    assert expected == rates.convert(Decimal(amount), currency, "NOK", day)
