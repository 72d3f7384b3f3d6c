"""Objectives are summed up by what is known about them, and a grade is named by its band."""

from dataclasses import replace

import pytest

from scorecard.page.cards import build_cards
from scorecard.page.objectives import roll_up, sections
from scorecard.page.render import PageData
from tests.scorecard.page.states import ended

GAP = "\N{NO-BREAK SPACE}"


def told(texts: tuple[str, ...]) -> str:
    """Join sentences, with plain spaces."""
    return " ".join(texts).replace(GAP, " ")


def test_roll_up_leaves_out_what_is_not_known(quarter: PageData) -> None:
    """An objective is summed up by what is known about it."""
    known = quarter.roll_ups[0]
    bare = replace(known, score=None, expected_hits=None, probability_all=None)

    assert (
        "Score 0,55 av 1. Tall finnes for 80 % av vekten. 1,7 av 3 ventes nådd. Sjansen for å nå alle er 4 %."
    ) == told(roll_up(quarter, known))
    assert () == roll_up(quarter, bare)


def test_whose_an_objective_is(quarter: PageData) -> None:
    """An objective's owner and tags stand in its line."""
    named = replace(quarter.roll_ups[0], score=None, expected_hits=None, owner="Ola", tags=["shop", "abroad"])

    assert ["Ansvarlig: Ola.", "Merket: shop, abroad."] == list(roll_up(quarter, named))[-2:]


@pytest.mark.parametrize(
    ("score", "word"), [(0.7, "Godt"), (0.69, "Delvis"), (0.4, "Delvis"), (0.39, "Langt unna"), (None, "Ikke nådd")]
)
def test_a_grade_has_its_band(score: float | None, word: str) -> None:
    """From 0.7 it is good, as the key results say it too; from 0.4 it is part of the way."""
    data = ended()
    row = replace(data.roll_ups[0], score=score, status="missed")
    shown = replace(data, objectives=data.objectives.clear())
    shown.__dict__["roll_ups"] = (replace(row, objective_id="good"),)

    assert [word] == [part.word for part in sections(shown, list(build_cards(data).values()))]


def test_a_promise_that_is_broken_is_not_good(sample: object) -> None:
    """Where something was promised and missed, no band makes it good."""
    data = ended()
    promised = data.definitions.vstack(
        type(sample).definition("good", committed=True, target=500, metric="shop.orders")
    )  # type: ignore[attr-defined]
    found = {
        part.objective.objective_id: part.word
        for part in sections(replace(data, definitions=promised), list(build_cards(data).values()))
    }

    assert ("Ikke nådd", "Delvis") == (found["good"], found["half"])
