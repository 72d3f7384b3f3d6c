"""Where a key result was expected to be: by the clock, by a curve, by last year."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from okr_config.models import Definition

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
EndOf = Callable[[date], datetime]
START = date(2020, 4, 27)


def _expected(case: Case, definition: Definition) -> list[float | None]:
    expected: list[float | None] = case.scores(definition).daily["expected"].to_list()
    return expected


def test_linear(nothing: Case, kr: Define) -> None:
    """A fortieth of the way a day, at each day's end."""
    expected = _expected(nothing.daily("shop.orders", START, [1] * 20), kr(metric="shop.orders", target=10))

    assert [pytest.approx(day / 40) for day in range(1, 21)] == expected


def test_curve(nothing: Case, kr: Define) -> None:
    """Between the ends of the named days the plan is a straight line, from nothing at the start."""
    pace = [{"on": "2020-05-06", "value": "0.2"}, {"on": "2020-05-16", "value": "0.8"}]
    case = nothing.daily("shop.orders", START, [1] * 20)

    expected = _expected(case, kr(metric="shop.orders", target=40, pace=pace))
    row = case.row(kr(metric="shop.orders", target=40, pace=pace))

    assert [pytest.approx(value) for value in (0.02, 0.2, 0.5, 0.8)] == [expected[day] for day in (0, 9, 14, 19)]
    assert (pytest.approx(row["expected"]), pytest.approx(row["pace"])) == (0.8, 0.625)


def test_like_last_year(nothing: Case, kr: Define) -> None:
    """A quarter of last year's orders had come by the same point, so a quarter is expected."""
    case = nothing.daily("shop.orders", date(2019, 4, 27), [1] * 20 + [3] * 20)
    case = case.daily("shop.orders", START, [1] * 20)

    row = case.row(kr(metric="shop.orders", target=40, pace="last_year"))

    assert (row["expected"], row["pace"]) == (0.25, 2.0)


@pytest.mark.parametrize("known", [0, 30])
def test_a_last_year_not_wholly_known(nothing: Case, kr: Define, known: int) -> None:
    """Without the whole of last year nothing is expected, and that is no zero."""
    case = nothing.daily("shop.orders", date(2019, 6, 5), [1] * known).daily("shop.orders", START, [1] * 20)

    row = case.row(kr(metric="shop.orders", target=40, pace="last_year"))

    assert (row["expected"], row["pace"]) == (None, None)


def test_last_year_of_a_level(nothing: Case, kr: Define) -> None:
    """Of a stock it is the share of last year's growth."""
    case = nothing.daily("social.followers", date(2019, 4, 26), [100] + [100 + day for day in range(1, 41)])
    case = case.daily("social.followers", START, [200] * 20)

    row = case.row(kr(kind="level", metric="social.followers", target=400, pace="last_year"))

    assert (pytest.approx(row["expected"]), pytest.approx(row["pace"])) == (0.5, 1.0)


def test_nothing_is_expected_of_a_band(nothing: Case, kr: Define) -> None:
    """Keeping to a band has no way to go, so no pace."""
    case = nothing.daily("social.followers", START, [200] * 20)

    assert _expected(case, kr(kind="level", metric="social.followers", at_least=100)) == [None] * 20
