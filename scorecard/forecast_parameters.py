"""
Constants of the forecast, the same for every kind of series; written by `benchmarks/fit_forecast.py`.

What differs between series is learnt from each series by itself, see `scorecard.forecast_rate`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """
    What all series have in common, before one has shown its own ways; `scorecard.forecast_rate` has the formulae.

    dispersion, crowding: a count's variance over its mean, at once and per unit of a day's size; money: the same of
    money, per unit. plan_variance, growth_variance: squared relative error of the rate that a target asks for, of a
    flow and of a stock. plan_days: the most days of history a plan counts for. noise_share, known: how much of a
    day's noise, and of the rate's own error, is in a sum. floor, drift, growth: relative variance of a coming rate,
    at once and after 30 days, and its power of time. doubt: weeks that speak against a series' own record; trust: how
    steeply it counts. medium, slow: weights of the slower memories against the quick one; choice: how strongly a
    series picks between them. trim: odds that what is extreme about a day says nothing of the days to come. tail,
    young_tail: heaviness of the tails, at length and at first; steady: how much lighter they are where the rate
    wanders; surge: how much heavier a flow's upper one is. lump: size of a flow's lumps in units of its noise; skew,
    scarcity: how far they move the middle down, and how much further where few are expected.
    """

    dispersion: float
    crowding: float
    money: float
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
    trim: float
    tail: float
    young_tail: float
    steady: float
    surge: float
    lump: float
    skew: float
    scarcity: float


HABITS = Habits(
    dispersion=2.201,
    crowding=0.0067,
    money=10.19,
    plan_variance=0.9401,
    growth_variance=15.06,
    plan_days=9.184,
    noise_share=0.0913,
    floor=0.0007,
    drift=0.0003,
    growth=2.161,
    doubt=0.0168,
    trust=1.31,
    medium=5.063,
    slow=0.1003,
    choice=4.616,
    known=3.029,
    trim=0.9294,
    tail=0.6082,
    young_tail=0.4267,
    steady=0.0842,
    surge=1.685,
    lump=0.9578,
    skew=0.2961,
    scarcity=0.2057,
)
