"""Public holidays of a country."""

from datetime import date

import pytest

from okr_config.documents import Document, Place, Scalar, Spot
from okr_config.holidays import country_problems, public_holidays


@pytest.mark.parametrize(
    ("country", "day", "is_holiday"),
    [
        ("NO", date(2026, 5, 17), True),
        ("NO", date(2027, 3, 26), True),
        ("NO", date(2026, 12, 24), False),
        ("GB-SCT", date(2026, 11, 30), True),
        ("GB-ENG", date(2026, 11, 30), False),
        ("NO", date(2028, 12, 25), False),
    ],
)
def test_days_off_of_a_country_and_of_a_part_of_it(country: str, day: date, *, is_holiday: bool) -> None:
    """Fixed and movable days are among them, in the years that were asked for."""
    assert is_holiday is (day in public_holidays(country, 2026, 2027))


@pytest.mark.parametrize("country", ["XX", "GB-XXX"])
def test_a_country_that_is_not_known(country: str) -> None:
    """It has no holidays to tell, nor has a part that is not known."""
    with pytest.raises(ValueError, match=country):
        public_holidays(country, 2026, 2026)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (None, []),
        ("NO", []),
        ("GB-SCT", []),
        ("no", [("unknown country 'no'", "did you mean 'NO'?")]),
        ("Norway", [("unknown country 'Norway'", "countries are two letters: NO, GB, US")]),
        ("GB-SCO", [("unknown part of a country 'GB-SCO'", "parts that are known: GB-ENG, GB-NIR, GB-SCT, GB-WLS")]),
        ("DK-1", [("unknown part of a country 'DK-1'", "DK has no parts that differ: write DK")]),
        (
            "GB-QQQQQQ",
            [("unknown part of a country 'GB-QQQQQQ'", "parts that are known: GB-ENG, GB-NIR, GB-SCT, GB-WLS")],
        ),
    ],
)
def test_what_is_no_country_is_named_with_the_nearest(name: str | None, told: list[tuple[str, str]]) -> None:
    """Without a near one it is said how they are written, or which there are."""
    place = Place(3, 10)
    spot = Spot(Document("project.yaml", Scalar(place, name, name)), Scalar(place, name, name))

    assert told == [(problem.what, problem.hint) for problem in country_problems(spot, name)]
