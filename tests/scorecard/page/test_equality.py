"""The page equals the scoreboard: every number is read back from the HTML, in its digits and in its words (.exact)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import TEXTS
from scorecard.page.render import PageData, render_page
from tests.scorecard.page.reading import COLUMNS, Numbers
from tests.scorecard.page.states import every_state

OVERVIEW = ("value", "target", "progress", "probability")


def read(data: PageData) -> Numbers:
    """Read a page's numbers."""
    numbers = Numbers()
    numbers.feed(render_page(data))
    return numbers


def figure(text: str, language: Language) -> Decimal:
    """Read the number that people read; percent are shares."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-").replace("kr", "").replace("NOK", "")
    plain = plain.replace(",", ".") if language == "nb" else plain.replace(",", "")
    return Decimal(plain.strip("<>%")) / (100 if plain.endswith("%") else 1)


@pytest.fixture(params=["quarter", "states"])
def data(request: pytest.FixtureRequest) -> PageData:
    """Return a page's data: the quarter's, or every state's."""
    found: PageData = request.getfixturevalue("quarter") if request.param == "quarter" else every_state()
    return found


def row_of(data: PageData) -> dict[str, dict[str, Any]]:
    """Return the scoreboard's rows by key result."""
    return {row["key_result_id"]: row for row in data.scoreboard.iter_rows(named=True)}


def worth(row: dict[str, Any], column: str) -> Decimal:
    """Return how far what is read may lie from what is kept: nothing for what was counted, a little for the rest."""
    if column in ("progress_raw", "expected", "probability"):
        return Decimal("0.0005")
    if column.startswith("forecast_"):
        # two figures of the range
        return max(Decimal(str(row["forecast_p90"] - row["forecast_p10"])) / 20, Decimal("0.0005"))
    return Decimal("0.00005") if row["unit"] == "share" else Decimal(0)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_exact_numbers_are_the_scoreboards(data: PageData, language: Language) -> None:
    """Every number of the scoreboard stands in its card with all its digits, and read with as many as it is worth."""
    shown = read(replace(data, language=language)).exact
    labels = {TEXTS[f"exact.{column}"][language == "en"]: column for column in COLUMNS}
    told = {name: {labels[label]: told for label, told in card.items()} for name, card in shown.items()}

    expected = {}
    for name, row in row_of(data).items():
        known = {column: row[column] for column in COLUMNS if row[column] is not None}
        if row["target_original"] == row["target"]:
            known.pop("target_original", None)
        expected[name] = {column: Decimal(str(value)) for column, value in known.items()}

    assert expected == {
        name: {column: Decimal(digits) for column, (digits, _) in card.items()} for name, card in told.items()
    }
    board = row_of(data)
    off = [
        (name, column, words)
        for name, card in told.items()
        for column, (digits, words) in card.items()
        if abs(figure(words, language) - Decimal(digits)) > worth(board[name], column)
    ]
    assert [] == off


@pytest.mark.parametrize("language", ["nb", "en"])
def test_overview_numbers_are_the_scoreboards(data: PageData, language: Language) -> None:
    """Value, target, share of the way and chance stand in the overview, rounded as they are read; a dash is unknown."""
    shown = read(replace(data, language=language)).overview

    assert set(row_of(data)) == set(shown)
    for name, row in row_of(data).items():
        now, target, way, _, chance, _ = shown[name]
        for told, column in zip((now, target, way, chance), OVERVIEW, strict=True):
            if row[column] is None:
                assert told is None
                continue
            assert told is not None
            assert Decimal(str(row[column])) == Decimal(told[0])
            step = Decimal("0.005") if column in ("progress", "probability") else Decimal("0.5")
            if row["unit"] == "share" and row["kind"] != "milestone" and column in ("value", "target"):
                step = Decimal("0.0005")
            assert abs(figure(told[1], language) - Decimal(told[0])) <= step + Decimal("0.005") * told[1].startswith(
                "<"
            )


def test_figures_of_the_cards_are_the_scoreboards(data: PageData) -> None:
    """The large number and the chance beside the dots are told with the scoreboard's digits."""
    for name, told in read(data).figures.items():
        row = row_of(data)[name]
        assert {Decimal(digits) for digits, _ in told} <= {
            Decimal(str(row[column])) for column in ("value", "probability") if row[column] is not None
        }
        assert (row["value"] is not None) is bool(
            [digits for digits, _ in told][:1] and Decimal(told[0][0]) == row["value"]
        )


def test_a_wrong_number_would_be_found(quarter: PageData, many: Callable[[int], PageData]) -> None:
    """The reader reads what stands there: other data give other numbers."""
    assert read(quarter).exact != read(replace(quarter, scoreboard=many(8).scoreboard)).exact
