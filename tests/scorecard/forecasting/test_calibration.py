"""How chances came true, with error bars that know what is one key result."""

import polars as pl
import pytest

from scorecard.forecasting.calibration import BINS, compare, learn, reliability, shared_luck, wilson
from scorecard.forecasting.recalibration import FEWEST, IDENTITY

SCHEMA = {
    "key_result_id": pl.String,
    "period_id": pl.String,
    "measured": pl.Float64,
    "measured_raw": pl.Float64,
    "stated": pl.Float64,
    "hit": pl.Boolean,
}


def said(*rows: tuple[str, float, float | None, bool]) -> pl.DataFrame:
    """Return rows of `calibration`: key result, our chance, theirs, what came; the period is what stands after a @."""
    split = [(*name.partition("@")[::2], *others) for name, *others in rows]
    frame = pl.DataFrame(
        [(name, period or name, ours, ours, theirs, hit) for name, period, ours, theirs, hit in split],
        SCHEMA,
        orient="row",
    )
    return frame.with_columns(
        ((pl.col("measured") - pl.col("hit")) ** 2).alias("brier"),
        ((pl.col("stated") - pl.col("hit")) ** 2).alias("brier_stated"),
    )


def test_bins_tell_what_was_said_and_what_came() -> None:
    """Chances are sorted by what was said; a key result with several counts once in the error bar."""
    rows = said(("a", 0.1, 0.5, False), ("a", 0.15, 0.5, False), ("b", 0.9, 0.5, True), ("c", 1.0, None, False))

    low, high = reliability(rows, "ours")

    assert (0.0, 0.2, 0.125, 0.0, 2, 1) == (low.low, low.high, low.said, low.came, low.chances, low.key_results)
    assert (0.8, 1.0, 0.95, 0.5, 2, 2) == (high.low, high.high, high.said, high.came, high.chances, high.key_results)
    assert wilson(0.0, 1) == (low.came_low, low.came_high)
    assert [3] == [one.chances for one in reliability(rows, "theirs")]
    assert BINS == 5


@pytest.mark.parametrize(
    ("share", "count", "low", "high"), [(0.5, 10, 0.2366, 0.7634), (0.0, 10, 0.0, 0.2775), (1.0, 1, 0.2065, 1.0)]
)
def test_wilson(share: float, count: int, low: float, high: float) -> None:
    """The interval of a share, as tables of Wilson's have it."""
    assert (low, high) == pytest.approx(wilson(share, count), abs=1e-4)


def test_ours_against_theirs() -> None:
    """Brier scores over what both have said, each key result once; the interval holds the difference."""
    rows = said(
        ("a", 0.9, 0.5, True),
        ("a", 0.7, 0.5, True),
        ("b", 0.2, 0.5, False),
        ("c", 0.6, 0.5, False),
        ("d", 0.1, None, True),
    )

    found = compare(rows)

    assert 3 == found.key_results
    assert (0.05 + 0.04 + 0.36) / 3 == pytest.approx(found.ours)
    assert (0.25, -0.1) == pytest.approx((found.theirs, found.difference))
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.1 < found.high
    assert found == compare(rows)


def test_nothing_closed_nothing_compared() -> None:
    """Without closed key results there is nothing to say, and nothing to learn."""
    assert None is compare(said()).difference
    assert () == reliability(said(), "ours")
    assert IDENTITY == learn(said())


def test_nothing_is_learnt_from_few() -> None:
    """Below thirty closed key results nothing is recalibrated, however many chances they have."""
    rows = [(f"k{number}", 0.9, None, number % 2 == 0) for number in range(FEWEST - 1)]

    assert IDENTITY == learn(said(*rows * 4))


def test_enough_are_learnt_from() -> None:
    """Thirty key results whose 90 % came true half the time lower what is said; their chances weigh one together."""
    rows = [(f"k{number}", 0.9, None, number % 2 == 0) for number in range(FEWEST)]

    once, often = learn(said(*rows)), learn(said(*rows * 4))

    assert FEWEST == once.key_results
    assert 0.5 < once.apply(0.9) < 0.8
    assert (once.shift, once.slope) == pytest.approx((often.shift, often.slope))


def month(number: int, hits: int, of: int = 10) -> list[tuple[str, float, float, bool]]:
    """Return a month's key results, all said to be even, of which some came true."""
    return [(f"k{number}-{place}@{number}", 0.5, 0.5, place < hits) for place in range(of)]


def test_a_period_shares_its_luck() -> None:
    """Good and bad months tell ten times less than as many key results apart; months like one another tell all."""
    moody = said(*(row for number in range(6) for row in month(number, 10 * (number % 2))))
    even = said(*(row for number in range(6) for row in month(number, 5)))
    once = said(*month(1, 8))

    assert 10.0 < shared_luck(moody) < 13.0
    assert 1.0 == shared_luck(even)
    assert (0.3 * 10) ** 2 / (10 / 9 * 0.25 * 10) == pytest.approx(shared_luck(once))  # off by 3 of 10 in all
    (wide,), (narrow,) = reliability(moody, "ours"), reliability(even, "ours")
    assert wide.came == narrow.came
    assert wide.came_high - wide.came_low > 2.0 * (narrow.came_high - narrow.came_low)


def test_little_is_learnt_from_one_period() -> None:
    """Forty key results of one good month move a chance less than forty that stand alone."""
    together = said(*month(1, 30, of=40))
    apart = said(*((f"k{place}", 0.5, 0.5, place < 30) for place in range(40)))

    assert 0.5 < learn(together).apply(0.5) < 0.57 < learn(apart).apply(0.5)


def test_the_difference_is_as_sure_as_its_periods() -> None:
    """The interval of a difference is wider where whole months went one way."""
    rows = [(f"k{number}-{place}", 0.8, 0.5, number % 3 > 0) for number in range(6) for place in range(5)]
    apart = compare(said(*rows))
    together = compare(said(*((f"{name}@{name[1]}", *others) for name, *others in rows)))

    assert apart.difference == together.difference
    assert apart.low is not None
    assert together.low is not None
    assert together.low < apart.low < (apart.difference or 0.0)


def test_what_a_teams_word_is_worth_is_learnt_too() -> None:
    """Of a team that said 8 of 10 where half came true, the same word says less; of one that was right, as much."""
    hopeful = learn(said(*((f"k{number}", 0.5, 0.8, number % 2 == 0) for number in range(60))))
    right = learn(said(*((f"k{number}", 0.5, 0.8, number % 5 > 0) for number in range(60))))

    assert hopeful.word_shift + hopeful.word_slope * 0.84 < 0.4
    assert pytest.approx(0.84, abs=0.05) == right.word_shift + right.word_slope * 0.84


def test_a_team_that_states_nothing_has_no_worth_to_learn() -> None:
    """Ours is learnt without theirs."""
    ours = learn(said(*((f"k{number}", 0.8, None, number % 2 == 0) for number in range(60))))

    assert ours.shift < 0.0
    assert (0.0, 1.0) == (ours.word_shift, ours.word_slope)
