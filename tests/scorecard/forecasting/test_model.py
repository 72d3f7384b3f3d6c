"""The forecast's laws, for every history (.parameters, .paths, .prior, .protocol, .rules, .types)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.models import Every, Judge
from scorecard.forecasting.model import forecast
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.types import Family, ForecastInput, Shape

START = date(2026, 4, 27)
INF = np.inf
few = settings(max_examples=40, deadline=None)

days_of_sales = st.lists(st.integers(0, 30), min_size=1, max_size=70)
odd_days = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(np.nan), st.just(0.0)), max_size=40)


def ask(history: list[float], **changes: object) -> ForecastInput:
    """Ask for a total of 100 units in 40 days, 20 of which have passed."""
    values = np.array(history, dtype=np.float64)
    question = ForecastInput(
        key_result_id="sales",
        shape=Shape.TOTAL,
        family=Family.SALES,
        integer=True,
        start=START,
        due=START + timedelta(days=39),
        as_of=START + timedelta(days=19),
        value=float(np.nansum(values[-20:])) if np.isfinite(values).any() else None,
        baseline=0.0,
        rule=Rule(100.0, INF),
        prior_target=100.0,
        confidence=0.5,
        history=values,
    )
    if changes.get("shape") is Shape.LEVEL and question.value is not None:
        question = replace(question, value=float(values[np.isfinite(values)][-1]))
    return replace(question, **changes)


def chance(question: ForecastInput) -> float:
    """Return the answer's probability, which these questions always have."""
    answer = forecast([question])[0].probability
    assert answer is not None
    return answer


def steady(rate: float, days: int = 40, seed: int = 1) -> list[float]:
    """Draw daily counts about a steady rate."""
    return [float(count) for count in np.random.default_rng(seed).poisson(rate, days)]


def of_shape(shape: Shape, history: list[float], rule: Rule) -> ForecastInput:
    """Ask for any shape in the middle of its period."""
    question = ask(history, shape=shape, rule=rule, judged=(50.0, 50.0, 30.0, 200.0, 1.0))
    if shape is Shape.RATIO:
        return replace(question, denominator=np.abs(question.history) + 1.0, integer=False)
    if shape is Shape.WINDOW:
        windows = {"windows": (30.0, 40.0), "open_window": 5.0, "open_share": 0.4, "windows_left": 3}
        return replace(question, every=Every.WEEK, judge=Judge.LAST, **windows)
    return question


RULES = [
    Rule(100.0, INF),
    Rule(-INF, 50.0),
    Rule(20.0, 60.0, share_needed=0.7),
    Rule(100.0, INF, ever=True),
    Rule(-INF, 50.0, ever=True, met_already=True),
]


moments = st.tuples(st.sampled_from([-5, 0, 19, 39, 50]), st.sampled_from([0.25, 1.0]))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("shape", list(Shape))
@few
@given(odd_days, moments, st.booleans())
def test_every_history_has_an_answer(
    shape: Shape, rule: Rule, history: list[float], moment: tuple[int, float], can_fall: bool
) -> None:
    """Empty, gappy, negative and huge histories give a chance in 0..1, ordered quantiles and no NaN."""
    passed, day_share = moment
    as_of = START + timedelta(days=passed)
    question = replace(of_shape(shape, history, rule), as_of=as_of, day_share=day_share, can_fall=can_fall)

    answer = forecast([question])[0]

    assert answer.probability is not None
    assert 0.0 <= answer.probability <= 1.0
    assert answer.outcomes is None or bool(np.all(np.diff(answer.outcomes) >= 0.0))
    assert answer.fan is None or answer.fan.shape == (len(answer.days), 5)
    assert answer.fan is None or bool(np.all(np.diff(answer.fan, axis=1) >= 0.0))


@pytest.mark.parametrize("shape", list(Shape))
@few
@given(days_of_sales, st.floats(0.1, 1e4), st.floats(0.0, 1e4))
def test_a_higher_target_never_has_a_higher_chance(
    shape: Shape, history: list[float], target: float, more: float
) -> None:
    """With the plan as first written, raising the target never raises the chance."""
    low, high = (chance(of_shape(shape, history, Rule(bound, INF))) for bound in (target, target + more))

    assert high <= low


