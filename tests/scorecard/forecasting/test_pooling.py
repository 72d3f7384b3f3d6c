"""The team's word beside the numbers' in the first days."""

from itertools import pairwise

import numpy as np
import pytest

from scorecard.forecasting.model import forecast
from scorecard.forecasting.pooling import Direction, confidence_by, is_heard, pool
from scorecard.forecasting.recalibration import Recalibration
from scorecard.forecasting.rules import Rule, meets
from scorecard.forecasting.types import Forecast, ForecastInput, Shape
from tests.scorecard.forecasting.inputs import ask

LATER = (3.0, 2.0, 4.0, 3.0, 2.0, 3.0, 4.0, 2.0, 3.0, 3.0, 2.0, 4.0, 3.0, 2.0)


def young(confidence: float = 0.5, days: int = 3, **words: object) -> ForecastInput:
    """Ask for a total of 100 after some days of three a day, with the team's own chance of it."""
    said = {"confidence": confidence, "is_stated": True, "value": 3.0 * days} | words
    return ask(Shape.TOTAL, list(LATER[:days]), **said)


def answer(question: ForecastInput, **words: Recalibration) -> Forecast:
    """Answer one question."""
    return forecast([question], **words)[0]


def chance(question: ForecastInput) -> float:
    """Return the chance of one question."""
    probability = answer(question).probability
    assert probability is not None
    return probability


def test_the_surer_the_team_the_likelier() -> None:
    """A higher stated chance gives a higher chance, on both sides of what the numbers say."""
    chances = [chance(young(tenths / 10)) for tenths in range(1, 10)]
    assert all(lower < higher for lower, higher in pairwise(chances))
    assert chances[0] < chance(young(is_stated=False)) < chances[-1]


def test_what_was_not_stated_is_not_heard() -> None:
    """Where the team has said nothing, what it is taken to mean moves nothing."""
    assert chance(young(0.2, is_stated=False)) == chance(young(0.9, is_stated=False))
    assert answer(young(0.2, is_stated=False)).alone is None


def test_the_numbers_own_chance_is_kept_beside() -> None:
    """What the numbers alone say is told with what both say."""
    assert answer(young(0.1)).alone == chance(young(is_stated=False))


def test_the_word_fades_in_a_fortnight() -> None:
    """The team moves the chance less from day to day, and from two weeks on not at all."""
    moved = [chance(young(0.8, days)) - chance(young(0.8, days, is_stated=False)) for days in (1, 5, 10, 14)]
    assert all(earlier > later for earlier, later in pairwise(moved))
    assert 0.0 == moved[-1]


def test_gloom_counts_more_than_hope() -> None:
    """A stated chance below the numbers' moves it further on normal scores than one as far above them."""
    down, up = (pool(young(stated), 3.0, alone=0.5).shift for stated in (0.2, 0.8))
    assert -down > up > 0.0


def test_a_higher_target_has_no_higher_chance() -> None:
    """The word is about the target as first written: whatever is asked for later, more is never likelier."""
    chances = [chance(young(0.3, rule=Rule(target, np.inf))) for target in (60.0, 80.0, 100.0, 120.0, 160.0)]
    assert chances == sorted(chances, reverse=True)


def test_fan_outcomes_and_chance_move_as_one() -> None:
    """The chance is the share of the outcomes that meet the rule, and the fan ends in their quantiles."""
    pooled = answer(young(0.2))
    assert pooled.outcomes is not None
    assert pooled.fan is not None
    assert pooled.probability == float(meets(pooled.outcomes, Rule(100.0, np.inf)).mean())
    assert pytest.approx(float(np.quantile(pooled.outcomes, 0.5)), abs=1.0) == pooled.fan[-1][2]
    assert (np.diff(pooled.fan, axis=1) >= 0.0).all()


def test_a_ceiling_is_held_by_less() -> None:
    """Where less is better, a surer team expects less."""
    low, high = (answer(young(one, rule=Rule(-np.inf, 100.0), prior_target=100.0)).probability for one in (0.2, 0.8))
    assert low is not None
    assert high is not None
    assert low < high


def test_what_closed_key_results_taught_comes_after() -> None:
    """The raw chance is the pooled one, before closed key results had their say."""
    taught = answer(young(0.2), recalibration=Recalibration(-0.3, 0.8, 40))
    assert pytest.approx(chance(young(0.2)), abs=0.002) == taught.probability_raw


def test_a_word_is_worth_what_such_words_came_to() -> None:
    """A team whose hopes came to nothing so far raises the chance less than one that nothing is known of."""
    known = Recalibration(key_results=40, word_shift=-0.5, word_slope=0.6)
    alone, heard, learnt = (
        answer(question, recalibration=line).probability
        for question, line in (
            (young(is_stated=False), known),
            (young(0.8), Recalibration()),
            (young(0.8), known),
        )
    )
    assert alone is not None
    assert heard is not None
    assert learnt is not None
    assert alone < heard
    assert learnt < heard


def test_others_are_not_moved() -> None:
    """A question that no word is pooled with is answered as it would be alone."""
    pooled, plain = forecast([young(0.2), young(0.2, is_stated=False)])
    assert plain.probability == pooled.alone


def test_no_word_without_a_target_to_be_about() -> None:
    """Of a target that is being chosen, or of a middle to stay near, nothing has been stated."""
    assert is_heard(young(), 3.0)
    assert not is_heard(young(prior_target=float("nan")), 3.0)
    assert not is_heard(young(rule=Rule(50.0, 100.0)), 3.0)


def test_a_direction_states_a_confidence_beside_the_chance() -> None:
    """The same states the chance itself, better and worse lie on their sides of it, and none is certain."""
    assert 4.4 == confidence_by(Direction.SAME, 0.44)
    assert confidence_by(Direction.WORSE, 0.44) < 4.4 < confidence_by(Direction.BETTER, 0.44)
    assert (0.1, 9.9) == (confidence_by(Direction.WORSE, 0.0005), confidence_by(Direction.BETTER, 0.9995))
