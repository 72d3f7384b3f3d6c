"""Targets with a wanted chance, rounded as a person would."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.models import Every, Judge
from scorecard.forecasting.model import forecast
from scorecard.forecasting.recalibration import IDENTITY, Recalibration
from scorecard.forecasting.rules import Rule, fewest_kept
from scorecard.forecasting.targets import LEVELS, Target, suggest_targets, without_plan
from scorecard.forecasting.types import Family, Forecast, ForecastInput, Shape

INF = np.inf
START = date(2026, 4, 27)


def ask(history: list[float], **changes: object) -> ForecastInput:
    """Ask for a total over 40 days, 20 of which have passed, the plan left out."""
    values = np.array(history, dtype=np.float64)
    plain = ForecastInput(
        key_result_id="sales",
        shape=Shape.TOTAL,
        family=Family.SALES,
        integer=True,
        start=START,
        due=START + timedelta(days=39),
        as_of=START + timedelta(days=19),
        value=float(np.nansum(values[-20:])),
        baseline=0.0,
        rule=Rule(1.0, INF),
        prior_target=np.nan,
        confidence=0.5,
        history=values,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of a question


def suggested(question: ForecastInput, recalibration: Recalibration = IDENTITY) -> tuple[Target, ...]:
    """Return the targets of one question."""
    found = suggest_targets(question, forecast([question], recalibration=recalibration)[0])
    assert found is not None
    return found


def foreseen(*outcomes: float) -> Forecast:
    """Return a forecast with known outcomes."""
    return Forecast("sales", 0.5, (), None, np.array(outcomes))


def test_targets_are_what_a_person_would_write() -> None:
    """Of the thousand values 1001 .. 2000 the round ones near the quantiles are taken, with their own chances."""
    found = suggest_targets(ask([1.0], integer=False), foreseen(*range(1001, 2001)))

    assert found is not None
    assert [Decimal(1900), Decimal(1700), Decimal(1500), Decimal(1300), Decimal(1100)] == [t.value for t in found]
    assert [0.101, 0.301, 0.501, 0.701, 0.901] == pytest.approx([t.probability for t in found])


def test_small_counts_stay_whole_and_tell_their_chance() -> None:
    """Where one more makes all the difference, the nearest whole number is taken and its true chance told."""
    found = suggest_targets(ask([0.0]), foreseen(*[0.0] * 18, *[1.0] * 42, *[2.0] * 25, *[3.0] * 15))

    assert found is not None
    assert [3, 2, 2, 1, 1] == [int(t.value) for t in found]
    assert [0.15, 0.4, 0.4, 0.82, 0.82] == pytest.approx([t.probability for t in found])


def test_falling_targets_are_reached_from_above() -> None:
    """Where less is better, a higher chance is a higher target."""
    falling = ask([1.0], integer=False, shape=Shape.LEVEL, rule=Rule(-INF, 5.0))
    found = suggest_targets(falling, foreseen(*np.arange(1001.0, 2001.0)))

    assert found is not None
    assert [1100, 1300, 1500, 1700, 1900] == [int(t.value) for t in found]


def test_two_bounds_move_about_their_middle() -> None:
    """Of outcomes 1 .. 1000 between 400 and 600, half lie within 250 of the middle; what cannot be negative is not."""
    found = suggest_targets(ask([1.0], integer=False, rule=Rule(400.0, 600.0)), foreseen(*range(1, 1001)))
    low = suggest_targets(ask([1.0], integer=False, rule=Rule(40.0, 60.0)), foreseen(*range(1, 101)), (0.7,))

    assert found is not None
    assert [(450, 550), (350, 650), (250, 750), (150, 850), (50, 950)] == [target.value for target in found]
    assert [0.101, 0.301, 0.501, 0.701, 0.901] == pytest.approx([target.probability for target in found])
    assert low is not None
    assert (Decimal(15), Decimal(85)) == low[0].value


def test_whole_bounds_about_half_a_number() -> None:
    """The middle of 3 and 6 is no count: bounds stay whole."""
    tens = foreseen(*[float(number) for number in range(10) for _ in range(9)])
    found = suggest_targets(ask([1.0], rule=Rule(3.0, 6.0)), tens, (0.2, 0.4, 0.6, 0.8))

    assert found is not None
    assert [(4, 5), (3, 6), (2, 7), (1, 8)] == [target.value for target in found]


def test_a_target_lies_beyond_the_baseline_and_what_is_reached() -> None:
    """Nobody sets a target that is reached already, or that lies on the wrong side of where it all began."""
    sold = suggest_targets(ask([10.0], value=10.0), foreseen(*[10.0] * 60, *[11.0] * 40))
    stock = ask([100.0], integer=False, shape=Shape.LEVEL, baseline=100.0, value=104.0, rule=Rule(120.0, INF))
    grown = suggest_targets(stock, foreseen(*np.linspace(91.0, 190.0, 1000)), (0.9, 0.95))
    gone = suggest_targets(stock, foreseen(*np.linspace(10.0, 99.0, 1000)))

    assert sold is not None
    assert [(0.1, 11), (0.3, 11), (0.5, 11), (0.7, 11)] == [(target.level, target.value) for target in sold]
    assert grown is not None
    assert [Decimal("102.5"), Decimal("100.1")] == [target.value for target in grown]
    assert () == gone


def kept(question: ForecastInput, recalibration: Recalibration = IDENTITY) -> tuple[Target, ...]:
    """Return the targets of a result kept to a band, and see that asking again tells their chances."""
    found = suggested(question, recalibration)
    for target in found:
        if question.judge is Judge.SHARE:
            rule = replace(question.rule, share_needed=float(target.value))  # type: ignore[arg-type]  # one number
        elif isinstance(target.value, tuple):
            rule = replace(question.rule, low=float(target.value[0]), high=float(target.value[1]))
        elif question.rule.high < INF:
            rule = replace(question.rule, high=float(target.value))
        else:
            rule = replace(question.rule, low=float(target.value))
        (answer,) = forecast([replace(question, rule=rule)], recalibration=recalibration)
        assert target.probability == pytest.approx(answer.probability, abs=0.003)
    return found


WEEKS = ask(
    [2.0, 3.0, 1.0, 2.0, 4.0, 0.0, 2.0] * 8,
    shape=Shape.WINDOW,
    every=Every.WEEK,
    judge=Judge.LAST,
    windows_before=(14.0, 12.0),
    windows=(14.0, 15.0),
    windows_left=3,
    value=15.0,
)
STOCK = ask([100.0 + day % 3 for day in range(60)], shape=Shape.LEVEL, value=102.0, judged=(100.0, 101.0, 102.0) * 6)
MOVED = Recalibration(0.3, 0.8, 40)


@pytest.mark.parametrize("recalibration", [IDENTITY, MOVED], ids=["plain", "moved"])
@pytest.mark.parametrize("question", [WEEKS, STOCK], ids=["weeks", "days"])
def test_a_band_is_chosen_by_what_it_takes_to_keep_it(question: ForecastInput, recalibration: Recalibration) -> None:
    """A floor falls, a ceiling rises and two bounds widen with the chance that is wanted of keeping to them."""
    floor = kept(replace(question, rule=Rule(10.0, INF, share_needed=0.7)), recalibration)
    ceiling = kept(replace(question, rule=Rule(-INF, 10.0, share_needed=0.7)), recalibration)
    both = kept(
        replace(question, rule=Rule(12.0, 200.0 if question is STOCK else 18.0, share_needed=0.7)), recalibration
    )

    lows, highs = [target.value for target in floor], [target.value for target in ceiling]
    widths = [target.value[1] - target.value[0] for target in both if isinstance(target.value, tuple)]
    assert (lows, highs, widths) == (sorted(lows, reverse=True), sorted(highs), sorted(widths))  # type: ignore[type-var]  # numbers
    assert min(len(lows), len(highs), len(widths)) >= 1


def test_the_share_is_chosen_where_the_share_is_judged() -> None:
    """Of five weeks all, four, or three may have to keep to the bound."""
    found = kept(replace(WEEKS, judge=Judge.SHARE, rule=Rule(14.0, INF, share_needed=0.7)))

    assert {3, 4, 5} >= {fewest_kept(float(target.value), 5) for target in found}  # type: ignore[arg-type]  # a share
    assert len({target.value for target in found}) > 1


def test_nothing_seen_nothing_suggested() -> None:
    """Without a history there is no target to suggest."""
    question = ask([], value=None)

    assert suggest_targets(question, forecast([question])[0]) is None


histories = st.lists(st.integers(0, 40), min_size=1, max_size=70)
lines = st.builds(Recalibration, st.floats(-0.5, 0.5), st.floats(0.5, 1.5))


@settings(max_examples=60, deadline=None)
@given(histories, st.sampled_from([1, 100, 1000]), st.booleans(), lines)
def test_the_chance_told_is_the_chance_of_the_rounded_target(
    history: list[int], size: int, is_whole: bool, recalibration: Recalibration
) -> None:
    """Writing a suggested target and asking again gives the very chance that was told; targets stay ordered."""
    question = ask([float(size * day) for day in history], integer=is_whole)
    found = suggested(question, recalibration)

    asked = [replace(question, rule=Rule(float(target.value), INF)) for target in found]
    answers = forecast(asked, recalibration=recalibration)

    assert [answer.probability for answer in answers] == pytest.approx([t.probability for t in found], abs=1e-9)
    assert [level for level in LEVELS if level in {target.level for target in found}] == [t.level for t in found]
    assert sorted((t.value for t in found), reverse=True) == [t.value for t in found]
    assert all(not is_whole or t.value == t.value.to_integral_value() for t in found)


def test_a_target_for_history_alone_leaves_the_plan_out() -> None:
    """A plan that asks for ten times as much moves no suggestion, and asking again without it tells the same chance."""
    bare = ask([3.0, 1.0] * 30)
    planned = replace(bare, prior_target=800.0)
    alone = without_plan(planned)
    found = suggest_targets(alone, forecast([alone])[0])

    assert suggested(bare) == found
    assert found is not None
    even = replace(bare, rule=Rule(float(found[2].value), INF))
    assert found[2].probability == forecast([even])[0].probability
    assert 0.5 == pytest.approx(found[2].probability, abs=0.025)


def test_a_thousand_take_less_than_a_second() -> None:
    """A thousand suggestions of five targets cost less than a second of this processor."""
    rng = np.random.default_rng(3)
    questions = [ask([float(day) for day in rng.poisson(1 + n % 20, 60)]) for n in range(1000)]
    forecast(questions[:2])

    began = process_time()
    answers = forecast(questions)
    found = [suggest_targets(question, answer) for question, answer in zip(questions, answers, strict=True)]

    assert 1000 == len([targets for targets in found if targets])
    assert process_time() - began < 2.0  # a busy machine; alone it is about half a second
