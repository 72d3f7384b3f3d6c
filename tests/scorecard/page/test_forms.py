"""Numbers, shares, money and days are written as Norwegian and English readers expect (scorecard.i18n.formats)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.i18n.formats import MINUS, NOTHING, Unit, chance, day_long, day_short, moment, number, percent
from scorecard.i18n.formats import SPACE as GAP
from scorecard.i18n.language import Language


def plain(text: str) -> str:
    """Show non-breaking spaces as tildes, and the dashes of print as those of a keyboard."""
    return text.replace(GAP, "~").replace(MINUS, "-").replace(NOTHING, "--")


@pytest.mark.parametrize(
    ("value", "norwegian", "english"),
    [
        ("1234567.9", "1~234~567,9", "1,234,567.9"),
        ("-1234.50", "-1~234,5", "-1,234.5"),
        ("0.000", "0", "0"),
        ("1000", "1~000", "1,000"),
        ("1E+3", "1~000", "1,000"),
    ],
)
def test_numbers(value: str, norwegian: str, english: str) -> None:
    """Groups of three, the language's own mark, a real minus, no idle zeros."""
    assert norwegian == plain(number("nb", Decimal(value)))
    assert english == plain(number("en", Decimal(value)))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
@settings(max_examples=60, deadline=None)
def test_numbers_lose_nothing(value: Decimal) -> None:
    """A written number reads back as itself."""
    read = number("nb", value).replace(GAP, "").replace(",", ".").replace(MINUS, "-")

    assert value == Decimal(read)


@pytest.mark.parametrize(
    ("probability", "norwegian", "english"),
    [
        (None, "--", "--"),
        (0.0, "0~%", "0%"),
        (0.004, "<~1~%", "<1%"),
        (0.01, "1~%", "1%"),
        (0.165, "17~%", "17%"),
        (0.994, ">~99~%", ">99%"),
        (1.0, "100~%", "100%"),
    ],
)
def test_chances(probability: float | None, norwegian: str, english: str) -> None:
    """Whole percent; what is neither sure nor impossible never reads as if it were."""
    assert norwegian == plain(chance("nb", probability))
    assert english == plain(chance("en", probability))


def test_percent_with_decimals() -> None:
    """A share keeps the decimals it is given."""
    assert "7,7~%" == plain(percent("nb", Decimal("0.0774"), places=1))


def test_days() -> None:
    """Days and instants, long and short."""
    at = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)

    assert "23.~november~2026" == plain(day_long("nb", date(2026, 11, 23)))
    assert "23~November~2026" == plain(day_long("en", date(2026, 11, 23)))
    assert "2.~mai" == plain(day_short("nb", date(2026, 5, 2)))
    assert "23.~nov. kl.~06.10" == plain(moment("nb", at))
    assert "23~Nov at~06:10" == plain(moment("en", at))


def test_midnight_is_the_end_of_a_day() -> None:
    """An instant at 24:00 is told as the day it closes."""
    assert "22.~nov." == plain(moment("nb", datetime(2026, 11, 23, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("language", "unit", "value", "exact", "short"),
    [
        ("nb", "NOK", "838580.5", "838~580,5~kr", "838~581~kr"),
        ("en", "NOK", "838580.5", "NOK~838,580.5", "NOK~838,581"),
        ("nb", "EUR", "9.995", "9,995~EUR", "10~EUR"),
        ("nb", "share", "0.025316", "2,5316~%", "2,5~%"),
        ("en", "share", "1.2", "120%", "120%"),
        ("nb", "count", "27.5", "27,5", "27,5"),
        ("nb", "poeng", "-3", "-3", "-3"),
    ],
)
def test_units(language: Language, unit: str, value: str, exact: str, short: str) -> None:
    """Money has its currency, shares are percent, a team's own unit is a plain number."""
    assert exact == plain(Unit(language, unit).exact(Decimal(value)))
    assert short == plain(Unit(language, unit).short(Decimal(value)))


def test_unknown_values_are_dashes() -> None:
    """What is not known is never written as zero."""
    assert NOTHING == Unit("nb", "count").exact(None)
    assert NOTHING == Unit("nb", "share").short(None)


@pytest.mark.parametrize(
    ("unit", "gap", "expected"),
    [
        ("NOK", -35046.0, "35~000~kr"),
        ("count", 78.6, "79"),
        ("count", 0.4, None),
        ("share", 0.00504, "0,5 prosentpoeng"),
        ("share", 0.0001, None),
    ],
)
def test_gaps(unit: str, gap: float, expected: str | None) -> None:
    """A distance is told to two figures; one that rounds to nothing is none."""
    told = Unit("nb", unit).gap(gap)

    assert expected == (None if told is None else plain(told))


@pytest.mark.parametrize(
    ("unit", "value", "gap", "expected"),
    [
        ("NOK", 1394447.0, 105553.0, "1~390~000~kr"),
        ("count", 5063.4, 113.4, "5~060"),
        ("count", 12.4, 0.0, "12"),
        ("share", 0.0683, 0.0083, "6,8~%"),
        ("count", -14.2, 30.0, "-14"),
    ],
)
def test_foreseen_values(unit: str, value: float, gap: float, expected: str) -> None:
    """A foreseen value is no more exact than what it is compared with."""
    assert expected == plain(Unit("nb", unit).near(value, gap))


@pytest.mark.parametrize(
    ("unit", "rate", "expected"),
    [("NOK", 17406.0, "17~000~kr"), ("count", 0.28, "0,3"), ("count", 0.01, None), ("share", 0.1, None)],
)
def test_rates(unit: str, rate: float, expected: str | None) -> None:
    """An amount a day is told where it is one that can be aimed for."""
    told = Unit("nb", unit).rate(rate)

    assert expected == (None if told is None else plain(told))
