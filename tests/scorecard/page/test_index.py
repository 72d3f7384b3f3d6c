"""The index over periods: what a period's objectives come to (scorecard/page/index.py) (.data)."""

from dataclasses import replace

import polars as pl
import pytest

from scorecard.i18n.formats import NOTHING
from scorecard.page.data import PageData
from scorecard.page.index import index_rows, under_way
from scorecard.page.render import render_index
from tests.scorecard.page.states import ended


def _page(quarter: PageData, *objectives: tuple[float | None, float | None]) -> PageData:
    rows = [
        {
            "period_id": "2026-q4",
            "objective_id": str(number),
            "title": "A",
            "score": score,
            "status": "on_track",
            "weight": weight,
        }
        for number, (score, weight) in enumerate(objectives)
    ]
    return replace(quarter, language="en", objectives=pl.DataFrame(rows))


@pytest.mark.parametrize(
    ("objectives", "score"),
    [
        (((1.0, 9.0), (0.0, 1.0)), "0.9"),
        (((1.0, None), (0.0, None), (0.5, None)), "0.5"),
        (((0.2, 1.0), (None, 9.0)), "0.2"),
        (((0.8, 1.0), (0.0, 0.0)), "0.8"),
        (((None, 1.0),), NOTHING),
    ],
)
def test_objectives_count_by_their_weight(
    quarter: PageData, objectives: tuple[tuple[float | None, float | None], ...], score: str
) -> None:
    """The period's score is the weighted mean of those that have one; without a weight each counts once."""
    (row,) = index_rows([_page(quarter, *objectives)], {})

    assert score == row.score


def test_what_is_under_way_is_summed_up(quarter: PageData) -> None:
    """The periods that are not over stand on the index with their first lines and their objectives, no others."""
    (card,) = under_way([quarter, ended()])
    index = render_index([quarter, ended()])

    assert ("2026-q4", 3) == (card.id, len(card.sections))
    assert card.lead[0] == "1 av 8 nøkkelresultater er nådd."
    assert '<h2 id="p-2026-q4"><a href="2026-q4.html">2026-q4, nå</a></h2>' in index
    assert "p-2026-h2" not in index
