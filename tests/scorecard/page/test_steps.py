"""A milestone is a check list: what is done, by which proof or by hand, and since when."""

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from scorecard.i18n.language import Language
from scorecard.page.cards import Card, build_cards
from scorecard.page.render import render_page
from tests.scorecard.page.conftest import PROBES_SCHEMA, START
from tests.scorecard.page.states import every_state

if TYPE_CHECKING:
    from scorecard.page.data import PageData


def card(data: "PageData", language: Language = "en") -> Card:
    """Return the milestone's card."""
    return build_cards(replace(data, language=language))["steps"]


@pytest.mark.parametrize(
    ("language", "proofs"),
    [
        (
            "en",
            [
                ("done", "published products: 131, since 14 Oct"),
                ("open", "payments enabled: 0 of 1"),
                ("done", "by hand, 20 Oct"),
                ("open", "set for 1 Dec"),
                ("unknown", "no numbers for shipping enabled yet"),
                ("open", "not yet"),
            ],
        ),
        (
            "nb",
            [
                ("done", "publiserte produkter: 131, siden 14. okt."),
                ("open", "betaling virker: 0 av 1"),
                ("done", "for hånd 20. okt."),
                ("open", "satt til 1. des."),
                ("unknown", "ingen tall for frakt virker ennå"),
                ("open", "ikke ennå"),
            ],
        ),
    ],
)
def test_each_step_has_its_proof(language: Language, proofs: list[tuple[str, str]]) -> None:
    """A proof holds since it last did not; a hand's day that is to come is planned; nothing known is not undone."""
    assert proofs == [
        (step.state, step.proof.replace("\N{NO-BREAK SPACE}", " ")) for step in card(every_state(), language).steps
    ]


def test_a_check_list_takes_the_place_of_the_chart() -> None:
    """A staircase says nothing that the list does not; so many steps are done, of so many."""
    shown = card(every_state())

    assert (None, "") == (shown.picture, shown.no_picture)
    assert ("2 of 6 steps", "58% of the time") == tuple(
        text.replace("\N{NO-BREAK SPACE}", " ") for text in shown.figures
    )
    assert 2 == render_page(every_state()).count('role="img" aria-label="gjort"')


def test_proofs_of_several_sources_add_up() -> None:
    """Two shops' products are one shop's to a milestone, each as it was last seen."""
    rows = [
        {"metric": "shop.products_published", "source_id": source, "day": START, "value": value}
        for source, value in (("one", 60), ("two", 41))
    ]
    shown = card(replace(every_state(), probes=pl.DataFrame(rows, PROBES_SCHEMA)))

    assert ("done", "published products: 101, since 1 Oct") == (
        shown.steps[0].state,
        shown.steps[0].proof.replace("\N{NO-BREAK SPACE}", " "),
    )
