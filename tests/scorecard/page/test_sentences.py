"""What a card says fits what is known, and nothing is said twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from scorecard.i18n.language import Language
from scorecard.page.cards import Card, build_cards
from scorecard.page.render import PageData, render_page
from tests.scorecard.page.conftest import AS_OF

if TYPE_CHECKING:
    from tests.scorecard.page.conftest import Sample

GAP = "\N{NO-BREAK SPACE}"


def card(data: PageData, name: str, language: Language = "nb") -> Card:
    """Build one card."""
    return build_cards(replace(data, language=language))[name]


def told(card: Card) -> str:
    """Join a card's sentences, with plain spaces."""
    return " ".join(card.sentences).replace(GAP, " ")


def test_behind_in_money(quarter: PageData) -> None:
    """Gap, forecast and what it takes, to the figures that matter."""
    assert (
        "42 000 kr bak plan. Ender trolig på rundt 1 390 000 kr. For å nå målet trengs rundt 17 000 kr om dagen."
    ) == told(card(quarter, "omsetning"))
    assert (
        "NOK 42,000 behind plan. Likely to end at about NOK 1,390,000. "
        "Reaching the target takes about NOK 17,000 a day."
    ) == told(card(quarter, "omsetning", "en"))


def test_behind_where_less_is_wanted(quarter: PageData) -> None:
    """A share that should fall is behind when it is above the plan, in percentage points."""
    assert "0,5 prosentpoeng bak plan. Ender trolig på rundt 6,8 %." == told(card(quarter, "retur"))


def test_ahead(quarter: PageData) -> None:
    """More than planned is ahead."""
    assert told(card(quarter, "folgere")).startswith("79 foran plan.")


def test_right_on_plan(sample: "Sample") -> None:
    """A gap that rounds to nothing is none."""
    sample.add("kr", {"title": "A", "baseline": 0, "value": 54, "target": 92, "status": "on_track"})

    assert "Akkurat på plan." == card(sample.data(), "kr").sentences[0]


@pytest.mark.parametrize("name", ["salg", "nyhetsbrev", "kasse", "januar"])
def test_what_is_settled_or_unknown_explains_itself(quarter: PageData, name: str) -> None:
    """Where there is no plan to compare with, the score's own explanation stands alone."""
    shown = card(quarter, name)

    assert () == shown.sentences
    assert shown.explanation
    assert () == shown.notes


@pytest.mark.parametrize(
    ("probability", "hits", "text"),
    [
        (0.0, 0, "0 av 20 utfall når målet"),
        (0.01, 0, "færre enn 1 av 20 utfall når målet"),
        (0.03, 1, "1 av 20 utfall når målet"),
        (0.5, 10, "10 av 20 utfall når målet"),
        (0.99, 20, "flere enn 19 av 20 utfall når målet"),
        (1.0, 20, "20 av 20 utfall når målet"),
    ],
)
def test_twenty_dots(sample: "Sample", probability: float, hits: int, text: str) -> None:
    """Every twentieth of a chance is a dot, and the words never promise more than the number."""
    row = {"title": "A", "baseline": 0, "value": 5, "target": 9, "status": "at_risk", "probability": probability}
    sample.add("kr", row)
    dots = card(sample.data(), "kr").dots

    assert dots is not None
    assert (hits, text) == (dots.hits, dots.text)


def test_decided_results_have_no_dots(quarter: PageData) -> None:
    """What is achieved, missed or not begun has no chance to show."""
    assert [] == [name for name in ("salg", "kasse", "januar") if card(quarter, name).dots]


def test_flags_are_sentences(quarter: PageData) -> None:
    """Every flag says what it means for this result."""
    flagged = {
        name: [note.replace(GAP, " ") for note in card(quarter, name).notes] for name in ("omsetning", "folgere")
    }

    assert {
        "omsetning": [
            "En valutakurs mangler.",
            "Målet ble endret 2. november 2026, fra 1 400 000 kr til 1 500 000 kr.",
            "Teamet og tallene er uenige: teamet sier 8 av 10, tallene 2.",
        ],
        "folgere": [
            "Tallet er utdatert: nyeste måling fra kilden er fra 19. nov. kl. 06.00, 4 dager gammel.",
            "En kilde svarer ikke: siste kjente tall vises.",
        ],
    } == flagged


def test_what_a_person_said_stands_among_the_notes(quarter: PageData, sample: "Sample") -> None:
    """The newest check-in is told with its author and day, after the flags, in the words that were written."""
    said = replace(quarter, check_ins=sample.check_in("besok", "Kari", "Kampanjen starter i morgen."))

    assert [
        "Foreløpig: tallet kan endre seg.",
        "<bdi>Kari</bdi>, 23. nov. kl. 06.10: «<bdi>Kampanjen starter i morgen.</bdi>»",
    ] == [note.replace(GAP, " ") for note in card(said, "besok").notes]


