"""
Constants of the forecast, the same for every kind of series; written by `benchmarks/fit_forecast.py`.

What differs between series is learnt from each series by itself, see `scorecard.forecasting.rate`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """
    What all series have in common, before one has shown its own ways; `scorecard.forecasting.rate` has the formulae.

    dispersion, crowding: a count's variance over its mean, at once and per unit of a day's size; money: the same of
    money, per unit. plan_variance, growth_variance: squared relative error of the rate that a target asks for, of a
    flow and of a stock. plan_days: the most days of history a plan counts for. noise_share, known: how much of a
    day's noise, and of the rate's own error, is in a sum; outlying, young: how much more where there is more noise
    than usual, and at first. floor, drift, growth: relative variance of a coming rate, at once and after 30 days, and
    its power of time. record: share of a week's noise that a series' own past forecasts are measured by; doubt: weeks
    that speak against that record; trust: how steeply it counts. medium, slow, whole: weights of the slower memories
    against the quick one; lean: how much slower what is noisy is remembered; choice: how strongly a series picks
    between them; quarrel: how much their disagreement puts the rate in doubt; haste: how much sooner the rate drifts of
    a series that is best remembered quickly. trim: odds that what is extreme about a day says nothing of the days to
    come. tail, young_tail: heaviness of the tails, at length and at first; steady: how much lighter they are where the
    rate wanders; surge: how much heavier a flow's upper one is. lump: size of a flow's lumps in units of its noise;
    skew, scarcity: how far they move the middle down, and how much further where few are expected. season: how far last
    year is believed at most; season_spread: how much seasons change a rate.
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
    record: float
    doubt: float
    trust: float
    medium: float
    slow: float
    whole: float
    quarrel: float
    haste: float
    choice: float
    lean: float
    known: float
    outlying: float
    young: float
    trim: float
    tail: float
    young_tail: float
    steady: float
    surge: float
    lump: float
    skew: float
    scarcity: float
    season: float
    season_spread: float


PARAMETERS = Parameters(
    dispersion=2.381,
    crowding=0.009878,
    money=8.931,
    plan_variance=0.456,
    growth_variance=2.945,
    plan_days=13.37,
    noise_share=0.9291,
    floor=0.0006879,
    drift=0.0002936,
    growth=1.407,
    record=0.05829,
    doubt=0.01627,
    trust=1.063,
    medium=2.879,
    slow=0.8769,
    whole=0.7825,
    quarrel=2.45,
    haste=0.5727,
    choice=1.6,
    lean=0.3908,
    known=1.43,
    outlying=0.1086,
    young=0.1999,
    trim=0.986,
    tail=0.5454,
    young_tail=0.9013,
    steady=0.04598,
    surge=1.541,
    lump=0.8506,
    skew=0.2582,
    scarcity=0.1883,
    season=0.2615,
    season_spread=0.1184,
)
