"""Values that people bring about: steps done, numbers checked in, a query of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from okr_config.models import Step
from scorecard.measures.levels import measure_level
from scorecard.measures.measurement import Measured, Steps, Subject
from scorecard.status import Flag


@dataclass(frozen=True)
class CheckIn:
    """What a person said about a key result; either number may be missing."""

    at: datetime
    value: Decimal | None
    confidence: float | None


def measure_milestone(subject: Subject) -> Measured:
    """Add up the weights of done steps: by hand from a day on, by probe while it holds."""
    steps = subject.key_result.steps
    probes = {step.probe: measure_level(subject, step.probe, filtered=False) for step in steps if step.probe}
    weight = sum((step.weight for step in steps), Decimal(0))
    states = [[_is_done(step, probes, index, day) for step in steps] for index, day in enumerate(subject.span.days)]
    is_known = any(not step.probe for step in steps) or any(probe.is_known for probe in probes.values())
    flags = {flag for probe in probes.values() for flag in probe.flags}
    if not all(probe.is_known for probe in probes.values()):
        flags.add(Flag.PARTIAL)
    if not weight:
        return Measured(path=(None,) * len(states), is_known=True, reason=subject.say("why.no_steps"))
    if not is_known:
        name = subject.title_of(next(iter(probes), ""))
        return Measured(path=(None,) * len(states), reason=subject.say("why.no_observation", metric=name))
    return Measured(
        path=tuple(
            sum((step.weight for step, done in zip(steps, state, strict=True) if done), Decimal(0)) / weight
            for state in states
        ),
        at_start=Decimal(0),
        is_known=True,
        observed_at=max((probe.observed_at for probe in probes.values() if probe.observed_at), default=None),
        flags=frozenset(flags),
        points=tuple(point for probe in probes.values() for point in probe.points),
        sources=frozenset(source for probe in probes.values() for source in probe.sources),
        steps=Steps(sum(states[-1]) if states else 0, len(steps)),
    )


def measure_check_ins(subject: Subject, check_ins: Sequence[CheckIn]) -> Measured:
    """Carry the newest checked-in value forward; `check_ins` come oldest first."""
    span = subject.span
    values = [(one.at, one.value) for one in check_ins if one.value is not None and one.at <= span.judged]

    def newest_by(instant: datetime) -> Decimal | None:
        return next((value for at, value in reversed(values) if at <= instant), None)

    path = tuple(newest_by(span.end_of(day)) for day in span.days)
    days = [at.astimezone(span.zone).date() for at, _ in values]
    first = min((*days, span.start))
    history = np.full(max((span.today - first).days + 1, 0), np.nan)
    for day, (_, value) in zip(days, values, strict=True):
        if day <= span.today:
            history[(day - first).days] = float(value)
    return Measured(
        path=path,
        at_start=newest_by(span.begins),
        samples=tuple(
            (min(max(day, span.start), span.today), value) for day, (_, value) in zip(days, values, strict=True)
        ),
        is_known=bool(values),
        observed_at=values[-1][0] if values else None,
        reason="" if path and path[-1] is not None else subject.say("why.no_check_in"),
        told=tuple(values),
        history=history,
    )


def measure_query(subject: Subject, value: Decimal | None, error: str) -> Measured:
    """Take the number that the query gave for the judged instant; what it would have given before is not known."""
    path = (*(None,) * (len(subject.span.days) - 1), value) if subject.span.days else ()
    return Measured(
        path=path,
        is_known=value is not None,
        samples=((subject.span.today, value),) if value is not None else (),
        observed_at=subject.span.judged if value is not None else None,
        reason=subject.say("why.sql", error=error or "-") if value is None else "",
        told=(value, error),
    )


def _is_done(step: Step, probes: dict[str, Measured], index: int, day: date) -> bool:
    if step.probe is None:
        return step.done is not None and day >= step.done
    value = probes[step.probe].path[index]
    return value is not None and value >= step.at_least
