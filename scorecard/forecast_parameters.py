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
    length and at first; surge: how much heavier a flow's upper one is.
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
    surge: float


HABITS = Habits(
    dispersion=0.4699,
    plan_variance=0.1902,
    growth_variance=4.288,
    plan_days=164.5,
    noise_share=0.1739,
    floor=0.001161,
    drift=0.000161,
    growth=4.302,
    doubt=0.01717,
    trust=1.874,
    medium=1.181,
    slow=0.0797,
    choice=6.291,
    known=2.556,
    tail=0.4278,
    young_tail=1.124,
    surge=1.949,
)
