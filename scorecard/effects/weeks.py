"""The newest seven days against the weeks people hold them against, and what of the difference is chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from scorecard.arrays import Floats
from scorecard.effects.estimate import LEVEL, foresee
from scorecard.effects.event import Event, came_of
from scorecard.i18n.formats import Unit

WEEK = 7
_FOUR = 4
_YEAR = 364
"""The same weekdays of last year: 52 weeks."""


@dataclass(frozen=True)
class Week:
    """
    What seven days brought, and what others did; of a stock, by how much it grew. None where a day is not known.

    before: the week before. usual: the mean of the four before. year_ago: the same weekdays of last year. low, high:
    what the forecast of the day before held for possible, nine times of ten. is_news: beyond what all weeks compared at
    once stay within nine times of ten.
    """

    came: float
    before: float | None
    usual: float | None
    year_ago: float | None
    low: float
    high: float
    is_news: bool

    @property
    def verdict(self) -> str:
        """Return more or less where it is beyond chance, else usual."""
        return "more" if self.came > self.high else "less" if self.came < self.low else "usual"


@dataclass(frozen=True)
class WeekOf:
    """A metric's newest seven whole days, from `first` on; is_stock: what is told of it is how much it grew."""

    metric: str
    title: str
    unit: Unit
    is_stock: bool
    first: date
    week: Week


def weeks_of(events: Sequence[Event], after: Sequence[Floats]) -> tuple[Week, ...]:
    """Compare weeks, each laid out as an event of seven days, with `after` what they brought day by day."""
    if not events:
        return ()
    foreseen, together = foresee(events), foresee(events, level=LEVEL ** (1 / len(events)))
    return tuple(
        Week(
            came=came,
            before=_brought(event, WEEK),
            usual=_mean([_brought(event, WEEK * back) for back in range(1, _FOUR + 1)]),
            year_ago=_brought(event, _YEAR),
            low=max(float(foreseen.low[place]), _least(event)),
            high=float(foreseen.high[place]),
            is_news=not together.low[place] <= came <= together.high[place],
        )
        for place, (event, came) in enumerate(zip(events, map(came_of, events, after), strict=True))
    )


def _brought(event: Event, back: int) -> float | None:
    """Return what the week brought that began so many days before the event."""
    begin = event.history.size - back
    if begin < event.is_stock:
        return None
    if event.is_stock:
        total = event.history[begin + WEEK - 1] - event.history[begin - 1]
    else:
        total = event.history[begin : begin + WEEK].sum()
    return float(total) if np.isfinite(total) else None


def _least(event: Event) -> float:
    """Return what a week cannot fall below: nothing, where no day ever has; anything else has no floor."""
    fell = event.is_stock or bool(np.nanmin(event.history, initial=0.0) < 0)
    return -np.inf if fell else 0.0


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) == len(values) else None
