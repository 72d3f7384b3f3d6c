"""
What a team writes in YAML, as frozen models: one class per block of the files.

The models check shape and ranges; what needs two fields or two files to judge is in `okr_config.checks`.
"""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr
from pydantic_core import PydanticCustomError

METRIC_NAME = r'^[^\s{}=,".\x00-\x1f]+(\.[^\s{}=,".\x00-\x1f]+( [^\s{}=,".\x00-\x1f]+)*)+$'
"""A dotted name in any letters, words apart by one blank, without the marks that series names uses."""


def _written_as_day(value: object) -> object:
    """Take a day only as 2026-04-27; a bare number would be read as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        return value
    raise PydanticCustomError("date_type", "a day is written as 2026-04-27")


def _within_calendar(day: date) -> date:
    if not date(1900, 1, 1) <= day <= date(2100, 12, 31):
        raise PydanticCustomError("date_range", "a day between 1900 and 2100")
    return day


def _within_column(number: Decimal) -> Decimal:
    if abs(number) >= 10**15 or number != round(number, 6):
        raise PydanticCustomError("number_range", "a number with at most 15 digits before the point and 6 after it")
    return number


Day = Annotated[date, BeforeValidator(_written_as_day), AfterValidator(_within_calendar)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
_FITS = AfterValidator(_within_column)
Number = Annotated[Decimal, _FITS]
"""What the warehouse holds of a number, with room for sums."""
MetricName = Annotated[str, Field(pattern=METRIC_NAME, max_length=100)]
Text = str | dict[Literal["nb", "en"], str]


class Model(BaseModel):
    """Frozen, no unknown keys, and never a value in an error text: it might be a secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


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


class Period(Model):
    """Days a team plans for, both inclusive."""

    id: Identifier
    start: Day
    end: Day


class Change(Model):
    """A dated edit of a key result's goal; it takes effect on its day."""

    on: Day
    target: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    between: tuple[Number, Number] | None = None
    reason: str = ""


class Step(Model):
    """One step of a milestone: done by a probe that holds, or by hand from a day on."""

    title: Text
    probe: str | None = None
    at_least: Number = Decimal(1)
    done: Day | None = None
    weight: Annotated[Decimal, Field(ge=0), _FITS] = Decimal(1)


class PacePoint(Model):
    """Share of the way (0-1) planned to be covered by the end of a day."""

    on: Day
    value: Annotated[Decimal, Field(ge=0, le=1), _FITS]


class Thresholds(Model):
    """Where one status ends and the next begins: by chance against the plan, or by pace where no chance is known."""

    on_track: Annotated[float, Field(gt=0)] = 0.8
    at_risk: Annotated[float, Field(gt=0)] = 0.4
    pace_on_track: Annotated[float, Field(gt=0)] = 0.9
    pace_at_risk: Annotated[float, Field(gt=0)] = 0.6


class KeyResult(Model):
    """One key result as written."""

    id: Identifier
    title: Text
    description: Text | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    kind: Kind
    metric: str | None = None
    sql: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    sources: tuple[Identifier, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)
    every: Every | None = None
    judge: Judge | None = None
    baseline: Number | Literal["measured"] = Decimal(0)
    target: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    between: tuple[Number, Number] | None = None
    need: Annotated[float, Field(gt=0, le=1)] | None = None
    direction: Literal["increase", "decrease"] | None = None
    start: Day | None = None
    due: Day | None = None
    weight: Annotated[Decimal, Field(ge=0), _FITS] = Decimal(1)
    confidence: Annotated[float, Field(ge=0, le=10)] | None = None
    committed: bool = False
    reached: Reached = Reached.AT_DEADLINE
    pace: Literal["linear", "last_year"] | tuple[PacePoint, ...] = "linear"
    max_age: Annotated[int, Field(ge=1, le=3660)] = 3
    status: Thresholds | None = None
    changes: tuple[Change, ...] = ()
    steps: tuple[Step, ...] = ()


class Objective(Model):
    """A goal in words with the key results that measure it."""

    id: Identifier
    title: Text
    owner: str | None = None
    weight: Annotated[Decimal, Field(ge=0), _FITS] = Decimal(1)
    tags: tuple[str, ...] = ()
    key_results: Annotated[tuple[KeyResult, ...], Field(min_length=1)]


class ObjectiveFile(Model):
    """One file under `okr_config/objectives/`: a period and its objectives."""

    period: Period
    timezone: str
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "NOK"
    language: Literal["nb", "en"] = "en"
    status: Thresholds = Thresholds()
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]


class Definition(Model):
    """
    One key result with everything that its scoring depends on, and nothing else.

    This is what `key_result_definition` stores as JSON and what the scorecard is given; `start` and `due` are resolved.
    """

    period_id: str
    objective_id: str
    objective_title: Text
    objective_weight: Number = Decimal(1)
    objective_owner: str | None = None
    objective_tags: tuple[str, ...] = ()
    timezone: str
    week_start: str = "monday"
    currency: str = "NOK"
    language: Literal["nb", "en"] = "en"
    start: Day
    due: Day
    status: Thresholds = Thresholds()
    key_result: KeyResult


class TeamMetric(Model):
    """A team's own metric: SQL over the warehouse that returns `day, value`, or the declaration of a file's metric."""

    id: MetricName
    title: Text | None = None
    unit: str = "count"
    currency: str | None = None
    additive: bool = True
    grain: Literal["day", "week", "month", "instant"] = "day"
    sql: str | None = None


class Schedule(Model):
    """When `okr serve` runs: a cron line in a time zone (default: the project's)."""

    cron: str = "15 6 * * *"
    timezone: str | None = None


class ProjectSettings(Model):
    """`okr_config/project.yaml`: everything optional."""

    id: Identifier | None = None
    timezone: str | None = None
    warehouse: str = "duckdb:///warehouse/okr.duckdb"
    schedule: Schedule = Schedule()
    sandbox: Day | None = None


class SourceSettings(Model):
    """
    The keys every source takes; a connector's own settings are a subclass with the vendor's words.

    Class attributes of a subclass: `identity` names the settings that together name one account, so that configuring
    it twice is an error. `brings_metrics` says that the source brings metrics under its own name, `<source>.<name>`,
    which need no declaration. `follows_account` says that `identity` names an account, whose history another one must
    not continue; a file or a query is none. Secrets are declared as `SecretStr`, which is how the loader knows them.
    """

    identity: ClassVar[tuple[str, ...]] = ()
    brings_metrics: ClassVar[bool] = False
    follows_account: ClassVar[bool] = True

    id: Identifier
    connector: str
    renamed_from: Identifier | None = None
    base_url: str | None = None
    timezone: str | None = None
    enabled: bool = True
    since: Day | None = None
    timeout: Annotated[float, Field(gt=0, le=600)] = 10.0
    rate: Annotated[float, Field(ge=0.001, le=1000)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=32)] | None = None
    insecure: bool = False
    budget: Annotated[float, Field(gt=0, le=86_400)] = 600.0
    _filled: tuple[str, ...] = PrivateAttr(())

    @property
    def filled(self) -> tuple[str, ...]:
        """The values that variables gave, wherever they stand: none of them may be shown."""
        return self._filled

    def with_filled(self, values: tuple[str, ...]) -> Self:
        """Return a copy that knows which values variables gave."""
        copied = self.model_copy()
        copied._filled = values  # noqa: SLF001 - its own class
        return copied
