"""
A score as one row: what judging gives, the warehouse keeps, and page, board, explanation and plan read.

Declared here and nowhere else; frames take their columns from it (`scorecard.schemas`), and a test holds tables and
views against it. No frame is needed to read one: a status line imports this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from scorecard.span import Span
from scorecard.status import TOO_EARLY, WORST_FIRST, Status


class _Row:
    """A dataclass that is read from a table's row; a column that is missing reads as null."""

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """List the columns, those that the views add included."""
        return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]  # subclasses are dataclasses

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take the columns from a row."""
        return cls(**{name: row.get(name) for name in cls.columns()})

    def as_row(self) -> dict[str, Any]:
        """Return the columns by name, in their order."""
        return {name: getattr(self, name) for name in self.columns()}


@dataclass(frozen=True, kw_only=True)
class ScoreRow(_Row):
    """
    A key result's score: the columns of `key_result_score`, and last those that the view `scoreboard` adds.

    Shares and chances are 0-1; `confidence` and `confidence_stated` are of 10; instants are zone-aware. What cannot be
    known is None, for the `reason`.
    """

    objective_id: str
    key_result_id: str
    title: str
    kind: str
    metric: str | None
    unit: str | None
    value: Decimal | None
    baseline: Decimal | None
    target: Decimal | None
    target_original: Decimal | None
    progress: float | None
    progress_raw: float | None
    score: float | None
    expected: float | None
    pace: float | None
    probability: float | None
    confidence: int | None
    confidence_stated: float | None
    status: str
    flags: list[str] | None
    forecast_p10: float | None
    forecast_p50: float | None
    forecast_p90: float | None
    start: date
    due: date
    as_of: datetime
    observed_at: datetime | None
    explanation: str | None
    outlook: str | None
    run_id: str | None = None
    period_id: str
    known_at: datetime
    reason: str | None
    probability_raw: float | None
    definition_hash: str
    input_hash: str
    owner: str | None = None
    tags: list[str] | None = None

    def span(self, zone: ZoneInfo) -> Span:
        """Return its days, seen from the instant it was judged at."""
        return Span(self.start, self.due, zone, self.as_of)

    def is_early(self, zone: ZoneInfo) -> bool:
        """Whether a pace says nothing yet: on track by default alone, and told everywhere as too early to tell."""
        return self.status == Status.ON_TRACK and self.probability is None and self.span(zone).elapsed < TOO_EARLY


@dataclass(frozen=True, kw_only=True)
class ObjectiveRow(_Row):
    """
    An objective's score: the columns of `objective_score`, and last those that the view `objective_scoreboard` adds.

    parent: the objective that it serves. weight: in what that one, or else all objectives of a period, come to; 1 where
    none is written. key_results: its own and those of the objectives that serve it.
    """

    objective_id: str
    title: str
    score: float | None
    score_raw: float | None
    coverage: float | None
    status: str
    probability_all: float | None
    probability_at_least: list[float] | None
    expected_hits: float | None
    key_results: int
    as_of: datetime
    run_id: str | None = None
    period_id: str
    parent: str | None = None
    weight: float | None = None
    owner: str | None = None
    tags: list[str] | None = None


def worst_first(row: ScoreRow) -> tuple[int, float, str]:
    """Order key results as a reader wants to see them: worst first, the least likely first among equals."""
    return _order(row.status, row.probability, row.key_result_id)


def worst_objective_first(row: ObjectiveRow) -> tuple[int, float, str]:
    """Order objectives the same way."""
    return _order(row.status, row.probability_all, row.objective_id)


def worst_of(rows: Sequence[ScoreRow]) -> ScoreRow | None:
    """Return the key result that needs a look first."""
    return min(rows, key=worst_first, default=None)


def _order(status: str, chance: float | None, name: str) -> tuple[int, float, str]:
    return WORST_FIRST.index(Status(status)), 1.0 if chance is None else chance, name
