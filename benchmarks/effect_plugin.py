"""
The product's effects behind a back-test harness's function.

    effect(history, after, *, kind, start, level=0.9) -> (low, mid, high, detectable)

`history` and `after` are 1-d arrays of daily values, NaN where unknown, `after` of the days of an event and `history`
of those before it; `kind` is sales, visitors or stock, `start` the date of `after[0]`. Low, mid and high bound the sum
over `after` less what was foreseen, of a stock the last level less the foreseen one; detectable, in the same unit, is
the least rise that shows in four of five events.
"""

from datetime import date

import numpy as np

from scorecard.arrays import Floats
from scorecard.effects.estimate import LEVEL, compare, foresee
from scorecard.effects.event import Event, came_of
from scorecard.forecasting.types import Family


def effect(
    history: Floats, after: Floats, *, kind: str, start: date, level: float = LEVEL
) -> tuple[float, float, float, float]:
    """Return low, mid, high and detectable."""
    event = event_of(history, after, family=Family(kind), start=start)
    (found,) = compare(foresee([event], level=level), np.array([came_of(event, np.asarray(after, np.float64))]))
    return found.low, found.middle, found.high, found.detectable


def event_of(history: Floats, after: Floats, *, family: Family, start: date) -> Event:
    """Lay out an event as the product does; what has only ever been whole is counted."""
    before, came = np.asarray(history, np.float64), np.asarray(after, np.float64)
    told = before[np.isfinite(before)]
    return Event(
        history=before,
        start=start,
        known=np.isfinite(came),
        family=family,
        integer=bool(np.all(told == np.round(told))),
        can_fall=family is not Family.STOCK and bool(np.any(told < 0.0)),
    )
