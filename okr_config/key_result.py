"""A key result as a team writes it: one class per block."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, ConfigDict, Field

from okr_config.fields import FITS, Day, Identifier, Model, Number, RefundDay, Text


class Kind(StrEnum):
    """How a key result's value comes about (scoring rules, section 2)."""

    TOTAL = "total"
    LEVEL = "level"
    WINDOW = "window"
    RATIO = "ratio"
    MILESTONE = "milestone"
    MANUAL = "manual"
    SQL = "sql"


class Every(StrEnum):
    """Length of a judged window."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Judge(StrEnum):
    """Which closed windows count."""

    LAST = "last"
    BEST = "best"
    MEAN = "mean"
    SHARE = "share"


class Reached(StrEnum):
    """When meeting the target counts."""

    AT_DEADLINE = "at_deadline"
    EVER = "ever"


class Change(Model):
    """A dated edit of a key result's goal; it takes effect on its day."""

    on: Day
    """Day from which the new goal counts; earlier days are judged by the old one."""
    target: Number | None = None
    """The new target."""
    at_least: Number | None = None
    """The new lower bound."""
    at_most: Number | None = None
    """The new upper bound."""
    between: tuple[Number, Number] | None = None
    """The new bounds, lower first: [40, 60]."""
    reason: str = ""
    """Why the goal was changed, for whoever reads the page later."""


class Step(Model):
    """One step of a milestone: done by a probe that holds, or by hand from a day on."""

    title: Text
    """What has to be done; one text, or one a language: {nb: ..., en: ...}."""
    probe: str | None = None
    """
    Metric that says by itself whether the step is done, such as shop.payments_enabled. A step without one is done by
    hand.
    """
    at_least: Number = Decimal(1)
    """Value from which the probe holds."""
    done: Day | None = None
    """Day on which the step was done by hand; leave it out until then."""
    weight: Annotated[Decimal, Field(ge=0), FITS] = Decimal(1)
    """How much the step counts beside the others of its key result."""


def _old_name(schema: dict[str, Any]) -> None:
    """Let an editor take the key by its old name too."""
    share = schema["properties"]["share"]
    schema["properties"]["value"] = {**share, "description": "The old name of share.", "deprecated": True}
    schema["required"].remove("share")
    schema["oneOf"] = [{"required": ["share"]}, {"required": ["value"]}]


class PacePoint(Model):
    """Share of the way planned to be covered by the end of a day."""

    model_config = ConfigDict(json_schema_extra=_old_name)

    on: Day
    """Day by whose end the share is to be covered."""
    value: Annotated[Decimal, Field(ge=0, le=1, validation_alias=AliasChoices("share", "value")), FITS]
    """Part of the way from baseline to target, from 0 to 1; 0.3 is 30 %."""


class Thresholds(Model):
    """Where one status ends and the next begins: by chance against the plan, or by pace where no chance is known."""

    on_track: Annotated[float, Field(gt=0)] = 0.8
    """On track from this chance on, as a part of the stated confidence: 0.8 of 5 in 10 is a chance of 40 %."""
    at_risk: Annotated[float, Field(gt=0)] = 0.4
    """At risk from this chance on, as a part of the stated confidence; off track below."""
    pace_on_track: Annotated[float, Field(gt=0)] = 0.9
    """On track from this pace on, where no chance can be told; 1 is exactly as planned."""
    pace_at_risk: Annotated[float, Field(gt=0)] = 0.6
    """At risk from this pace on, where no chance can be told; off track below."""


class KeyResult(Model):
    """One key result as written."""

    id: Identifier
    """Short name of the key result, for commands and tables; unique among all files."""
    renamed_from: Identifier | None = None
    """The id it had before, whose check-ins, grades and history it carries on."""
    title: Text
    """What is to be reached, in words; one text, or one a language: {nb: ..., en: ...}."""
    description: Text | None = None
    """More about it, for the page; one text, or one a language."""
    owner: str | None = None
    """Who answers for it; the page and the tables name them. Of what is
    tagged private, okr record names no title."""
    tags: tuple[str, ...] = ()
    """Words to find it by, such as [growth, web]; the page and the tables name them. Of what is
    tagged private, okr record names no title."""
    kind: Kind
    """How the value comes about: total, level, window, ratio, milestone, manual or sql."""
    metric: str | None = None
    """What is measured, such as shop.units_sold; `okr connectors` lists what there is."""
    sql: str | None = None
    """For kind sql: a query over the warehouse that returns one number."""
    numerator: str | None = None
    """For kind ratio: the additive metric above the line, such as shop.orders."""
    denominator: str | None = None
    """For kind ratio: the additive metric below the line, such as web.visits."""
    sources: tuple[Identifier, ...] = ()
    """Only these sources count, by their ids; all of them where it is left out."""
    where: dict[str, str] = Field(default_factory=dict)
    """Only what matches counts, by the metric's dimensions: {sku: MUG}."""
    refunds_on: RefundDay | None = None
    """
    Which day refunds count on: order (the day of their order) or refund (the day they were made, as most vendors' pages
    have it); the source's own unless it is given.
    """
    every: Every | None = None
    """For kind window: the length of a window."""
    judge: Judge | None = None
    """
    For kind window: which closed windows count; the last one unless it is given. A bound (at_least, at_most, between)
    is judged by the share of windows that keep to it.
    """
    baseline: Number | Literal["measured"] = Decimal(0)
    """Value at the start, from which the way to the target is counted; `measured` takes the last one known then."""
    target: Number | None = None
    """
    Value to reach; reaching it exactly is reaching it. A key result has one of target, at_least, at_most and between.
    """
    at_least: Number | None = None
    """Lower bound to keep to."""
    at_most: Number | None = None
    """Upper bound to keep to."""
    between: tuple[Number, Number] | None = None
    """Two bounds to keep to, lower first: [40, 60]."""
    need: Annotated[float, Field(gt=0, le=1)] | None = None
    """Share of windows or days that must keep to the bound; 1 where it is committed, else 0.7."""
    direction: Literal["increase", "decrease"] | None = None
    """Which way the value is to move. It follows from baseline and target, and is checked against them."""
    start: Day | None = None
    """First day that counts; the period's unless it is given."""
    due: Day | None = None
    """Last day that counts; the period's unless it is given."""
    weight: Annotated[Decimal, Field(ge=0), FITS] = Decimal(1)
    """How much it counts beside the others of its objective; 0 shows it without counting it."""
    confidence: Annotated[float, Field(ge=0, le=10)] | None = None
    """
    How sure the team is to reach it, from 0 to 10. 5 is an even chance: a target that is neither easy nor out of reach.
    """
    committed: bool = False
    """A promise: 1.0 is expected at the close, where 0.7 is good otherwise."""
    reached: Reached = Reached.AT_DEADLINE
    """When meeting the target counts: at the deadline, or ever."""
    pace: Literal["linear", "last_year"] | tuple[PacePoint, ...] = "linear"
    """
    How much is planned to be covered by when: linear, last_year (as the same metric went last year) or a list of points
    such as [{on: 2026-11-15, share: 0.3}].
    """
    max_age: Annotated[int, Field(ge=1, le=3660)] = 3
    """Days for which the newest value of a level is carried forward before it is called stale."""
    status: Thresholds | None = None
    """Where one status ends and the next begins, for this key result alone."""
    changes: tuple[Change, ...] = ()
    """Dated changes of the goal; the first one stays on record."""
    steps: tuple[Step, ...] = ()
    """For kind milestone: what has to be done."""
