"""Time zones by name."""

import pytest

from okr_config.documents import Document, Place, Scalar, Spot
from okr_config.zones import is_zone, zone_problems


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Oslo", True),
        ("UTC", True),
        ("Europe/Olso", False),
        ("", False),
        ("../../etc/passwd", False),
        ("Europe", False),
    ],
)
def test_a_zone_is_one_of_the_database(name: str, *, known: bool) -> None:
    """A folder of it, and a path out of it, are none."""
    assert known is is_zone(name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (None, []),
        ("Europe/Oslo", []),
        ("Europe/Olso", [("unknown timezone 'Europe/Olso'", "did you mean 'Europe/Oslo'?")]),
        ("qqq", [("unknown timezone 'qqq'", "zones are named after places")]),
    ],
)
def test_what_is_no_zone_is_named_with_the_nearest(name: str | None, told: list[tuple[str, str]]) -> None:
    """Without a near one it is said how zones are named."""
    place = Place(3, 11)
    spot = Spot(Document("project.yaml", Scalar(place, name, name)), Scalar(place, name, name))

    found = zone_problems(spot, name)

    assert told == [(problem.what, problem.hint[: len(hint)]) for problem, (_, hint) in zip(found, told, strict=True)]
