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
    target speaks for the rate: its relative variance (`growth_variance` for a stock's growth), the most days it counts for, its factor, and the days it counts
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
    growth_variance: float
    plan_days: float
    plan_factor: float
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
    scatter: float
    lift: float
    tail: float
    young_tail: float


HABITS = Habits(
    dispersion=0.3506,
    crowding=0.001256,
    plan_variance=0.091,
    growth_variance=3.446,
    plan_days=62.23,
    plan_factor=0.9884,
    noise_share=0.1626,
    floor=0.0007047,
    drift=5.886e-05,
    growth=4.752,
    doubt=0.0203,
    trust=1.885,
    medium=0.5983,
    slow=0.08612,
    choice=6.861,
    known=2.034,
    scatter=0.4939,
    lift=0.03185,
    tail=0.7582,
    young_tail=1.481,
)
