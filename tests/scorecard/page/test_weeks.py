"""The newest week in a card's details, in words (scorecard.page.weeks)."""

from dataclasses import replace
from datetime import date

import pytest

from scorecard.effects.weeks import Week, WeekOf
from scorecard.i18n.formats import NOTHING, Unit
from scorecard.i18n.language import Language
from scorecard.page.data import PageData
from scorecard.page.weeks import week_sentence
from tests.scorecard.page.states import ended

WEEK = Week(came=1200, before=900, usual=850.5, year_ago=None, low=700, high=1100, is_news=True)


def _of(unit: str, *, is_stock: bool = False, week: Week = WEEK, language: Language = "nb") -> WeekOf:
    return WeekOf("shop.net_revenue", "netto", Unit(language, unit), is_stock, date(2026, 11, 16), week)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            _of("NOK"),
            (
                "Sju dager fra 16. nov.: 1 200 kr. Uken før: 900 kr; snitt av fire uker: 851 kr; samme uke i fjor: -."
                " Tilfeldigheter alene gir 700 til 1 100 kr: dette er mer."
            ),
        ),
        (
            _of("count", is_stock=True, week=replace(WEEK, came=-3, low=-2, year_ago=4.0)),
            (
                "Vekst på sju dager fra 16. nov.: -3. Uken før: 900; snitt av fire uker: 851; samme uke i fjor: 4."
                " Tilfeldigheter alene gir -2 til 1 100: dette er mindre."
            ),
        ),
        (
            _of("count", week=replace(WEEK, came=800)),
            (
                "Sju dager fra 16. nov.: 800. Uken før: 900; snitt av fire uker: 851; samme uke i fjor: -."
                " Tilfeldigheter alene gir 700 til 1 100: dette er innenfor."
            ),
        ),
    ],
)
def test_a_week_in_words(quarter: PageData, found: WeekOf, told: str) -> None:
    """What came, what others brought, and whether that is chance; what is not known is a dash."""
    name = quarter.scores[0].key_result_id

    said = week_sentence(replace(quarter, language="nb", weeks={name: found}), name)

    assert told == said.translate({0xA0: " ", ord(NOTHING): "-", 0x2212: "-"})
    assert "" == week_sentence(quarter, name)


def test_a_period_that_is_over_has_no_newest_week() -> None:
    """What came after a period's end is not told on its page."""
    page = ended()
    name = page.scores[0].key_result_id

    assert "" == week_sentence(replace(page, weeks={name: _of("count")}), name)
