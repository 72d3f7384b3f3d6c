"""The index over periods: what a period's objectives come to (scorecard/page/index.py) (.data)."""

from dataclasses import replace

import polars as pl
import pytest

from scorecard.i18n.formats import NOTHING
from scorecard.page.data import PageData
from scorecard.page.index import index_rows


def _page(quarter: PageData, *objectives: tuple[float | None, float | None]) -> PageData:
    rows = [
        {"objective_id": str(number), "title": "A", "score": score, "status": "on_track", "weight": weight}
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
    (row,) = index_rows([_page(quarter, *objectives)])

    assert score == row.score
