"""What the forecast promises of every kind of key result, asked as a user does: from definitions and numbers."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_config.models import Definition
from scorecard.schemas import Scores
from tests.scorecard.conftest import HALFWAY, START, Case, define, end_of

Define = Callable[..., Definition]
FIRST = START - timedelta(days=40)
QUANTILES = ("p05", "p25", "p50", "p75", "p95")
SHARES = (0.95, 0.75, 0.5, 0.25, 0.05)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# an amount on each of up to sixty days to the end of the twentieth day of the period; None: nobody looked
days_seen = st.lists(st.one_of(st.integers(0, 12), st.none()), min_size=0, max_size=60)

KINDS: dict[str, dict[str, Any]] = {
    "total": {"kind": "total", "metric": "kasse.sales", "target": 90},
    "total that may fall": {"kind": "total", "metric": "shop.units_sold", "target": 90},
    "limit": {"kind": "total", "metric": "kasse.sales", "at_most": 90},
    "range": {"kind": "total", "metric": "kasse.sales", "between": [60, 120]},
    "level": {"kind": "level", "metric": "social.followers", "target": 300},
    "level from what it was": {"kind": "level", "metric": "social.followers", "baseline": "measured", "target": 300},
    "level once": {"kind": "level", "metric": "social.followers", "target": 300, "reached": "ever"},
    "level down": {"kind": "level", "metric": "social.followers", "baseline": 500, "target": 150},
    "level down once": {
        "kind": "level",
        "metric": "social.followers",
        "baseline": 500,
        "target": 150,
        "reached": "ever",
    },
    "level kept": {"kind": "level", "metric": "social.followers", "between": [100, 300]},
    "last week": {"kind": "window", "every": "week", "metric": "kasse.sales", "target": 30},
    "best week": {"kind": "window", "every": "week", "judge": "best", "metric": "kasse.sales", "target": 40},
    "mean week": {"kind": "window", "every": "week", "judge": "mean", "metric": "kasse.sales", "target": 30},
    "share of days": {"kind": "window", "every": "day", "judge": "share", "metric": "kasse.sales", "at_least": 3},
    "weeks kept": {"kind": "window", "every": "week", "metric": "kasse.sales", "between": [10, 50]},
    "week once": {"kind": "window", "every": "week", "metric": "kasse.sales", "target": 40, "reached": "ever"},
    "ratio": {"kind": "ratio", "numerator": "kasse.sales", "denominator": "kasse.visits", "target": "0.1"},
    "ratio kept": {"kind": "ratio", "numerator": "kasse.sales", "denominator": "kasse.visits", "at_least": "0.05"},
}
RISING = ("total", "total that may fall", "level", "level once", "last week", "best week", "mean week", "ratio")


def world(values: Sequence[int | None], last: date = START + timedelta(days=19)) -> Case:
    """Return a world with an amount a day up to `last`; followers are what came in so far, on two accounts."""
    case, stock = Case(), 100
    for number, value in enumerate(values):
        day = last - timedelta(days=len(values) - 1 - number)
        if value is None:
            continue
        stock += value
        case = case.seen("kasse.sales", day, value).seen("shop.units_sold", day, value).seen("kasse.visits", day, 60)
        case = case.looked("social.followers", end_of(day) - timedelta(hours=3), stock, account="a")
        if number >= len(values) // 2:  # the second account is known later, and not on every day
            at = end_of(day) - timedelta(hours=2)
            case = case.looked("social.followers", at, 20 + number, account="b") if number % 3 else case
    return case


def chance(case: Case, definition: Definition, as_of: datetime = HALFWAY) -> float:
    """Return the published chance."""
    probability = case.row(definition, as_of)["probability"]
    assert isinstance(probability, float)
    return probability


def see_that_it_holds(scores: Scores) -> None:
    """See that no number is NaN, chances are shares, quantiles are ordered, and the fan starts at the value."""
    row = scores.key_results.row(0, named=True)
    for frame in (scores.key_results, scores.daily, scores.forecast, scores.whatif):
        for name in frame.select(pl.col(pl.Float64)).columns:
            assert all(isfinite(value) for value in frame[name].drop_nulls()), name
    assert row["probability"] is None or 0.0 <= row["probability"] <= 1.0
    assert row["forecast_p10"] is None or row["forecast_p10"] <= row["forecast_p50"] <= row["forecast_p90"]
    fan = scores.forecast.sort("day").select(QUANTILES).rows()
    assert all(list(quantiles) == sorted(quantiles) for quantiles in fan)
    if fan and row["value"] is not None and row["unit"] != "share" and row["kind"] != "ratio":
        assert [float(row["value"])] * 5 == pytest.approx(fan[0], abs=1e-6)  # values are kept with six decimals


def see_that_the_fan_has_the_chance(scores: Scores) -> None:
    """See that the chance lies between those of the quantiles around the target on the due day, within 0.02."""
    row, last = scores.key_results.row(0, named=True), scores.forecast.sort("day").row(-1, named=True)
    target, falls = float(row["target"]), float(row["target"]) < float(row["baseline"] or 0)
    shares = {name: 1.0 - share if falls else share for name, share in zip(QUANTILES, SHARES, strict=True)}
    met = [name for name in QUANTILES if (last[name] <= target if falls else last[name] >= target)]
    least = max((shares[name] for name in met), default=0.0)
    most = min((share for name, share in shares.items() if name not in met), default=1.0)
    assert least - 0.02 <= row["probability"] <= most + 0.02


@pytest.mark.parametrize("kind", KINDS)
@few
@given(days_seen, st.sampled_from([-3, 0, 7, 19, 38, 39, 45]), st.booleans())
def test_every_kind_and_history_has_its_numbers(
    kind: str, values: list[int | None], passed: int, committed: bool
) -> None:
    """Before, within and after its days, with gaps, zeros or nothing at all."""
    as_of = end_of(START + timedelta(days=passed))

    see_that_it_holds(world(values).scores(define(**KINDS[kind], committed=committed), as_of=as_of))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [[], [0], [3], [3, 3], [0] * 60, [None, 4, None, None], [2, None] * 30], ids=str)
def test_tiny_empty_and_broken_histories(kind: str, values: list[int | None]) -> None:
    """From no day at all to sixty days of nothing; where a chance is told, it is not yet decided."""
    scores = world(values).scores(define(**KINDS[kind]))
    see_that_it_holds(scores)
    row = scores.key_results.row(0, named=True)

    if not values:
        assert 0.5 == row["probability"]
        assert "prior_only" in row["flags"]
    elif row["status"] != "achieved" and row["probability"] is not None:
        assert 0.0 < row["probability"] < 1.0


@pytest.mark.parametrize("kind", ["total", "total that may fall", "level", "level down", "last week", "ratio"])
@few
@given(st.lists(st.integers(0, 12), min_size=25, max_size=60), st.floats(0.4, 1.6))
def test_the_fan_and_the_chance_are_one(kind: str, values: list[int], times: float) -> None:
    """On the due day as many outcomes reach any target as its chance says."""
    words = KINDS[kind]
    target = Decimal(str(round(float(words["target"]) * times, 3)))
    if kind == "level down":
        target = min(target, Decimal(499))
    scores = world(values).scores(define(**words, changes=[{"on": START, "target": target}]))

    if scores.key_results["status"][0] not in {"achieved", "missed"} and not scores.forecast.is_empty():
        see_that_the_fan_has_the_chance(scores)


@pytest.mark.parametrize("kind", RISING)
@few
@given(st.lists(st.one_of(st.integers(0, 12), st.none()), min_size=5, max_size=60), st.integers(1, 300))
def test_a_raised_target_is_no_likelier(kind: str, values: list[int | None], more: int) -> None:
    """Whatever a change adds to the target, the chance does not rise: the plan stays what was first written."""
    words, case = KINDS[kind], world(values)
    rows = [
        case.row(define(**words, changes=[{"on": START, "target": Decimal(str(words["target"])) * factor}]))
        for factor in (1, 1 + Decimal(more) / 100)
    ]

    if all(row["probability"] is not None for row in rows):
        assert rows[1]["probability"] <= rows[0]["probability"]


STEADY = [3, 4, 2, 5, 3, 0, 1] * 8


@pytest.mark.parametrize("kind", ["total", "total that may fall", "last week", "mean week", "ratio"])
def test_a_day_that_is_lowered_later_lowers_the_chance(kind: str) -> None:
    """Restated numbers are what counts: with a day of the period taken back, the value falls and so does the chance."""
    restated = [0 if number >= len(STEADY) - 10 and number % 2 else value for number, value in enumerate(STEADY)]
    words = {**KINDS[kind], "target": 20} if kind == "mean week" else KINDS[kind]  # within reach, for there to be less
    before, after = (world(values).row(define(**words)) for values in (STEADY, restated))

    assert after["value"] < before["value"]
    assert after["probability"] < before["probability"]


def test_followers_lost_later_lower_the_chance(nothing: Case) -> None:
    """A stock counted anew, lower, is less likely to get there."""
    at = [end_of(FIRST + timedelta(days=day)) - timedelta(hours=1) for day in range(60)]
    before = after = nothing
    for number, moment in enumerate(at):
        before = before.looked("social.followers", moment, 200 + 2 * number)
        after = after.looked("social.followers", moment, 200 + 2 * number - (15 if number > 55 else 0))
    target = define(kind="level", metric="social.followers", target=360)

    assert chance(after, target) < chance(before, target)


PACES = [
    "linear",
    "last_year",
    [{"on": date(2020, 5, 10), "value": "0.1"}, {"on": date(2020, 5, 20), "value": "0.9"}],
    [{"on": date(2020, 6, 1), "value": "0.05"}],
]


@pytest.mark.parametrize("kind", ["total", "level", "ratio"])
def test_the_planned_pace_moves_no_chance(kind: str) -> None:
    """
    The plan's course is what is expected by now; chance, fan and status by chance come from target and numbers alone.

    That holds for last year's pace too: a season is foreseen, in part, because the numbers show it, whatever the plan.
    """
    case = world([*STEADY * 9, *STEADY])  # more than a year
    scores = [case.scores(define(**KINDS[kind], pace=pace)) for pace in PACES]

    assert 1 == len({one.key_results["probability"][0] for one in scores})
    assert 1 == len({one.key_results["status"][0] for one in scores})
    assert all(one.forecast.equals(scores[0].forecast) for one in scores)
    assert 3 <= len({one.key_results["expected"][0] for one in scores})


def test_an_account_that_is_missing_is_a_lower_bound(nothing: Case) -> None:
    """An account that nobody could read keeps its last value: known growth goes on, and the chance is less."""
    both = one = nothing
    for day in range(60):
        at = end_of(FIRST + timedelta(days=day)) - timedelta(hours=1)
        both = both.looked("social.followers", at, 100 + day, account="a")
        both = both.looked("social.followers", at, 100 + 2 * day, account="b")
        one = one.looked("social.followers", at, 100 + day, account="a")
        one = one.looked("social.followers", at, 100 + 2 * day, account="b") if day < 45 else one
    target = define(kind="level", metric="social.followers", target=430)
    whole, carried = both.scores(target), one.scores(target)
    see_that_it_holds(carried)

    row = carried.key_results.row(0, named=True)
    assert (["stale"], Decimal(100 + 59 + 100 + 88)) == (row["flags"], row["value"])
    assert row["probability"] < whole.key_results["probability"][0]


def test_an_account_that_joins_is_no_growth(nothing: Case) -> None:
    """When a second account is read for the first time, its stock is there at once and is not taken for a trend."""
    late = nothing
    for day in range(60):
        at = end_of(FIRST + timedelta(days=day)) - timedelta(hours=1)
        late = late.looked("social.followers", at, 100 + day, account="a")
        late = late.looked("social.followers", at, 5000, account="b") if day >= 50 else late
    scores = late.scores(define(kind="level", metric="social.followers", target=5400))
    see_that_it_holds(scores)

    assert Decimal(5159) == scores.key_results["value"][0]
    assert scores.key_results["probability"][0] < 0.05
    assert scores.key_results["forecast_p50"][0] == pytest.approx(5179, abs=6)


@pytest.mark.parametrize(("once", "at_the_end"), [("level once", "level"), ("week once", "last week")])
@few
@given(st.lists(st.integers(0, 12), min_size=25, max_size=60))
def test_once_is_no_harder_than_at_the_end(once: str, at_the_end: str, values: list[int]) -> None:
    """Having been there on any day is at least as likely as being there on the last."""
    ever, last = (world(values).row(define(**{**KINDS[once], "reached": how})) for how in ("ever", "at_deadline"))

    assert at_the_end in KINDS
    assert ever["probability"] >= last["probability"] - 0.02


def test_what_was_reached_once_stays_reached(nothing: Case) -> None:
    """A stock that was there and fell counts as reached where once is enough, and has a chance where it is not."""
    case = nothing
    for day in range(60):
        at = end_of(FIRST + timedelta(days=day)) - timedelta(hours=1)
        case = case.looked("social.followers", at, 320 if day == 45 else 250)
    ever, last = (case.row(define(**{**KINDS["level once"], "reached": how})) for how in ("ever", "at_deadline"))

    assert (1.0, "achieved") == (ever["probability"], ever["status"])
    assert 0.0 < last["probability"] < 0.5


def test_sixty_days_of_nothing_leave_little_hope(nothing: Case) -> None:
    """All zeros: one sale is less likely than not, ten are rare, and neither is impossible."""
    case = nothing.daily("kasse.sales", FIRST, [0] * 60)
    one, ten = (
        chance(case, define(metric="kasse.sales", target=10, changes=[{"on": START, "target": target}]))
        for target in (1, 10)
    )

    assert 0.0 < ten < 0.1
    assert ten < one < 0.75


def test_a_level_on_its_way_down_is_foreseen_further_down(nothing: Case) -> None:
    """Less is better: the nearer the target to where it is heading, the likelier."""
    case = nothing
    for day in range(60):
        at = end_of(FIRST + timedelta(days=day)) - timedelta(hours=1)
        case = case.looked("social.followers", at, Decimal(900 - 5 * day))
    words = {"kind": "level", "metric": "social.followers", "baseline": 900}
    near, there, far = (
        chance(case, define(**words, target=505, changes=[{"on": START, "target": target}]))
        for target in (560, 505, 420)
    )

    assert near > 0.9
    assert 0.2 < there < 0.8
    assert far < 0.1


def test_a_band_that_always_held_will_hold(nothing: Case) -> None:
    """Sixty days that hardly moved promise the same; a band beside them promises nothing."""
    case = nothing
    for day in range(60):
        at = end_of(FIRST + timedelta(days=day)) - timedelta(hours=1)
        case = case.looked("social.followers", at, 100 + day // 20)
    words = {"kind": "level", "metric": "social.followers"}

    assert chance(case, define(**words, between=[90, 110])) > 0.9
    assert chance(case, define(**words, between=[110, 130])) < 0.1
