"""Windows: full and closed ones count, whatever they are made of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from okr_config.models import Definition

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
EndOf = Callable[[date], datetime]
START = date(2020, 4, 27)

NOON = datetime(2020, 4, 30, 10, tzinfo=UTC)


def _weeks(case: Case, *visitors: int, first: date = START, **words: object) -> Case:
    for number, value in enumerate(visitors):
        case = case.seen("web.visitors", first + timedelta(weeks=number), value, grain="week", **words)
    return case


@pytest.fixture
def weekly(kr: Define) -> Define:
    """Return the maker of definitions about 50 visitors a week."""
    return lambda **words: kr(kind="window", **({"metric": "web.visitors", "every": "week", "target": 50} | words))


def test_the_open_window_before_the_first(nothing: Case, weekly: Define) -> None:
    """Until a week has closed the open one is shown, as landed by then, and provisional."""
    case = _weeks(nothing, 12, loaded_at=NOON)

    row = case.row(weekly(), as_of=NOON)

    assert (Decimal(12), 0.24, ["provisional", "prior_only"]) == (row["value"], row["progress"], row["flags"])
    assert None is case.row(weekly(), as_of=NOON - timedelta(hours=1))["value"]


def test_open_windows_of_sums_grow_by_days(nothing: Case, weekly: Define) -> None:
    """A window of an additive metric is the sum of its days, the open one of those that have passed."""
    case = nothing.daily("web.visits", START, [10] * 40)

    row = case.row(weekly(metric="web.visits"), as_of=datetime(2020, 4, 29, 22, tzinfo=UTC))

    assert (Decimal(30), ["provisional", "prior_only"]) == (row["value"], row["flags"])


def test_no_closed_window_no_share(nothing: Case, weekly: Define) -> None:
    """A band has no progress before its first window has closed."""
    row = _weeks(nothing, 12, loaded_at=NOON).row(weekly(target=None, at_least=10), as_of=NOON)

    assert (Decimal(12), None, "no full window has been completed yet") == (
        row["value"],
        row["progress"],
        row["reason"],
    )


@pytest.mark.parametrize("judge", ["last", "best", "mean", "share"])
def test_closing_at_midnight(nothing: Case, weekly: Define, midnight_after: EndOf, judge: str) -> None:
    """A week counts from the instant it ends, not a moment before."""
    words = {"judge": judge} | ({"target": None, "at_least": 20} if judge == "share" else {})
    case, ends = _weeks(nothing, 20, 60), midnight_after(date(2020, 5, 10))

    before, after = case.row(weekly(**words), as_of=ends - timedelta(seconds=1)), case.row(weekly(**words), as_of=ends)

    assert {"last": (20, 60), "best": (20, 60), "mean": (20, 40), "share": (1, 1)}[judge] == (
        before["value"],
        after["value"],
    )


def test_weeks_of_a_clock_change(nothing: Case, weekly: Define) -> None:
    """The week that loses an hour closes at local midnight: 22:00 UTC, an hour earlier than the week before."""
    case = _weeks(nothing, 20, 60, first=date(2020, 3, 16))
    definition = weekly(start=date(2020, 3, 16), due=date(2020, 4, 30))

    values = [case.row(definition, as_of=datetime(2020, 3, 29, hour, tzinfo=UTC))["value"] for hour in (21, 22)]

    assert [Decimal(20), Decimal(60)] == values


def test_lower_is_better(nothing: Case, weekly: Define) -> None:
    """The best week of a falling target is the lowest."""
    case = _weeks(nothing, 60, 40)

    assert Decimal(40) == case.row(weekly(judge="best", baseline=80, target=30))["value"]


def test_months(nothing: Case, weekly: Define) -> None:
    """Only May lies wholly inside the period; the parts of April and June are not judged."""
    case = nothing
    for month, value in ((4, 10), (5, 20), (6, 30)):
        case = case.seen("web.visitors", date(2020, month, 1), value, grain="month")

    row = case.row(weekly(every="month"), as_of=datetime(2020, 7, 1, tzinfo=UTC))

    assert (Decimal(20), "missed") == (row["value"], row["status"])


def test_a_period_without_a_full_window(nothing: Case, weekly: Define) -> None:
    """Where no window fits, the value is unknown, with the reason."""
    row = _weeks(nothing, 20).row(weekly(due=date(2020, 5, 1)), as_of=NOON)

    assert (
        row["value"],
        row["reason"],
        row["probability"],
    ) == (None, "there is no full week or month between start and due", None)


def test_two_sites_are_summed_and_said_so(nothing: Case, weekly: Define) -> None:
    """Visitors of two sites are added per week; a week that one site lacks is a lower bound."""
    case = _weeks(_weeks(nothing, 20, 30), 5, 5, source_id="blogg")
    lacking = _weeks(_weeks(nothing, 20, 30), 5, source_id="blogg")

    row = case.row(weekly())

    assert (Decimal(35), ["prior_only"]) == (row["value"], row["flags"])
    assert "2 sources are added up, so someone who visited several is counted several times" in row["explanation"]
    assert lacking.row(weekly())["flags"] == ["partial", "prior_only"]


def test_a_closed_week_nobody_counted(nothing: Case, weekly: Define) -> None:
    """A missing week is left out and marked, never taken for zero."""
    case = _weeks(nothing, 20)

    row = case.row(weekly(judge="mean"))

    assert (Decimal(20), ["stale", "partial", "prior_only"]) == (row["value"], row["flags"])


def test_the_last_week_is_whole_whatever_came_before(nothing: Case, weekly: Define) -> None:
    """A week judged as the last one does not lean on earlier weeks that nobody pulled; a mean does."""
    second = START + timedelta(weeks=1)
    counted = _weeks(nothing, 35, first=second)
    sold = nothing.daily("shop.orders", second, [2] * 13)

    assert (Decimal(35), []) == _value_and_flags(counted.row(weekly()))
    assert (Decimal(35), ["partial"]) == _value_and_flags(counted.row(weekly(judge="mean")))
    assert (Decimal(14), []) == _value_and_flags(sold.row(weekly(metric="shop.orders")))
    assert (Decimal(14), ["partial"]) == _value_and_flags(sold.row(weekly(metric="shop.orders", judge="best")))


def test_a_last_week_with_a_day_that_nobody_told_is_partial(nothing: Case, weekly: Define) -> None:
    """A day that is missing from the judged week marks it."""
    second = START + timedelta(weeks=1)
    case = nothing.daily("shop.orders", START, [2] * 9).daily("shop.orders", second + timedelta(days=3), [2] * 10)

    assert (Decimal(12), ["partial"]) == _value_and_flags(case.row(weekly(metric="shop.orders")))


def test_a_week_of_which_nobody_tells_the_units_is_unknown(nothing: Case, weekly: Define) -> None:
    """Its days without sales do not make it a week of nothing; where others are told it is the least it can be."""
    case = nothing.daily("shop.units_sold", START, [2] * 7).daily("shop.units_sold", date(2020, 5, 4), [0] * 12)
    blank = case.seen("shop.units_sold", date(2020, 5, 16), 0)
    unknown = replace_day(blank, date(2020, 5, 8), value=None, unknown=1)
    least = replace_day(unknown, date(2020, 5, 9), value=Decimal(4))

    assert (Decimal(14), ["stale", "partial"]) == _value_and_flags(unknown.row(weekly(metric="shop.units_sold")))
    assert (Decimal(4), ["partial"]) == _value_and_flags(least.row(weekly(metric="shop.units_sold")))


def replace_day(case: Case, day: date, **words: object) -> Case:
    """Return the same world with one day told otherwise."""
    rows = tuple(row | words if row["period_start"] == day else row for row in case.rows)
    return replace(case, rows=rows)


def _value_and_flags(row: dict[str, Any]) -> tuple[Any, list[str]]:
    return row["value"], [flag for flag in row["flags"] if flag != "prior_only"]


def test_a_week_without_a_rate(nothing: Case, weekly: Define) -> None:
    """From the first amount without a rate on, no week can be judged."""
    case = nothing.daily("shop.net_revenue", START, [5] * 20, currency="NOK").seen(
        "shop.net_revenue", date(2020, 5, 5), 10, currency="USD"
    )

    row = case.row(weekly(metric="shop.net_revenue"))

    assert (None, ["no_rate"], None) == (row["value"], row["flags"], row["probability"])
    assert "the exchange rate from USD to NOK is missing" == row["reason"]


def test_weeks_that_start_on_sunday(nothing: Case, weekly: Define) -> None:
    """Sums follow the file's week; distinct counts exist from Monday only, so theirs is unknown, with the reason."""
    case = _weeks(nothing.daily("web.visits", START, [10] * 20), 20)

    visits = case.row(weekly(metric="web.visits", week_start="sunday"))
    visitors = case.row(weekly(week_start="sunday"))

    assert Decimal(70) == visits["value"]
    assert (visitors["value"], visitors["probability"]) == (None, None)
    assert visitors["reason"] == "visitors is counted by weeks from Monday, and the week here starts on another day"


