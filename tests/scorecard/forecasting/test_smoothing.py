"""What a history shows of itself: weekdays, speeds, what is extreme (scorecard.forecasting.smoothing)."""

from datetime import timedelta

import numpy as np
import pytest

from scorecard.forecasting.history import gather
from scorecard.forecasting.smoothing import remember
from scorecard.forecasting.types import Shape
from tests.scorecard.forecasting.inputs import START, ask


def test_weekday_factors_average_one_and_know_the_closed_day() -> None:
    """A shop that sells on weekdays only is expected to sell on weekdays."""
    history = [0.0 if (START + timedelta(days=day)).weekday() > 4 else 10.0 for day in range(-60, 10)]

    factors = remember(gather([ask(Shape.TOTAL, history)])).weekdays[0]

    assert pytest.approx(7.0) == factors.sum()
    assert bool(np.all(factors[:5] > 1.1))
    assert bool(np.all(factors[5:] < 0.4))


def test_the_speed_that_would_have_been_right_misses_least() -> None:
    """After a jump the quick memory is the better one."""
    misses = remember(gather([ask(Shape.TOTAL, [1.0] * 30 + [20.0] * 40)])).misses[0]

    assert misses[0] < misses[1] < misses[2]


def test_each_speed_forgets_by_half_in_its_own_time() -> None:
    """A sale of nine days ago is two fifths in a memory of seven days, and nearly whole in one of 189."""
    smoothed = remember(gather([ask(Shape.TOTAL, [1.0] + [0.0] * 9)]))

    halved = [0.5 ** (9 / half_life) for half_life in (7.0, 21.0, 63.0, 189.0)]
    assert pytest.approx(halved) == smoothed.sums[0].tolist()
    whole = [sum(0.5 ** (age / half_life) for age in range(10)) for half_life in (7.0, 21.0, 63.0, 189.0)]
    assert pytest.approx(whole) == smoothed.weights[0].tolist()


def test_what_was_seen_is_added_up() -> None:
    """Days that nobody knows are neither seen nor exposed; residuals are those about the mean."""
    smoothed = remember(gather([ask(Shape.TOTAL, [2.0, np.nan, 4.0, 6.0])]))

    assert (3.0, 3.0, 12.0, 12.0) == tuple(
        float(column[0]) for column in (smoothed.observed, smoothed.days, smoothed.total, smoothed.moved)
    )
    assert pytest.approx((8.0, 4.0)) == (smoothed.squares[0], smoothed.largest[0])


def test_what_goes_back_moves_a_series_as_well() -> None:
    """A total nets refunds, what it moved by does not."""
    smoothed = remember(gather([ask(Shape.TOTAL, [5.0, -3.0], can_fall=True)]))

    assert (2.0, 8.0) == (smoothed.total[0], smoothed.moved[0])


def test_what_is_extreme_about_a_day_is_left_out_beside() -> None:
    """Of one day of a thousand among a hundred days of two, four deviations are kept; all else is as it was."""
    smoothed = remember(gather([ask(Shape.TOTAL, [1.0, 3.0] * 50 + [1000.0])]))
    usual = remember(gather([ask(Shape.TOTAL, [1.0, 3.0] * 30)]))

    assert smoothed.trimmed_sums[0, 3] < smoothed.sums[0, 3] - 500.0
    assert pytest.approx(usual.sums[0].tolist()) == usual.trimmed_sums[0].tolist()


def test_a_week_that_came_is_what_a_past_day_is_judged_by() -> None:
    """With thirty days there are seventeen past days with a whole week behind and before them, none of them wrong."""
    smoothed = remember(gather([ask(Shape.TOTAL, [2.0] * 30)]))
    short = remember(gather([ask(Shape.TOTAL, [2.0] * 13)]))

    assert (17.0, 0.0) == (smoothed.tested[0], short.tested[0])
    assert pytest.approx(0.0, abs=1e-12) == smoothed.week_errors[0]
    assert pytest.approx(17.0 * 14.0**2) == smoothed.week_sums[0]
    assert pytest.approx([0.0] * 4, abs=1e-12) == smoothed.misses[0].tolist()


def test_weekdays_that_differ_by_chance_are_alike() -> None:
    """Fewer than fourteen days know no weekday, and a series without a pattern gets none."""
    few = remember(gather([ask(Shape.TOTAL, [1.0, 9.0] * 6)])).weekdays[0]
    even = remember(gather([ask(Shape.TOTAL, [3.0] * 70)])).weekdays[0]

    assert [1.0] * 7 == few.tolist()
    assert pytest.approx([1.0] * 7) == even.tolist()
