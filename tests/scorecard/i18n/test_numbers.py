"""Tests of scorecard.i18n.numbers: terminal, page and explanation write one number alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.console import output
from scorecard.i18n.formats import Unit, chance, grade_text, number, way_text
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


@pytest.mark.parametrize(
    ("value", "target", "shown", "unit"),
    [
        ("0.03498", "0.035", ("3.498%", "3.5%"), "share"),
        ("0.035", "0.03498", ("3.5%", "3.498%"), "share"),
        ("0.03502", "0.035", ("3.502%", "3.5%"), "share"),
        ("0.035", "0.035", ("3.5%", "3.5%"), "share"),
        ("99.996", "100", ("99.996", "100"), ""),
        ("499.6", "500", ("499.6", "500"), ""),
        ("500.4", "500", ("500.4", "500"), ""),
        ("119999.5", "120000", ("NOK 119,999.5", "NOK 120,000"), "NOK"),
        ("49", "50", ("49", "50"), ""),
    ],
)
def test_a_value_is_never_written_as_a_target_that_it_is_not(
    value: str, target: str, shown: tuple[str, str], unit: str
) -> None:
    """What rounding would make equal gets the digits that tell the two apart, on the page and at the terminal."""
    now, aim, written = Decimal(value), Decimal(target), Unit("en", unit)

    page = tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in (written.short(now, aim), written.short(aim, now)))
    assert shown == page
    at_terminal = [
        output.amount(*pair).replace("\N{NO-BREAK SPACE}", "") for pair in ((now, unit, aim), (aim, unit, now))
    ]
    assert (now == aim) == (at_terminal[0] == at_terminal[1])


@given(st.decimals(0, 1000, places=6), st.decimals(0, 1000, places=6), st.sampled_from(["share", "NOK", ""]))
def test_no_two_numbers_look_alike(value: Decimal, target: Decimal, unit: str) -> None:
    """Whatever the value, whatever the target: they are written alike where they are the same, and nowhere else."""
    written = Unit("nb", unit)

    assert (value == target) == (written.short(value, target) == written.short(target, value))


@pytest.mark.parametrize(
    ("score", "page", "terminal"), [(0.996, "0,996", "0.996"), (1.0, "1", "1.00"), (0.625, "0,63", "0.63")]
)
def test_a_grade_of_all_is_one_that_is_all(score: float, page: str, terminal: str) -> None:
    """What falls short of 1 is not rounded to it, and all of the way is gone only then."""
    assert (page, terminal) == (grade_text("nb", score), output.score(score))
    assert (way_text("en", score) == "100%") == (score == 1)
