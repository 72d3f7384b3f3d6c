"""What answers questions about the future: the forecast itself, or another in its place."""

from collections.abc import Sequence
from typing import Protocol

from scorecard.forecasting.recalibration import IDENTITY, Recalibration
from scorecard.forecasting.types import Forecast, ForecastInput


class Forecaster(Protocol):
    """Answers questions in their order."""

    def __call__(
        self, questions: Sequence[ForecastInput], *, seed: int = 0, recalibration: Recalibration = IDENTITY
    ) -> tuple[Forecast, ...]:
        """Answer every question."""
