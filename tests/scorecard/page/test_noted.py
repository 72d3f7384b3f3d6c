"""What people noted of days: marks in the charts of what it is about, numbered as the list below them."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from scorecard.page.cards import build_cards
from scorecard.page.data import PageData
from scorecard.page.render import render_page
from tests.scorecard.page.conftest import NOTES_SCHEMA

if TYPE_CHECKING:
    from tests.scorecard.page.conftest import Sample


def noted(sample: "Sample", *notes: dict[str, Any]) -> PageData:
    """Return a page of orders and followers, with notes."""
    usual = {"status": "on_track", "value": 50, "baseline": 0, "target": 92, "probability": 0.5}
    sample.add("orders", {**usual, "title": "A", "metric": "shop.orders"})
    sample.add("rate", {**usual, "title": "B", "metric": "web.conversion_rate", "kind": "ratio"})
    sample.add("followers", {**usual, "title": "C", "metric": "social.followers", "kind": "level"})
    rows = [{"author": "Kari", "last_day": note["first_day"]} | note for note in notes]
    return replace(sample.data(), notes=pl.DataFrame(rows, NOTES_SCHEMA), language="en")


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ({"key_result_id": "orders"}, {"orders"}),
        ({"metric": "shop.orders"}, {"orders", "rate"}),
        ({"metric": "social.followers"}, {"followers"}),
        ({}, {"orders", "rate", "followers"}),
        ({"metric": "web.pageviews"}, set()),
    ],
)
def test_a_note_stands_where_it_belongs(sample: "Sample", words: dict[str, str], about: set[str]) -> None:
    """A note is told of its key result, of what its metric counts in, or of everything."""
    data = noted(sample, {"name": "Campaign", "first_day": date(2026, 11, 3)} | words)

    assert about == {name for name, card in build_cards(data).items() if card.noted}


def test_a_note_is_told_with_its_days_and_its_author(sample: "Sample") -> None:
    """In the order of their days, escaped, with a mark of the same number in the chart."""
    data = noted(
        sample,
        {"name": "Fair <b>", "first_day": date(2026, 11, 20), "last_day": date(2026, 11, 22)},
        {"name": "Letter", "first_day": date(2026, 10, 4)},
    )
    card = build_cards(data)["orders"]

    assert [
        "4 Oct: <bdi>Letter</bdi> (<bdi>Kari</bdi>)",
        "20 Nov to 22 Nov: <bdi>Fair &lt;b&gt;</bdi> (<bdi>Kari</bdi>)",
    ] == [text.replace("\N{NO-BREAK SPACE}", " ") for text in card.noted]
    assert card.picture
    assert [("1", 3.3), ("2", 54.3)] == [(mark.number, round(mark.first, 1)) for mark in card.picture.marks]
    assert [4.3, 57.6] == [round(mark.last, 1) for mark in card.picture.marks]
    assert '<ol class="noted" aria-label="Noted">' in render_page(data)


def test_neighbours_share_the_place_of_a_number(sample: "Sample") -> None:
    """Two notes a day apart would write over each other: their numbers stand in one place, their marks in their own."""
    data = noted(sample, *({"name": str(day), "first_day": date(2026, 11, day)} for day in (3, 4, 20)))
    card = build_cards(data)["orders"]

    assert card.picture
    assert ["1, 2", "", "3"] == [mark.number for mark in card.picture.marks]


def test_a_note_of_another_time_is_not_told(sample: "Sample") -> None:
    """A key result's own days count, not the page's."""
    data = noted(
        sample, {"name": "Late", "first_day": date(2027, 1, 3)}, {"name": "Old", "first_day": date(2026, 9, 30)}
    )

    assert [()] * 3 == [card.noted for card in build_cards(data).values()]


def test_what_it_brought_is_told_of_the_key_result_it_was_measured_on(sample: "Sample") -> None:
    """Escaped, behind the note; of others the note alone is told."""
    data = noted(sample, {"name": "Fair", "first_day": date(2026, 11, 20)})
    cards = build_cards(replace(data, effects={("orders", "Fair"): "orders: 9 <more>."}))

    assert ["Fair</bdi> (<bdi>Kari</bdi>). orders: 9 &lt;more&gt;.", "Fair</bdi> (<bdi>Kari</bdi>)"] == [
        cards[name].noted[0].partition("<bdi>")[2] for name in ("orders", "followers")
    ]
