"""No two things that a card says contradict each other: status, chance, pace, dots and words of every state."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import polars as pl
import pytest

from okr_config.models import Thresholds
from scorecard.i18n.language import Language
from scorecard.page.cards import Card, build_cards
from scorecard.page.data import PageData
from scorecard.page.objectives import sections
from scorecard.page.overview import lead
from scorecard.page.render import render_page
from scorecard.status import DECIDED, IN_PLAY, Status, by_chance, by_pace
from tests.scorecard.page.states import ended, every_state

WORDS = {
    "nb": {
        "ahead": r"foran plan",
        "behind": r"bak plan",
        "yet": r"men mindre sannsynlig",
        "still": r"fortsatt innenfor|nær nok",
        "met": r"(?:Over|Under|På) målet nå",
        "reached": r"[Mm]ålet (?:er|ble) nådd|Allerede nådd",
        "missed": r"ble ikke nådd",
        "future": r"rognose|ventes|trolig|trengs|igjen|forvent",
        "outcomes": r"utfall når",
        "estimate": r"anslag",
        "tenths": r"Sjanse: (\d) av 10",
    },
    "en": {
        "ahead": r"ahead of plan",
        "behind": r"behind plan",
        "yet": r"yet less likely",
        "still": r"still within|near enough",
        "met": r"(?:Over|Below|At) the target now",
        "reached": r"target (?:is|was) reached|Reached already",
        "missed": r"was not reached",
        "future": r"orecast|expected|[Ll]ikely|[Nn]eeds|left|takes",
        "outcomes": r"outcomes? reach",
        "estimate": r"estimate",
        "tenths": r"Chance (\d) in 10",
    },
}


def contradictions(card: Card, language: Language) -> Iterator[str]:
    """Read everything a card says against everything else, and yield what does not fit."""
    score, words = card.score, WORDS[language]
    text = " ".join([*card.sentences, *card.figures, *card.notes, card.explanation, card.no_picture])
    aside = text + " " + (card.dots.text if card.dots else "")

    def says(what: str) -> bool:
        return re.search(words[what], aside) is not None

    status, chance = Status(score.status), score.probability
    aim = 0.5 if score.confidence_stated is None else score.confidence_stated / 10
    in_play = status in IN_PLAY
    rules: dict[str, bool] = {
        "status and chance": in_play and chance is not None and by_chance(chance, aim, Thresholds()) is not status,
        "status and pace": in_play and chance is None and not card.state_note
        and by_pace((score.progress or 0) / (score.expected or 1), Thresholds()) is not status,
        "ahead and not on track": says("ahead") and status is not Status.ON_TRACK and not says("yet"),
        "ahead, on track, and yet": says("yet") and status is Status.ON_TRACK,
        "behind and on track": says("behind") and status is Status.ON_TRACK and not says("still"),
        "behind, off track, and still": says("still") and status is not Status.ON_TRACK,
        "behind and ahead": says("behind") and says("ahead"),
        "met now and pace": says("met") and (says("ahead") or says("behind")),
        "met now and not flagged": says("met") is not ("met_now" in (score.flags or []) and in_play),
        "reached and not decided": says("reached") and not says("missed") and status in IN_PLAY,
        "missed and not decided": says("missed") and status is not Status.MISSED,
        "decided and still to come": status in DECIDED and (says("future") or card.dots is not None),
        "fan of what is decided": status in DECIDED and card.picture is not None and bool(card.picture.chart.fan_50),
        "dots out of nothing": score.value is None and card.dots is not None and card.dots.is_drawn,
        "estimate with outcomes": card.is_estimate and (says("outcomes") or not says("estimate")),
        "chance of no estimate": not card.is_estimate and says("estimate"),
        "no value and progress": score.value is None and bool(card.way),
    }  # fmt: skip
    yield from (rule for rule, broken in rules.items() if broken)
    if card.dots:
        if not card.is_estimate and abs(card.dots.hits / 20 - (chance or 0)) > 0.026:
            yield "dots and chance"
        if card.dots.aim != round(20 * aim):
            yield "mark and plan"
        tenths = re.search(words["tenths"], text)
        if tenths and abs(int(tenths[1]) / 10 - (chance or 0)) > 0.06:
            yield "tenths and chance"


@pytest.fixture(params=["states", "ended", "quarter"])
def data(request: pytest.FixtureRequest) -> PageData:
    """Return a page's data: every state, a period that is over, or the quarter of a shop."""
    makers: dict[str, Callable[[], PageData]] = {"states": every_state, "ended": ended}
    found: PageData = makers[request.param]() if request.param in makers else request.getfixturevalue("quarter")
    return found


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_card_contradicts_itself(data: PageData, language: Language) -> None:
    """Each card's words fit its status, its chance, its pace and its dots."""
    cards = build_cards(replace(data, language=language))

    assert {} == {name: broken for name, card in cards.items() if (broken := list(contradictions(card, language)))}


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_period_that_is_over_is_told_in_the_past(language: Language) -> None:
    """Nothing is foreseen, expected or left, neither in a card nor of an objective; grades are told with their band."""
    page = replace(ended(), language=language)
    told = {part.objective.objective_id: part for part in sections(page, list(build_cards(page).values()))}
    said = " ".join(sentence for part in told.values() for sentence in part.sentences)
    words = {"nb": ["Nådd", "Godt", "Delvis", "Langt unna", "Mangler data"]}.get(
        language, ["Achieved", "Good", "Partly there", "Far off", "No data"]
    )

    assert words == [told[name].word for name in ("reached", "good", "half", "far", "unknown")]
    assert not re.search(WORDS[language]["future"], said)
    assert ("Karakter" if language == "nb" else "Grade") in render_page(page)


def test_each_sentence_is_in_one_language() -> None:
    """What the two languages say of a state is the same: a card says as much in one as in the other."""
    both = [build_cards(replace(every_state(), language=language)) for language in ("nb", "en")]

    assert [(name, len(card.sentences), len(card.notes)) for name, card in both[0].items()] == [
        (name, len(card.sentences), len(card.notes)) for name, card in both[1].items()
    ]


def test_too_early_is_not_on_track() -> None:
    """A milestone of which nothing is done in the first tenth of its time is told apart from what is on track."""
    data = every_state()
    fresh = data.scoreboard.filter(pl.col("key_result_id") == "milestone").with_columns(
        pl.lit(0).cast(pl.Decimal(24, 6)).alias("value"),
        start=pl.date(2026, 11, 20),
        status=pl.lit("on_track"),
    )
    (card,) = build_cards(replace(data, scoreboard=fresh)).values()

    assert ("for tidlig å si", ()) == (card.state_note, card.sentences)
    assert ("Det er for tidlig å si noe om nøkkelresultatet.",) == lead(replace(data, scoreboard=fresh))[:1]


def test_a_contradiction_would_be_found() -> None:
    """The reader reads: a card whose status, flags or dots are another's is told to contradict itself."""
    cards = build_cards(replace(every_state(), language="en"))
    wrong = {
        "status and chance": replace(cards["on-track"], score=replace(cards["on-track"].score, status="off_track")),
        "met now and not flagged": replace(cards["beyond"], sentences=()),
        "decided and still to come": replace(cards["achieved"], sentences=cards["on-track"].sentences),
        "behind and on track": replace(cards["on-track"], sentences=("5 behind plan.",)),
        "dots and chance": replace(cards["on-track"], dots=cards["off-track"].dots),
        "reached and not decided": replace(cards["at-risk"], explanation="The target is reached."),
    }

    assert {} == {name: card for name, card in wrong.items() if name not in contradictions(card, "en")}
