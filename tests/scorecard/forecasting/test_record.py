"""The record's scores: exact terms, and error bars that count key results."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.forecasting.record import isotonic, lines_of, terms_of

chances = st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.floats(0.1, 3)), min_size=1, max_size=40)


def table(*rows: tuple[str, str, float, float | None, bool]) -> pl.DataFrame:
    """Return rows of `calibration`: key result, period, our chance, theirs, what came."""
    return pl.DataFrame(
        [
            (name, period, 0.25 * number, ours, theirs, hit)
            for number, (name, period, ours, theirs, hit) in enumerate(rows)
        ],
        {
            "key_result_id": pl.String,
            "period_id": pl.String,
            "stage": pl.Float64,
            "measured": pl.Float64,
            "stated": pl.Float64,
            "hit": pl.Boolean,
        },
        orient="row",
    )


@settings(max_examples=60, deadline=None)
@given(rows=chances)
def test_the_terms_add_up_and_none_is_negative(rows: list[tuple[float, bool, float]]) -> None:
    """Brier is miscalibration less resolution plus uncertainty, for any chances."""
    said, came, weight = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    brier, miscalibration, resolution, uncertainty = terms_of(said, came, weight)

    assert brier == pytest.approx(miscalibration - resolution + uncertainty)
    assert min(miscalibration, resolution, uncertainty) >= -1e-12


def test_isotonic_pools_what_contradicts_itself() -> None:
    """Chances that rise while what came falls are one; equal chances are too."""
    said, came = np.array([0.1, 0.2, 0.3, 0.9, 0.9]), np.array([0.0, 1.0, 0.0, 1.0, 0.0])

    assert [0.0, 0.5, 0.5, 0.5, 0.5] == list(isotonic(said, came, np.ones(5)))


def test_ours_stands_beside_the_teams_and_even_odds_over_the_same_chances() -> None:
    """What the team did not state is left out for all; a key result with two chances weighs one."""
    lines = lines_of(
        table(
            ("a", "q1", 0.9, 0.6, True),
            ("a", "q1", 0.7, 0.6, True),
            ("b", "q2", 0.2, 0.5, False),
            ("c", "q2", 0.9, None, False),
        )
    )

    assert [("ours", 2, 3), ("theirs", 2, 3), ("even", 2, 3)] == [
        (one.who, one.key_results, one.chances) for one in lines
    ]
    assert [(0.05 + 0.04) / 2, (0.16 + 0.25) / 2, 0.25] == pytest.approx([one.brier.value for one in lines])
    assert (0.25, 0.0) == pytest.approx((lines[2].uncertainty.value, lines[2].resolution.value))


def test_where_the_team_states_nothing_ours_stands_beside_even_odds() -> None:
    """And where nothing has closed nobody does."""
    assert ["ours", "even"] == [one.who for one in lines_of(table(("a", "q1", 0.9, None, True)))]
    assert () == lines_of(table())


def test_more_key_results_make_error_bars_shorter() -> None:
    """Chances of one key result do not; one alone has none."""
    many = table(*((f"k{number}", f"q{number}", 0.7, 0.5, number % 10 < 7) for number in range(200)))
    few, one = many.head(20), many.head(1)
    wide, narrow = ((line.brier.low, line.brier.high) for line in (lines_of(few)[0], lines_of(many)[0]))

    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0]) > 0
    assert lines_of(pl.concat([few, few.with_columns(stage=9.0)]))[0].brier == lines_of(few)[0].brier
    assert None is lines_of(one)[0].brier.low
