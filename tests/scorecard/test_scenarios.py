"""What if: all is read from one distribution (scorecard.explain.scenarios, scorecard.forecasting.repeat)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_config.metrics import BUILT_IN
from okr_config.models import Definition
from scorecard.forecasting.model import forecast
from scorecard.forecasting.recalibration import IDENTITY, Recalibration
from scorecard.scenarios import Asked, Assumption, Supposed, Supposition, UnfitError, suppose, usual_suppositions
from scorecard.scoring import foresee

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
START = date(2020, 4, 27)
HALFWAY = datetime(2020, 5, 16, 22, tzinfo=UTC)
STEADY = [1, 0, 2, 1, 1, 1, 2, 1, 1, 0] * 4


def asked(case: Case, definition: Definition, recalibration: Recalibration = IDENTITY) -> Asked:
    """Return a key result with its forecast, halfway through its time."""
    (one,) = foresee([definition], case.evidence, as_of=HALFWAY, metrics=BUILT_IN, recalibration=recalibration)
    assert one.question is not None
    assert one.forecast is not None
    return Asked(one.case.standing, one.question, one.forecast)


def what_if(one: Asked, assumption: Assumption, amount: float | None = None) -> Supposed:
    """Work out one assumption."""
    (found,) = suppose([(one, Supposition(assumption, amount))], forecast, seed=0, recalibration=IDENTITY)
    return found


@pytest.fixture
def sales(nothing: Case, kr: Define) -> Asked:
    """A total of 40 in 40 days; 20 sold in the first half, as many before."""
    case = nothing.daily("kasse.sales", START - timedelta(days=20), STEADY)
    return asked(case, kr(metric="kasse.sales", target=40))


def test_now_is_the_published_chance(nothing: Case, kr: Define) -> None:
    """The first row of the table says what the scoreboard says."""
    case = nothing.daily("kasse.sales", START - timedelta(days=20), STEADY)
    scores = case.scores(kr(metric="kasse.sales", target=60))
    board, rows = scores.key_results.row(0, named=True), scores.whatif.to_dicts()

    assert ("now", board["probability"]) == (rows[0]["assumption"], rows[0]["probability"])
    assert ["now", "needed", "per_day", "repeat_last", "target"] == [row["assumption"] for row in rows]
    assert [0, 1, 2, 3, 4] == [row["place"] for row in rows]


def test_what_it_takes_is_as_likely_as_the_key_result(sales: Asked) -> None:
    """The needed pace lands on the target, and is exactly as likely as reaching it."""
    needed, now = what_if(sales, Assumption.NEEDED), what_if(sales, Assumption.NOW)

    assert (1.0, 1.0, (40.0, 40.0, 40.0)) == (needed.supposition.amount, needed.probability, needed.lands)
    assert now.probability == needed.likelihood


@pytest.mark.parametrize(("pace", "lands", "reached"), [(0.5, 30.0, 0.0), (1.0, 40.0, 1.0), (2.0, 60.0, 1.0)])
def test_a_pace_leaves_nothing_to_chance(sales: Asked, pace: float, lands: float, reached: float) -> None:
    """So much a day for 20 days lands where arithmetic says."""
    found = what_if(sales, Assumption.PER_DAY, pace)

    assert ((lands,) * 3, reached) == (found.lands, found.probability)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(0, 9), min_size=21, max_size=40),
    st.floats(0, 12),
    st.floats(0, 3),
    st.builds(Recalibration, st.floats(-0.5, 0.5), st.floats(0.5, 1.5)),
)
def test_nothing_disagrees(  # noqa: PLR0913, PLR0917 - what is drawn
    nothing: Case, kr: Define, history: list[int], pace: float, more: float, recalibration: Recalibration
) -> None:
    """A faster pace is never likelier, a higher target neither, and a target at P's own bound has P."""
    case = nothing.daily("kasse.sales", START + timedelta(days=20 - len(history)), history)
    one = asked(case, kr(metric="kasse.sales", target=500), recalibration)

    slow, fast = (what_if(one, Assumption.PER_DAY, amount) for amount in (pace, pace + more))
    low, high = (what_if(one, Assumption.TARGET, amount) for amount in (100 * pace, 100 * (pace + more)))
    same, now = what_if(one, Assumption.TARGET, 500.0), what_if(one, Assumption.NOW)

    assert (slow.likelihood or 0) >= (fast.likelihood or 0)
    assert (low.probability or 0) >= (high.probability or 0)
    assert now == Supposed(now.supposition, *(getattr(same, name) for name in ("target", "lands", "probability")))


def test_the_last_days_once_more(sales: Asked) -> None:
    """Ten more days like the last ten leave ten days to chance; all twenty leave none."""
    ten, all_of_it = (what_if(sales, Assumption.REPEAT_LAST, days) for days in (10, 20))

    assert ten.lands is not None
    assert 30 <= ten.lands[0]
    assert (40.0,) * 3 == all_of_it.lands
    assert 0.9995 == all_of_it.probability


