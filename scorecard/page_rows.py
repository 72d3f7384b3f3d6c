"""What the page is made from: published tables as frames, a typed row per key result and objective."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

import polars as pl

from scorecard.page_words import Language
from scorecard.status import WORST_FIRST


@dataclass(frozen=True)
class PeriodInfo:
    """The period the page is about; both days inclusive."""

    id: str
    start: date
    end: date


@dataclass(frozen=True)
class PageData:
    """
    Everything the page shows, as the published tables have it.

    scoreboard, objectives: newest row per key result and per objective.
    daily: key_result_id, day, value, progress, expected. forecast: the newest run's key_result_id, day, p05 .. p95.
    week_ago: the scoreboard as it was a week earlier, maybe empty.
    freshness: source_freshness. definitions_changed: key_result_id, at, reason, old_target, new_target.
    calibration: maybe empty. timezone: an IANA name, for instants. text_language: the language of titles, owners and
    explanations where it is not the page's. demo_note: a sentence above everything, where the numbers are not live.
    """

    scoreboard: pl.DataFrame
    objectives: pl.DataFrame
    daily: pl.DataFrame
    forecast: pl.DataFrame
    week_ago: pl.DataFrame
    freshness: pl.DataFrame
    definitions_changed: pl.DataFrame
    calibration: pl.DataFrame
    period: PeriodInfo
    language: Language
    timezone: str
    version: str
    run_id: str
    demo_note: str = ""
    text_language: Language | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which instants are told."""
        return ZoneInfo(self.timezone)

    @cached_property
    def scores(self) -> tuple["Score", ...]:
        """Key results, worst first; the least likely first among equals."""
        scores = [Score.of(row) for row in self.scoreboard.iter_rows(named=True)]
        return tuple(
            sorted(scores, key=lambda score: (WORST_FIRST.index(score.status), _likelihood(score), score.key_result_id))
        )

    @cached_property
    def roll_ups(self) -> tuple["RollUp", ...]:
        """Objectives in the order in which they are kept."""
        return tuple(RollUp.of(row) for row in self.objectives.iter_rows(named=True))

    @cached_property
    def as_of(self) -> datetime | None:
        """The newest instant that was judged, in the page's zone."""
        return max((score.as_of for score in self.scores), default=None)

    def local(self, at: datetime) -> datetime:
        """Tell an instant in the page's zone."""
        return at.astimezone(self.zone)


class _Row:
    """A dataclass that picks its fields from a frame's row; a column that is missing reads as null."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take the fields from a row."""
        return cls(**{field.name: row.get(field.name) for field in fields(cls)})  # type: ignore[arg-type]  # subclasses are dataclasses


@dataclass(frozen=True)
class Score(_Row):
    """A row of `scoreboard`, as far as the page shows it."""

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
    expected: float | None
    probability: float | None
    confidence: int | None
    confidence_stated: float | None
    status: str
    flags: list[str] | None
    forecast_p50: float | None
    start: date
    due: date
    as_of: datetime
    observed_at: datetime | None
    explanation: str | None


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


def _likelihood(score: Score) -> float:
    return 1.0 if score.probability is None else score.probability
