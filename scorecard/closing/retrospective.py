"""
A period's retrospective: grades, chances held against what came, questions, charts.

It is made of blocks, so that what is read as Markdown and as a page says the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scorecard.closing.chart import svg
from scorecard.closing.grades import Grade, times_over
from scorecard.i18n.closing_messages import count, say
from scorecard.i18n.formats import NOTHING, Unit, chance, day_long, grade_text
from scorecard.i18n.language import Language
from scorecard.i18n.messages import in_language
from scorecard.page.cards import Picture, build_cards
from scorecard.page.data import PageData
from scorecard.score_row import ScoreRow
from scorecard.span import SETTLE

QUESTIONS = ("goes_on", "differently")
"""What is asked of the whole period."""

_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


@dataclass(frozen=True)
class Closing:
    """
    A period that is closed.

    page: as it stood then. grades: by key result. learned: what was answered of each. answers: what was answered of
    the whole, by question. name: what the team is called. today: the day of the close.
    """

    page: PageData
    name: str
    grades: Mapping[str, Grade]
    learned: Mapping[str, str]
    answers: Mapping[str, str]
    today: date

    @property
    def language(self) -> Language:
        """The language it is written in."""
        return self.page.language

    @cached_property
    def pictures(self) -> Mapping[str, Picture]:
        """Charts of what was measured, by key result."""
        return {name: card.picture for name, card in build_cards(self.page).items() if card.picture}

    def title_of(self, score: ScoreRow) -> str:
        """Return a key result's title as plain text."""
        definition = self.page.defined.get(score.key_result_id)
        return in_language(definition.key_result.title if definition else score.title, self.language)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title's."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True)
class Drawing:
    """A key result's chart; text: what it shows."""

    key_result_id: str
    text: str


@dataclass(frozen=True)
class Bullets:
    """Some lines."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Drawing | Bullets


def retrospective(closing: Closing) -> str:
    """Write it in Markdown; charts are looked for in a folder beside it, of the period's name."""
    return "\n\n".join(_markdown(closing, block) for block in blocks(closing)) + "\n"


def blocks(closing: Closing) -> tuple[Block, ...]:
    """Return what it says, in order; what was not answered is a heading alone."""
    said: list[Block] = [Heading(1, say(closing.language, "title", name=closing.name)), *_lead(closing)]
    for objective in closing.page.roll_ups:
        titles = (
            one.objective_title for one in closing.page.defined.values() if one.objective_id == objective.objective_id
        )
        title = in_language(next(titles, objective.title), closing.language)
        score = NOTHING if objective.score is None else _score(closing.language, objective.score)
        said.append(Heading(2, say(closing.language, "objective", title=title, score=score)))
        for score_row in closing.page.scores:
            if score_row.objective_id == objective.objective_id and score_row.score is not None:
                said += _key_result(closing, score_row)
    said += _never(closing)
    said.append(Heading(2, say(closing.language, "questions")))
    for question in QUESTIONS:
        said += [Heading(3, say(closing.language, question)), Paragraph(closing.answers.get(question, ""))]
    return tuple(block for block in said if block != Paragraph(""))


def _markdown(closing: Closing, block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_plain(text)}"
        case Paragraph(text):
            return _plain(text)
        case Drawing(name, text):
            return f"![{_plain(text)}]({closing.page.period.id}/{name}.svg)"
        case Bullets(lines):
            return "\n".join(f"- {_plain(line)}" for line in lines)


def charts(closing: Closing) -> Mapping[str, str]:
    """Return the charts as SVG by key result; one that was never measured has none."""
    titles = {score.key_result_id: closing.title_of(score) for score in closing.page.scores}
    return {
        name: svg(picture, say(closing.language, "chart", title=titles[name]))
        for name, picture in closing.pictures.items()
    }


