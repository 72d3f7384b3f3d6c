"""
What others would say: the methods a forecast of key results has to beat, on the same questions.

    base rate             the share of all questions that were met
    pace on/off           certain when ahead of the straight line, else hopeless: what OKR tools show
    run-rate on/off       certain when the mean so far would get there
    run-rate normal       the same with a normal error from the daily variance
    negative binomial     gamma prior on the planned rate (relative error 0.6), pooled overdispersion, drift 0.01
    ... + isotonic        recalibrated by isotonic regression, on the other half of the series or on other origins
    Drift-Gamma           weekday factors, decaying weights, drift growing with time, shrunk chances
    average               of the last two
"""

from collections.abc import Sequence

import numpy as np
from backtest import Case
from fit_forecast import Sample, normal_tail
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting.types import Family

_EXACT = 400
# Half-life, A, C, rho, q, p, e0, b, eps of Drift-Gamma, per family.
_DRIFT_GAMMA = {
    Family.SALES: (20.6, 2.21, 0.41, 0.18, 0.00070, 0.35, 0.0019, 0.86, 0.14),
    Family.VISITORS: (20.6, 1.41, 0.10, 0.48, 0.00097, 0.55, 0.0019, 0.72, 0.07),
    Family.STOCK: (16.1, 1.19, 0.16, 3.36, 0.00059, 1.62, 0.0038, 1.35, 0.00),
}


def baselines(cases: Sequence[Case], some: Sample, *, by_origin: bool = False) -> dict[str, Floats]:
    """
    Return each method's chances, (n,); `some` is the sample of exactly these cases.

    `by_origin`: recalibrated on all other origins, as a source never seen would be, instead of on half of the series.
    """
    need, exposure = some.need[:, 0], some.ahead.exposure[:, 0]
    integer, planned = some.histories.integer, some.histories.prior
    seen = np.maximum(some.smoothed.observed, 1.0)
    mean = np.where(some.smoothed.observed > 0, some.smoothed.total / seen, planned)
    variance = some.smoothed.squares / seen
    # Pace: the share of the way against the share of the time; a last week's way is its plan day by day.
    on_pace = need <= planned * exposure
    running = mean * exposure
    normal = normal_tail((need - np.where(integer, 0.5, 0.0) - running) / np.sqrt(variance * exposure + 1e-9))
    reached = (need <= 0.0) & ~some.histories.signed
    binomial = _binomial(some, mean, need, exposure)
    part = np.array([case.origin if by_origin else str(sum(case.series.encode()) % 2) for case in cases])
    isotonic = np.empty(need.size)
    for name in np.unique(part):
        here = part == name
        isotonic[here] = _isotonic(binomial[~here], some.met[~here], binomial[here])
    gamma = _drift_gamma(cases, some, mean, need, exposure)
    answers = {
        "base rate": np.full(need.size, some.met.mean()),
        "pace on/off": on_pace.astype(np.float64),
        "run-rate on/off": (running >= need).astype(np.float64),
        "run-rate normal": normal,
        "negative binomial": binomial,
        "... + isotonic": isotonic,
        "Drift-Gamma": gamma,
        "average": (isotonic + gamma) / 2.0,
    }
    return {name: np.where(reached, 1.0, np.clip(chance, 0.0, 1.0)) for name, chance in answers.items()}


def _binomial(some: Sample, mean: Floats, need: Floats, exposure: Floats) -> Floats:
    planned = np.maximum(some.histories.prior, 1e-6)
    level = np.maximum(np.abs(mean), 1e-6)
    noise = (10.0 * (1.5 + 0.2 * level) + some.smoothed.squares / level) / (10.0 + some.smoothed.observed)
    worth = noise / (0.36 * planned)
    rate = np.maximum((worth * planned + some.smoothed.total) / (worth + some.smoothed.days), 1e-9)
    total = rate * exposure
    distribution = noise * total + total**2 * (noise / (rate * (worth + some.smoothed.days)) + 0.01)
    return _reach(need, total, distribution, some.histories.integer)


def _drift_gamma(cases: Sequence[Case], some: Sample, mean: Floats, need: Floats, exposure: Floats) -> Floats:
    table = np.array([_DRIFT_GAMMA[case.question.family] for case in cases]).T
    half, base, crowding, share, drift, growth, floor, slope, lapse = table
    flow = np.nan_to_num(some.histories.flow)
    back = np.arange(flow.shape[1])[::-1]
    columns = (some.histories.weekday[:, None] - back) % 7
    days = some.histories.exposure * np.take_along_axis(some.smoothed.weekdays, columns, axis=1)
    decay = 0.5 ** (back / half[:, None])
    planned, level = np.maximum(some.histories.prior, 1e-6), np.maximum(mean, 1e-6)
    noise = (10.0 * (base + crowding * level) + some.smoothed.squares / level) / (10.0 + some.smoothed.observed)
    worth = noise / (planned * 0.36)
    weight = worth + (decay * days).sum(axis=1)
    rate = np.maximum((worth * planned + (decay * flow).sum(axis=1)) / weight, 1e-9)
    total = rate * exposure
    centre = some.ahead.lag[:, 0] + some.ahead.days[:, 0] / 2.0
    wide = np.minimum(4.0, noise / (rate * weight) + floor + drift * centre**growth)
    first = np.clip(
        _reach(need, total, share * noise * total + total**2 * wide, some.histories.integer), 1e-9, 1 - 1e-9
    )
    odds = slope * np.log(first / (1.0 - first))
    return np.clip(lapse / 2.0 + (1.0 - lapse) / (1.0 + np.exp(-odds)), 0.003, 0.997)


def _reach(need: Floats, mean: Floats, variance: Floats, integer: NDArray[np.bool_]) -> Floats:
    """Chance that a negative binomial (counts) or gamma (money) sum reaches `need`."""
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(variance, 1.0001 * mean)
    # Wilson-Hilferty: the cube root of a gamma is normal; counts are cut half-way between.
    shape = mean**2 / variance
    least = np.maximum(np.where(integer, np.ceil(need - 1e-9) - 0.5, need), 0.0)
    chance = normal_tail(((least / mean) ** (1.0 / 3.0) - 1.0 + 1.0 / (9.0 * shape)) * 3.0 * np.sqrt(shape))
    size, odds = mean**2 / (variance - mean), mean / variance
    log_mass = size * np.log(odds)
    below = np.zeros(need.size)
    for count in range(_EXACT):
        below += np.where(count < need - 1e-9, np.exp(log_mass), 0.0)
        log_mass = log_mass + np.log((size + count) / (count + 1.0)) + np.log1p(-odds)
    chance = np.where(integer & (need <= _EXACT), 1.0 - below, chance)
    return np.where(need <= 0.0, 1.0, chance)


def _isotonic(said: Floats, met: Floats, ask: Floats) -> Floats:
    """Fit by pooling adjacent violators, then look up."""
    order = np.argsort(said, kind="stable")
    blocks: list[list[float]] = []
    for value in met[order]:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    fitted = np.concatenate([np.full(int(count), total / count) for total, count in blocks])
    return np.interp(ask, said[order], fitted)
