"""A week against others."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.effects.weeks import Week, weeks_of
from scorecard.forecasting.types import Family
from tests.scorecard.effects.test_estimate import event, weeks


def week(history: list[float], after: list[float], family: Family = Family.SALES) -> Week:
    """Compare seven days after a history."""
    one = event(history, 7, family)
    days = np.array(after, dtype=np.float64)
    (found,) = weeks_of([one], [one.history[-1] + np.cumsum(days) if family is Family.STOCK else days])
    return found


@settings(max_examples=40, deadline=None)
@given(usual=weeks, family=st.sampled_from(list(Family)))
def test_a_week_like_all_others_is_chance(usual: list[int], family: Family) -> None:
    """It is as large as the week before, as four of them, and as last year's."""
    found = week(usual * 60, usual, family)

    assert [sum(usual)] * 4 == [found.came, found.before, found.usual, found.year_ago]
    assert "usual" == found.verdict


def test_each_is_of_its_own_days() -> None:
    """The week before is not among the four that are older, but is one of the four before; a year is 52 weeks."""
    history = [float(day // 7) for day in range(60 * 7)]
    found = week(history, [60.0] * 7)

    assert (420.0, 413.0, 7 * (59 + 58 + 57 + 56) / 4, 56.0) == (found.came, found.before, found.usual, found.year_ago)


def test_what_is_beyond_chance_is_said_so_and_what_is_not_known_is_not() -> None:
    """Ten times as much is more, nothing is less; three weeks have no mean of four, and a gap no week before."""
    steady = [20.0] * 21

    assert ("more", "less") == (week(steady, [200.0] * 7).verdict, week(steady, [0.0] * 7).verdict)
    assert (140.0, None, None) == tuple(
        getattr(week(steady, steady[:7]), name) for name in ("before", "usual", "year_ago")
    )
    assert None is week([*steady[:-3], np.nan, 20.0, 20.0], steady[:7]).before