def test_a_stock_grows_on_as_it_did(nothing: Case, kr: Define) -> None:
    """A stock's growth comes once more."""
    case = nothing.daily("social.followers", START, range(100, 140, 2))
    one = asked(case, kr(kind="level", metric="social.followers", target=178, baseline=100))

    fortnight = what_if(one, Assumption.REPEAT_LAST, 14)

    assert fortnight.lands is not None
    assert 138 + 28 <= fortnight.lands[1] <= 138 + 42
    assert [1.0, 0.0] == [what_if(one, Assumption.PER_DAY, pace).probability for pace in (2.0, 1.9)]


def test_weeks_come_whole(nothing: Case, kr: Define) -> None:
    """Two weeks more like the last two close two windows; ten days are no whole weeks."""
    case = nothing
    for number, value in enumerate([30, 40, 50, 60]):
        case = case.seen("web.visitors", START + timedelta(days=7 * (number - 2)), value, grain="week")
    one = asked(case, kr(kind="window", every="week", metric="web.visitors", target=50))

    fortnight = what_if(one, Assumption.REPEAT_LAST, 14)

    assert fortnight.probability is not None
    with pytest.raises(UnfitError, match=r"whatif\.no_such_windows"):
        what_if(one, Assumption.REPEAT_LAST, 10)
    with pytest.raises(UnfitError, match=r"whatif\.no_pace"):
        what_if(one, Assumption.PER_DAY, 3.0)


def test_a_ratio_comes_once_more(nothing: Case, kr: Define) -> None:
    """Both sides of a ratio are repeated: an even one stays where it is."""
    case = nothing.daily("kasse.sales", START - timedelta(days=20), [1] * 40)
    case = case.daily("kasse.calls", START - timedelta(days=20), [10] * 40)
    one = asked(case, kr(kind="ratio", numerator="kasse.sales", denominator="kasse.calls", target=0.05))

    found = what_if(one, Assumption.REPEAT_LAST, 20)

    assert found.lands is not None
    assert 0.1 == pytest.approx(found.lands[1])
    assert 0.9995 == found.probability


@pytest.mark.parametrize(
    ("assumption", "amount", "reason"),
    [
        (Assumption.REPEAT_LAST, 21, "whatif.not_that_long"),
        (Assumption.REPEAT_LAST, 0, "whatif.not_that_long"),
    ],
)
def test_what_cannot_be_is_refused(sales: Asked, assumption: Assumption, amount: float, reason: str) -> None:
    """More days than are left, or none, are refused with the reason."""
    with pytest.raises(UnfitError, match=reason):
        what_if(sales, assumption, amount)


@pytest.mark.parametrize("bounds", [{"between": [100, 130]}, {"kind": "window", "judge": "share", "at_least": 110}])
def test_two_bounds_are_no_target_to_move(nothing: Case, kr: Define, bounds: dict[str, Any]) -> None:
    """What has two bounds, or is judged by the share, is told as it goes now."""
    case = nothing.daily("social.followers", START, range(100, 120))
    one = asked(case, kr(**{"kind": "level", "every": "week", "metric": "social.followers"} | bounds))

    with pytest.raises(UnfitError, match=r"whatif\.no_target"):
        what_if(one, Assumption.TARGET, 3.0)
    assert Assumption.TARGET not in {one.assumption for one in usual_suppositions(one)}


@pytest.mark.parametrize(("key", "bounds"), [("at_least", (105, 110, 119)), ("at_most", (140, 125, 119))])
def test_another_bound_to_keep_to(nothing: Case, kr: Define, key: str, bounds: tuple[int, ...]) -> None:
    """A bound that is kept to can be supposed elsewhere, with the chance that it would be published with."""
    case = nothing.daily("social.followers", START, [*range(100, 120)])
    words = {"kind": "level", "metric": "social.followers"}
    one = asked(case, kr(**words, **{key: bounds[1]}))

    supposed = [what_if(one, Assumption.TARGET, float(bound)).probability for bound in bounds]
    published = [case.row(kr(**words, **{key: bound}))["probability"] for bound in bounds]

    assert published == supposed
    assert sorted(published, reverse=True) == published


def test_words(nothing: Case, kr: Define) -> None:
    """Each assumption is told in the file's language."""
    case = nothing.daily("kasse.sales", START - timedelta(days=20), STEADY)

    texts = [
        case.scores(kr(metric="kasse.sales", target=50, language=language)).whatif["text"].to_list()
        for language in ("en", "nb")
    ]

    assert [
        "As it goes now",
        "What it takes: 1.5 a day from now",
        "1 a day from now",
        "The next 14 days like the last 14",
    ] == texts[0][:4]
    assert ["Som det går nå", "Det som trengs: 1,5 om dagen fra nå"] == texts[1][:2]
    assert texts[0][4].startswith("A target of ")
    assert Decimal(30) < Decimal(texts[0][4].removeprefix("A target of ")) < Decimal(45)
