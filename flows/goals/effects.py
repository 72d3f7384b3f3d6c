"""What the events that people noted brought, asked of the same evidence and the same forecast as the scoreboard."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from flows.goals.effect_days import Unmeasured, after_of, event_of, last_told, question_of
from flows.goals.effect_subjects import EffectSubject, Key, definition_of, definitions_about, key_of, look_at
from flows.goals.lookahead import Lookahead, look
from flows.project.project import Project
from okr_config.errors import UsageError
from okr_config.models import Definition
from scorecard.effects.answer import Answer, Chance, Days, sentences
from scorecard.effects.control import hold_against
from scorecard.effects.estimate import Effect, compare, foresee
from scorecard.effects.event import Event, came_of
from scorecard.effects.without import SHAPES, without
from scorecard.forecast_inputs import within_reach
from scorecard.forecasting.model import forecast
from scorecard.i18n.language import Language
from scorecard.i18n.messages import in_language
from scorecard.span import DAY
from scorecard.status import DECIDED
from scorecard.verdict import undecided
from warehouse.reader import read_warehouse
from warehouse.words import Note


@dataclass(frozen=True)
class Wish:
    """
    What is to be told.

    note: its name, None for all. metric: told of, in place of what the note is about. days: how long the event is said
    to work, by default the note's own days. control: a metric that it cannot have touched.
    """

    note: str | None = None
    metric: str | None = None
    days: int | None = None
    control: str | None = None


def read_notes(project: Project) -> list[Note]:
    """Return the notes that stand, newest day first."""
    with read_warehouse(project.reading.scored(), world=project.world) as warehouse:
        rows = warehouse.notes().drop("at").to_dicts()
    return sorted((Note(**row) for row in rows), key=lambda note: (note.first_day, note.name), reverse=True)


def tell_effects(project: Project, wish: Wish) -> list[Answer]:
    """
    Tell what noted events brought each metric that they are about.

    Raises:
        UsageError: for a note or metric that is not there, or where nothing of what is asked can be measured.
    """
    notes = read_notes(project)
    chosen = [note for note in notes if wish.note in (None, note.name)]
    if wish.note is not None and not chosen:
        raise UsageError.unknown("note", wish.note, [note.name for note in notes], next_step="okr notes")
    lookahead = look(project, all_metrics=True)
    told = _tell(lookahead, notes, chosen, wish)
    if wish.note is not None and not any(one.answer.is_due for one in told):
        raise _unmeasured(wish.note, told[0].answer if told else None)
    found: dict[object, Answer] = {}
    for one in told:
        found.setdefault((one.key, one.answer.names), one.answer)
    return list(found.values())


def _unmeasured(name: str, answer: Answer | None) -> UsageError:
    """Say why nothing that was asked of a note can be measured, and which notes were told with it."""
    with_it = [f"«{one}»" for one in (answer.names if answer else ()) if one != name]
    overlap = f", told as one with {', '.join(with_it)}, which overlap{'s' if len(with_it) == 1 else ''} it"
    return UsageError(
        answer.why_none if answer else "nothing that key results count is known for long enough before it",
        where=f"«{name}»{overlap if with_it else ''}",
        next_step="okr note NAME --remove, of what is too long" if with_it else "another day or --days, or --metric",
    )


def effects_on_key_results(
    project: Project, names: Collection[str], language: Language | None = None
) -> list[tuple[str, str, str]]:
    """
    Return key result, name of a note and what it brought, for those that can be measured.

    Of notes that are told as one only the first has words. `language`: by default that of each key result's file.
    """
    lookahead, notes = look(project, all_metrics=True), read_notes(project)
    told = _tell(lookahead, notes, [note for note in notes if note.name in names], Wish(), language)
    found = {
        (definition.key_result.id, one.answer.names[0]): " ".join(sentences(one.answer))
        for definition in lookahead.definitions
        for one in told
        if one.answer.effect is not None and one.key == key_of(definition)
    }
    return [(*key, text) for key, text in found.items()]


@dataclass(frozen=True)
class _Told:
    key: Key
    answer: Answer


def _tell(
    lookahead: Lookahead, notes: Sequence[Note], chosen: Sequence[Note], wish: Wish, language: Language | None = None
) -> list[_Told]:
    control = definition_of(lookahead, wish.control) if wish.control else None
    about = {note: _definitions(lookahead, note, wish, asked=note in chosen) for note in notes}
    keys = {note: {key_of(one) for one in definitions} for note, definitions in about.items()}
    asked = [(note, definition) for note in chosen for definition in about[note]]
    if control and asked and all(key_of(definition) == key_of(control) for _, definition in asked):
        raise UsageError(
            "a metric is no control of itself",
            where=f"--control {wish.control}",
            next_step="name a metric that the event cannot have touched",
        )
    wanted = [*(definition for _, definition in asked), *([control] if control else [])]
    subjects = look_at(lookahead, wanted, language) if asked else {}
    found = []
    for note, definition in asked:
        key = key_of(definition)
        together = _overlapping(note, [one for one in notes if key in keys[one]], wish)
        try:
            answer = _measure(lookahead, subjects[key], together, subjects[key_of(control)] if control else None)
        except Unmeasured as reason:
            if reason.is_bad and note.metric is None and note.key_result_id is None and wish.metric is None:
                continue  # of all that is counted, some may not be known for long enough
            names = tuple(one.name for one in together.notes)
            days = Days(together.first, together.last, 0, 0)
            answer = replace(_answer(subjects[key], names, days), why_none=str(reason), is_due=not reason.is_bad)
        found.append(_Told(key, answer))
    return found


def plan_effect(project: Project, metric: str, days: int, on: date | None) -> Answer:
    """
    Tell how much more than usual an event of so many days must bring to be seen.

    Raises:
        UsageError: for a metric that is not there, or of which too little is known.
    """
    lookahead = look(project, all_metrics=True)
    (subject,) = look_at(lookahead, [definition_of(lookahead, metric)]).values()
    first = on or subject.newest_day + DAY
    answer = _answer(subject, (), Days(first, first + timedelta(days=days - 1), 0, 0))
    try:
        question = question_of(subject)
        # of days to come, as much is known as now
        before = min(first, last_told(question) + DAY)
        event = event_of(subject, question, before, before + timedelta(days=days - 1), planned=True)
        known = {day for day in event.holidays if day < before}
        event = replace(event, holidays=frozenset(known | {day - (first - before) for day in event.holidays - known}))
    except Unmeasured as reason:
        raise UsageError(
            str(reason), where=f"--metric {metric}", next_step="fewer --days, or another metric"
        ) from reason
    (found,) = compare(foresee([event]), np.zeros(1))
    return replace(answer, effect=_whole(found, event))


@dataclass(frozen=True)
class _Together:
    """Notes that are told as one, and the days they cover."""

    notes: tuple[Note, ...]
    first: date
    last: date


def _definitions(lookahead: Lookahead, note: Note, wish: Wish, *, asked: bool) -> list[Definition]:
    """Return what a note is about, or is asked about; one that is not asked may name what is there no more."""
    if wish.metric and asked:
        return [definition_of(lookahead, wish.metric)]
    try:
        return definitions_about(lookahead, note)
    except UsageError:
        if asked and wish.note:
            raise
        return []


def _last(note: Note, wish: Wish) -> date:
    return note.last_day if wish.days is None else note.first_day + timedelta(days=wish.days - 1)


def _overlapping(note: Note, about: Sequence[Note], wish: Wish) -> _Together:
    """Return the notes about the same numbers whose days touch each other's."""
    together, first, last = [note], note.first_day, _last(note, wish)
    while more := [one for one in about if one not in together and one.first_day <= last and first <= one.last_day]:
        together += more
        first = min(first, *(one.first_day for one in more))
        last = max(last, *(one.last_day for one in more))
    return _Together(tuple(sorted(together, key=lambda one: (one.first_day, one.name))), first, last)


