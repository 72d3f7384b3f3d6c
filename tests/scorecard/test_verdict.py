"""What a measured key result is worth, how likely it is, and which word it gets: the edges of each rule."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from okr_config.metrics import BUILT_IN
from scorecard.forecast_inputs import Certainty
from scorecard.forecasting.recalibration import Recalibration
from scorecard.forecasting.types import Forecast
from scorecard.scoring import foresee
from scorecard.status import Flag
from scorecard.verdict import Case as ToJudge
from scorecard.verdict import Verdict, input_hash, judge, stored, undecided
from tests.scorecard.conftest import DUE, HALFWAY, LATER, START, Case, define

OUTCOMES = np.linspace(0.0, 100.0, 1001)


def ready(sold: list[int], first: date = START, **words: Any) -> ToJudge:  # noqa: ANN401 - keys of a key result
    """Return a total ready to be judged on the evening of the twentieth of forty days."""
    case = Case().daily("shop.units_sold", first, sold)
    definition = define(**({"metric": "shop.units_sold", "target": 40, "confidence": 5} | words))
    (one,) = foresee([definition], case.evidence, as_of=HALFWAY, metrics=BUILT_IN)
    return one.case


def foreseen(probability: float | None, **words: Any) -> Forecast:  # noqa: ANN401 - fields of a forecast
    """Return a forecast of that chance."""
    return Forecast("kr", probability, (START, DUE), None, OUTCOMES, **words)


def verdict(case: ToJudge, probability: float | None) -> Verdict:
    """Judge a case by a chance."""
    return Verdict(case, foreseen(probability))


@pytest.mark.parametrize(
    ("chance", "kept"), [(0.0, 0.0005), (0.0005, 0.0005), (0.3, 0.3), (0.9995, 0.9995), (1.0, 0.9995)]
)
def test_nothing_is_certain_before_it_is_decided(chance: float, kept: float) -> None:
    """A thousand outcomes cannot tell one of two thousand from never."""
    assert kept == undecided(chance)
    assert kept == verdict(ready([1] * 20), chance).probability


@pytest.mark.parametrize(
    ("value", "kept"),
    [(None, None), (Decimal("1.0000005"), Decimal("1.000000")), (Decimal("1.0000015"), Decimal("1.000002"))],
)
def test_values_are_kept_with_six_decimals(value: Decimal | None, kept: Decimal | None) -> None:
    """Half a millionth goes to the even one."""
    assert kept == stored(value)


@pytest.mark.parametrize(
    ("chance", "confidence"), [(0.0, 1), (0.04, 1), (0.14, 1), (0.16, 2), (0.84, 8), (0.949, 9), (1.0, 9)]
)
def test_confidence_is_the_chance_of_ten(chance: float, confidence: int) -> None:
    """Neither 0 nor 10 while it can still come otherwise."""
    assert confidence == verdict(ready([1] * 20), chance).confidence


@pytest.mark.parametrize(("certain", "confidence"), [(0.0, 0), (1.0, 10)])
def test_confidence_is_whole_once_decided(certain: float, confidence: int) -> None:
    """Then it is 0 or 10."""
    case = replace(ready([1] * 20), certainty=Certainty(certain, is_decided=True))

    assert (confidence, certain) == (Verdict(case, None).confidence, Verdict(case, None).probability)


@pytest.mark.parametrize(("chance", "status"), [(0.9499, "on_track"), (0.95, "achieved"), (0.99, "achieved")])
def test_what_is_met_is_reached_once_it_will_hardly_be_lost(chance: float, status: str) -> None:
    """Units may come back: at 95 % what is met counts as reached, below it is met for now."""
    met = verdict(ready([3] * 20), chance)

    assert status == met.status
    assert (Flag.MET_NOW in met.flags) is (status == "on_track")


@pytest.mark.parametrize(
    ("chance", "stated", "disagree"),
    [(0.5, 2, True), (0.5, 2.1, False), (0.5, 8, True), (0.5, 7.9, False), (0.5, None, False), (None, 9, False)],
)
def test_three_of_ten_apart_is_a_disagreement(chance: float | None, stated: float | None, *, disagree: bool) -> None:
    """Between what is measured and what the team states; where either is missing there is none."""
    judged = verdict(replace(ready([1] * 20), stated=stated), chance)

    assert disagree is (Flag.DISAGREEMENT in judged.flags)


@pytest.mark.parametrize(("days", "own"), [(4, True), (5, False)])
def test_a_chance_of_four_observations_is_the_teams(days: int, *, own: bool) -> None:
    """It is marked so, and then it cannot disagree with the team."""
    judged = verdict(ready([1] * days, START + timedelta(days=20 - days), confidence=9), 0.2)

    assert own is judged.rests_on_little
    assert own is (Flag.PRIOR_ONLY in judged.flags)
    assert own is not (Flag.DISAGREEMENT in judged.flags)


def test_pace_is_progress_against_what_was_planned() -> None:
    """Twenty of forty after half of the time is as planned; without a plan there is no pace."""
    half, ahead = verdict(ready([1] * 20), 0.5), verdict(ready([2] * 19 + [0]), 0.5)

    assert (0.5, 1.0) == (half.expected, half.pace)
    assert pytest.approx(1.9) == ahead.pace
    assert verdict(ready([1] * 20, start=START + timedelta(days=20)), 0.5).pace is None


def test_a_changed_target_is_marked() -> None:
    """A change that holds by now, not one that is to come."""
    changed, to_come = (
        verdict(ready([1] * 20, changes=[{"on": day, "target": 30}]), 0.5)
        for day in (START + timedelta(days=19), START + timedelta(days=20))
    )

    assert (True, False) == (Flag.TARGET_CHANGED in changed.flags, Flag.TARGET_CHANGED in to_come.flags)


def test_quantiles_are_read_off_the_outcomes() -> None:
    """Ten, fifty and ninety per cent of what may come; without outcomes there are none."""
    with_outcomes = judge(ready([1] * 20), foreseen(0.4), LATER)
    without = judge(ready([1] * 20), Forecast("kr", 0.4, (), None, None), LATER)

    assert pytest.approx((10.0, 50.0, 90.0)) == (
        with_outcomes.forecast_p10, with_outcomes.forecast_p50, with_outcomes.forecast_p90,
    )  # fmt: skip
    assert (None, None, None) == (without.forecast_p10, without.forecast_p50, without.forecast_p90)


def test_what_was_taught_stands_beside_what_was_not() -> None:
    """The raw chance is the forecast's own; a certainty has no other."""
    taught = judge(ready([1] * 20), foreseen(0.4, probability_raw=0.0), LATER)
    sure = judge(replace(ready([1] * 20), certainty=Certainty(1.0, is_decided=True)), None, LATER)

    assert (0.4, 0.0005) == (taught.probability, taught.probability_raw)
    assert (1.0, 1.0) == (sure.probability, sure.probability_raw)


def test_a_hash_is_of_what_a_score_follows_from() -> None:
    """Another number, day, word of the team, late source or lesson is another hash; the same again is the same."""
    case = ready([1] * 20)
    others = [
        ready([1] * 19 + [2]),
        ready([1] * 20, target=41),
        replace(case, stated=6.0),
        replace(case, late=frozenset({Flag.STALE})),
    ]

    hashes = [input_hash(one) for one in (case, *others)] + [input_hash(case, Recalibration(0.1, 1.0))]

    assert input_hash(ready([1] * 20)) == hashes[0]
    assert len(hashes) == len(set(hashes))


def test_a_title_is_in_the_language_of_its_file() -> None:
    """And the row names period, objective and days as the definition does."""
    row = judge(ready([1] * 20, title={"nb": "Selge", "en": "Sell"}), foreseen(0.4), LATER)

    assert ("Sell", "p", "o", "kr", date(2020, 4, 27), date(2020, 6, 5)) == (
        row.title, row.period_id, row.objective_id, row.key_result_id, row.start, row.due,
    )  # fmt: skip
    assert (Decimal(20), Decimal(0), Decimal(40), 0.5) == (row.value, row.baseline, row.target, row.progress)
