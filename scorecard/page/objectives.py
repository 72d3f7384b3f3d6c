"""What the page says about an objective: its status or, once the period is over, the band of its grade; and its sum."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from markupsafe import Markup

from scorecard.i18n.formats import NOTHING, chance, grade_text, number, way_text
from scorecard.i18n.page_messages import say
from scorecard.page.cards import Card
from scorecard.page.data import PageData
from scorecard.score_row import ObjectiveRow
from scorecard.status import GOOD, Status

_PARTLY = 0.4


@dataclass(frozen=True)
class Section:
    """
    An objective with its cards, worst first.

    look, word: the status whose sign it has, and what is written beside it. score, coverage, hits: its row in the table
    of objectives. depth: how many objectives there it serves, one above the other.
    """

    objective: ObjectiveRow
    title: Markup
    look: str
    word: str
    score: str
    coverage: str
    hits: str
    sentences: tuple[str, ...]
    cards: tuple[Card, ...]
    depth: int = 0


def sections(data: PageData, cards: Sequence[Card]) -> tuple[Section, ...]:
    """Return the objectives in the order in which they are kept."""
    return tuple(
        _section(data, row, tuple(card for card in cards if card.score.objective_id == row.objective_id))
        for row in data.roll_ups
    )


def table_of(data: PageData, parts: Sequence[Section]) -> tuple[Section, ...]:
    """Return the rows of the table of objectives: parents lead, also those of other periods."""
    own = {part.objective.objective_id: part for part in parts}
    return tuple(
        replace(own.get(row.objective_id) or _section(data, row, ()), depth=depth) for depth, row in data.family
    )


def roll_up(data: PageData, objective: ObjectiveRow, reached: int = 0) -> tuple[str, ...]:
    """Sum an objective up: score, what it rests on, how many hits are expected or were made, whose it is."""
    language, said = data.language, []
    if objective.score is not None:
        key = "roll_up.grade" if data.is_over else "roll_up.score"
        said.append(say(language, key, score=grade_text(data.language, objective.score)))
        if objective.coverage is not None and objective.coverage < 1:
            said.append(say(language, "roll_up.coverage", share=way_text(language, objective.coverage)))
    if data.is_over:
        said.append(say(language, "roll_up.reached", hits=reached, of=objective.key_results))
    elif objective.expected_hits is not None:
        hits = _rounded(data, objective.expected_hits, 1)
        said.append(say(language, "roll_up.hits", hits=hits, of=objective.key_results))
        if objective.probability_all is not None and objective.key_results > 1:
            said.append(say(language, "roll_up.all", chance=chance(language, objective.probability_all)))
    family = [row for _, row in data.family]
    below = [row for row in family if row.parent == objective.objective_id]
    if below:
        said.append(say(language, "roll_up.below", titles=Markup(", ").join(map(data.objective_title, below))))
    said += [
        say(language, "roll_up.above", title=data.objective_title(row))
        for row in family
        if row.objective_id == objective.parent
    ]
    if objective.owner:
        said.append(say(language, "roll_up.owner", owner=objective.owner))
    if objective.tags:
        said.append(say(language, "roll_up.tags", tags=", ".join(objective.tags)))
    return tuple(said)


def _section(data: PageData, row: ObjectiveRow, cards: tuple[Card, ...]) -> Section:
    language = data.language
    reached = sum(card.score.status == Status.ACHIEVED for card in cards)
    if row.key_results > len(cards):  # those of objectives that serve it
        reached = round(row.expected_hits or 0)
    look, word = _look(data, row, cards)
    if data.is_over:
        hits = f"{reached} / {row.key_results}"
    elif row.expected_hits is None:
        hits = NOTHING
    else:
        hits = f"{_rounded(data, row.expected_hits, 1)} / {row.key_results}"
    return Section(
        objective=row,
        title=data.objective_title(row),
        look=look,
        word=word,
        score=NOTHING if row.score is None else grade_text(data.language, row.score),
        coverage=NOTHING if row.coverage is None else way_text(language, row.coverage),
        hits=hits,
        sentences=roll_up(data, row, reached),
        cards=cards,
    )


def _look(data: PageData, row: ObjectiveRow, cards: tuple[Card, ...]) -> tuple[str, str]:
    """
    Return the sign and the word: a status while the period lasts, then the band of the grade.

    The worst key result names an objective that can still be helped; of a grade of 0.95 it would say `missed`. What was
    promised and missed stays missed.
    """
    language = data.language
    statuses = {card.score.status for card in cards}
    if not data.is_over or row.score is None or statuses == {Status.ACHIEVED}:
        return row.status, say(language, f"status.{row.status}")
    broken = any(card.score.status == Status.MISSED and data.is_committed(card.score) for card in cards)
    if broken:
        return Status.MISSED, say(language, "status.missed")
    rounded = round(row.score, 2)
    if rounded >= GOOD:
        return Status.ON_TRACK, say(language, "band.good")
    if rounded >= _PARTLY:
        return Status.AT_RISK, say(language, "band.partly")
    return Status.OFF_TRACK, say(language, "band.weak")


def _rounded(data: PageData, value: float, places: int) -> str:
    return number(data.language, Decimal(repr(round(value, places))))
