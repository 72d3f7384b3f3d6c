"""
Constants of the forecast, the same for every kind of series; written by `benchmarks/fit_forecast.py`.

What differs between series is learnt from each series by itself, see `scorecard.forecast_rate`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """
    What all series have in common, before one has shown its own ways; `scorecard.forecast_rate` has the formulae.

    dispersion: a count's variance over its mean. plan_variance, growth_variance: squared relative error of the rate
    that a target asks for, of a flow and of a stock. plan_days: the most days of history a plan counts for.
    noise_share, known: how much of a day's noise, and of the rate's own error, is in a sum. floor, drift, growth:
    relative variance of a coming rate, at once and after 30 days, and its power of time. doubt: weeks that speak
    against a series' own record; trust: how steeply it counts. medium, slow: weights of the slower memories against
    the quick one; choice: how strongly a series picks between them. tail, young_tail: heaviness of the tails, at
    length and at first.
    """

    dispersion: float
    plan_variance: float
    growth_variance: float
    plan_days: float
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
    tail: float
    young_tail: float


HABITS = Habits(
    dispersion=0.4704,
    plan_variance=0.14,
    growth_variance=3.85,
    plan_days=130.2,
    noise_share=0.1982,
    floor=0.001132,
    drift=0.0001984,
    growth=4.055,
    doubt=0.01803,
    trust=1.897,
    medium=1.161,
    slow=0.08085,
    choice=5.868,
    known=2.296,
    tail=0.6893,
    young_tail=1.468,
)