def test_windows_of_levels_and_ratios(nothing: Case, weekly: Define) -> None:
    """A level's window is where it stood at its end; a ratio's is its own numerator over its own denominator."""
    case = nothing.daily("shop.orders", START, [1] * 20).daily(
        "web.visits", START, [10] * 7 + [20] * 13, source_id="besok"
    )
    for day in (1, 2, 4):
        case = case.looked("social.followers", datetime(2020, 5, day, 10, tzinfo=UTC), 10 * day)

    ratio = case.row(weekly(metric="web.conversion_rate", target="0.1"))
    level = case.row(weekly(metric="social.followers"), as_of=datetime(2020, 5, 4, 22, tzinfo=UTC))

    assert (Decimal("0.05"), "share") == (ratio["value"], ratio["unit"])
    assert (Decimal(20), "") == (level["value"], level["reason"])


def test_days_of_a_distinct_count_are_never_added_up(nothing: Case, weekly: Define) -> None:
    """Visitors by the day say nothing of a week, in no forecast either: the reason says what to do, P is the team's."""
    case = nothing
    for number, value in enumerate((31, 44, 52)):
        case = case.seen("web.visitors", START + timedelta(weeks=number), value)

    row = case.row(weekly(confidence=4))

    reason = "visitors is only known by the day, and days cannot be added up: give them with grain week"
    assert (None, 0.4, reason) == (row["value"], row["probability"], row["reason"])
    assert f"The value is unknown: {reason}. The chance is the team's own: 40%." == row["explanation"]
