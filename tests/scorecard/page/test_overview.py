"""The page's first lines tell the whole in whole sentences."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from scorecard.i18n.language import Language
from scorecard.page.cards import build_cards
from scorecard.page.overview import edits, heading, lead, method, moves, source_rows
from scorecard.page.render import PageData, PeriodInfo
from scorecard.status import WORST_FIRST, Status

if TYPE_CHECKING:
    from tests.scorecard.page.conftest import Sample

GAP = "\N{NO-BREAK SPACE}"


def told(texts: tuple[str, ...]) -> str:
    """Join sentences, with plain spaces."""
    return " ".join(texts).replace(GAP, " ")


def test_lead_counts_what_there_is(quarter: PageData) -> None:
    """Every status that occurs is counted once, and late sources are named."""
    assert (
        "1 av 8 nøkkelresultater er nådd. 2 er i rute. 1 er i faresonen. 1 er ute av rute. 1 ble ikke nådd. "
        "1 mangler data. 1 er ikke startet. 2 kilder er utdatert (instagram, nyhetsbrev)."
    ) == told(lead(quarter))


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("nb", 0, "Ingen nøkkelresultater er beregnet ennå."),
        ("nb", 1, "Nøkkelresultatet er ute av rute."),
        ("en", 1, "The key result is off track."),
        ("en", 2, "1 of 2 key results is at risk. 1 is off track."),
        ("en", 9, "3 of 9 key results are on track. 3 are at risk. 3 are off track."),
    ],
)
def test_lead_in_every_count(many: Callable[[int], PageData], language: Language, count: int, expected: str) -> None:
    """None, one, two and many key results make correct sentences."""
    assert expected == told(lead(replace(many(count), language=language)))


def test_one_late_source(quarter: PageData) -> None:
    """One source is told in the singular."""
    late = quarter.freshness.filter(pl.col("source_id") != "nyhetsbrev")

    assert "Én kilde er utdatert (instagram)." == lead(replace(quarter, freshness=late))[-1]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (date(2026, 12, 31), "Per 23. november 2026 uke 48 38 dager igjen"),
        (date(2026, 11, 24), "Per 23. november 2026 uke 48 1 dag igjen"),
        (date(2026, 11, 23), "Per 23. november 2026 uke 48 siste dag"),
        (date(2026, 11, 22), "Per 23. november 2026 uke 48 perioden er slutt"),
    ],
)
def test_heading(quarter: PageData, end: date, expected: str) -> None:
    """The heading says the day, its week and what is left."""
    assert expected == told(heading(replace(quarter, period=PeriodInfo("q", date(2026, 10, 1), end))))


def test_midnight_belongs_to_the_day_before(quarter: PageData) -> None:
    """Judged at the end of a day, the page is about that day."""
    midnight = pl.lit(datetime(2026, 11, 23, 23, tzinfo=UTC)).alias("as_of")

    assert told(heading(replace(quarter, scoreboard=quarter.scoreboard.with_columns(midnight)))).startswith(
        "Per 23. november 2026"
    )


def test_moves_of_a_week(quarter: PageData) -> None:
    """A new status comes first, then chances that moved much; small moves are left out."""
    assert [
        "«<bdi>Returandel ned til 6 %</bdi>» gikk siste uke fra «I rute» til «I faresonen».",
        "Sjansen for «<bdi>Omsetning i nettbutikken</bdi>» falt siste uke fra 35 % til 16 %.",
    ] == [text.replace(GAP, " ") for text in moves(quarter, build_cards(quarter))]


def test_a_quiet_week(quarter: PageData) -> None:
    """Nothing moved is said; a week that is not known is not."""
    still, unknown = replace(quarter, week_ago=quarter.scoreboard), replace(quarter, week_ago=quarter.week_ago.clear())

    assert ("Ingen store endringer siste uke.",) == moves(still, build_cards(still))
    assert () == moves(unknown, build_cards(unknown))


def test_edited_targets(quarter: PageData) -> None:
    """An edited target is told with both numbers, its day and its reason."""
    assert (
        "Målet for «<bdi>Omsetning i nettbutikken</bdi>» ble endret fra 1 400 000 kr til 1 500 000 kr "
        "2. november 2026. <bdi>Utvidet sortiment.</bdi>"
    ) == told(edits(quarter, build_cards(quarter)))


def test_sources(quarter: PageData) -> None:
    """Every stream is a row; one never pulled has dashes."""
    rows = {
        row.source: (row.state_word, row.newest.replace(GAP, " "), row.rows.replace(GAP, " "))
        for row in source_rows(quarter)
    }

    assert {
        "besok": ("Oppdatert", "23. nov. kl. 06.10", "54"),
        "butikk": ("Oppdatert", "23. nov. kl. 06.10", "12 840"),
        "instagram": ("Svarer ikke", "19. nov. kl. 06.00", "50"),
        "nyhetsbrev": ("Aldri hentet", "\N{EN DASH}", "\N{EN DASH}"),
    } == rows


def test_calibration_is_told_once_there_is_history(quarter: PageData) -> None:
    """How often a chance came true closes the method, where it is known."""
    assert "Av de 41 gangene vi sa 70 % til 80 %, nådde 31 målet." == method(quarter)[-1].replace(GAP, " ")
    assert 4 == len(method(replace(quarter, calibration=quarter.calibration.clear())))


def test_worst_first(quarter: PageData, sample: "Sample") -> None:
    """What needs a look stands first, and the least likely first among equals."""
    for name, chance in (("a", 0.4), ("b", 0.2)):
        sample.add(name, {"title": name, "status": "at_risk", "probability": chance})

    assert set(WORST_FIRST) == set(Status)
    assert [
        "kasse", "omsetning", "retur", "nyhetsbrev", "besok", "folgere", "januar", "salg",
    ] == [score.key_result_id for score in quarter.scores]  # fmt: skip
    assert ["b", "a"] == [score.key_result_id for score in sample.data().scores]
