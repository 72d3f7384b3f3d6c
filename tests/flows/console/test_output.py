"""How numbers look in a terminal."""

from decimal import Decimal

import pytest

from flows.console.output import amount, percent


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "count", "-"),
        (Decimal("3.000000"), "count", "3"),
        (Decimal("234248.390000"), "GBP", "234\N{NO-BREAK SPACE}248.39 GBP"),
        (Decimal("0.025"), "share", "2.5 %"),
        (Decimal(0), "count", "0"),
        (Decimal("0.00004"), "share", "0.004 %"),
        (Decimal("-0.000347"), "kg", "-0.00035 kg"),
        (1e-9, "count", "0"),
        (Decimal(-1200), None, "-1\N{NO-BREAK SPACE}200"),
    ],
)
def test_amount(value: Decimal | float | None, unit: str | None, text: str) -> None:
    """No noise zeros, groups of thousands, money in its currency, shares as per cent, a dash for the unknown."""
    assert text == amount(value, unit)


@pytest.mark.parametrize(
    ("share", "text"), [(None, "-"), (0.0, "0 %"), (0.004, "<1 %"), (0.456, "46 %"), (0.997, ">99 %"), (1.0, "100 %")]
)
def test_percent(share: float | None, text: str) -> None:
    """Whole per cent; what is not decided is never told as 0 or 100."""
    assert text == percent(share)
