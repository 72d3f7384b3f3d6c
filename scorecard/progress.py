"""How far a key result has come, and how far it was expected to be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from okr_config.models import Judge, PacePoint, Reached
from scorecard.forecasting.types import Shape
from scorecard.goal import Goal, Goals
from scorecard.measures.kinds import SPECS, KindSpec, measure
from scorecard.measures.measurement import Measured, Subject
from scorecard.span import DAY, Span, midnight
from scorecard.status import Flag


@dataclass(frozen=True)
class Standing:
    """A measured key result held against its goal, on any day of its life so far."""

    subject: Subject
    measured: Measured
    goals: Goals

    @property
    def spec(self) -> KindSpec:
        """How its kind is scored."""
        return SPECS[self.subject.key_result.kind]

    @cached_property
    def goal(self) -> Goal:
        """The goal in force on the judged day."""
        return self.goals.on(self.subject.span.today)

    @cached_property
    def progress_raw(self) -> Decimal | None:
        """Share of the way, signed and unbounded; None where it cannot be known."""
        return self.raw_by_day[-1] if self.raw_by_day else None

    @cached_property
    def raw_by_day(self) -> tuple[Decimal | None, ...]:
        """The same at the end of each day so far, under the goal in force that day."""
        days = zip(self.subject.span.days, self.measured.path, strict=True)
        return tuple(self._raw(day, value) for day, value in days)

    @property
    def is_judged_at_due(self) -> bool:
        """Whether the goal can only be reached at the end: keeping to a band, or staying below a ceiling."""
        ceiling = self.subject.rules.is_sum and self.goal.high is not None
        return ceiling or self.goal.need is not None

    @cached_property
    def is_met(self) -> bool | None:
        """Whether the goal is met by the judged instant's value, None where that is unknown."""
        return self._is_met(self.goal, self.measured.value, self.progress_raw)

    @cached_property
    def met_on(self) -> date | None:
        """First day the goal then in force was met, where once is enough."""
        if self.subject.key_result.reached is not Reached.EVER or self.is_judged_at_due:
            return None
        days = zip(self.subject.span.days, self.measured.path, self.raw_by_day, strict=True)
        return next((day for day, value, raw in days if self._is_met(self.goals.on(day), value, raw)), None)

    @property
    def is_reached(self) -> bool | None:
        """Whether the key result counts as reached now; None where that cannot be known."""
        if self.met_on:
            return True
        if self.is_judged_at_due and not self.subject.span.is_over and self.is_met is not None:
            return False
        return self.is_met

    @property
    def target(self) -> Decimal | None:
        """The target, or the bound that binds."""
        return self._target(self.goal)

    @property
    def target_original(self) -> Decimal | None:
        """The same as first written."""
        return self._target(self.goals.original)

    def _target(self, goal: Goal) -> Decimal | None:
        if self.subject.key_result.judge is Judge.SHARE and goal.need is not None:
            return Decimal(str(goal.need))
        return goal.bound(self.measured.value) if goal.target is None else goal.target

    def _raw(self, day: date, value: Decimal | None) -> Decimal | None:
        goal = self.goals.on(day)
        if goal.need is not None:
            return goal.share_kept(sample for counted_from, sample in self.measured.samples if counted_from <= day)
        return None if value is None else goal.progress(value)

    @staticmethod
    def _is_met(goal: Goal, value: Decimal | None, raw: Decimal | None) -> bool | None:
        if goal.need is not None:
            return None if raw is None else float(raw) >= goal.need
        return None if value is None else goal.is_met(value)


def clamped(raw: Decimal | None) -> float | None:
    """Return progress within 0-1."""
    return None if raw is None else min(max(float(raw), 0.0), 1.0)


Expected = Callable[[datetime], float | None]


def expected_of(standing: Standing) -> Expected:
    """Return the share of the way (0-1) planned by an instant; None without a way, or without a year to compare."""
    subject, pace = standing.subject, standing.subject.key_result.pace
    if standing.goal.target is None:
        return lambda _: None
    if pace == "linear":
        return subject.span.elapsed_at
    if pace == "last_year":
        return _like_last_year(subject)
    return _along(pace, subject.span)


def _along(points: tuple[PacePoint, ...], span: Span) -> Expected:
    """Interpolate between the ends of the named days: nothing at the start, all at the due date."""
    known = {span.elapsed_at(midnight(point.on + DAY, span.zone)): float(point.value) for point in points}
    times, shares = np.array(sorted(({0.0: 0.0, 1.0: 1.0} | known).items())).T
    return lambda instant: float(np.interp(span.elapsed_at(instant), times, shares))


def _like_last_year(subject: Subject) -> Expected:
    """Follow the share of last year's way that was covered at the same point, if the whole of it is known."""
    year = replace(subject, span=subject.span.a_year_earlier())
    measured = measure(year)
    began = min((point.day for point in measured.points), default=None)
    base = measured.at_start if SPECS[subject.key_result.kind].shape is Shape.LEVEL else Decimal(0)
    if Flag.PARTIAL in measured.flags or began is None or began > year.span.start or base is None:
        return lambda _: None
    way = None if measured.value is None else measured.value - base
    if not way:
        return lambda _: None
    shares = [0.0, *(0.0 if value is None else float((value - base) / way) for value in measured.path)]
    steps = np.linspace(0.0, 1.0, len(shares))
    return lambda instant: min(max(float(np.interp(subject.span.elapsed_at(instant), steps, shares)), 0.0), 1.0)
