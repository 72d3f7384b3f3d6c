"""Tests of scorecard.i18n.numbers: terminal, page and explanation write one number alike."""

from decimal import Decimal

import pytest

from flows.console import output
from scorecard.i18n.formats import chance, number
from scorecard.i18n.numbers import figures


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("1234567.90", None, "1234567.9"),
        ("1E+3", None, "1000"),
        ("0.125", 2, "0.13"),  # half up, though a computer would say 0.12
        ("-0.004", 2, "0"),
        ("1E+40", 2, "1" + 40 * "0"),
        ("NaN", 2, "NaN"),
    ],
)
def test_figures(value: str, places: int | None, text: str) -> None:
    """No noise zeros, no zero with a sign, no number too large to be written."""
    assert text == figures(Decimal(value), places)


@pytest.mark.parametrize("share", [0.0, 0.004, 0.125, 0.745, 0.985, 0.996, 1.0])
def test_a_chance_is_the_same_everywhere(share: float) -> None:
    """The terminal and the page round a chance to the same whole per cent, and leave the same ends open."""
    assert output.percent(share).replace(" ", "") == chance("en", share)


@pytest.mark.parametrize("value", ["0.125", "-1234.505", "1000", "0"])
def test_a_number_is_the_same_everywhere(value: str) -> None:
    """Marks apart, the terminal's two decimals are the page's digits, rounded as a reader would."""
    shown = output.number(Decimal(value)).replace("\N{NO-BREAK SPACE}", "")

    assert shown == number("en", Decimal(figures(Decimal(value), 2))).replace("\N{MINUS SIGN}", "-").replace(",", "")
