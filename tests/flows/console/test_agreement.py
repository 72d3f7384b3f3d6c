"""Terminal, digest and page say one thing of every state: status, chance, whose estimate it is, how many there are."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from flows.console.changes import in_short
from flows.console.scoreboard import draw
from flows.console.terminal import Terminal
from flows.project.board import Board
from scorecard.digest.data import DigestData
from scorecard.digest.digest import build_digest
from scorecard.i18n.page_messages import say
from scorecard.page.cards import Card, build_cards
from scorecard.page.data import PageData
from scorecard.page.overview import lead
from scorecard.score_row import ScoreRow
from tests.scorecard.page.states import ended, every_state
from warehouse.reading import BoardPeriod

EARLY = "too early"
DIGEST = {
    "causes": ("key_result_id",),
    "decisions": ("key_result_id", "since", "at", "author", "text"),
    "check_ins": ("key_result_id", "at"),
    "changed": ("key_result_id", "status_before"),
}


def fresh() -> PageData:
    """Return a milestone of which nothing is done in the first tenth of its time."""
    data = every_state()
    fresh = data.scoreboard.filter(pl.col("key_result_id") == "milestone").with_columns(
        pl.lit(0).cast(pl.Decimal(24, 6)).alias("value"), start=pl.date(2026, 11, 20), status=pl.lit("on_track")
    )
    return replace(data, scoreboard=fresh)


STATES: dict[str, Callable[[], PageData]] = {"every state": every_state, "over": ended, "begun": fresh}


@pytest.fixture(params=STATES)
def data(request: pytest.FixtureRequest) -> PageData:
    """Return what is known of a period, in English."""
    return replace(STATES[request.param](), language="en")


def _lines(data: PageData) -> dict[str, str]:
    """Draw the scoreboard as a pipe has it: a line a key result, by its id."""
    period = BoardPeriod(data.period.id, data.period.start, data.period.end, data.timezone, "en", data.scores[0].as_of)
    rows = tuple(replace(score, period_id=period.id) for score in data.scores)
    objectives = tuple(replace(row, period_id=period.id) for row in data.roll_ups)
    now = max(score.as_of for score in data.scores)
    drawn = draw(Board((period,), rows, objectives, {}), [period], Terminal(), now)
    return {line.split()[-1]: line for line in drawn[1:]}


def _disagreements(line: str, card: Card) -> Iterator[str]:
    """Read a line of the terminal against its card, and yield what does not fit."""
    found = re.match(r"\S+ ([a-z]+(?: [a-z]+)*) {2}", f"{line}  ")
    word = found[1] if found else ""
    is_early = card.state_note == say("en", "state.early")
    if word != (EARLY if is_early else say("en", f"status.{card.score.status}").lower()):
        yield f"status: {word} and {card.score.status}, {card.state_note}"
    chance = card.chance.replace("%", " %").replace("\N{NO-BREAK SPACE}", " ")
    written = f"({chance})" if card.is_estimate else chance
    if card.score.probability is not None and f" {written} " not in line:
        yield f"chance: {written} and {line}"
    if card.score.probability is None and not re.search(r" -  +\S", line):
        yield f"a chance of what has none: {line}"
    if ("met now" in line) is not ("met_now" in (card.score.flags or [])):
        yield f"met now: {line}"
    if ("little history" in line) is not card.is_estimate and card.score.probability is not None:
        yield f"whose estimate: {line}"


def test_terminal_and_card_agree(data: PageData) -> None:
    """Each key result has the same status, the same chance and the same doubt about it in both."""
    lines, cards = _lines(data), build_cards(data)

    assert {} == {name: broken for name, card in cards.items() if (broken := list(_disagreements(lines[name], card)))}


def test_all_count_alike(data: PageData) -> None:
    """The page's lead, the digest's and the terminal's line in short count the same by status."""
    empty = {name: pl.DataFrame(schema=dict.fromkeys(columns, pl.String)) for name, columns in DIGEST.items()}
    told = build_digest(DigestData(page=data, name="Shop", **empty)).lines[0].text.replace("\N{NO-BREAK SPACE}", " ")
    short = in_short(data.scores, {score.period_id: ZoneInfo(data.timezone) for score in data.scores})
    counts = {
        word.replace(" ", "_").replace("too_early", "early"): int(number)
        for number, word in re.findall(r"(\d+) ([a-z ]+)", short.partition(": ")[2])
    }

    sentences = [sentence.unescape().replace("\N{NO-BREAK SPACE}", " ") for sentence in lead(data)]
    counting = [sentence for sentence in sentences if "source" not in sentence]

    assert sum(counts.values()) == len(data.scores)
    assert [] == [sentence for sentence in counting if sentence not in told]
    if len(data.scores) > 1:
        assert sorted(counts.values()) == sorted(int(re.findall(r"\d+", sentence)[0]) for sentence in counting)


def test_a_disagreement_would_be_found() -> None:
    """The reader reads: a line of another status, chance or doubt is told."""
    data = replace(every_state(), language="en")
    cards, lines = build_cards(data), _lines(data)
    card = cards["on-track"]
    other: ScoreRow = replace(card.score, status="at_risk")

    assert ["status"] == [
        one.partition(":")[0] for one in _disagreements(lines["on-track"], replace(card, score=other))
    ]
    assert ["chance"] == [
        one.partition(":")[0] for one in _disagreements(lines["on-track"], replace(card, chance="1%"))
    ]
    assert "too early" in _lines(replace(fresh(), language="en"))["milestone"]
