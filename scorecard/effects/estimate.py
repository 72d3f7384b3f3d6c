"""
The effect of an event: what came in its days, less what the forecast foresaw of them on the day before.

    foreseen   sums of the model's own distribution at the scores  z * c + move;  `scorecard.forecasting.distribution`
               has the distribution, `scorecard.effects.parameters` the factors c that placebo dates have taught
    effect     came - foreseen middle, between  came - foreseen high  and  came - foreseen low
    it shows   where that range leaves out nothing at all: at 90 %, one event without effect in twenty shows a rise
    detectable the least rise that shows in four of five events. More of the same comes with its own noise: it is
               m' - m  where the distribution of middle m' exceeds the foreseen high with a chance of 0.8

No plan has a say in any of it. What is counted comes in whole numbers, and so do its bounds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import NormalDist

import numpy as np

from scorecard.arrays import Floats
from scorecard.effects.event import Event, days_that_count, days_untold, moves_of
from scorecard.effects.parameters import FACTORS, Factors
from scorecard.forecasting.distribution import Distribution, sums_at
from scorecard.forecasting.history import gather
from scorecard.forecasting.rate import estimate_rate, spread_ahead
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.seasonality import count_days, expect_seasons
from scorecard.forecasting.smoothing import remember
from scorecard.forecasting.types import ForecastInput, Shape

LEVEL = 0.9
POWER = 0.8
_MOST = 1e6
_HALVINGS = 40
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Foreseen:
    """
    (n,) arrays, one element an event: what its days would bring without it; of a stock, by how much it would grow.

    detectable: the least rise that shows in four of five events; infinite where no size is known yet.
    """

    low: Floats
    middle: Floats
    high: Floats
    detectable: Floats


@dataclass(frozen=True)
class Effect:
    """
    What came of one event, what would have come, and the range of the difference; in the metric's unit.

    detectable: the least rise that shows in four of five events, as it was known before.
    """

    came: float
    foreseen: float
    foreseen_low: float
    foreseen_high: float
    low: float
    middle: float
    high: float
    detectable: float

    @property
    def shows(self) -> bool:
        """Whether the range leaves out that nothing happened."""
        return self.low > 0.0 or self.high < 0.0

    def share(self, amount: float) -> float | None:
        """Return an amount as a share of what was foreseen; None where that is nothing."""
        return amount / self.foreseen if self.foreseen > 0.0 else None


def foresee(
    events: Sequence[Event],
    *,
    level: float = LEVEL,
    factors: Factors = FACTORS,
    move: Floats | None = None,
    narrow: Floats | None = None,
) -> Foreseen:
    """
    Foresee what the days of every event would bring without it.

    Args:
        events: in any mix; their histories may be gappy, constant or huge.
        level: how often the range holds, 0-1.
        factors: fitted; benchmarks put others in their place.
        move: (n,) scores by which a control moves what is foreseen.
        narrow: (n,) what a control leaves of the range.
    """
    distribution = distribution_of(events)
    upper, lower = factors.of(events)
    z, power = NormalDist().inv_cdf((1.0 + level) / 2.0), NormalDist().inv_cdf(1.0 - POWER)
    about = np.zeros(len(events)) if move is None else move
    times = np.ones(len(events)) if narrow is None else narrow
    at = np.stack([about - z * times * lower, about, about + z * times * upper], axis=1)
    low, middle, high = sums_at(distribution, at).T
    rise = _detectable(distribution, high, about + power * times * lower * factors.inner, middle)
    integer = np.array([one.integer for one in events], dtype=np.bool_)
    found = Foreseen(
        low=np.where(integer, np.ceil(low - _ROUNDING), low),
        middle=np.where(integer, np.round(middle), middle),
        high=np.where(integer, np.floor(high + _ROUNDING), high),
        detectable=rise,
    )
    for place, one in enumerate(events):
        if not moves_of(one).any():
            _fill_still(found, place, one, level)
    return found


def compare(foreseen: Foreseen, came: Floats) -> tuple[Effect, ...]:
    """Hold what came, (n,), against what was foreseen."""
    return tuple(
        Effect(
            came=float(total),
            foreseen=float(middle),
            foreseen_low=float(low),
            foreseen_high=float(high),
            low=float(total - high),
            middle=float(total - middle),
            high=float(total - low),
            detectable=float(detectable),
        )
        for total, low, middle, high, detectable in zip(
            came, foreseen.low, foreseen.middle, foreseen.high, foreseen.detectable, strict=True
        )
    )


def distribution_of(events: Sequence[Event]) -> Distribution:
    """Return the model's distribution of what the known days of each event bring, (n, 1), not rounded."""
    questions = [_question(event) for event in events]
    histories = gather(questions)
    smoothed = remember(histories)
    estimate = estimate_rate(histories, smoothed, plan=False)
    counted = count_days(questions, smoothed, expect_seasons(questions, histories, smoothed))
    untold = np.array([float(days_untold(one)) for one in events])
    exposure = untold + [_usual_days(one, counts[1:]) for one, counts in zip(events, counted, strict=True)]
    length = untold + [float(one.known.size) for one in events]
    found = spread_ahead(estimate, exposure[:, None], np.zeros((len(events), 1)), length[:, None])
    return replace(found, integer=np.zeros_like(found.integer))


