"""
What a control says of an event: a metric that the event cannot have touched, but that other luck touches as well.

    rho     how alike the two were missed by in the weeks before: the correlation of their normal scores, times
            n / (n + 4) for n weeks, so that a few weeks prove little; never below 0
    move    rho * score of what the control came to in the event's days: that much luck was in the air
    narrow  sqrt(1 - rho^2): what is left of the range, as of one of two normal numbers where the other is known

Sunshine keeps people out of every shop: where the control fell short as well, less of it is the event's doing.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from scorecard.arrays import Floats
from scorecard.effects.estimate import distribution_of
from scorecard.effects.event import Event, came_of, moves_of
from scorecard.forecasting.distribution import score_of

_WEEK = 7
_WEEKS = 26
_FEWEST_BEFORE = 14
_DOUBT = 4.0
_FAR = 2.5
_LEAST = 1e-9


@dataclass(frozen=True)
class Control:
    """What a control does to the scores that sums are read at; `weeks` is what its likeness was learnt from."""

    move: float
    narrow: float
    likeness: float
    weeks: int


def hold_against(event: Event, control: Event, after: Floats) -> Control:
    """
    Return what a control says of an event.

    Args:
        event: whose effect is asked for.
        control: the same days of the other metric, which may be known for longer or shorter.
        after: (days,) what the control came to on them.
    """
    pairs = [
        (one, other)
        for back in range(1, _WEEKS + 1)
        if (one := _week(event, back)) is not None and (other := _week(control, back)) is not None
    ]
    likeness = 0.0
    if len(pairs) > 1:
        ours, theirs = (
            _scores([one[0] for one in side], [one[1] for one in side]) for side in zip(*pairs, strict=True)
        )
        alike = float((ours * theirs).mean() / max(np.sqrt((ours**2).mean() * (theirs**2).mean()), _LEAST))
        likeness = max(0.0, alike) * len(pairs) / (len(pairs) + _DOUBT)
    (score,) = _scores([control], [came_of(control, after)])
    return Control(likeness * float(score), float(np.sqrt(1.0 - likeness**2)), likeness, len(pairs))


def _week(event: Event, back: int) -> tuple[Event, float] | None:
    """Return a week of the history as an event, and what it brought; None where it or what lies before is not known."""
    begin = event.history.size - _WEEK * back
    if begin < _FEWEST_BEFORE:
        return None
    after = event.history[begin : begin + _WEEK]
    week = replace(
        event,
        history=event.history[:begin],
        start=event.start - timedelta(days=_WEEK * back),
        known=np.isfinite(after),
    )
    return (week, came_of(week, after)) if week.known.all() and moves_of(week).any() else None


def _scores(events: list[Event], came: list[float]) -> Floats:
    """Return where what came lies in what was foreseen, (n,) normal scores; of counts, the middle of their step."""
    distribution = distribution_of(events)
    total = np.array(came)[:, None]
    step = np.array([[0.5 if one.integer else 0.0] for one in events])
    low, high = (
        score_of(distribution, np.where(distribution.signed, sums, np.maximum(sums, _LEAST)))
        for sums in (total - step, total + step)
    )
    return np.clip(np.nan_to_num(0.5 * (np.maximum(low, -_FAR) + high))[:, 0], -_FAR, _FAR)
