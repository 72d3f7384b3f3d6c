"""One monotone map, learnt from closed key results, that moves the whole distribution."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scorecard.forecasting.model import forecast
from scorecard.forecasting.recalibration import IDENTITY, Recalibration, fit, scores_of
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.types import Family, ForecastInput, Shape

MOVED = Recalibration(shift=-0.3, slope=0.7, key_results=40)


def question(**words: object) -> ForecastInput:
    """Return a total of 40 days, half of them gone, with a sale every other day."""
    plain = ForecastInput(
        key_result_id="sales",
        shape=Shape.TOTAL,
        family=Family.SALES,
        integer=True,
        start=date(2020, 4, 27),
        due=date(2020, 6, 5),
        as_of=date(2020, 5, 16),
        value=10.0,
        baseline=0.0,
        rule=Rule(20.0, np.inf),
        prior_target=20.0,
        confidence=0.5,
        history=np.tile([0.0, 1.0], 20),
    )
    return replace(plain, **words)  # type: ignore[arg-type]  # fields of a question


LEVEL = question(shape=Shape.LEVEL, value=120.0, history=100.0 + np.arange(21.0), rule=Rule(145.0, np.inf))
FALLING = replace(LEVEL, integer=False, history=121.0 - np.arange(21.0) / 3, rule=Rule(-np.inf, 108.0), value=114.3)
EVER = replace(LEVEL, rule=Rule(145.0, np.inf, ever=True))


@pytest.mark.parametrize("asked", [question(), LEVEL, FALLING], ids=["total", "level", "falling"])
def test_the_chance_moves_as_the_map_says(asked: ForecastInput) -> None:
    """A recalibrated chance is the map of the plain one, wherever the target lies."""
    (plain,), (moved,) = forecast([asked]), forecast([asked], recalibration=MOVED)
    assert plain.probability is not None
    assert MOVED.apply(plain.probability) == pytest.approx(moved.probability, abs=0.003)
    assert plain.probability == pytest.approx(moved.probability_raw, abs=0.003)


@pytest.mark.parametrize("asked", [question(), LEVEL, FALLING, EVER], ids=["total", "level", "falling", "ever"])
def test_fan_and_outcomes_move_with_the_chance(asked: ForecastInput) -> None:
    """The fan at the due date has the quantiles of the outcomes, and today's value stays where it is."""
    (moved,) = forecast([asked], recalibration=MOVED)
    assert moved.fan is not None
    assert moved.outcomes is not None
    assert [asked.value] * 5 == moved.fan[0].tolist()
    assert bool(np.all(np.diff(moved.fan, axis=1) >= 0))
    if not asked.rule.ever:
        assert np.quantile(moved.outcomes, [0.05, 0.5, 0.95]) == pytest.approx(moved.fan[-1][[0, 2, 4]], abs=1.0)


def test_nothing_learnt_changes_nothing() -> None:
    """Without a map the chance is its own raw one."""
    (plain,) = forecast([question()])
    assert plain.probability == plain.probability_raw
    assert (scores_of([IDENTITY], [question()], np.array([0.5])) == 0.5).all()


def test_bounds_from_both_sides_stay() -> None:
    """A total that must stay between two bounds has no good side, and keeps its chance."""
    asked = question(rule=Rule(18.0, 24.0))
    assert forecast([asked])[0].probability == forecast([asked], recalibration=MOVED)[0].probability


def test_the_map_and_its_inverse_meet() -> None:
    """Undoing what was applied gives the chance back; certainty stays."""
    assert 0.37 == pytest.approx(MOVED.undo(MOVED.apply(0.37)))
    assert (0.0, 1.0) == (MOVED.apply(0.0), MOVED.undo(1.0))


def test_an_overconfident_record_is_drawn_to_the_middle() -> None:
    """Chances of 90 and 10 % that came true 7 and 3 times of ten flatten the line."""
    chances = [0.9] * 50 + [0.1] * 50
    hits = [True] * 35 + [False] * 15 + [True] * 15 + [False] * 35
    shift, slope = fit(chances, hits, [1.0] * 100)
    assert abs(shift) < 1e-9
    assert 0.45 < slope < 0.65


def test_a_true_record_changes_next_to_nothing() -> None:
    """Chances of 80 and 20 % that came true 8 and 2 times of ten leave the line where it is."""
    chances = [0.8] * 50 + [0.2] * 50
    hits = [True] * 40 + [False] * 10 + [True] * 10 + [False] * 40
    shift, slope = fit(chances, hits, [1.0] * 100)
    assert (0.0, 1.0) == pytest.approx((shift, slope), abs=0.01)


def test_little_moves_little() -> None:
    """Three surprises pull far less than thirty."""
    few, _ = fit([0.5] * 3, [False] * 3, [1.0] * 3)
    many, _ = fit([0.5] * 30, [False] * 30, [1.0] * 30)
    assert many < 3 * few < 0
