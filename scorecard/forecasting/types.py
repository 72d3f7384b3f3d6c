"""
What the forecast is asked and what it answers: the seam between measuring and forecasting.

Every array is daily unless it says per window; the last entry of a history is the as-of day. NaN means not observed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from okr_config.models import Every, Judge
from scorecard.arrays import Floats
from scorecard.forecasting.rules import Rule


class Family(StrEnum):
    """Which habits a series has: counts and money of sales, visits, or stocks that grow by increments."""

    SALES = "sales"
    VISITORS = "visitors"
    STOCK = "stock"


class Shape(StrEnum):
    """How the series becomes the key result's value."""

    TOTAL = "total"  # sum over the period
    LEVEL = "level"  # value of a stock on the day
    WINDOW = "window"  # closed windows of `every`, by `judge`
    RATIO = "ratio"  # sum of one series over sum of another


@dataclass(frozen=True)
class ForecastInput:
    """
    One key result put to the model, in its own unit.

    history: (n,) one value per day up to the as-of day: flows for TOTAL, RATIO and WINDOW (daily values of the
        metric, which for distinct counts do not sum to a window), stock values for LEVEL.
    denominator: (n,) for RATIO.
    value: v as of now, None when unknown. For TOTAL the sum so far; for LEVEL the newest stock value.
    windows: (k,) values of the period's closed windows, oldest first; `windows_before`: those before the period.
    open_window: value so far of the window that is open; `open_share`: share of its days that have passed (0-1).
    windows_left: windows of the period that are not closed yet, the open one included.
    judged: for keep-in-band levels and ratios, the values of the days judged so far.
    day_share: share of the as-of day that has passed (1.0 at its end).
    prior_target: the target as first written; the prior is frozen on it, so that P can never rise with the target.
    confidence: the team's stated chance (0-1). is_stated: whether the team has said so, and nobody for it.
    holidays: public holidays of all its years, known and to come, where they matter.
    """

    key_result_id: str
    shape: Shape
    family: Family
    integer: bool
    start: date
    due: date
    as_of: date
    value: float | None
    baseline: float
    rule: Rule
    prior_target: float
    confidence: float
    history: Floats
    denominator: Floats | None = None
    every: Every | None = None
    judge: Judge | None = None
    windows: tuple[float, ...] = ()
    windows_before: tuple[float, ...] = ()
    open_window: float | None = None
    open_share: float = 0.0
    windows_left: int = 0
    judged: tuple[float, ...] = ()
    day_share: float = 1.0
    can_fall: bool = False
    is_stated: bool = False
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Forecast:
    """
    The answer: one distribution, read in several ways, so that they cannot contradict each other.

    outcomes: (s,) equally likely values at the due date, ascending; P is the share of them that meets the rule.
    days: as-of day (its row is the present value) to the due day. fan: (days, 5) quantiles 5, 25, 50, 75, 95 % of
        the key result's value on each day; rows are ordered. None where there is nothing to draw from.
    bounds: (s,) for results kept to a band, ascending: the bound that each outcome just keeps to, or half the width
        of two bounds about the same middle, less than nothing where less is better: ceilings and widths are negative.
    probability: 0-1, None where no model applies. little_data: mostly the plan speaks. probability_raw: what it was
        before closed key results had their say. season: how much the coming days bring, of what they would at the
        recent pace, by what last year tells; 1 where it is not known. alone: the numbers' own chance, where the team's
        word has been pooled with it; None where it has not. holidays: those to come that count for less, in order.
    """

    key_result_id: str
    probability: float | None
    days: tuple[date, ...]
    fan: Floats | None
    outcomes: Floats | None
    little_data: bool = False
    probability_raw: float | None = None
    bounds: Floats | None = None
    season: float = 1.0
    alone: float | None = None
    holidays: tuple[date, ...] = ()