def _measure(
    lookahead: Lookahead, subject: EffectSubject, together: _Together, control: EffectSubject | None
) -> Answer:
    question = question_of(subject)
    event = event_of(subject, question, together.first, together.last)
    after = after_of(question, event)
    move = narrow = None
    if control is not None and key_of(control.definition) != key_of(subject.definition):
        other = question_of(control)
        begins = event_of(control, other, event.start, event.start + timedelta(days=event.known.size - 1))
        said = hold_against(event, begins, after_of(other, begins))
        move, narrow = np.array([said.move]), np.array([said.narrow])
    (found,) = compare(foresee([event], move=move, narrow=narrow), np.array([came_of(event, after)]))
    days = Days(together.first, together.last, event.known.size, int(event.known.sum()))
    answer = replace(
        _answer(subject, tuple(note.name for note in together.notes), days),
        effect=_whole(found, event),
        control=control.title if control is not None and narrow is not None else "",
        narrow=1.0 if narrow is None else float(narrow[0]),
    )
    return replace(answer, chances=tuple(_chances(lookahead, subject, answer))) if found.shows else answer


def _answer(subject: EffectSubject, names: tuple[str, ...], days: Days) -> Answer:
    return Answer(names=names, metric=subject.metric, title=subject.title, unit=subject.unit, days=days)


def _whole(found: Effect, event: Event) -> Effect:
    """Round up how many of what is counted would show."""
    if not event.integer or math.isinf(found.detectable):
        return found
    return replace(found, detectable=float(math.ceil(found.detectable - 1e-9)))


def _chances(lookahead: Lookahead, subject: EffectSubject, answer: Answer) -> Iterator[Chance]:
    """Yield the published chances of open key results on the same numbers, and what they would be without it."""
    for one in lookahead.foreseen:
        standing, question = one.case.standing, one.question
        row = lookahead.board.get(standing.subject.key_result.id)
        if answer.effect is None or question is None or row is None or row.probability is None:
            continue
        if (
            row.status in DECIDED
            or question.shape not in SHAPES
            or key_of(standing.subject.definition) != key_of(subject.definition)
        ):
            continue
        changed = without(question, answer.days.first, answer.days.last, answer.effect.middle)
        (foreseen,) = forecast([changed], recalibration=lookahead.recalibration)
        probability = within_reach(standing, foreseen).probability
        if probability is not None:
            title = in_language(standing.subject.key_result.title, subject.language)
            yield Chance(standing.subject.key_result.id, title, row.probability, undecided(probability))
