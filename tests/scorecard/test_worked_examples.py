"""The worked examples of the scoring rules, exactly."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from okr_config.models import Definition

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]
EndOf = Callable[[date], datetime]
WEEKS = ((date(2020, 4, 27), 20), (date(2020, 5, 4), 35), (date(2020, 5, 11), 41))
SATURDAY_NOON = datetime(2020, 5, 16, 10, tzinfo=UTC)


def _told(row: dict[str, Any]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("value", "progress_raw", "progress", "expected", "pace"))


def _weeks(case: Case) -> Case:
    for first, visitors in WEEKS:
        case = case.seen("web.visitors", first, visitors, grain="week", loaded_at=SATURDAY_NOON)
    return case


@pytest.fixture
def sales(nothing: Case) -> Case:
    """1 + 2 + 1 units sold, then one refunded: its order's day falls."""
    values = {date(2020, 4, 28): 1, date(2020, 5, 4): 2, date(2020, 5, 12): 0}
    for day in range(27, 31):
        values.setdefault(date(2020, 4, day), 0)
    for day in range(1, 17):
        values.setdefault(date(2020, 5, day), 0)
    return nothing.daily("shop.units_sold", date(2020, 4, 27), [values[day] for day in sorted(values)])


def test_total(sales: Case, kr: Define) -> None:
    """Units 1 + 2 + 1 sold and 1 refunded are 3 of 10."""
    row = sales.row(kr(metric="shop.units_sold", target=10))

    assert (Decimal(3), 0.3, 0.3, 0.5, 0.6) == _told(row)
    assert row["flags"] == []


def test_total_beyond_its_target(nothing: Case, kr: Define) -> None:
    """12 of 10 orders is 1.2 of the way, progress 1, achieved: orders stay."""
    row = nothing.daily("shop.orders", date(2020, 4, 27), [12] + [0] * 19).row(kr(metric="shop.orders", target=10))

    assert (Decimal(12), 1.2, 1.0, 0.5, 2.0) == _told(row)
    assert row["status"] == "achieved"


def test_units_beyond_their_target(nothing: Case, kr: Define) -> None:
    """12 of 10 units, all of which may still come back, is over the target now and not reached."""
    row = nothing.daily("shop.units_sold", date(2020, 4, 27), [12] + [0] * 19).row(
        kr(metric="shop.units_sold", target=10)
    )

    assert (Decimal(12), 1.2, 1.0, 0.5, 2.0) == _told(row)
    assert ("on_track", ["met_now"]) == (row["status"], row["flags"])


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [(180, 120, (Decimal(300), 0.5, 0.5, 0.5, 1.0)), (60, 20, (Decimal(80), -0.05, 0.0, 0.5, 0.0))],
)
def test_level(nothing: Case, kr: Define, first: int, second: int, told: tuple[object, ...]) -> None:
    """Followers are summed over accounts; below the baseline there is no progress."""
    case = nothing.looked("social.followers", SATURDAY_NOON, first, source_id="bluesky", account="a").looked(
        "social.followers", SATURDAY_NOON, second, source_id="mastodon", account="b"
    )

    assert told == _told(case.row(kr(kind="level", metric="social.followers", baseline=100, target=500)))


def test_level_down(nothing: Case, kr: Define) -> None:
    """From 9 down to 6, 7.5 is half of the way."""
    case = nothing.seen("support.hours", date(2020, 5, 16), 7.5)
    row = case.row(kr(kind="level", metric="support.hours", baseline=9, target=6))

    assert (Decimal("7.5"), 0.5, 0.5, 0.5, 1.0) == _told(row)


@pytest.mark.parametrize(
    ("judge", "told"),
    [
        ("last", (Decimal(35), 0.7, 0.7, 0.5, 1.4)),
        ("best", (Decimal(35), 0.7, 0.7, 0.5, 1.4)),
        ("mean", (Decimal("27.5"), 0.55, 0.55, 0.5, 1.1)),
    ],
)
def test_window(nothing: Case, kr: Define, judge: str, told: tuple[object, ...]) -> None:
    """Only closed weeks are judged: the one from 05-11 is still open."""
    row = _weeks(nothing).row(kr(kind="window", metric="web.visitors", every="week", judge=judge, target=50))

    assert told == _told(row)
    assert row["flags"] == ["prior_only"]


