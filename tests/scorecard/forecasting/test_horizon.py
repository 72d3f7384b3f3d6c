"""How much is still to come, for periods ahead, running and over."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from okr_config.models import Every
from scorecard.forecasting.horizon import look_ahead, look_at_windows
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.types import Family, ForecastInput, Shape

START = date(2026, 4, 27)
EVEN = np.ones((1, 60))


def ask(shape: Shape, passed: int, **changes: object) -> ForecastInput:
    """Ask in a period of ten days, after `passed` of them."""
    question = ForecastInput(
        key_result_id="one",
        shape=shape,
        family=Family.SALES,
        integer=True,
        start=START,
        due=START + timedelta(days=9),
        as_of=START + timedelta(days=passed - 1),
        value=None,
        baseline=0.0,
        rule=Rule(100.0, np.inf),
        prior_target=100.0,
        confidence=0.5,
        history=np.zeros(5),
    )
    return replace(question, **changes)


@pytest.mark.parametrize(
    ("shape", "passed", "day_share", "days"),
    [
        (Shape.TOTAL, 4, 1.0, 6.0),
        (Shape.TOTAL, 4, 0.25, 6.75),
        (Shape.TOTAL, 10, 1.0, 0.0),
        (Shape.TOTAL, 15, 0.5, 0.0),
        (Shape.TOTAL, -4, 1.0, 10.0),
        (Shape.LEVEL, -4, 1.0, 14.0),
    ],
)
def test_the_days_that_count_until_the_due_date(shape: Shape, passed: int, day_share: float, days: float) -> None:
    """Totals count from the first day on, stocks from now; today counts for what is left of it."""
    ahead = look_ahead([ask(shape, passed, day_share=day_share)], EVEN, np.zeros(1))

    assert days == ahead.exposure[0, -1]


def test_a_ratio_is_divided_by_what_its_denominator_will_be() -> None:
    """Twenty visits a day so far, four days in the period, six to come."""
    ahead = look_ahead([ask(Shape.RATIO, 4, denominator=np.full(5, 20.0))], EVEN, np.zeros(1))

    assert (120.0, 200.0) == (ahead.exposure[0, -1], ahead.below[0, -1])


def test_windows_ahead_begin_with_the_rest_of_the_open_one() -> None:
    """Three of seven days of the open week have passed, and a whole one follows."""
    week = ask(Shape.WINDOW, 3, every=Every.WEEK, open_share=3 / 7, open_window=12.0, windows_left=2)

    ahead = look_at_windows(week, EVEN[0])

    assert pytest.approx([4.0, 7.0]) == ahead.exposure[0]
    assert pytest.approx([0.0, 4.0]) == ahead.lag[0]
    assert [12.0, 0.0] == ahead.have[0].tolist()
