"""What outcomes may not be, whatever a forecast says (scorecard/forecast_inputs.py)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from okr_config.metrics import BUILT_IN
from scorecard.forecast_inputs import within_reach
from scorecard.forecasting.recalibration import IDENTITY
from scorecard.forecasting.types import Forecast, ForecastInput
from scorecard.progress import Standing
from scorecard.scenarios import Asked, Assumption, Supposition, suppose
from scorecard.scoring import foresee
from scorecard.suggestions import suggest
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


def _anything(questions: Sequence[ForecastInput], **_: object) -> tuple[Forecast, ...]:
    return tuple(Forecast(one.key_result_id, 0.5, (), None, LOW) for one in questions)


def test_the_last_days_once_more_stay_within_reach(nothing: Case) -> None:
    """What is assumed goes nowhere either that the value cannot go."""
    case = nothing.daily("shop.orders", START, [2] * 20)
    (one,) = foresee([define(metric="shop.orders", target=100)], case.evidence, as_of=HALFWAY, metrics=BUILT_IN)
    assert one.question is not None
    assert one.forecast is not None
    asked = Asked(one.case.standing, one.question, one.forecast)

    (found,) = suppose([(asked, Supposition(Assumption.REPEAT_LAST, 14))], _anything, seed=0, recalibration=IDENTITY)

    assert (40.0, 49.0, 129.0) == found.lands


def test_a_target_from_history_alone_is_within_reach(nothing: Case) -> None:
    """Before its start as well, no limit is below what a count can be."""
    case = nothing.daily("shop.orders", START - timedelta(days=40), [2] * 20)
    early = HALFWAY - timedelta(days=40)
    (one,) = foresee([define(metric="shop.orders", at_most=100)], case.evidence, as_of=early, metrics=BUILT_IN)

    ((found,),) = suggest([one], _anything, recalibration=IDENTITY, levels=(0.1,))

    assert (Decimal(0), 0.255) == (found.target, found.probability)
