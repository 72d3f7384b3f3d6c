"""The closed-form distribution: ordered, invertible, close to what it stands in for."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.forecasting.distribution import Distribution, normal_scores, score_of, sums_at


def distribution(  # noqa: PLR0913  a distribution is this many things
    median: float,
    chance: float,
    drift: float = 0.0,
    *,
    integer: bool = False,
    signed: bool = False,
    fall: float = -np.inf,
) -> Distribution:
    """Build one distribution with light, even tails, moved down by a quarter of its noise."""
    return Distribution(
        median=np.array([median]),
        chance=np.array([chance]),
        drift=np.array([drift]),
        tail=np.array([0.1]),
        surge=np.array([1.0]),
        shift=np.array([0.25 * chance / max(median, 1e-9)]),
        fall=np.array([fall]),
        integer=np.array([integer]),
        signed=np.array([signed]),
    )


@settings(max_examples=60, deadline=None)
@given(st.floats(0.1, 1e6), st.floats(0.01, 100.0), st.floats(0.0, 1.5), st.floats(0.05, 2.5), st.booleans())
def test_score_and_sum_are_inverse(median: float, noise: float, drift: float, z: float, signed: bool) -> None:
    """The score of a sum is the score that gives it, wherever sums are above zero."""
    one = distribution(median, noise * median, drift, signed=signed)

    there = sums_at(one, np.array([z]))

    if there[0] > 0.0:
        assert pytest.approx(z, rel=1e-4, abs=1e-4) == score_of(one, there)[0]


@settings(max_examples=40, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(0.0, 1e6), st.floats(0.0, 2.0), st.booleans(), st.booleans())
def test_sums_never_fall_as_scores_rise(
    median: float, chance: float, drift: float, integer: bool, signed: bool
) -> None:
    """Quantiles cannot cross, whatever the constants."""
    sums = sums_at(distribution(median, chance, drift, integer=integer, signed=signed), normal_scores(200))

    assert bool(np.all(np.diff(sums) >= 0.0))
    assert signed or bool(np.all(sums >= 0.0))


@pytest.mark.parametrize("mean", [0.2, 1.0, 4.0, 20.0])
def test_counts_without_drift_are_about_poisson(mean: float) -> None:
    """With variance equal to the mean, chances of a count are Poisson's to a few percent."""
    counts = sums_at(distribution(mean, mean, integer=True), normal_scores(2000))

    for count in range(1, 8):
        poisson = 1.0 - sum(math.exp(-mean) * mean**below / math.factorial(below) for below in range(count))
        assert pytest.approx(poisson, abs=0.04) == np.mean(counts >= count)


def test_nothing_ahead_is_nothing_more() -> None:
    """No median and no chance leave a sum of exactly zero."""
    for signed in (False, True):
        assert pytest.approx(0.0, abs=1e-9) == sums_at(distribution(0.0, 0.0, signed=signed), normal_scores(50))


def test_large_sums_spread_like_their_rate() -> None:
    """Where drift dominates, one deviation is a factor of e to the drift."""
    sums = sums_at(distribution(1e6, 1.0, 0.3), np.array([-1.0, 0.0, 1.0]))

    assert pytest.approx([math.exp(-0.3), 1.0, math.exp(0.3)], rel=0.01) == sums / 1e6


@pytest.mark.parametrize("integer", [False, True])
def test_a_stock_that_never_fell_may_fall_after_all(integer: bool) -> None:
    """The lowest outcomes, up to the score given, are below nothing; the score of nothing is that score."""
    one = distribution(50.0, 50.0, 0.1, integer=integer, fall=-1.0)

    sums = sums_at(one, np.array([-1.5, -1.0, -0.5, 0.5]))

    assert [True, True, False, False] == (sums < 0.0).tolist()
    assert -1.0 == score_of(one, np.array([0.0]))[0]
