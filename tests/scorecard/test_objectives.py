"""Objectives that serve others come to what lies below them, weight by weight."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.objectives import Key, Objective, roll_up_all
from scorecard.score_row import ObjectiveRow, ScoreRow

AS_OF = datetime(2026, 11, 30, tzinfo=UTC)
SHARES = st.none() | st.integers(0, 100).map(lambda number: number / 100)
WEIGHTS = st.integers(1, 9).map(Decimal)
TEAMS = st.lists(st.tuples(WEIGHTS, st.lists(st.tuples(SHARES, WEIGHTS), min_size=1, max_size=4)), max_size=5)


def _row(score: float | None, status: str = "on_track") -> ScoreRow:
    known = {"score": score, "progress_raw": score, "probability": score}
    return ScoreRow.of({"status": status, "as_of": AS_OF, **known})


def _key_results(scores: Sequence[tuple[float | None, Decimal]]) -> list[tuple[ScoreRow, Decimal]]:
    return [(_row(score), weight) for score, weight in scores]


def _rolled(
    own: Sequence[tuple[ScoreRow, Decimal]], teams: Sequence[tuple[Decimal, Sequence[tuple[ScoreRow, Decimal]]]]
) -> tuple[ObjectiveRow, list[ObjectiveRow]]:
    """Sum up a company whose teams serve it: its row, and theirs."""
    company: Key = ("year", "company")
    objectives: Mapping[Key, Objective] = {
        **{
            ("q4", f"team{number}"): Objective(("q4", f"team{number}"), "Team", weight, company)
            for number, (weight, _) in enumerate(teams)
        },
        company: Objective(company, "Company", Decimal(1), None),
    }
    key_results = {("q4", f"team{number}"): rows for number, (_, rows) in enumerate(teams)} | {company: own}
    *below, top = roll_up_all(objectives, key_results)
    return top, below


def test_parts_are_key_results_and_those_that_serve() -> None:
    """A key result of 0.2 and teams of 0.5 (twice) and 0.8, one of them half measured: 0.5, over 7/8 of the weight."""
    one = Decimal(1)
    top, below = _rolled(
        _key_results([(0.2, one)]),
        [(Decimal(2), _key_results([(0.5, one)])), (one, _key_results([(0.8, one), (None, one)]))],
    )

    assert [(0.5, 1.0, "company"), (0.8, 0.5, "company")] == [(row.score, row.coverage, row.parent) for row in below]
    assert (0.5, 0.875, None) == (top.score, top.coverage, top.parent)
    assert (("year", "company", 4), 1.5) == ((top.period_id, top.objective_id, top.key_results), top.expected_hits)


@given(own=st.lists(st.tuples(SHARES, WEIGHTS), min_size=1, max_size=3), teams=TEAMS)
def test_a_roll_up_lies_between_its_parts(
    own: list[tuple[float | None, Decimal]], teams: list[tuple[Decimal, list[tuple[float | None, Decimal]]]]
) -> None:
    """No sum is above the best part or below the worst, coverage included; nothing scored, nothing summed up."""
    top, below = _rolled(_key_results(own), [(weight, _key_results(rows)) for weight, rows in teams])
    parts = [score for score, _ in own if score is not None] + [row.score for row in below if row.score is not None]
    covered = [float(score is not None) for score, _ in own] + [row.coverage or 0 for row in below]

    assert (top.score is None) is (not parts)
    assert top.score is None or min(parts) - 1e-9 <= top.score <= max(parts) + 1e-9
    assert min(covered) - 1e-9 <= (top.coverage or 0) <= max(covered) + 1e-9


@given(own=st.lists(st.tuples(SHARES, WEIGHTS), min_size=1, max_size=3), teams=TEAMS, factor=st.integers(2, 50))
def test_only_weights_beside_each_other_count(
    own: list[tuple[float | None, Decimal]],
    teams: list[tuple[Decimal, list[tuple[float | None, Decimal]]]],
    factor: int,
) -> None:
    """All weights times the same number come to the same, within a team as well as among teams."""
    plain, _ = _rolled(_key_results(own), [(weight, _key_results(rows)) for weight, rows in teams])
    scaled, _ = _rolled(
        _key_results([(score, weight * factor) for score, weight in own]),
        [
            (weight * factor, _key_results([(score, heavy * (factor + 1)) for score, heavy in rows]))
            for weight, rows in teams
        ],
    )

    assert plain.score == (None if scaled.score is None else pytest.approx(scaled.score))
    assert plain.coverage == pytest.approx(scaled.coverage)


@given(score=st.integers(0, 99).map(lambda number: number / 100), own=SHARES)
def test_a_better_part_is_never_worse(score: float, own: float | None) -> None:
    """A team's key result that gets further never lowers what its company comes to."""
    one = Decimal(1)
    low, high = (
        _rolled(_key_results([(own, one)]), [(one, _key_results([(value, one)]))])[0].score or 0
        for value in (score, score + 0.01)
    )

    assert low <= high


@pytest.mark.parametrize(
    ("own", "teams", "status"),
    [
        (["on_track"], [["off_track"]], "off_track"),
        (["at_risk"], [["missed", "achieved"], ["on_track"]], "at_risk"),
        ([], [["missed"], ["on_track"]], "on_track"),
        ([], [["missed"], ["achieved"]], "missed"),
        ([], [["missed", "on_track"]], "missed"),
    ],
)
def test_what_is_over_decides_nothing_while_others_last(own: list[str], teams: list[list[str]], status: str) -> None:
    """The worst part counts; a quarter that was missed is no word on a year whose next quarter is on track."""
    one = Decimal(1)
    top, _ = _rolled(
        [(_row(0.5, name), one) for name in own], [(one, [(_row(0.5, name), one) for name in team]) for team in teams]
    )

    assert status == top.status


def test_three_floors() -> None:
    """A grandparent comes to what its children come to."""
    company, unit, team = ("year", "company"), ("half", "unit"), ("q4", "team")
    objectives = {
        team: Objective(team, "Team", Decimal(1), unit),
        unit: Objective(unit, "Unit", Decimal(1), company),
        company: Objective(company, "Company", Decimal(1), None),
    }

    rows = roll_up_all(objectives, {team: _key_results([(0.4, Decimal(1)), (None, Decimal(3))])})

    assert [("team", "unit"), ("unit", "company"), ("company", None)] == [
        (row.objective_id, row.parent) for row in rows
    ]
    assert [(0.4, 0.25, 2)] * 3 == [(row.score, row.coverage, row.key_results) for row in rows]
