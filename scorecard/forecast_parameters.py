"""
Constants of the forecast, the same for every kind of series; written by `benchmarks/fit_forecast.py`.

What differs between series is learnt from each series by itself, see `scorecard.forecast_rate`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """
    What all series have in common, before one has shown its own ways; named as in `scorecard.forecast_rate`.

    A count's noise at rate zero is `dispersion`, and grows by `crowding` per unit of rate. `plan_*`: how the written
    target speaks for the rate: its relative variance, the most days it counts for, its factor, and the days it counts
    for when the noise is judged. `noise_share`: how much of a day's noise is left in sums. `floor`, `drift`, `growth`:
    relative variance of a coming rate, at once and after 30 days, and its power of time. `doubt`, `trust`: how many
    own weeks outweigh these constants, and how steeply. `medium`, `slow`, `choice`: weights of the slower memories
    against the quick one, and how strongly a series picks between them. `known`: share of the estimation error that
    counts. `lift`: median over mean where the rate is uncertain. `tail`, `young_tail`: heaviness of tails, at length
    and at first.
    """

    dispersion: float
    crowding: float
    plan_variance: float
    plan_days: float
    plan_factor: float
    plan_level: float
    noise_share: float
    floor: float
    drift: float
    growth: float
    doubt: float
    trust: float
    medium: float
    slow: float
    choice: float
    known: float
    lift: float
    tail: float
    young_tail: float


HABITS = Habits(
    dispersion=0.4043,
    crowding=0.002392,
    plan_variance=0.161,
    plan_days=28.98,
    plan_factor=0.9633,
    plan_level=366,
    noise_share=0.2525,
    floor=0.0009821,
    drift=0.0001376,
    growth=4.506,
    doubt=0.02642,
    trust=1.964,
    medium=0.7417,
    slow=0.2491,
    choice=4.229,
    known=2.399,
    lift=0.04574,
    tail=0.7478,
    young_tail=1.301,
)
