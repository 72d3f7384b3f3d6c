"""A key result as it would stand without an event."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.effects.without import without
from scorecard.forecasting.types import ForecastInput, Shape
from tests.scorecard.forecasting.test_model import START, ask

AS_OF = START + timedelta(days=19)


def days(first: int, last: int) -> tuple[date, date]:
    """Return days of the period, counted from its first."""
    return START + timedelta(days=first), START + timedelta(days=last)


@settings(max_examples=40, deadline=None)
@given(effect=st.floats(-50, 50), first=st.integers(-15, 19), length=st.integers(1, 20))
def test_what_is_taken_out_of_the_value_is_taken_out_of_its_days(effect: float, first: int, length: int) -> None:
    """A total goes on being the sum of its period's days, whatever part of the event lies in it."""
    question = ask([3.0] * 40)
    changed = without(question, *days(first, min(19, first + length - 1)), effect)

    assert changed.value == pytest.approx(float(np.nansum(changed.history[-20:])))
    assert (changed.history >= 0.0).all()


def test_a_stock_loses_it_day_by_day_and_goes_on_without_it() -> None:
    """What lies before the event stays as it was."""
    stock: ForecastInput = ask([100.0 + day for day in range(40)], shape=Shape.LEVEL)
    changed = without(stock, *days(5, 8), 8.0)

    assert stock.value is not None
    assert stock.value - 8.0 == changed.value
    assert [0.0, 2.0, 4.0, 6.0, 8.0, 8.0] == list((stock.history - changed.history)[24:30])


def test_days_on_which_nothing_came_share_what_is_missed() -> None:
    """Where an event cost all there was, what would have come is spread evenly."""
    question = replace(ask([2.0] * 30 + [0.0] * 10), value=20.0)
    changed = without(question, *days(10, 19), -20.0)

    assert [2.0] * 10 == list(changed.history[-10:])
    assert 40.0 == changed.value
