"""Targets and bands, and the way to them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.models import Definition
from scorecard.goal import Goal, Goals

Define = Callable[..., Definition]


def _goal(definition: Definition, measured: Decimal | None = None) -> Goal:
    return Goals(definition, measured).original


@pytest.mark.parametrize(
    ("words", "value", "progress"),
    [
        ({"target": 10}, 4, "0.4"),
        ({"target": 10, "baseline": 20, "kind": "level"}, 15, "0.5"),
        ({"target": 0, "baseline": 10, "kind": "level"}, 0, "1"),
        ({"target": -5, "baseline": -10, "kind": "level"}, -10, "0"),
        ({"at_most": 10}, 10, "1"),
        ({"at_most": 10}, 11, "0"),
        ({"at_least": 10}, 5, "0.5"),
        ({"between": [10, 20]}, 5, "0.5"),
        ({"between": [10, 20]}, 20, "2"),
        ({"between": [10, 20]}, 21, "0"),
    ],
)
def test_progress(kr: Define, words: dict[str, Any], value: int, progress: str) -> None:
    """One formula for up, down and towards zero; a sum with a ceiling keeps all until it breaks through."""
    assert Decimal(progress) == _goal(kr(**words)).progress(Decimal(value))


@pytest.mark.parametrize("measured", [None, Decimal(10), Decimal(12)])
def test_no_way_to_go(kr: Define, measured: Decimal | None) -> None:
    """Without a measured baseline, or with one at or beyond the stated way's end, there is no progress."""
    goal = _goal(kr(kind="level", target=10, baseline="measured", direction="increase"), measured)

    assert None is goal.progress(Decimal(11))
    assert goal.is_met(Decimal(11))


@pytest.mark.parametrize(("value", "bound"), [(None, 10), (5, 10), (12, 10), (18, 20), (25, 20)])
def test_the_bound_that_binds(kr: Define, value: int | None, bound: int) -> None:
    """The one that was crossed, else the nearer one."""
    goal = _goal(kr(kind="level", between=[10, 20]))

    assert Decimal(bound) == goal.bound(None if value is None else Decimal(value))


def test_share_kept(kr: Define) -> None:
    """Bounds are inclusive; before the first window or day there is no share."""
    goal = _goal(kr(kind="window", between=[10, 20]))

    assert None is goal.share_kept([])
    assert Decimal("0.5") == goal.share_kept(map(Decimal, (9, 10, 20, 21)))


@pytest.mark.parametrize(("words", "need"), [({}, 0.7), ({"committed": True}, 1.0), ({"need": 0.9}, 0.9)])
def test_need(kr: Define, words: dict[str, Any], need: float) -> None:
    """A committed band is kept to always, another seven times of ten, unless said otherwise."""
    assert need == _goal(kr(kind="level", at_least=1, **words)).need


def test_changes_take_effect_on_their_day(kr: Define) -> None:
    """The newest change up to a day is in force; the original stays."""
    changes = [{"on": "2020-05-18", "target": 12}, {"on": "2020-05-20", "target": 8}]
    goals = Goals(kr(target=10, changes=changes), None)

    targets = [goals.on(date(2020, 5, day)).target for day in (17, 18, 19, 20)]

    assert targets == [10, 12, 12, 8]
    assert Decimal(10) == goals.original.target


@given(
    baseline=st.integers(-50, 50), way=st.integers(-50, 50).filter(bool), share=st.fractions(-2, 2, max_denominator=8)
)
@settings(max_examples=50, deadline=None)
def test_progress_is_the_share_of_the_way(baseline: int, way: int, share: Any) -> None:  # noqa: ANN401 - a Fraction
    """Whatever the direction, standing a share of the way from baseline to target is that share, and met from 1 on."""
    words = {"kind": "level", "target": baseline + way, "baseline": baseline}
    goal = Goals(Definition.model_validate(_PLAIN | {"key_result": {"id": "kr", "title": "t"} | words}), None).original
    value = Decimal(baseline) + Decimal(way) * share.numerator / share.denominator

    assert float(share) == pytest.approx(float(goal.progress(value) or 0))
    assert (share >= 1) == goal.is_met(value)


_PLAIN = {
    "period_id": "p",
    "objective_id": "o",
    "objective_title": "O",
    "timezone": "Europe/Oslo",
    "start": date(2020, 4, 27),
    "due": date(2020, 6, 5),
}