def corrected(page: PageData, grades: Sequence[Grade], titles: Mapping[str, str]) -> tuple[str, ...]:
    """
    Say which numbers are others now than when their period was closed; the grades stay.

    A score that has settled keeps the value it was given for: what the numbers say now is told by its days.
    """
    days = page.daily.drop_nulls("value").sort("day").group_by("key_result_id").last()
    now = {row["key_result_id"]: row["value"] for row in days.iter_rows(named=True)}
    units = {score.key_result_id: Unit(page.language, score.unit or "") for score in page.scores}
    return tuple(
        say(
            page.language,
            "restated.one",
            title=titles[grade.key_result_id],
            grade=NOTHING if grade.score is None else _score(page.language, grade.score),
            value=units[grade.key_result_id].short(now[grade.key_result_id], grade.value, grade.target),
            old=units[grade.key_result_id].short(grade.value, now[grade.key_result_id], grade.target),
        )
        for grade in grades
        if grade.key_result_id in units and now.get(grade.key_result_id, grade.value) != grade.value
    )


def _lead(closing: Closing) -> Iterator[Block]:
    language, period, grades = closing.language, closing.page.period, [*closing.grades.values()]
    first, last, when = (day_long(language, day) for day in (period.start, period.end, closing.today))
    yield Paragraph(say(language, "closed", first=first, last=last, when=when))
    if closing.today <= period.end + SETTLE:
        yield Paragraph(say(language, "settles", day=day_long(language, period.end + SETTLE)))
    yield Paragraph(count(language, "reached", len(grades), hits=sum(grade.hit for grade in grades)))
    both = [(grade.brier, grade.brier_stated) for grade in grades]
    pairs = [(ours, theirs) for ours, theirs in both if ours is not None and theirs is not None]
    if pairs:
        ours, theirs = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
        told = {"ours": _score(language, ours), "theirs": _score(language, theirs)}
        yield Paragraph(count(language, "brier", len(pairs), **told))


def _key_result(closing: Closing, score: ScoreRow) -> Iterator[Block]:
    language, grade = closing.language, closing.grades[score.key_result_id]
    title, unit = closing.title_of(score), Unit(closing.language, score.unit or "")
    yield Heading(3, say(language, "key_result", title=title, grade=grade_in_words(language, grade)))
    told = [
        say(
            language,
            "ended",
            value=unit.short(score.value, score.target),
            target=unit.bare.short(score.target, score.value),
        )
        if score.target is not None
        else say(language, "ended.alone", value=unit.short(score.value))
    ]
    if grade.target_original is not None and grade.target_original != grade.target:
        original = NOTHING if grade.score_original is None else _score(language, grade.score_original)
        first = unit.short(grade.target_original, score.value, score.target)
        told.append(say(language, "original", original=first, score=original))
    if grade.probability_at_half is not None or grade.stated_at_half is not None:
        said = [chance(language, share) for share in (grade.probability_at_half, grade.stated_at_half)]
        told.append(say(language, "half", ours=said[0], theirs=said[1]))
    if times := times_over(score):
        told.append(say(language, "too_low", times=times))
    yield Paragraph(" ".join(told))
    if score.key_result_id in closing.pictures:
        yield Drawing(score.key_result_id, say(language, "chart", title=title))
    yield Heading(4, say(language, "learned", title=title))
    yield Paragraph(closing.learned.get(score.key_result_id, ""))


def _never(closing: Closing) -> Iterator[Block]:
    language = closing.language
    never = [score for score in closing.page.scores if score.score is None]
    if never:
        yield Heading(2, say(language, "never"))
        yield Bullets(
            tuple(
                say(language, "never.one", title=closing.title_of(score), reason=score.reason or NOTHING)
                for score in never
            )
        )


def grade_in_words(language: Language, grade: Grade) -> str:
    """Return a grade with its band, or whether the commitment was kept."""
    if grade.score is None or grade.band is None:
        return say(language, "grade.none")
    band = ("band.kept" if grade.hit else "band.broken") if grade.committed else f"band.{grade.band}"
    return say(language, "grade", score=_score(language, grade.score), band=say(language, band))


def _score(language: Language, value: float) -> str:
    """Write a grade with one decimal at least: 1.0, 0.7, 0.62."""
    text = grade_text(language, value)
    point = "," if language == "nb" else "."
    return text if point in text else f"{text}{point}0"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
