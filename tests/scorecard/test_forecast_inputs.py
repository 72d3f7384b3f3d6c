"""What outcomes may not be, whatever a forecast says (scorecard/forecast_inputs.py)."""

from datetime import date, timedelta

import numpy as np
import pytest

from okr_config.metrics import BUILT_IN
from scorecard.forecast_inputs import within_reach
from scorecard.forecasting.types import Forecast
from scorecard.progress import Standing
from scorecard.scoring import foresee
from tests.scorecard.conftest import DUE, HALFWAY, START, Case, define

LOW = np.linspace(-50.0, 149.0, 200)


def _standing(case: Case, **words: object) -> Standing:
    (one,) = foresee([define(**words)], case.evidence, as_of=HALFWAY, metrics=BUILT_IN)
    return one.case.standing


def _least(standing: Standing) -> tuple[float, float]:
    fan = np.stack([LOW[:5], LOW[100:105]])
    forecast = within_reach(standing, Forecast("kr", 0.5, (START, DUE), fan, LOW))
    assert forecast.outcomes is not None
    assert forecast.fan is not None
    return float(forecast.outcomes.min()), float(forecast.fan.min())


@pytest.mark.parametrize(
    ("kind", "metric", "least"),
    [
        ("total", "shop.orders", 40.0),  # cannot fall
        ("total", "shop.units_sold", 0.0),  # twenty days old at most: all of it may come back
        ("level", "social.followers", 0.0),
        ("total", "kasse.result", -50.0),  # a team's own: who knows
    ],
)
def test_a_value_goes_where_it_can(nothing: Case, kind: str, metric: str, least: float) -> None:
    """A total keeps what it has but for what may be refunded, and nothing that is counted is negative."""
    case = nothing.daily(metric, START, [2] * 20)

    assert (least, least) == _least(_standing(case, kind=kind, metric=metric, target=100))


def test_old_sales_stay_sold(nothing: Case) -> None:
    """What was sold more than thirty days ago is no longer refunded."""
    early = HALFWAY.date() - timedelta(days=49)
    case = nothing.daily("shop.units_sold", early, [2] * 49)

    assert (38.0, 38.0) == _least(
        _standing(case, kind="total", metric="shop.units_sold", target=100, start=early, due=date(2020, 8, 1))
    )


def test_the_chance_is_read_from_what_is_left(nothing: Case) -> None:
    """A ceiling that is passed for good has no chance, though some outcomes lay below it."""
    standing = _standing(nothing.daily("shop.orders", START, [2] * 20), metric="shop.orders", at_most=30)

    assert 0.0 == within_reach(standing, Forecast("kr", 0.4, (), None, LOW)).probability


def test_what_is_within_reach_stays_as_it_is(nothing: Case) -> None:
    """A forecast that goes nowhere else is handed on untouched."""
    standing = _standing(nothing.daily("shop.orders", START, [2] * 20), metric="shop.orders", target=100)
    forecast = Forecast("kr", 0.5, (), None, np.linspace(40.0, 90.0, 11))

    assert within_reach(standing, forecast) is forecast
