"""The best period seen, and targets far above it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from okr_config.models import Every, Judge
from scorecard.best_period import best_period, is_far_above
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.types import Family, ForecastInput, Shape

FIRST = date(2026, 11, 1)


def _question(*history: float, days: int = 3) -> ForecastInput:
    """Return a total over some days."""
    return ForecastInput(
        key_result_id="sales",
        shape=Shape.TOTAL,
        family=Family.SALES,
        integer=True,
        start=FIRST,
        due=FIRST + timedelta(days=days - 1),
        as_of=FIRST,
        value=0.0,
        baseline=0.0,
        rule=Rule(10.0, np.inf),
        prior_target=10.0,
        confidence=0.5,
        history=np.array(history, dtype=np.float64),
    )


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((1, 2, 3, 4, 0), 9.0),
        ((5, 0, 0, 0, 5), 5.0),
        ((1, np.nan, 3, 1), 4.0),
        ((1, 2), None),
        ((0, 0, 0), None),
    ],
)
def test_a_total_is_held_against_as_many_days(history: tuple[float, ...], expected: float | None) -> None:
    """The best run of as many days, whichever they are; a day that is not known brought nothing."""
    assert expected == best_period(_question(*history))


def test_a_window_is_held_against_windows() -> None:
    """Those before the period count too; two are too few, a share of them is no size."""
    question = replace(_question(), shape=Shape.WINDOW, every=Every.WEEK, judge=Judge.BEST)

    assert 7.0 == best_period(replace(question, windows_before=(3.0, 7.0), windows=(5.0,)))
    assert best_period(replace(question, windows_before=(3.0, 7.0))) is None
    assert best_period(replace(question, windows_before=(3.0, 7.0, 9.0), judge=Judge.SHARE)) is None
    assert best_period(replace(question, shape=Shape.LEVEL)) is None


@pytest.mark.parametrize(("target", "expected"), [(13.5, False), (13.6, True)])
def test_far_above_is_half_as_much_again(target: float, expected: bool) -> None:
    """A little more than ever is what targets are for."""
    assert expected is is_far_above(_question(1, 2, 3, 4), target)


def test_a_limit_is_never_far_above() -> None:
    """More is not better there."""
    assert not is_far_above(replace(_question(1, 2, 3, 4), rule=Rule(-np.inf, 50.0)), 50.0)
