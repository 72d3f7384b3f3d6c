"""What an event brought, for every history (.estimate, .event, .parameters)."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.arrays import Floats
from scorecard.effects.estimate import Effect, compare, foresee
from scorecard.effects.event import Event, came_of, is_dense
from scorecard.effects.parameters import FACTORS, Line
from scorecard.forecasting.types import Family

START = date(2026, 10, 12)
few = settings(max_examples=40, deadline=None)
weeks = st.lists(st.integers(0, 40), min_size=7, max_size=7)
families = st.sampled_from(list(Family))


def event(history: list[float], days: int = 14, family: Family = Family.SALES, **changes: object) -> Event:
    """Lay out an event of so many days, all of them known; `history` is what came in, of a stock too."""
    values = np.array(history, dtype=np.float64)
    values = np.cumsum(values) if family is Family.STOCK else values
    given_ = {"integer": True, "known": np.ones(days, dtype=np.bool_)} | changes
    return Event(history=values, start=START, family=family, **given_)


def effect(one: Event, came: float) -> Effect:
    """Return the effect where so much came."""
    (found,) = compare(foresee([one]), np.array([came]))
    return found


def steady(rate: float, days: int, seed: int) -> Floats:
    """Draw daily counts about a steady rate."""
    return np.random.default_rng(seed).poisson(rate, days).astype(np.float64)


@few
@given(week=weeks, before=st.integers(6, 20), after=st.integers(1, 6), family=families)
def test_an_event_that_changed_nothing_has_a_range_around_nothing(
    week: list[int], before: int, after: int, family: Family
) -> None:
    """Where the weeks go on as they were, nothing shows."""
    found = effect(event(week * before, 7 * after, family), float(sum(week) * after))

    assert found.low <= 0.0 <= found.high
    assert not found.shows


def test_of_public_holidays_less_is_foreseen() -> None:
    """A week with three of them is expected to bring the four other days, and a little."""
    holidays = frozenset(START + timedelta(days=day) for day in range(3))
    history = [10.0] * 70

    plain, fewer = (foresee([event(history, 7, holidays=days)]).middle[0] for days in (frozenset(), holidays))

    assert (70.0, 46.0) == (plain, fewer)


@few
@given(
    history=st.lists(st.integers(0, 30), min_size=1, max_size=120),
    came=st.floats(0, 1000),
    more=st.floats(0, 1000),
    family=families,
)
def test_a_bigger_event_never_has_a_smaller_estimate(
    history: list[float], came: float, more: float, family: Family
) -> None:
    """What comes on top moves the whole range up by as much."""
    one = event(history, family=family)
    less, bigger = effect(one, came), effect(one, came + more)

    assert less.low <= bigger.low
    assert less.middle <= bigger.middle
    assert less.high <= bigger.high
    assert less.low <= less.middle <= less.high


@few
@given(history=st.lists(st.integers(0, 30), min_size=14, max_size=120), family=families)
def test_what_would_show_is_known_before_and_shows(history: list[float], family: Family) -> None:
    """On top of what is foreseen, twice the size that is told beforehand shows."""
    one = event(history, family=family)
    foreseen = foresee([one])
    found = effect(one, float(foreseen.middle[0] + 2.0 * foreseen.detectable[0]) + 1.0)

    assert found.detectable > 0.0
    assert found.low > 0.0


def test_of_events_without_effect_few_show_and_most_of_those_told_do() -> None:
    """On steady sales one in twenty placebos at most "worked", and a rise of the told size shows in four of five."""
    foreseen = foresee([event(list(steady(0.4, 90, seed))) for seed in range(300)])
    draw = np.random.default_rng(7)
    came = draw.poisson(0.4 * 14, (40, 300))
    risen = came + draw.poisson(foreseen.detectable, (40, 300))

    assert np.mean(came > foreseen.high) <= 0.05
    assert np.mean(risen > foreseen.high) == pytest.approx(0.8, abs=0.03)


def test_a_thousand_events_are_foreseen_at_once_as_one_by_one() -> None:
    """Events do not look at each other, whatever their lengths."""
    events = [event(list(steady(rate, 60, 1)), days) for rate in (0.1, 3.0, 400.0) for days in (1, 7, 30)]
    together, alone = foresee(events), [foresee([one]) for one in events]

    for name in ("low", "middle", "high", "detectable"):
        assert [getattr(one, name)[0] for one in alone] == pytest.approx(list(getattr(together, name)))


def test_where_nothing_ever_came_a_few_do_not_show() -> None:
    """Two months without a sale: two in a fortnight may be chance, ten are not; of amounts nobody knows the size."""
    nothing = event([0.0] * 60)

    assert not effect(nothing, 1.0).shows
    assert effect(nothing, 10.0).shows
    assert effect(nothing, 1.0).share(1.0) is None
    assert np.isinf(foresee([event([0.0] * 60, integer=False)]).detectable[0])


def test_days_that_nobody_tells_of_are_left_out_of_both_sides() -> None:
    """Half of the days known: half is foreseen, and half came."""
    half = np.arange(14) < 7
    whole, part = event([2.0] * 60), event([2.0] * 60, known=half)
    after = np.where(half, 2.0, np.nan)

    assert 14.0 == came_of(part, after)
    assert foresee([part]).middle[0] == pytest.approx(foresee([whole]).middle[0] / 2)


def test_a_stock_grows_on_days_that_nobody_tells_of() -> None:
    """Its last level tells of them too, those before the event included."""
    stock = event([2.0] * 60, family=Family.STOCK, known=np.arange(14) >= 7)
    late = Event(np.append(stock.history, [np.nan] * 3), START, np.ones(4, dtype=np.bool_), Family.STOCK, integer=True)

    assert 28.0 == foresee([stock]).middle[0]
    assert 28.0 == came_of(stock, stock.history[-1] + np.where(stock.known, 2.0 * np.arange(1, 15), np.nan))
    assert 14.0 == foresee([late]).middle[0]


@pytest.mark.parametrize(("history", "dense"), [([0, 1], True), ([0, 0, 1], False), ([], False)])
def test_dense_is_what_comes_in_on_half_of_the_days(history: list[float], dense: bool) -> None:
    """Sparse and dense have factors of their own."""
    assert dense is is_dense(event(history))


def test_factors_go_on_beyond_the_days_they_were_fitted_on_as_at_the_nearest() -> None:
    """A day has a week's, a year six weeks'."""
    line = Line(1.0, 0.1)

    assert (line.at(7), line.at(42)) == (line.at(1), line.at(365))
    assert {(family.value, dense) for family in Family for dense in (True, False)} == set(FACTORS.upper)
