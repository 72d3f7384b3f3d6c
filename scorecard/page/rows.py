"""One row of the page's tables as a typed value: a key result's score, an objective's roll-up, the period."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

UNDECIDED = ("on_track", "at_risk", "off_track", "no_data")


@dataclass(frozen=True)
class PeriodInfo:
    """The period the page is about; both days inclusive."""

    id: str
    start: date
    end: date


class _Row:
    """A dataclass that picks its fields from a frame's row; a column that is missing reads as null."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take the fields from a row."""
        return cls(**{field.name: row.get(field.name) for field in fields(cls) if not field.name.startswith("is_")})  # type: ignore[arg-type]  # subclasses are dataclasses


@dataclass(frozen=True)
class Score(_Row):
    """A row of `scoreboard`, as far as the page shows it. `is_lost`: too old to stand by, beside its status."""

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
    expected: float | None
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
    is_lost: bool = False


@dataclass(frozen=True)
class RollUp(_Row):
    """A row of `objective_scoreboard`, as far as the page shows it."""

    objective_id: str
    title: str
    score: float | None
    coverage: float | None
    status: str
    probability_all: float | None
    expected_hits: float | None
    key_results: int
