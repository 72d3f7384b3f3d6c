"""Targets with a wanted chance, rounded as a person would."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.forecast import forecast
from scorecard.question import Family, Forecast, Question, Rule, Shape
from scorecard.recalibration import IDENTITY, Recalibration
from scorecard.targets import LEVELS, Target, suggest_for, suggest_targets

INF = np.inf
START = date(2026, 4, 27)


def ask(history: list[float], **changes: object) -> Question:
    """Ask for a total over 40 days, 20 of which have passed, the plan left out."""
    values = np.array(history, dtype=np.float64)
    plain = Question(
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


def suggested(question: Question, recalibration: Recalibration = IDENTITY) -> tuple[Target, ...]:
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
    found = suggest_targets(ask([1.0]), foreseen(*[0.0] * 18, *[1.0] * 42, *[2.0] * 25, *[3.0] * 15))

    assert found is not None
    assert [3, 2, 2, 1, 1] == [int(t.value) for t in found]
    assert [0.15, 0.4, 0.4, 0.82, 0.82] == pytest.approx([t.probability for t in found])


def test_falling_targets_are_reached_from_above() -> None:
    """Where less is better, a higher chance is a higher target."""
    falling = ask([1.0], integer=False, shape=Shape.LEVEL, rule=Rule(-INF, 5.0))
    found = suggest_targets(falling, foreseen(*np.arange(1001.0, 2001.0)))

    assert found is not None
    assert [1100, 1300, 1500, 1700, 1900] == [int(t.value) for t in found]


@pytest.mark.parametrize("rule", [Rule(3.0, 5.0), Rule(3.0, INF, share_needed=0.7)])
def test_bands_have_no_one_target(rule: Rule) -> None:
    """Two bounds, or a share to keep, leave nothing to choose."""
    assert suggest_targets(ask([1.0], rule=rule), foreseen(1.0, 2.0)) is None


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
    assert list(LEVELS) == [target.level for target in found]
    assert sorted((t.value for t in found), reverse=True) == [t.value for t in found]
    assert all(not is_whole or t.value == t.value.to_integral_value() for t in found)


def test_a_target_for_history_alone_leaves_the_plan_out() -> None:
    """A plan that asks for ten times as much moves no suggestion, and asking again without it tells the same chance."""
    bare = ask([3.0, 1.0] * 30)
    planned = replace(bare, prior_target=800.0)
    (found,) = suggest_for([planned], forecast)

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