def test_titles_and_descriptions_in_two_languages(quarter: PageData, sample: "Sample") -> None:
    """What is written in both languages is told in the reader's; what lacks it is marked with the one it has."""
    both = sample.definition("besok", title={"nb": "Besøk", "en": "Visits"}, description={"nb": "Alle sider."})
    english = replace(quarter, definitions=both, language="en", text_language="nb")

    assert ("<bdi>Visits</bdi>", '<bdi lang="nb">Alle sider.</bdi>') == (
        card(english, "besok", "en").title,
        card(english, "besok", "en").description,
    )
    assert '<bdi lang="nb">Returandel ned til 6 %</bdi>' == card(english, "retur", "en").title


@pytest.mark.parametrize(
    ("days", "keys", "is_lost"),
    [
        (5, {}, False),
        (7, {}, True),
        (7, {"max_age": 4}, False),
        (9, {"max_age": 4}, True),
        (19, {"kind": "window", "metric": "web.visitors", "every": "week"}, False),
        (21, {"kind": "window", "metric": "web.visitors", "every": "week"}, True),
    ],
)
def test_a_number_is_stood_by_for_two_cadences(
    quarter: PageData, sample: "Sample", days: int, keys: dict[str, Any], is_lost: bool
) -> None:
    """A stale number keeps its status; older than two of its cadences, missing data are told beside it."""
    is_mine = pl.col("key_result_id") == "folgere"
    seen = pl.when(is_mine).then(AS_OF - timedelta(days=days)).otherwise("observed_at").alias("observed_at")
    aged = replace(
        quarter,
        scoreboard=quarter.scoreboard.with_columns(seen),
        definitions=sample.definition("folgere", **{"kind": "level", "metric": "social.followers"} | keys),
    )
    found = card(aged, "folgere")

    assert (is_lost, "on_track") == (found.state_note == "mangler data", found.score.status)
    assert found.dots is not None
    assert found.notes[0].startswith("Mangler data: ") is is_lost
    assert ("I rute, mangler data</span>" in render_page(aged)) is is_lost
    assert f"{days} dager gammel" in found.notes[0].replace(GAP, " ")


def test_few_observations_have_no_forecast(sample: "Sample") -> None:
    """Below five observed days the page says so instead of drawing a fan."""
    row = {"title": "A", "baseline": 0, "value": 5, "target": 9, "status": "at_risk", "probability": 0.3}
    sample.add("kr", row, observed=4, end=8.0, distribution=2)
    shown = card(sample.data(), "kr")

    assert shown.picture is not None
    assert "" == shown.picture.chart.fan_90
    assert "Ikke nok data til å vise prognose." == shown.no_picture
    assert "Ender trolig" not in told(shown)


def test_change_in_a_week(quarter: PageData) -> None:
    """A chance that moved is told with where it came from; a point up or down is not."""
    assert "▼ fra 35 % forrige uke" == card(quarter, "omsetning").moved.replace(GAP, " ")
    assert (-1, "") == (card(quarter, "besok").week_change, card(quarter, "besok").moved)


def test_beyond_the_target_and_below_the_baseline(sample: "Sample") -> None:
    """Progress is told within 0 and 100 percent, the value as it is."""
    usual: dict[str, Any] = {"title": "A", "baseline": 100, "target": 500, "status": "at_risk", "kind": "level"}
    sample.add("over", usual | {"value": 700})
    sample.add("under", usual | {"value": -20})
    cards = build_cards(sample.data())

    assert [
        ("700", "100 %"),
        ("\N{MINUS SIGN}20", "0 %"),
    ] == [(cards[name].value, cards[name].way.replace(GAP, " ")) for name in ("over", "under")]


def test_a_target_of_zero(sample: "Sample") -> None:
    """Zero is a target like any other."""
    sample.add("kr", {"title": "A", "baseline": 8, "value": 4, "target": 0, "status": "at_risk", "kind": "level"})
    shown = card(sample.data(), "kr")

    assert ("0", "50 %") == (shown.target, shown.way.replace(GAP, " "))


def test_share_of_time_counts_clock_changes(sample: "Sample") -> None:
    """The day with 25 hours is longer than the one before."""
    day = datetime(2026, 10, 25).date()  # noqa: DTZ001  # only its date is used
    row = {"title": "A", "value": 1, "target": 2, "baseline": 0, "status": "at_risk", "start": day, "due": day}
    sample.add("kr", row)
    data = sample.data()
    noon = data.scoreboard.with_columns(pl.lit(datetime(2026, 10, 25, 11, tzinfo=UTC)).alias("as_of"))

    assert f"52{GAP}%" == card(replace(data, scoreboard=noon), "kr").time


def test_a_ratio_names_both_its_metrics(sample: "Sample") -> None:
    """What is measured is told in words, a team's own metric by its name."""
    sample.add("kr", {"title": "A", "status": "no_data", "metric": "shop.orders/kasse.visitt", "observed_at": None})

    assert "Måling: ordrer / kasse.visitt" == card(sample.data(), "kr").about[0]
