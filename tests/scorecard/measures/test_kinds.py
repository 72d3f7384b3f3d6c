"""Ratios, steps, check-ins and queries (.ratios, .manual)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okr_config.models import Definition, Kind
from scorecard.measures.kinds import SPECS

Case = Any  # the world of frames in conftest.py
Define = Callable[..., Definition]

EndOf = Callable[[date], datetime]
ROOT = Path(__file__).parents[3]
START = date(2020, 4, 27)

NOON = datetime(2020, 5, 16, 10, tzinfo=UTC)


def test_nothing_is_divided_by_zero(nothing: Case, kr: Define) -> None:
    """Orders without visits have no rate, and the reason says which is zero."""
    case = nothing.daily("shop.orders", START, [1] * 20).daily("web.visits", START, [0] * 20)

    row = case.row(kr(kind="ratio", metric="web.conversion_rate", target="0.05", language="nb"))

    assert (row["value"], row["reason"]) == (None, "besøk er 0, og det går ikke an å dele på 0")


def test_a_side_that_is_unknown(nothing: Case, kr: Define) -> None:
    """One side alone is no ratio."""
    row = nothing.daily("shop.orders", START, [1] * 20).row(
        kr(kind="ratio", metric="web.conversion_rate", target="0.05")
    )

    assert (row["value"], row["reason"], row["status"]) == (None, "there are no numbers for visits yet", "no_data")


def test_average_order_value_is_money(nothing: Case, kr: Define) -> None:
    """Revenue is converted day by day before it is divided by orders."""
    case = nothing.daily("shop.orders", START, [2] * 20).daily("shop.net_revenue", START, [20] * 20, currency="EUR")
    case = case.rate("NOK", START, "10").rate("NOK", date(2020, 5, 4), "20").rate("NOK", date(2020, 5, 11), "20")

    row = case.row(kr(kind="ratio", metric="shop.average_order_value", target=200))

    assert (Decimal("165.0"), "NOK") == (row["value"], row["unit"])


def test_a_ratio_of_ones_own(nothing: Case, kr: Define) -> None:
    """Any two sums may be divided; above 1 the quotient is no share."""
    case = nothing.daily("web.pageviews", START, [9] * 20).daily("web.visits", START, [3] * 20)

    row = case.row(kr(kind="ratio", numerator="web.pageviews", denominator="web.visits", target=4))

    assert (Decimal(3), "count", "web.pageviews/web.visits") == (row["value"], row["unit"], row["metric"])


def test_measured_baseline_of_a_ratio(nothing: Case, kr: Define) -> None:
    """The baseline is the ratio over as many days before the period as it has."""
    first = date(2020, 3, 18)
    case = nothing.daily("shop.orders", first, [1] * 60).daily("web.visits", first, [100] * 40 + [25] * 20)

    row = case.row(kr(kind="ratio", metric="web.conversion_rate", baseline="measured", target="0.07"))

    assert (Decimal("0.01"), Decimal("0.04"), 0.5) == (row["baseline"], row["value"], row["progress"])


def _steps(case: Case, kr: Define, as_of: datetime = NOON, **words: object) -> dict[str, Any]:
    steps = [{"title": "a", "probe": "shop.open", "at_least": 1}, {"title": "b", "done": date(2020, 5, 16)}]
    row: dict[str, Any] = case.row(kr(kind="milestone", steps=steps, **words), as_of=as_of)
    return row


def test_steps_by_hand_and_by_probe(nothing: Case, kr: Define, midnight_after: EndOf) -> None:
    """A step by hand is done from its date on; a probed one while its probe holds."""
    opened = nothing.looked("shop.open", NOON, 1)
    closed = opened.looked("shop.open", datetime(2020, 5, 17, 10, tzinfo=UTC), 0)

    assert (Decimal(1), "on_track", None) == tuple(
        _steps(opened, kr)[name] for name in ("value", "status", "probability")
    )
    assert Decimal("0.5") == _steps(closed, kr, midnight_after(date(2020, 5, 17)))["value"]
    assert Decimal(0) == _steps(closed, kr, midnight_after(date(2020, 5, 15)))["value"]


def test_a_probe_never_known(nothing: Case, kr: Define) -> None:
    """An unknown probe leaves its step undone and the whole a lower bound; all unknown is no data, not zero."""
    row = _steps(nothing, kr)
    alone = nothing.row(kr(kind="milestone", steps=[{"title": "a", "probe": "shop.open"}]))

    assert (Decimal("0.5"), ["partial"]) == (row["value"], row["flags"])
    assert (alone["value"], alone["status"]) == (None, "no_data")


@pytest.mark.parametrize(
    ("done", "language", "sentence"),
    [
        (0, "en", "0 of 2 steps are done"),
        (1, "en", "1 of 2 steps is done"),
        (2, "en", "2 of 2 steps are done"),
        (1, "nb", "1 av 2 steg er gjort"),
    ],
)
def test_steps_in_words(nothing: Case, kr: Define, done: int, language: str, sentence: str) -> None:
    """Steps are counted in whole sentences."""
    steps = [{"title": str(number), "done": START if number < done else None} for number in range(2)]

    row = nothing.row(kr(kind="milestone", steps=steps, language=language))

    assert row["explanation"].startswith(sentence)


def test_check_ins_are_the_value_of_a_manual_one(nothing: Case, kr: Define) -> None:
    """The newest word up to the judged instant counts; with fewer than three there is no chance to speak of."""
    case = nothing.said(datetime(2020, 5, 1, tzinfo=UTC), 3).said(NOON, 5).said(datetime(2020, 5, 20, tzinfo=UTC), 9)

    row = case.row(kr(kind="manual", target=10))

    assert (Decimal(5), 0.5, None, "on_track") == tuple(
        row[name] for name in ("value", "progress", "probability", "status")
    )
    assert row["observed_at"] == NOON


def test_three_check_ins_have_a_chance(nothing: Case, kr: Define) -> None:
    """From the third value on the forecast speaks."""
    case = nothing.said(datetime(2020, 5, 1, tzinfo=UTC), 3).said(datetime(2020, 5, 9, tzinfo=UTC), 4).said(NOON, 5)

    assert 0 <= case.row(kr(kind="manual", target=10))["probability"] <= 1


def test_nobody_checked_in(nothing: Case, kr: Define) -> None:
    """Without a word there is no data and no chance."""
    row = nothing.row(kr(kind="manual", target=10))

    assert tuple(row[name] for name in ("value", "probability", "status", "reason")) == (
        None,
        None,
        "no_data",
        "nobody has checked in a value yet",
    )


def test_check_ins_never_mix_with_measured_values(nothing: Case, kr: Define) -> None:
    """What people say of a measured key result changes its stated confidence, not its value."""
    case = nothing.daily("shop.orders", START, [1] * 20).said(NOON, 99, confidence=2)

    row = case.row(kr(metric="shop.orders", target=40, confidence=8))

    assert (Decimal(20), 2.0) == (row["value"], row["confidence_stated"])


def test_a_query_of_ones_own(nothing: Case, kr: Define) -> None:
    """Its number is the value; an error is the reason why there is none."""
    definition = kr(kind="sql", sql="select 1", target=10)
    good, bad = (
        type(nothing)(answers=(("kr", value, error),)) for value, error in ((Decimal(5), None), (None, "no such table"))
    )

    row, failed = good.row(definition), bad.row(definition)

    assert (Decimal(5), 0.5, None, "on_track") == tuple(
        row[name] for name in ("value", "progress", "probability", "status")
    )
    assert (failed["value"], failed["reason"]) == (None, "the query gave no value: no such table")
    assert good.scores(definition).daily["value"].to_list() == [None] * 19 + [5]


def test_every_kind_is_scored() -> None:
    """The table has each kind once, and a reason for each that is never foreseen."""
    assert list(Kind) == list(SPECS)
    assert [spec.shape is None for spec in SPECS.values()] == [bool(spec.why_unforeseen) for spec in SPECS.values()]


def test_kinds_are_told_apart_in_two_tables() -> None:
    """No other line of code, SQL or template names one kind, and the guide sends a reader to both tables."""
    names, values = "|".join(kind.name for kind in Kind), "|".join(kind.value for kind in Kind)
    told_apart = re.compile(rf"\bKind\.({names})\b|\bkind\b\W.*[\"']({values})[\"']")
    places = {
        str(path.relative_to(ROOT))
        for folder in ("okr_config", "connectors", "warehouse", "scorecard", "flows")
        for suffix in ("*.py", "*.sql", "*.j2")
        for path in (ROOT / folder).rglob(suffix)
        if told_apart.search(path.read_text(encoding="utf-8"))
    }
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    guide = text.split("## Add a kind of key result")[1].split("\n## ")[0]

    assert {"okr_config/kinds.py", "scorecard/measures/kinds.py"} == places
    assert set() == {place for place in places if f"`{place}`" not in guide}
    assert set() == {place for place in re.findall(r"`([\w/]+\.\w+)`", guide) if not (ROOT / place).is_file()}
