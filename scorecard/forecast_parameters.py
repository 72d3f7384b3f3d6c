"""Constants of the forecast, per family of series; written by `benchmarks/fit_forecast.py`."""

from dataclasses import dataclass

from scorecard.question import Family


@dataclass(frozen=True)
class Habits:
    """
    What series of one family have in common, before a series has shown its own ways.

    half_life: days. dispersion: variance over mean of a day, at rate zero; crowding: its growth with the rate.
    noise_share: how much of a day's dispersion is left in sums. drift: relative variance per day to the power
    `drift_growth`; floor: the part of it that is there at once. tail: weight of the tails, 0 is normal.
    """

    half_life: float
    dispersion: float
    crowding: float
    noise_share: float
    drift: float
    drift_growth: float
    floor: float
    tail: float


HABITS = {
    Family.SALES: Habits(20.6, 2.21, 0.41, 0.8, 0.004, 0.6, 0.01, 0.3),
    Family.VISITORS: Habits(20.6, 1.41, 0.10, 0.8, 0.004, 0.6, 0.01, 0.3),
    Family.STOCK: Habits(16.1, 1.19, 0.16, 2.0, 0.004, 0.6, 0.01, 0.3),
}
