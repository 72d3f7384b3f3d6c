"""Every shape is laid out as flow against exposure, newest day last (scorecard.arrays)."""

import numpy as np
import pytest

from okr_config.models import Every, Judge
from scorecard.forecasting.history import gather
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.types import Shape
from tests.scorecard.forecasting.inputs import ask


def test_histories_are_aligned_at_the_newest_day() -> None:
    """Shorter histories are unknown at first, not zero."""
    flows = gather([ask(Shape.TOTAL, [1.0, 2.0, 3.0]), ask(Shape.TOTAL, [5.0])]).flow

    np.testing.assert_array_equal([[1.0, 2.0, 3.0], [np.nan, np.nan, 5.0]], flows)


def test_a_day_that_is_not_over_counts_for_its_part() -> None:
    """The as-of day's exposure is the share of it that has passed."""
    histories = gather([ask(Shape.TOTAL, [1.0, 2.0], day_share=0.25)])

    assert [[1.0, 0.25]] == histories.exposure.tolist()


def test_a_level_becomes_increments_with_gaps_bridged() -> None:
    """Four more over two days without a value between is two a day."""
    histories = gather([ask(Shape.LEVEL, [10.0, np.nan, 14.0, 15.0])])

    assert [[2.0, 2.0, 1.0]] == histories.flow.tolist()
    assert [15.0] == histories.start.tolist()


@pytest.mark.parametrize(
    ("target", "rule", "planned"),
    [
        (110.0, Rule(110.0, np.inf), 0.25),
        (90.0, Rule(-np.inf, 90.0), -0.25),
        (90.0, Rule(90.0, np.inf), 0.0),
        (110.0, Rule(110.0, np.inf, share_needed=0.7), 0.0),
    ],
)
def test_a_level_is_planned_to_grow_only_towards_its_goal(target: float, rule: Rule, planned: float) -> None:
    """From 100 at the start; a bound that is met already, or a band, asks for no growth."""
    question = ask(Shape.LEVEL, [100.0] * 11, prior_target=target, rule=rule)

    assert [planned] == gather([question]).prior.tolist()


def test_days_of_a_distinct_count_are_scaled_to_their_windows() -> None:
    """Ten a day that make weeks of 35 are five new ones a day."""
    question = ask(Shape.WINDOW, [10.0] * 14, every=Every.WEEK, judge=Judge.LAST, windows=(35.0, 35.0), windows_left=2)

    assert [5.0] * 14 == gather([question]).flow[0].tolist()


def test_windows_stand_in_for_missing_days() -> None:
    """Without daily values one step is one window."""
    question = ask(Shape.WINDOW, [], every=Every.WEEK, judge=Judge.LAST, windows=(35.0, 42.0), windows_left=2)

    histories = gather([question])

    assert ([35.0, 42.0], [7.0, 7.0], 7.0) == (
        histories.flow[0].tolist(),
        histories.exposure[0].tolist(),
        histories.step[0],
    )
