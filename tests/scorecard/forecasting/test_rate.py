"""How much a day, how noisy, and how much it wanders: the formulae of scorecard/forecasting/rate.py, by hand."""

from statistics import NormalDist

import numpy as np
import pytest

from scorecard.forecasting.history import gather
from scorecard.forecasting.parameters import PARAMETERS
from scorecard.forecasting.rate import RateEstimate, estimate_rate, spread_ahead
from scorecard.forecasting.smoothing import remember
from scorecard.forecasting.types import Shape
from tests.scorecard.forecasting.inputs import ask


def estimate(history: list[float], shape: Shape = Shape.TOTAL, *, plan: bool = False, **words: object) -> RateEstimate:
    """Estimate one history."""
    histories = gather([ask(shape, history, **words)])
    return estimate_rate(histories, remember(histories), plan=plan)


@pytest.mark.parametrize("days", [1, 7, 30, 180])
@pytest.mark.parametrize("sold", [1.0, 12.0])
def test_what_never_varies_is_its_own_rate(days: int, sold: float) -> None:
    """All memories agree on it, and what noise is expected of it is worth four days."""
    one = estimate([sold] * days)

    usual = PARAMETERS.dispersion + PARAMETERS.crowding * sold
    assert pytest.approx(sold) == one.rate[0]
    assert pytest.approx(sold) == one.level[0]
    assert pytest.approx(4 * usual / (4 + days)) == one.noise[0]
    assert pytest.approx(0.0, abs=1e-12) == one.quarrel[0]
    assert days == one.observed[0]


def test_without_a_history_the_plan_is_the_rate() -> None:
    """A hundred in forty days is two and a half a day, as noisy as a series usually is."""
    one = estimate([], plan=True)

    assert pytest.approx(2.5) == one.rate[0]
    assert pytest.approx(PARAMETERS.dispersion + PARAMETERS.crowding * 2.5) == one.noise[0]


def test_a_history_outweighs_its_plan_with_time() -> None:
    """The rate lies between both, the nearer to what was sold the more days there are; without a plan it is that."""
    rates = [estimate([1.0] * days, plan=True).rate[0] for days in (1, 3, 10, 60)]

    assert sorted(rates, reverse=True) == rates
    assert 2.5 > rates[0] > rates[-1] > 1.0
    assert pytest.approx(1.0, abs=0.1) == rates[-1]


def test_one_day_adds_no_more_noise_than_three_times_the_others() -> None:
    """However large an order is, it says no more than that of what is usual."""
    histories = gather([ask(Shape.TOTAL, [1.0, 3.0] * 20 + [1000.0])])
    smoothed = remember(histories)

    one = estimate_rate(histories, smoothed, plan=False)

    busy = float(smoothed.days[0] / smoothed.observed[0])  # its weekdays are not quite alike
    size = float(smoothed.moved[0] / smoothed.days[0]) * busy
    usual = PARAMETERS.dispersion + PARAMETERS.crowding * size
    others = 4 * size * usual + (smoothed.squares[0] - smoothed.largest[0]) * busy
    assert busy * smoothed.largest[0] > 3 * others
    assert pytest.approx(4 * others / (4 * size + smoothed.moved[0])) == one.noise[0]
    assert one.caution[0] > one.noise[0]


def test_what_has_not_been_tested_wanders_as_expected() -> None:
    """Before a week lies ahead of a past day nothing is known of its own forecasts; a steady one is believed."""
    fresh, steady = estimate([2.0] * 5), estimate([2.0] * 120)

    assert 1.0 == fresh.wander[0]
    assert steady.wander[0] < 0.2


def test_memories_that_disagree_put_the_rate_in_doubt() -> None:
    """After a jump the quick one says more, and the rate is expected to drift sooner."""
    jumped, even = estimate([1.0] * 60 + [9.0] * 14), estimate([2.0] * 74)

    assert 3.0 < jumped.rate[0] < 9.0
    assert jumped.quarrel[0] > 0.1
    assert jumped.haste[0] > even.haste[0]


def test_a_stock_that_never_fell_may_fall_once_in_n_and_two() -> None:
    """Laplace's rule of succession; a flow has no such fall."""
    stock = estimate([float(day) for day in range(11)], Shape.LEVEL, value=10.0)
    flow = estimate([1.0] * 10)

    assert pytest.approx(NormalDist().inv_cdf(1 / (stock.observed[0] + 2))) == stock.fall[0]
    assert -np.inf == flow.fall[0]


def test_coming_days_are_the_rate_times_their_exposure() -> None:
    """And the further away they lie, the less is known of their rate."""
    one = estimate([2.0] * 60)
    near, far = (spread_ahead(one, np.array([[7.0]]), np.array([[lag]]), np.array([[7.0]])) for lag in (0.0, 60.0))

    assert pytest.approx(14.0) == near.median[0, 0]
    assert near.median.tolist() == far.median.tolist()
    assert near.chance.tolist() == far.chance.tolist()
    ahead = np.array([3.5, 63.5]) / 30
    wander = PARAMETERS.drift * one.haste[0] * one.wander[0] ** PARAMETERS.trust * ahead**PARAMETERS.growth
    assert pytest.approx(np.sqrt(PARAMETERS.floor + wander)) == [near.drift[0, 0], far.drift[0, 0]]


def test_more_history_makes_a_sum_surer() -> None:
    """What a sum varies by falls with the weight that the rate rests on."""
    chances = [
        spread_ahead(estimate([2.0] * days), np.array([[30.0]]), np.array([[0.0]]), np.array([[30.0]])).chance[0, 0]
        for days in (3, 10, 40, 160)
    ]

    assert sorted(chances, reverse=True) == chances