def test_window_in_a_band(nothing: Case, kr: Define) -> None:
    """At least 30 visitors in 1 of 2 closed weeks is half, its value the newest week's, its target the bound."""
    row = _weeks(nothing).row(kr(kind="window", metric="web.visitors", every="week", at_least=30))

    assert (Decimal(35), 0.5, 0.5, None, None) == _told(row)
    assert (Decimal(30), Decimal(30)) == (row["target"], row["target_original"])


def test_window_judged_by_share(nothing: Case, kr: Define) -> None:
    """Judged by share the value is windows met over windows closed, and the target what is needed of them."""
    row = _weeks(nothing).row(kr(kind="window", metric="web.visitors", every="week", judge="share", at_least=30))

    assert (Decimal("0.5"), 0.5, Decimal("0.7"), "share") == (
        row["value"],
        row["progress_raw"],
        row["target"],
        row["unit"],
    )


def test_milestone(nothing: Case, kr: Define) -> None:
    """Steps of weight 1 and 1 done and 2 not done are half."""
    case = nothing.looked("shop.products_published", SATURDAY_NOON, 3)
    steps = [
        {"title": "a", "probe": "shop.products_published", "at_least": 1},
        {"title": "b", "done": date(2020, 5, 2)},
        {"title": "c", "weight": 2},
    ]

    row = case.row(kr(kind="milestone", steps=steps))

    assert (Decimal("0.5"), 0.5, 0.5, 0.5, 1.0) == _told(row)
    assert (row["probability"], row["status"], row["unit"]) == (None, "on_track", "share")


def test_ratio(nothing: Case, kr: Define) -> None:
    """4 orders of 160 visits are 0.025 of 0.05."""
    case = nothing.daily("shop.orders", date(2020, 4, 27), [2, 2] + [0] * 18).daily(
        "web.visits", date(2020, 4, 27), [8] * 20, source_id="besok"
    )

    row = case.row(kr(kind="ratio", metric="web.conversion_rate", target="0.05"))

    assert (Decimal("0.025"), 0.5, 0.5, 0.5, 1.0) == _told(row)
    assert (row["flags"], row["unit"]) == ([], "share")


def test_changed_target(sales: Case, kr: Define, midnight_after: EndOf) -> None:
    """A target changed on 05-18 counts from that day, and the first one is kept beside it."""
    case = sales.daily("shop.units_sold", date(2020, 5, 17), [0, 0])
    definition = kr(metric="shop.units_sold", target=10, changes=[{"on": "2020-05-18", "target": 12}])

    before, after = case.row(definition), case.row(definition, as_of=midnight_after(date(2020, 5, 18)))

    assert (0.3, Decimal(10), []) == (before["progress_raw"], before["target"], before["flags"])
    assert (0.25, Decimal(12), Decimal(10)) == (after["progress_raw"], after["target"], after["target_original"])
    assert after["flags"] == ["target_changed"]


def test_objective(nothing: Case, kr: Define) -> None:
    """Scores 0.3 (w 1), 0.5 (w 1), 0.7 (w 2) and one without data (w 1) come to 0.55 with coverage 0.8."""
    case = nothing
    definitions = []
    for number, (value, weight) in enumerate([(3, 1), (5, 1), (7, 2), (None, 1)]):
        if value is not None:
            case = case.daily(f"kasse.m{number}", date(2020, 4, 27), [value])
        definitions.append(kr(id=f"k{number}", metric=f"kasse.m{number}", target=10, weight=weight))

    row = case.scores(*definitions).objectives.row(0, named=True)

    assert (row["score"], row["coverage"], row["key_results"]) == (0.55, 0.8, 4)
