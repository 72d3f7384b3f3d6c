"""Levels: the newest known value of each account, carried forward, summed (.lookup, .measurement)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from okr_config.models import Definition

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]


def _at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=UTC)


def _followers(case: Case, at: datetime, value: int, account: str = "a", **words: object) -> Case:
    return case.looked("social.followers", at, value, account=account, **words)


@pytest.fixture
def level(kr: Define) -> Define:
    """Return the maker of definitions about 500 followers."""
    return lambda **words: kr(kind="level", metric="social.followers", **({"target": 500} | words))


def test_the_latest_not_the_highest(nothing: Case, level: Define) -> None:
    """Losing followers shows."""
    case = _followers(_followers(nothing, _at(5, 15), 300), _at(5, 16), 280)

    row = case.row(level())

    assert (Decimal(280), _at(5, 16)) == (row["value"], row["observed_at"])


def test_only_what_was_seen_by_then(nothing: Case, level: Define) -> None:
    """A look after the judged instant does not count, whatever the day."""
    case = _followers(_followers(nothing, _at(5, 16, 8), 300), _at(5, 16, 12), 310)

    assert Decimal(300) == case.row(level(), as_of=_at(5, 16, 10))["value"]


def test_days_from_a_sheet_count_at_their_end(nothing: Case, level: Define) -> None:
    """A day's level holds from its end, or from its landing on the open day."""
    case = nothing.seen("social.followers", date(2020, 5, 15), 100).seen(
        "social.followers", date(2020, 5, 16), 120, loaded_at=_at(5, 16, 9)
    )

    assert Decimal(120) == case.row(level(), as_of=_at(5, 16, 10))["value"]
    assert Decimal(100) == case.row(level(), as_of=_at(5, 16, 8))["value"]


def test_carried_and_then_stale(nothing: Case, level: Define) -> None:
    """A value is carried for three days, then still shown and marked."""
    case = _followers(nothing, _at(5, 13, 22), 300)

    fresh, old = case.row(level()), case.row(level(), as_of=_at(5, 16, 23))

    assert (Decimal(300), ["prior_only"]) == (fresh["value"], fresh["flags"])
    assert (Decimal(300), ["stale", "prior_only"]) == (old["value"], old["flags"])


@pytest.mark.parametrize(
    ("grain", "first", "last_fresh"),
    [
        ("day", date(2020, 5, 3), date(2020, 5, 6)),
        ("week", date(2020, 4, 27), date(2020, 5, 13)),
        ("month", date(2020, 4, 1), date(2020, 6, 3)),
    ],
)
def test_who_speaks_less_than_daily_is_waited_for(
    nothing: Case, level: Define, grain: str, first: date, last_fresh: date
) -> None:
    """A value is carried for three days more than its grain, a month's for 31 more; the day after it is stale."""
    case = nothing.seen("social.followers", first, 300, grain=grain, loaded_at=_at(5, 4, 0))

    fresh, old = (
        case.row(level(max_age=3), as_of=datetime.combine(day, time(20), UTC))["flags"]
        for day in (last_fresh, last_fresh + timedelta(days=1))
    )

    assert "stale" not in fresh
    assert "stale" in old


def test_an_account_that_fails_keeps_its_value(nothing: Case, level: Define) -> None:
    """The sum stands on the last value of a source that fails, and says so."""
    case = _followers(_followers(nothing, _at(5, 15), 200), _at(5, 16), 100, "b", source_id="mastodon")
    case = case.source("butikk", "failing", _at(5, 15), "accounts").source("mastodon", "fresh", _at(5, 16), "accounts")

    row = case.row(level())

    assert (Decimal(300), ["prior_only", "failing_source"]) == (row["value"], row["flags"])


def test_an_account_never_known_makes_a_lower_bound(nothing: Case, level: Define) -> None:
    """A source of the same kind that never answered is missing from the sum."""
    case = _followers(nothing, _at(5, 16), 200).source("butikk", "fresh", _at(5, 16), "accounts")
    silent = case.source("pixelfed", "never", stream="accounts")

    assert silent.row(level())["flags"] == ["partial", "prior_only"]
    assert silent.row(level(sources=["butikk"]))["flags"] == ["prior_only"]
    assert silent.row(level(sources=["butikk", "pixelfed"]))["flags"] == ["partial", "prior_only"]
    assert case.source("avis", "never", stream="lists").row(level())["flags"] == ["prior_only"]


def test_measured_baseline(nothing: Case, level: Define) -> None:
    """Progress starts where the count stood when the period began."""
    case = _followers(_followers(nothing, _at(4, 20), 100), _at(5, 16), 200)

    row = case.row(level(baseline="measured", target=300))

    assert (Decimal(100), 0.5) == (row["baseline"], row["progress_raw"])


def test_a_count_that_begins_within_the_period(nothing: Case, level: Define) -> None:
    """Where nothing was known at the start, as in a folder made that day, the way begins at the first count."""
    case = _followers(_followers(nothing, _at(5, 4), 100), _at(5, 16), 200)

    row = case.row(level(baseline="measured", target=300))

    assert (Decimal(100), 0.5) == (row["baseline"], row["progress_raw"])


def test_no_baseline_to_measure(nothing: Case, level: Define) -> None:
    """Nothing ever known is no baseline and no progress."""
    row = nothing.row(level(baseline="measured"))

    assert (row["baseline"], row["progress"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "share"), [({"at_least": 90}, 0.75), ({"at_most": 90}, 0.5), ({"between": [85, 95]}, 0.25)]
)
def test_band_over_observed_days(nothing: Case, level: Define, words: dict[str, Any], share: float) -> None:
    """Kept is the share of observed days within the bounds; days too old to tell are not observed."""
    case = nothing
    for day, value in ((1, 80), (2, 90), (3, 100), (4, 100)):
        case = _followers(case, datetime(2020, 5, day, 22, tzinfo=UTC), value)

    row = case.row(level(target=None, max_age=1, **words), as_of=datetime(2020, 5, 4, 22, tzinfo=UTC))

    assert (share, None, None) == (row["progress_raw"], row["expected"], row["pace"])


def test_the_line_of_days(nothing: Case, level: Define) -> None:
    """The chart has a row a day, from the start to now, each as it stood at that day's end."""
    case = _followers(_followers(nothing, _at(4, 28), 100), _at(4, 30), 250)

    daily = case.scores(level(), as_of=_at(5, 1)).daily

    assert daily["value"].to_list() == [None, 100, 100, 250, 250]
    assert daily["progress"].to_list() == [None, 0.2, 0.2, 0.5, 0.5]
