"""Grades: what a key result came to, by Google's bands, and what had been said of it at half-time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from okr_config.models import Definition
from scorecard.score_row import ScoreRow
from scorecard.status import Status

Band = Literal["good", "progress", "failed"]

_TENTH = Decimal("0.1")
_GOOD, _PROGRESS = Decimal("0.7"), Decimal("0.4")
_TOO_LOW = 5
"""A target that was met so many times over was none."""


@dataclass(frozen=True)
class Grade:
    """
    A closed key result: the columns of the table `grade`, but for who closed it and when.

    score_original: against the target as it was first. band: by Google: 0.7 to 1.0 good, 0.4 to 0.6 progress, below
    failed; a score is rounded to its tenth. probability_at_half, stated_at_half: the chance that was published, and the
    team's own, last in the first half of its time; brier, brier_stated: their squared distance from what came.
    """

    period_id: str
    key_result_id: str
    score: float | None
    score_original: float | None
    band: Band | None
    committed: bool
    status: str
    hit: bool
    value: Decimal | None
    target: Decimal | None
    target_original: Decimal | None
    probability_at_half: float | None
    stated_at_half: float | None
    brier: float | None
    brier_stated: float | None
    run_id: str | None
    as_of: datetime


def grade_of(score: ScoreRow, definition: Definition | None, half: Mapping[str, Any] | None) -> Grade:
    """
    Grade a key result that is over.

    Args:
        score: as it was scored after its end.
        definition: what it was scored by, where that can be read.
        half: probability and stated, as said at half-time; None where nothing was.
    """
    hit = score.status == Status.ACHIEVED
    measured, stated = (half["probability"], half["stated"]) if half else (None, None)
    return Grade(
        period_id=score.period_id,
        key_result_id=score.key_result_id,
        score=score.score,
        score_original=_against_original(score),
        band=None if score.score is None else band_of(score.score),
        committed=bool(definition and definition.key_result.committed),
        status=score.status,
        hit=hit,
        value=score.value,
        target=score.target,
        target_original=score.target_original,
        probability_at_half=measured,
        stated_at_half=stated,
        brier=_brier(measured, hit=hit),
        brier_stated=_brier(stated, hit=hit),
        run_id=score.run_id,
        as_of=score.as_of,
    )


def band_of(score: float) -> Band:
    """Return the band of a score, which is rounded half up to its tenth as readers do."""
    tenth = Decimal(repr(score)).quantize(_TENTH, ROUND_HALF_UP)
    if tenth >= _GOOD:
        return "good"
    return "progress" if tenth >= _PROGRESS else "failed"


def times_over(score: ScoreRow) -> int:
    """Return how many times over a target was met, 0 below five times."""
    times = int(score.progress_raw or 0)
    return times if times >= _TOO_LOW else 0


def _against_original(score: ScoreRow) -> float | None:
    first, baseline, value = score.target_original, score.baseline, score.value
    if first is None or first == score.target or None in (baseline, value):
        return score.score
    if baseline is None or value is None or first == baseline:
        return None
    return float(min(max((value - baseline) / (first - baseline), Decimal(0)), Decimal(1)))


def _brier(chance: float | None, *, hit: bool) -> float | None:
    return None if chance is None else (chance - hit) ** 2
