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
    dispersion=0.8293,
    crowding=0.008364,
    plan_variance=0.8613,
    plan_days=19.43,
    plan_factor=0.8642,
    plan_level=62.98,
    noise_share=0.4299,
    floor=0.0009753,
    drift=0.0006311,
    growth=3.612,
    doubt=0.09673,
    trust=2.118,
    medium=0.4437,
    slow=0.6426,
    choice=1.719,
    known=2.142,
    lift=0.1286,
    tail=0.6873,
    young_tail=1.111,
)
