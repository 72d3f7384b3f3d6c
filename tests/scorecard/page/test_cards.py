"""One key result as the page shows it: its numbers, what moved, the table under its chart, and what is missing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from scorecard.page.cards import Card, build_cards
from scorecard.page.data import PageData
from tests.scorecard.page.conftest import AS_OF, SCORE_SCHEMA, START

if TYPE_CHECKING:
    from tests.scorecard.page.conftest import Sample

NBSP = "\N{NO-BREAK SPACE}"
ROW = {
    "title": "A",
    "value": Decimal(54),
    "baseline": Decimal(0),
    "target": Decimal(92),
    "status": "on_track",
    "unit": "count",
}


def one(sample: "Sample", **words: object) -> Card:
    """Return the card of one key result, in English."""
    sample.add("kr", {**ROW, **words})
    return _card(sample.data())


def _card(data: PageData) -> Card:
    return build_cards(replace(data, language="en"))["kr"]


def test_its_numbers(sample: "Sample") -> None:
    """Value, target, the way and the time, each as it is read."""
    card = one(sample, probability=0.62)

    assert ("54", "92", ("of 92", f"59%{NBSP}of{NBSP}the{NBSP}way, 58%{NBSP}of{NBSP}the{NBSP}time")) == (
        card.value,
        card.target,
        card.figures,
    )
    assert ("59%", "58%", "62%") == (card.way, card.time, card.chance)
    assert ("okr explain kr", "okr sql \"from key_result_daily where key_result_id = 'kr'\"") == card.queries


def test_money_has_its_unit_once(sample: "Sample") -> None:
    """The value has its currency, the target beside it is bare."""
    card = one(sample, unit="NOK", value=Decimal(54000), target=Decimal(92000))

    assert (f"NOK{NBSP}54,000", "92,000") == (card.value, card.target)


@pytest.mark.parametrize(
    ("before", "now", "change", "moved"),
    [
        (0.62, 0.65, 3, "▲ from 62% last week"),
        (0.62, 0.59, -3, "▼ from 62% last week"),
        (0.62, 0.64, 2, ""),
        (0.624, 0.654, 3, "▲ from 62% last week"),
        (0.62, 0.62, 0, ""),
        (None, 0.62, None, ""),
        (0.62, None, None, ""),
    ],
)
def test_three_points_are_worth_telling(
    sample: "Sample", before: float | None, now: float | None, change: int | None, moved: str
) -> None:
    """What a reader sees of a chance is whole points, and a move is reckoned of these."""
    sample.add("kr", {**ROW, "probability": now})
    week_ago = pl.DataFrame([{"key_result_id": "kr", "probability": before}])
    data = replace(sample.data(), week_ago=pl.DataFrame(week_ago.to_dicts(), SCORE_SCHEMA))

    assert (change, moved) == (_card(data).week_change, _card(data).moved)


def test_a_key_result_of_no_week_ago_has_not_moved(sample: "Sample") -> None:
    """It is new."""
    assert (None, "") == (one(sample, probability=0.6).week_change, _card(sample.data()).moved)


@pytest.mark.parametrize(
    ("observed", "first", "count"),
    [(14, f"10{NBSP}Nov", 14), (15, f"15{NBSP}Nov", 3), (54, f"7{NBSP}Oct", 8)],
)
def test_a_longer_table_is_told_by_the_week(sample: "Sample", observed: int, first: str, count: int) -> None:
    """Up to a fortnight every day, from then on every seventh and the newest."""
    sample.add("kr", ROW, observed=observed)

    table = _card(sample.data()).table

    assert table
    assert (first, f"23{NBSP}Nov", count) == (table.rows[0][0], table.rows[-1][0], len(table.rows))
    assert ("54", "54") == table.rows[-1][1:]
    assert table.planned


def test_without_a_baseline_nothing_is_planned(sample: "Sample") -> None:
    """The column of the plan says so."""
    sample.add("kr", {**ROW, "baseline": None})

    table = _card(sample.data()).table

    assert table
    assert not table.planned
    assert {"\N{EN DASH}"} == {planned for _, _, planned in table.rows}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"value": None}, ""),
        ({"probability": None}, ""),
        ({"probability": 0.5}, "Not enough data to show a forecast."),
        ({"probability": 1.0, "status": "achieved"}, ""),
    ],
)
def test_what_is_missing_from_a_picture_is_said(sample: "Sample", words: dict[str, object], told: str) -> None:
    """A chance without a forecast wants one; what is decided does not."""
    assert told == one(sample, **words).no_picture


def test_a_value_without_days_has_no_chart(sample: "Sample") -> None:
    """It is told, and there is no table either."""
    sample.add("kr", ROW)
    sample.daily.clear()

    card = _card(sample.data())

    assert (None, None, "Not enough data to draw a chart.") == (card.picture, card.table, card.no_picture)


def test_a_forecast_is_told_under_the_table(sample: "Sample") -> None:
    """Its middle, and where nine of ten outcomes lie, on the due day."""
    sample.add("kr", {**ROW, "probability": 0.5}, end=90.0, distribution=10.0)

    table = _card(sample.data()).table

    assert table
    assert f"31{NBSP}December{NBSP}2026" in table.forecast
    assert "90" in table.forecast


def test_an_estimate_has_empty_dots(sample: "Sample") -> None:
    """A chance that is mostly the team's own is not drawn as one that is measured."""
    card = one(sample, probability=0.5, flags=["prior_only"])

    assert card.dots
    assert (10, True, "") == (card.dots.hits, card.dots.is_estimate, card.dots.aimed)


def test_what_a_person_said_is_a_note(sample: "Sample") -> None:
    """Who, when and what; names and words are escaped."""
    sample.add("kr", ROW)

    card = _card(replace(sample.data(), check_ins=sample.check_in("kr", "<kari>", "a <b>")))

    assert 1 == len(card.notes)
    assert "<bdi>&lt;kari&gt;</bdi>" in card.notes[0]
    assert "a &lt;b&gt;" in card.notes[0]


def test_the_worst_comes_first(sample: "Sample") -> None:
    """Cards stand in the order in which a reader wants them."""
    for name, status in (("a", "on_track"), ("b", "missed"), ("c", "at_risk")):
        sample.add(name, {**ROW, "status": status})

    assert ["b", "c", "a"] == list(build_cards(sample.data()))


def test_a_number_that_is_too_old_is_lost(sample: "Sample") -> None:
    """Nobody stands by a value of two months ago."""
    fresh = one(sample, observed_at=AS_OF)
    sample.scores.clear()
    old = one(sample, observed_at=AS_OF - timedelta(days=54), start=START, flags=["stale"])

    assert ("", "missing data") == (fresh.state_note, old.state_note)
