"""How far a chance moves by luck alone (scorecard.digest.usual)."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.digest.usual import CALM, usual_range

DAY = timedelta(days=1)


@given(st.floats(0.001, 0.999), st.integers(2, 400), st.integers(1, 40))
def test_a_chance_that_stays_is_within_its_range(before: float, left: int, key_results: int) -> None:
    """Standing still towards the middle is no news, and more that are watched make the range wider."""
    low, high = usual_range(before, left * DAY, DAY, key_results)
    wider = usual_range(before, left * DAY, DAY, key_results + 1)

    assert 0 <= wider[0] <= low <= high <= wider[1] <= 1
    assert low <= before or before < 0.5
    assert before <= high or before > 0.5


@pytest.mark.parametrize("before", [0.1, 0.5, 0.8])
def test_weeks_of_luck_alone_are_calm_in_nine_of_ten(before: float) -> None:
    """Sums of independent days, watched a week later: the share of weeks with news is what is promised."""
    dice, weeks, key_results, left, passed = np.random.default_rng(7), 4000, 5, 42, 7
    needed = -np.sqrt(left) * _quantile(before)
    came = dice.normal(size=(weeks, key_results, passed)).sum(axis=2)
    after = _chance((came - needed) / np.sqrt(left - passed))
    low, high = usual_range(before, left * DAY, passed * DAY, key_results)

    calm = ((low <= after) & (after <= high)).all(axis=1).mean()

    assert abs(calm - CALM) < 0.015


def test_at_the_ends_everything_or_nothing_is_usual() -> None:
    """No time passed moves nothing; past the deadline every chance has become 0 or 1."""
    assert (0.4, 0.4) == usual_range(0.4, 10 * DAY, 0 * DAY)
    assert (0.0, 1.0) == usual_range(0.4, 10 * DAY, 10 * DAY)
    assert (0.0, 1.0) == usual_range(0.4, 0 * DAY, 7 * DAY)


def _quantile(share: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)


def _chance(z: np.ndarray) -> np.ndarray:
    from statistics import NormalDist

    return np.vectorize(NormalDist().cdf)(z)