@few
@given(days_of_sales, st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_a_harder_band_never_has_a_higher_chance(history: list[float], bound: float, more: float) -> None:
    """Courses do not depend on the bounds, so a narrower band is met on fewer of them."""
    for shape in (Shape.LEVEL, Shape.WINDOW):
        wide, narrow = (
            chance(of_shape(shape, history, Rule(low, INF, share_needed=0.7))) for low in (bound, bound + more)
        )

        assert narrow <= wide


@pytest.mark.parametrize("rule", [RULES[0], RULES[1]])
@pytest.mark.parametrize("shape", list(Shape))
@few
@given(days_of_sales)
def test_the_chance_is_the_share_of_outcomes_that_meet_the_rule(shape: Shape, rule: Rule, history: list[float]) -> None:
    """Chance and published distribution are one thing."""
    answer = forecast([of_shape(shape, history, rule)])[0]

    assert answer.outcomes is not None
    meeting = np.mean((answer.outcomes >= rule.low) & (answer.outcomes <= rule.high))
    assert pytest.approx(float(meeting), abs=1e-12) == answer.probability


@few
@given(days_of_sales)
def test_the_fan_starts_at_the_value_and_ends_in_the_outcomes(history: list[float]) -> None:
    """The first row is the present value, the last row the outcomes' own quantiles."""
    question = ask(history, integer=False)

    answer = forecast([question])[0]

    assert answer.fan is not None
    assert answer.outcomes is not None
    assert [question.value] * 5 == answer.fan[0].tolist()
    ends = np.quantile(answer.outcomes, (0.05, 0.25, 0.5, 0.75, 0.95))
    scale = 1.0 + float(np.ptp(answer.outcomes))
    assert pytest.approx(ends / scale, abs=0.01) == answer.fan[-1] / scale
    assert (answer.days[0], answer.days[-1]) == (question.as_of, question.due)


@few
@given(st.lists(st.integers(0, 3), min_size=25, max_size=70), st.integers(1, 20), st.floats(20.0, 200.0))
def test_a_sale_more_never_lowers_the_chance(history: list[int], back: int, target: float) -> None:
    """One unit more on any day of the period helps, or changes nothing beyond a few outcomes' grain."""
    rule = Rule(float(round(target)), INF)
    better = [count + (place == len(history) - back) for place, count in enumerate(history)]

    before, after = (chance(ask([float(count) for count in each], rule=rule)) for each in (history, better))

    assert after >= before - 0.004


@few
@given(st.lists(st.floats(0.0, 500.0), min_size=5, max_size=60), st.sampled_from([1e-3, 0.1, 7.5, 1e4]))
def test_money_has_no_natural_unit(history: list[float], factor: float) -> None:
    """The same money in another currency has the same chance."""
    target = 3.0 * sum(history) + 50.0
    kroner = ask(history, integer=False, rule=Rule(target, INF), prior_target=target)
    other = ask(
        [factor * value for value in history],
        integer=False,
        rule=Rule(factor * target, INF),
        prior_target=factor * target,
    )

    assert pytest.approx(chance(kroner), abs=0.0021) == chance(other)


def test_a_reached_total_that_cannot_fall_is_certain() -> None:
    """Sold units stay sold."""
    assert chance(ask(steady(10.0))) == 1.0


def test_a_reached_total_that_can_fall_is_not_quite_certain() -> None:
    """Refunds may yet take back what was reached."""
    history = [0.0] * 30 + [3.0, -2.0, 4.0, -3.0, 1.0, -1.0, 2.0, -2.0, 1.0, -1.0]
    question = ask(history, value=100.0, can_fall=True)

    assert 0.1 < chance(question) < 1.0


def test_past_due_only_the_value_counts() -> None:
    """At the end of the due date the chance is 1 or 0."""
    due = ask(steady(4.0), as_of=START + timedelta(days=39))

    assert chance(replace(due, value=100.0)) == 1.0
    assert chance(replace(due, value=99.0)) == 0.0


@pytest.mark.parametrize("confidence", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("shape", list(Shape))
def test_without_data_the_stated_confidence_is_the_chance(shape: Shape, confidence: float) -> None:
    """Nothing observed: the plan as written, believed as much as the team says."""
    question = ask([], shape=shape, confidence=confidence, every=Every.WEEK, judge=Judge.LAST, windows_left=4)

    answer = forecast([question])[0]

    assert pytest.approx(confidence, abs=0.001) == answer.probability
    assert answer.little_data


def test_without_data_a_ceiling_has_the_stated_confidence_too() -> None:
    """A target to stay under, and one to come down to, are planned for like one to reach."""
    ceiling = ask([], rule=Rule(-INF, 100.0), confidence=0.8)
    descent = ask([], shape=Shape.LEVEL, rule=Rule(-INF, 6.0), prior_target=6.0, baseline=9.0, confidence=0.8)

    assert pytest.approx((0.8, 0.8), abs=0.001) == (chance(ceiling), chance(descent))


def test_a_wish_far_above_the_run_rate_is_unlikely_and_one_far_below_is_likely() -> None:
    """With 80 days of a steady rate the run-rate rules."""
    question = ask(steady(5.0, 80))

    assert chance(replace(question, rule=Rule(400.0, INF))) < 0.02
    assert chance(replace(question, rule=Rule(130.0, INF))) > 0.95


def test_a_falling_level_is_expected_to_fall_on() -> None:
    """A decreasing target is a target like another."""
    history = [9.0 - 0.1 * day for day in range(20)]
    falling = ask(
        history, shape=Shape.LEVEL, integer=False, value=7.1, baseline=9.0, rule=Rule(-INF, 6.0), prior_target=6.0
    )

    assert chance(falling) > 0.8
    assert chance(replace(falling, rule=Rule(-INF, 1.0))) < 0.1


def test_the_best_week_is_more_likely_good_enough_than_the_last() -> None:
    """Three weeks have three chances, the last one has one."""
    question = of_shape(Shape.WINDOW, steady(6.0), Rule(45.0, INF))

    assert chance(replace(question, judge=Judge.BEST)) > chance(question)


def test_a_best_week_already_good_enough_is_certain() -> None:
    """The best closed window cannot be lost again."""
    question = of_shape(Shape.WINDOW, steady(6.0), Rule(40.0, INF))

    assert chance(replace(question, judge=Judge.BEST)) == 1.0


def test_once_is_enough_when_that_is_the_rule() -> None:
    """A goal that was met once and counts for ever stays met."""
    level = ask(steady(50.0), shape=Shape.LEVEL, rule=Rule(80.0, INF, ever=True))

    assert chance(replace(level, rule=Rule(80.0, INF, ever=True, met_already=True))) == 1.0
    assert chance(level) >= chance(replace(level, rule=Rule(80.0, INF)))


def test_days_already_outside_the_band_can_make_it_impossible() -> None:
    """Twenty days out of forty outside leave at most half inside."""
    level = ask([50.0] * 40, shape=Shape.LEVEL, rule=Rule(40.0, 60.0, share_needed=0.7), judged=(70.0,) * 20)

    assert (chance(level), chance(replace(level, judged=(50.0,) * 20))) == (0.0, 1.0)


@pytest.mark.parametrize("rule", [Rule(-INF, 20.0, share_needed=0.7), Rule(-INF, 20.0, ever=True)])
def test_days_before_the_start_are_not_judged(rule: Rule) -> None:
    """A stock that is low until the day it begins, and high from then on, is not helped by the days before."""
    rising = ask([float(day) for day in range(20)], shape=Shape.LEVEL, rule=rule, prior_target=20.0)
    later = replace(rising, start=START + timedelta(days=34), due=START + timedelta(days=39))

    assert chance(later) < 0.1


def test_a_ratio_is_held_by_its_past() -> None:
    """With most of the period over, a ratio hardly moves."""
    orders, visits = [4.0, 6.0] * 20, np.full(40, 100.0)
    late = ask(
        orders, shape=Shape.RATIO, integer=False, denominator=visits, value=0.05, as_of=START + timedelta(days=35)
    )

    assert chance(replace(late, rule=Rule(0.04, INF), prior_target=0.04)) > 0.95
    assert chance(replace(late, rule=Rule(0.06, INF), prior_target=0.06)) < 0.05


def test_only_windows_known_is_enough() -> None:
    """Distinct counts that were pulled by the week need no daily values."""
    question = ask(
        [],
        shape=Shape.WINDOW,
        family=Family.VISITORS,
        every=Every.WEEK,
        judge=Judge.LAST,
        windows_before=(50.0, 55.0, 48.0, 52.0, 51.0),
        windows=(49.0, 53.0),
        windows_left=3,
        value=53.0,
    )

    assert chance(replace(question, rule=Rule(30.0, INF), prior_target=30.0)) > 0.8
    assert chance(replace(question, rule=Rule(80.0, INF), prior_target=80.0)) < 0.2


@pytest.mark.parametrize("change", [lambda q: q, lambda q: replace(q, key_result_id="other")])
def test_equal_questions_have_equal_answers(change: Callable[[ForecastInput], ForecastInput]) -> None:
    """A run can be replayed, and the company of other questions changes nothing."""
    question = change(of_shape(Shape.WINDOW, steady(6.0), RULES[2]))
    others = [of_shape(shape, steady(3.0, 60), RULES[0]) for shape in Shape]

    assert forecast([question])[0].probability == forecast([*others, question])[-1].probability


def test_no_question_no_answer() -> None:
    """An empty scorecard is fine."""
    assert forecast([]) == ()


@pytest.mark.parametrize("size", [20.0, 60.0, 600.0])
@pytest.mark.parametrize("rate", [0.5, 5.0, 20.0])
def test_a_lone_extreme_day_of_the_period_does_not_lower_a_high_chance(rate: float, size: float) -> None:
    """A single bulk order brings the goal nearer and says little of the days to come."""
    history = steady(rate, 60)
    target = round(sum(history[-20:]) + 14.0 * rate)
    better = [count + size * (place == len(history) - 3) for place, count in enumerate(history)]

    before, after = (chance(ask(each, rule=Rule(target, INF), prior_target=target)) for each in (history, better))

    assert after >= before - 0.01


@pytest.mark.parametrize("shape", [Shape.TOTAL, Shape.LEVEL, Shape.WINDOW, Shape.RATIO])
def test_the_chance_is_the_fans_share(shape: Shape) -> None:
    """A target on a quantile that the fan shows for the due date has that quantile's chance."""
    history = np.cumsum(steady(600.0)).tolist() if shape is Shape.LEVEL else steady(600.0)
    question = replace(of_shape(shape, history, RULES[0]), prior_target=24_000.0)
    if shape is Shape.WINDOW:
        question = replace(question, windows=(4200.0, 4100.0), open_window=1700.0, prior_target=4200.0)
    fan = forecast([question])[0].fan
    assert fan is not None

    chances = [chance(replace(question, rule=Rule(float(target), INF))) for target in fan[-1]]

    assert pytest.approx([0.95, 0.75, 0.5, 0.25, 0.05], abs=0.02) == chances


def test_a_stock_that_never_fell_is_not_quite_safe() -> None:
    """A total that was reached is certain; a level reached early may yet fall, once in n + 2."""
    level = ask([float(day) for day in range(30)], shape=Shape.LEVEL, rule=Rule(29.0, INF), prior_target=29.0)

    assert pytest.approx(1.0 - 1.0 / 31.0, abs=0.002) == chance(level)


def test_a_stock_that_only_grew_is_not_expected_below_its_value() -> None:
    """But for those few outcomes the fan of a stock that never fell lies above it."""
    fan = forecast([ask([float(day // 3) for day in range(60)], shape=Shape.LEVEL, rule=Rule(40.0, INF))])[0].fan

    assert fan is not None
    assert float(fan[:, 0].min()) == fan[0, 0]


def test_nothing_ever_sold_leaves_a_chance() -> None:
    """Sixty days without a sale leave some chance of one, and less of ten."""
    question = ask([0.0] * 60, rule=Rule(1.0, INF), prior_target=10.0)

    one, ten = chance(question), chance(replace(question, rule=Rule(10.0, INF)))

    assert 0.0 < ten < one < 1.0


def test_a_gap_counts_for_nothing() -> None:
    """Days that were not observed are neither zeros nor news."""
    history = steady(5.0, 60)
    gap = history[:20] + [np.nan] * 10 + history[30:]
    question = ask(history, rule=Rule(sum(history[-20:]) + 100.0, INF), prior_target=200.0)

    assert pytest.approx(chance(question), abs=0.12) == chance(replace(question, history=np.array(gap)))


def test_weekdays_that_differ_are_known_by_their_days() -> None:
    """A shop closed on Sundays sells nothing on the last one, whatever its rate."""
    history = [0.0 if day % 7 == 6 else 10.0 for day in range(70)]
    eve = ask(history, start=START, as_of=START + timedelta(days=69), due=START + timedelta(days=70), value=0.0)
    sunday = replace(eve, as_of=START + timedelta(days=68), due=START + timedelta(days=69), history=eve.history[:-1])

    assert chance(replace(eve, rule=Rule(5.0, INF))) > 0.9
    assert chance(replace(sunday, rule=Rule(5.0, INF))) < 0.1


def test_a_count_of_a_steady_crowd_is_foreseen_closely() -> None:
    """Ten thousand a day, a percent up or down: nine in ten outcomes within a tenth."""
    crowd = (10_000.0 + 100.0 * np.random.default_rng(3).standard_normal(80)).round()
    answer = forecast([ask(crowd.tolist(), rule=Rule(4e5, INF), prior_target=4e5)])[0]

    assert answer.fan is not None
    low, middle, high = answer.fan[-1, [0, 2, 4]]
    assert (high - low) / middle < 0.1