def _usual_days(event: Event, counted: Floats) -> float:
    return float(counted[: event.known.size][days_that_count(event)].sum())


def _question(event: Event) -> ForecastInput:
    known = event.history[np.isfinite(event.history)]
    return ForecastInput(
        key_result_id="event",
        shape=Shape.LEVEL if event.is_stock else Shape.TOTAL,
        family=event.family,
        integer=event.integer,
        start=event.start,
        due=event.start + timedelta(days=event.known.size - 1),
        as_of=event.start - timedelta(days=1),
        value=(float(known[-1]) if known.size else 0.0) if event.is_stock else 0.0,
        baseline=0.0,
        rule=Rule(1.0, np.inf),  # only the side matters: none is asked for
        prior_target=math.nan,
        confidence=0.5,
        history=event.history,
        can_fall=event.can_fall,
        holidays=event.holidays,
    )


def _detectable(distribution: Distribution, high: Floats, score: Floats, middle: Floats) -> Floats:
    """Return the rise whose distribution exceeds `high` with all but the score's chance."""

    def raised(times: Floats) -> Distribution:
        return replace(distribution, median=distribution.median * times, chance=distribution.chance * times)

    below, above = np.ones((high.size, 1)), np.full((high.size, 1), _MOST)
    for _ in range(_HALVINGS):
        between = np.sqrt(below * above)
        enough = sums_at(raised(between), score[:, None]) >= high[:, None]
        below, above = np.where(enough, below, between), np.where(enough, between, above)
    grown = sums_at(raised(above), np.zeros((high.size, 1)))[:, 0] - middle
    plain = high - sums_at(distribution, score[:, None])[:, 0]
    # what may fall, or is not there yet, has no multiple: what is added is added as it is
    return np.where(distribution.signed[:, 0] | (distribution.median[:, 0] <= 0.0), plain, np.maximum(grown, plain))


def _fill_still(found: Foreseen, place: int, event: Event, level: float) -> None:
    """
    Foresee for what has never moved: once in n + 1 days at most, by Laplace's rule; of amounts no size is known.

    P(more than k) = (d / (n + 1 + d))^(k + 1) for d days: a Poisson count whose rate is that of one event in n + 1.
    """
    found.low[place] = found.middle[place] = 0.0
    if not event.integer:
        found.high[place] = found.detectable[place] = math.inf
        return
    days = max(1.0, float(event.known.sum()))
    more = days / (moves_of(event).size + 1.0 + days)
    most = max(0.0, math.ceil(math.log((1.0 - level) / 2.0) / math.log(more) - 1.0))
    found.high[place] = most
    found.detectable[place] = math.ceil(most + 1.0 - NormalDist().inv_cdf(1.0 - POWER) * math.sqrt(most + 1.0))
