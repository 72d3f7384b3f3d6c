"""Grades of closed key results (scorecard.closing.grades)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from scorecard.closing.grades import band_of, grade_of
from scorecard.score_row import ScoreRow

OVER = datetime(2026, 12, 31, 23, tzinfo=UTC)


def scored(**columns: Any) -> ScoreRow:  # noqa: ANN401 - columns of the scoreboard
    """Return a key result that ended at 9 of 12, where 10 was the target at first."""
    usual = dict.fromkeys(ScoreRow.columns()) | {
        "objective_id": "shop",
        "key_result_id": "sales",
        "period_id": "q4",
        "title": "Sales",
        "kind": "total",
        "status": "missed",
        "value": Decimal(9),
        "baseline": Decimal(0),
        "target": Decimal(12),
        "target_original": Decimal(10),
        "score": 0.75,
        "start": date(2026, 10, 1),
        "due": date(2026, 12, 31),
        "as_of": OVER,
        "known_at": OVER,
        "definition_hash": "d",
        "input_hash": "i",
    }
    return ScoreRow.of(usual | columns)


@pytest.mark.parametrize(
    ("score", "band"),
    [(1.0, "good"), (0.65, "good"), (0.649, "progress"), (0.35, "progress"), (0.349, "failed"), (0.0, "failed")],
)
def test_the_bands_are_googles_by_the_tenth(score: float, band: str) -> None:
    """A score is rounded half up to its tenth: 0.7 is good, 0.4 progress."""
    assert band == band_of(score)


def test_the_original_target_is_graded_for_ever() -> None:
    """Against what was set at first, beside the one in force."""
    grade = grade_of(scored(), None, None)
    unchanged = grade_of(scored(target_original=Decimal(12)), None, None)

    assert (0.75, 0.9, "good", False) == (grade.score, grade.score_original, grade.band, grade.hit)
    assert 0.75 == unchanged.score_original


def test_chances_at_half_time_are_held_against_what_came() -> None:
    """Ours and the team's own, by Brier."""
    grade = grade_of(scored(), None, {"probability": 0.4, "stated": 0.8})
    nothing = grade_of(scored(), None, None)

    assert (pytest.approx(0.16), pytest.approx(0.64)) == (grade.brier, grade.brier_stated)
    assert (None, None, None) == (nothing.probability_at_half, nothing.brier, nothing.brier_stated)


def test_what_was_never_measured_has_no_grade() -> None:
    """Not 0: nobody knows."""
    grade = grade_of(scored(value=None, score=None), None, None)

    assert (None, None) == (grade.score, grade.band)
