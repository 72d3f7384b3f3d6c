"""A key result about to be measured, and what measuring it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from okr_config.definitions import refund_days, refund_filter
from okr_config.kinds import RULES, KindRules
from okr_config.metrics import Metric, Nature, series_name
from okr_config.models import Definition, Judge, KeyResult
from scorecard.arrays import Floats
from scorecard.i18n.messages import say
from scorecard.measures.observations import Observations, Point, Series
from scorecard.span import Span
from scorecard.status import Flag

MONEY, SHARE, COUNT = "money", "share", "count"


@dataclass(frozen=True)
class Subject:
    """A key result, its days, and where its numbers are found."""

    definition: Definition
    span: Span
    metrics: Mapping[str, Metric]
    observations: Observations

    @property
    def key_result(self) -> KeyResult:
        """The key result as written."""
        return self.definition.key_result

    @property
    def rules(self) -> KindRules:
        """What its kind may be."""
        return RULES[self.key_result.kind]

    @cached_property
    def metric(self) -> Metric | None:
        """What it is about, if that is a metric."""
        return self.metric_named(self.key_result.metric) if self.key_result.metric else None

    def metric_named(self, name: str) -> Metric:
        """Return a metric; one that nobody declared is an additive count."""
        return self.metrics.get(name) or Metric(name, "count", Nature.ADDITIVE, name, name)

    def parts(self) -> tuple[str, str] | None:
        """Return numerator and denominator, None unless it is a ratio."""
        if self.key_result.numerator and self.key_result.denominator:
            return self.key_result.numerator, self.key_result.denominator
        if self.metric and self.metric.numerator and self.metric.denominator:
            return self.metric.numerator, self.metric.denominator
        return None

    @cached_property
    def is_money(self) -> bool:
        """Whether its metric comes in amounts, which are converted to the file's currency."""
        above, below = self.parts() or (self.key_result.metric, None)
        return above is not None and self._is_money(above) and not (below is not None and self._is_money(below))

    def _is_money(self, metric: str) -> bool:
        return self.metric_named(metric).unit == MONEY or any(point.currency for point in self.series(metric))

    @property
    def metric_unit(self) -> str:
        """The unit of its metric: the file's currency for money, a share for quotients of like things below 1."""
        if self.is_money:
            return self.definition.currency
        if self.metric is not None:
            return self.metric.unit
        key_result = self.key_result
        bounds = (key_result.target, key_result.at_least, key_result.at_most, *(key_result.between or ()))
        is_share = self.parts() is not None and all(bound <= 1 for bound in bounds if bound is not None)
        return SHARE if is_share else COUNT

    @property
    def unit(self) -> str:
        """The unit of its value, which for steps and windows judged by their share is a share of those."""
        return SHARE if self.key_result.judge is Judge.SHARE else self.rules.unit or self.metric_unit

    def series(self, metric: str, *, filtered: bool = True) -> Series:
        """Return the known points of a metric, within the key result's sources and filters, refunds on their day."""
        where = self.key_result.where if filtered else {}
        days = refund_days(self.definition, metric)
        points = [
            self.observations.series(
                series_name(metric, refund_filter(where, day)),
                span=self.span,
                currency=self.definition.currency,
                sources=self.key_result.sources,
            )
            for day in days
        ]
        if len(points) == 1:
            return points[0]
        by_source, otherwise = self.definition.refunds_on_by_source, self.definition.refunds_on
        counted = (
            point
            for day, found in zip(days, points, strict=True)
            for point in found
            if by_source.get(point.source_id, otherwise) == day
        )
        return Series(sorted(counted, key=lambda point: (point.at, point.mark)))

    def counts_on_refund_day(self, metric: str) -> bool:
        """Whether refunds of a source count on the day they were made."""
        return "refund" in refund_days(self.definition, metric)

    def say(self, key: str, **values: object) -> str:
        """Say something in the key result's language."""
        return say(self.definition.language, key, **values)

    def title_of(self, metric: str) -> str:
        """Return a metric's name in the key result's language."""
        named = self.metric_named(metric)
        return named.title_en if self.definition.language == "en" else named.title_nb


@dataclass(frozen=True)
class Steps:
    """How many of a milestone's steps are done."""

    done: int
    all: int


@dataclass(frozen=True)
class Around:
    """
    Windows around the period: values of those closed before it, of the open one so far, and how many are to come.

    share: how much of the open one has passed (0-1). left: windows of the period not closed yet, the open one included.
    """

    before: tuple[Decimal, ...]
    open_value: Decimal | None
    share: float
    left: int


@dataclass(frozen=True)
class Measured:
    """
    A key result's value, day by day.

    path: value at the end of each of the period's days so far; the last is the judged value. at_start: value when the
    period began. samples: closed windows, or observed days, with the day each counts from: what a band judges one by
    one. is_known: whether anything was ever known. reason: why the judged value is not. caveats: what it leaves out,
    in sentences. points, told: all that was read, from sources and from people. is_usable: whether what came can be
    used. history, denominator: daily values up to the judged day, NaN where unknown.
    """

    path: tuple[Decimal | None, ...] = ()
    at_start: Decimal | None = None
    samples: tuple[tuple[date, Decimal], ...] = ()
    is_known: bool = False
    is_usable: bool = True
    observed_at: datetime | None = None
    flags: frozenset[Flag] = frozenset()
    reason: str = ""
    caveats: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    told: tuple[object, ...] = ()
    sources: frozenset[str] = frozenset()
    history: Floats = field(default_factory=lambda: np.empty(0))
    denominator: Floats | None = None
    around: Around | None = None
    steps: Steps | None = None

    @property
    def observed(self) -> int:
        """How many days, or closed windows where only those are known, a forecast can learn from."""
        windows = 0 if self.around is None else len(self.around.before) + len(self.samples)
        return max(int(np.isfinite(self.history).sum()), windows)

    @property
    def value(self) -> Decimal | None:
        """The judged value."""
        return self.path[-1] if self.path else None
