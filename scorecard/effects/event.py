"""An event, and what was known the day before it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scorecard.arrays import Floats
from scorecard.forecasting.history import LONGEST
from scorecard.forecasting.types import Family

_DENSE = 0.5


@dataclass(frozen=True)
class Event:
    """
    An event, and what was known the day before it.

    history: (n,) one value a day, the newest of the day before `start`: what came in, or for a stock its level; NaN
    where unknown. known: (days,) which days of the event are told of. integer: counted in whole numbers. can_fall: a
    flow that may be negative. holidays: public holidays, where they matter.
    """

    history: Floats
    start: date
    known: NDArray[np.bool_]
    family: Family
    integer: bool
    can_fall: bool = False
    holidays: frozenset[date] = frozenset()

    @property
    def is_stock(self) -> bool:
        """Whether values are levels."""
        return self.family is Family.STOCK


def moves_of(event: Event) -> Floats:
    """Return what recent days brought, or by how much a stock moved on them; unknown days are left out."""
    known = event.history[np.isfinite(event.history)]
    return np.asarray((np.diff(known) if event.is_stock else known)[-LONGEST:], dtype=np.float64)


def is_dense(event: Event) -> bool:
    """Whether something comes in on half of the days."""
    moved = moves_of(event)
    return moved.size > 0 and float((moved != 0.0).mean()) >= _DENSE


def days_that_count(event: Event) -> NDArray[np.bool_]:
    """Return the days whose flow counts: a stock grows on days that nobody tells of, up to the last that is known."""
    if not event.is_stock or not event.known.any():
        return event.known
    return np.asarray(np.arange(event.known.size) <= np.flatnonzero(event.known)[-1])


def days_untold(event: Event) -> int:
    """Return the days just before the event that nobody tells of; what a stock grew on them counts as the event's."""
    known = np.flatnonzero(np.isfinite(event.history))
    return event.history.size - 1 - int(known[-1]) if event.is_stock and known.size else 0


def came_of(event: Event, after: Floats) -> float:
    """Return what an event's known days brought, `after` being its daily values; of a stock, by how much it grew."""
    known = np.asarray(after, dtype=np.float64)[event.known]
    if not event.is_stock:
        return float(known.sum())
    before = event.history[np.isfinite(event.history)]
    return float(known[-1] - before[-1]) if known.size and before.size else 0.0
