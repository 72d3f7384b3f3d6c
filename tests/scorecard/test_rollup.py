"""What key results come to together."""

import itertools
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.rollup import Summed, chance_of_all, chances_of_at_least, roll_up, weighted
from scorecard.score_row import ObjectiveRow, ScoreRow

AS_OF = datetime(2026, 11, 30, tzinfo=UTC)


def test_weighted_mean_of_what_is_known() -> None:
    """0.3, 0.5 and twice 0.7 are 0.55; the one without a score lowers only the coverage."""
    parts = [(0.3, Decimal(1)), (0.5, Decimal(1)), (0.7, Decimal(2)), (None, Decimal(1))]

    assert weighted(parts) == (0.55, 0.8)


@pytest.mark.parametrize("parts", [[], [(None, Decimal(1))], [(0.5, Decimal(0))]])
def test_no_mean_of_nothing(parts: list[tuple[float | None, Decimal]]) -> None:
    """Without a scored weight there is no score, and it is not 0."""
    assert weighted(parts) == (None, 0.0)


def _by_luck(chances: Sequence[tuple[float, str]]) -> float:
    """Draw the two-level luck and count: the slow way to the same chance."""
    rng = np.random.default_rng(7)
    draws = 400_000
    shared = rng.standard_normal(draws)
    metrics = {metric: rng.standard_normal(draws) for _, metric in chances}
    reached = np.ones(draws, dtype=bool)
    ranks = np.sort(rng.standard_normal(draws))
    for chance, metric in chances:
        own = math.sqrt(0.15) * shared + math.sqrt(0.35) * metrics[metric] + math.sqrt(0.5) * rng.standard_normal(draws)
        reached &= own <= ranks[min(int(chance * draws), draws - 1)]
    return float(reached.mean())


@pytest.mark.parametrize(
    "chances",
    [
        [(0.5, "a"), (0.5, "b")],
        [(0.5, "a"), (0.5, "a")],
        [(0.9, "a"), (0.6, "a"), (0.3, "b"), (0.8, "c")],
    ],
)
def test_chance_of_all_is_what_luck_says(chances: Sequence[tuple[float, str]]) -> None:
    """The sum over nodes is the share of a great many draws."""
    assert _by_luck(chances) == pytest.approx(chance_of_all(chances), abs=0.005)


def test_two_coins() -> None:
    """Two even chances with correlation r are both reached with chance 1/4 + asin(r) / 2 pi."""
    for metrics, correlation in ((("a", "b"), 0.15), (("a", "a"), 0.5)):
        expected = 0.25 + math.asin(correlation) / (2 * math.pi)

        assert expected == pytest.approx(chance_of_all([(0.5, metrics[0]), (0.5, metrics[1])]), abs=1e-6)


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ([], None),
        ([(0.4, "a")], 0.4),
        ([(1.0, "a"), (1.0, "b")], 1.0),
        ([(0.0, "a"), (0.9, "b")], 0.0),
        ([(1.0, "a"), (0.3, "b")], 0.3),
    ],
)
def test_sure_and_impossible(chances: Sequence[tuple[float, str]], expected: float | None) -> None:
    """What is decided has no luck in it."""
    assert expected == pytest.approx(chance_of_all(chances), abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abc")), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_bounds_of_any_dependence(chances: list[tuple[float, str]]) -> None:
    """Never more likely than the least likely, never less than the Frechet bound."""
    together = chance_of_all(chances)
    values = [chance for chance, _ in chances]

    assert together is not None
    lowest = max(0.0, math.fsum(values) - (len(values) - 1))
    assert lowest - 1e-12 <= together <= min(values)


def _row(status: str, score: float | None = 0.5, probability: float | None = 0.5) -> ScoreRow:
    row = {"status": status, "score": score, "progress_raw": score, "probability": probability, "as_of": AS_OF}
    return ScoreRow.of(row)


def _rolled(rows: Sequence[tuple[ScoreRow, Decimal]], below: Sequence[Summed] = ()) -> ObjectiveRow:
    return roll_up("", rows, period_id="q4", objective_id="shop", below=below)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("not_started", "not_started"), "not_started"),
        (("not_started", "achieved"), "achieved"),
        (("achieved", "on_track"), "on_track"),
        (("on_track", "no_data"), "no_data"),
        (("no_data", "at_risk"), "at_risk"),
        (("at_risk", "off_track"), "off_track"),
        (("off_track", "missed"), "missed"),
    ],
)
def test_the_worst_status_counts(statuses: Sequence[str], expected: str) -> None:
    """An objective stands where its worst key result stands; not started only if all are."""
    assert expected == _rolled([(_row(status), Decimal(1)) for status in statuses]).status


def test_expected_hits() -> None:
    """The chances that are known add up; without any there is no number."""
    rows = [(_row("on_track", probability=chance), Decimal(1)) for chance in (0.5, 0.25, None)]

    assert _rolled(rows).expected_hits == 0.75
    assert None is _rolled(rows[2:]).expected_hits
    assert None is _rolled(rows[2:]).probability_all


some_chances = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["a", "b", "c", ""])), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(some_chances)
def test_at_least_so_many(chances: Sequence[tuple[float, str]]) -> None:
    """The chance of at least k falls with k, ends at that of all, and adds up to the expected number."""
    at_least = chances_of_at_least(chances)

    assert len(chances) == len(at_least)
    assert all(fewer >= more - 1e-9 for fewer, more in itertools.pairwise(at_least))
    assert chance_of_all(chances) == at_least[-1]
    assert math.fsum(chance for chance, _ in chances) == pytest.approx(math.fsum(at_least), abs=0.002)
    assert max(chance for chance, _ in chances) <= at_least[0] + 0.002


def test_at_least_one_of_two_coins() -> None:
    """Two even chances fail together as often as they are reached together."""
    both = 0.25 + math.asin(0.15) / (2 * math.pi)

    assert [1 - both, both] == pytest.approx(chances_of_at_least([(0.5, "a"), (0.5, "b")]), abs=1e-6)


def test_what_is_decided_counts_for_sure() -> None:
    """One reached and one missed leave only the third to chance."""
    assert [1.0, 0.4, 0.0] == pytest.approx(chances_of_at_least([(1.0, "a"), (0.0, "b"), (0.4, "c")]), abs=1e-6)
    assert [] == chances_of_at_least([])


def test_nothing_scored_nothing_expected() -> None:
    """Without any score the chances are the team's own words: an objective expects nothing of them."""
    row = _rolled([(_row("no_data", score=None, probability=0.5), Decimal(1)) for _ in range(2)])

    assert (0.0, None, None, None) == (
        row.coverage,
        row.expected_hits,
        row.probability_all,
        row.probability_at_least,
    )
