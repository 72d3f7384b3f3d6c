"""How many usual days a coming day counts for."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.arrays import Floats
from scorecard.forecasting.history import gather
from scorecard.forecasting.model import forecast
from scorecard.forecasting.rules import Rule
from scorecard.forecasting.seasonality import HOLIDAY, count_days, expect_seasons, holidays_until
from scorecard.forecasting.smoothing import remember
from scorecard.forecasting.targets import suggest_targets, without_plan
from scorecard.forecasting.types import Family, ForecastInput, Shape

START = date(2026, 11, 2)
A_YEAR_AGO = -365
"""Place in a history of what was 52 weeks before its newest day."""


def ask(history: Floats, **changes: object) -> ForecastInput:
    """Ask for a total in thirty days, on the evening before the first."""
    question = ForecastInput(
        key_result_id="one",
        shape=Shape.TOTAL,
        family=Family.SALES,
        integer=True,
        start=START,
        due=START + timedelta(days=29),
        as_of=START - timedelta(days=1),
        value=0.0,
        baseline=0.0,
        rule=Rule(360.0, np.inf),
        prior_target=360.0,
        confidence=0.5,
        history=history,
    )
    return replace(question, **changes)


def daily(rate: float, days: int = 400, *, after: float | None = None) -> Floats:
    """A steady shop; `after`: what the rate became for sixty days, 52 weeks ago."""
    draw = np.random.default_rng(1)
    rates = np.full(days, rate)
    if after is not None:
        rates[A_YEAR_AGO + 1 : A_YEAR_AGO + 61] = after
    return draw.poisson(rates).astype(np.float64)


def each_day(question: ForecastInput) -> Floats:
    """What the newest day and the thirty ahead count for."""
    histories = gather([question])
    smoothed = remember(histories)
    return count_days([question], smoothed, expect_seasons([question], histories, smoothed))[0, :31]


def counted(question: ForecastInput) -> float:
    """What the thirty days ahead count for together, over thirty."""
    return float(each_day(question)[1:].mean())


def test_a_season_of_last_year_is_expected_again_in_part() -> None:
    """Sales that doubled 52 weeks ago are expected to grow, but not to double."""
    assert 1.1 < counted(ask(daily(10.0, after=20.0))) < 1.9


def test_a_season_raises_the_chance_and_the_suggested_target() -> None:
    """The same last months after a year with a season and one without."""
    plain, season = ask(daily(10.0)), ask(daily(10.0, after=20.0))
    without, expected = (answer.probability or 0.0 for answer in forecast([plain, season]))
    alone = [without_plan(plain), without_plan(season)]
    low, high = (suggest_targets(*pair, (0.5,)) for pair in zip(alone, forecast(alone), strict=True))

    assert without < expected - 0.2
    assert low
    assert high
    assert low[0].value < high[0].value


def test_a_year_without_a_season_changes_little() -> None:
    """A steady year says that the coming month is like the last, within its noise."""
    assert pytest.approx(1.0, abs=0.06) == counted(ask(daily(10.0)))


def test_less_than_thirteen_months_say_nothing_of_a_season() -> None:
    """Without the weeks before last year's there is nothing to compare them with."""
    whole = daily(10.0, after=20.0)

    assert counted(ask(whole[-370:])) == counted(ask(whole[-180:]))


def test_a_few_sales_are_no_season() -> None:
    """Three sales in a month instead of one are no reason to expect three times as many."""
    assert counted(ask(daily(1 / 30, after=0.1))) < 1.1


def test_a_gap_in_last_year_is_no_season() -> None:
    """Weeks that were not observed say nothing."""
    history = daily(10.0)
    history[A_YEAR_AGO - 14 : A_YEAR_AGO + 61] = np.nan

    assert counted(ask(history)) == counted(ask(history[-180:]))


def test_a_season_does_not_depend_on_the_currency() -> None:
    """Cents instead of crowns give the same season."""
    crowns = ask(daily(10.0, after=20.0), integer=False)

    assert counted(crowns) == pytest.approx(counted(replace(crowns, history=crowns.history * 100.0)))


def test_a_public_holiday_to_come_counts_for_a_fifth() -> None:
    """Those known do not count as days to come, nor those after what is asked, nor any of a stock."""
    usual = ask(daily(10.0, 60))
    holidays = frozenset({START - timedelta(days=61), START + timedelta(days=3), START + timedelta(days=400)})

    asked = [replace(usual, holidays=holidays), replace(usual, holidays=holidays, shape=Shape.LEVEL)]

    assert [*[1.0] * 4, HOLIDAY, *[1.0] * 26] == pytest.approx((each_day(asked[0]) / each_day(usual)).tolist())
    assert (START + timedelta(days=3),) == holidays_until(asked[0], usual.due)
    assert () == holidays_until(asked[1], usual.due)


def test_known_public_holidays_say_nothing_of_other_days() -> None:
    """A shop that is closed on two of fourteen days sells on the others what it does, unless it has no others."""
    history = np.full(14, 10.0)
    history[[5, 6]] = 0.0
    days = [START - timedelta(days=14 - place) for place in range(14)]

    closed = gather([ask(history, holidays=frozenset(days[5:7]))]).flow[0]
    nothing_else = gather([ask(history, holidays=frozenset(days))]).flow[0]

    assert ([5, 6], 10.0) == (np.flatnonzero(np.isnan(closed)).tolist(), np.nanmean(closed))
    assert history.tolist() == nothing_else.tolist()


@given(
    st.lists(st.integers(0, 30), min_size=7, max_size=80),
    st.sets(st.integers(1, 30), max_size=8),
    st.sampled_from([Shape.TOTAL, Shape.WINDOW]),
)
@settings(max_examples=30, deadline=None)
def test_a_holiday_more_to_come_never_makes_a_target_more_likely(some: list[int], days: set[int], shape: Shape) -> None:
    """What is asked for is only ever harder to reach with fewer days of trade."""
    question = ask(np.array(some, dtype=np.float64), shape=shape, windows_left=5)
    fewer = replace(question, holidays=frozenset(question.as_of + timedelta(days=day) for day in days))

    chances = [one.probability for one in forecast([question, fewer])]

    assert chances[1] is not None
    assert chances[0] is not None
    assert chances[1] <= chances[0]


@given(
    st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(np.nan), st.just(0.0)), min_size=1, max_size=20),
    st.sampled_from(list(Shape)),
)
@settings(max_examples=30, deadline=None)
def test_every_long_history_has_a_chance(some: list[float], shape: Shape) -> None:
    """No history is too odd: days count for something finite, and the chance is one."""
    values = np.resize(np.array(some), 400)
    question = ask(values, shape=shape, denominator=np.abs(values), windows_left=4, can_fall=True)
    histories = gather([question])
    smoothed = remember(histories)
    days = count_days([question], smoothed, expect_seasons([question], histories, smoothed))
    answer = forecast([question])[0]

    assert np.isfinite(days).all()
    assert (days >= 0.0).all()
    assert answer.probability is None or 0.0 <= answer.probability <= 1.0
