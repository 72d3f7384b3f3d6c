"""What the forecast is asked in its tests: one key result on the tenth day of forty."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from scorecard.forecasting.rules import Rule
from scorecard.forecasting.types import Family, ForecastInput, Shape

START = date(2026, 4, 27)


def ask(shape: Shape, history: list[float], **changes: object) -> ForecastInput:
    """Ask on the tenth day of forty."""
    question = ForecastInput(
        key_result_id="one",
        shape=shape,
        family=Family.SALES,
        integer=True,
        start=START,
        due=START + timedelta(days=39),
        as_of=START + timedelta(days=9),
        value=None,
        baseline=0.0,
        rule=Rule(100.0, np.inf),
        prior_target=100.0,
        confidence=0.5,
        history=np.array(history, dtype=np.float64),
    )
    return replace(question, **changes)
