"""The days of an event within a metric's history, and why it cannot be measured where they are not there."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from flows.goals.effect_subjects import EffectSubject
from scorecard.arrays import Floats
from scorecard.effects.event import Event
from scorecard.forecasting.types import Family, ForecastInput, Shape
from scorecard.i18n.formats import day_long
from scorecard.i18n.messages import say


class Unmeasured(Exception):  # noqa: N818 - an answer, not an error
    """Why an effect cannot be measured, in the words of the answer; `is_bad` where it was asked in vain."""

    def __init__(self, text: str, *, is_bad: bool) -> None:
        super().__init__(text)
        self.is_bad = is_bad


def question_of(subject: EffectSubject) -> ForecastInput:
    """
    Return a subject's days.

    Raises:
        Unmeasured: where they do not add up or grow, or nothing is known.
    """
    words: dict[str, Any] = {"metric": subject.title}
    question = subject.question
    if not subject.is_daily:
        raise Unmeasured(say(subject.language, "effect.not_daily", **words), is_bad=True)
    if question is None or not np.isfinite(question.history).any():
        raise Unmeasured(say(subject.language, "effect.unknown", **words), is_bad=True)
    return question


def event_of(
    subject: EffectSubject, question: ForecastInput, first: date, last: date, *, planned: bool = False
) -> Event:
    """
    Lay out an event's days; what is known of them reaches to the last whole day.

    Raises:
        Unmeasured: where it lies outside what is known, or is longer than what is known before it.
    """
    language, history = subject.language, question.history
    newest, words = last_told(question), {"metric": subject.title, "day": day_long(subject.language, first)}
    begin = history.size - 1 - (question.as_of - first).days
    known_from = question.as_of - timedelta(days=int(history.size - 1 - np.flatnonzero(np.isfinite(history))[0]))
    if first > newest and not planned:
        raise Unmeasured(say(language, "effect.not_yet", newest=day_long(language, newest), **words), is_bad=False)
    if first <= known_from:
        raise Unmeasured(say(language, "effect.outside", first=day_long(language, known_from), **words), is_bad=True)
    before, length = history[:begin], (last - first).days + 1
    told = (first - known_from).days
    if length > told:
        raise Unmeasured(say(language, "effect.too_long", all=length, before=told, **words), is_bad=True)
    passed = length if planned else (min(last, newest) - first).days + 1
    known = np.ones(length, np.bool_) if planned else np.isfinite(history[begin : begin + passed])
    if not known.any():
        raise Unmeasured(say(language, "effect.silent", all=length, **words), is_bad=True)
    return Event(
        history=before,
        start=first,
        known=known,
        family=Family.STOCK if question.shape is Shape.LEVEL else question.family,
        integer=question.integer,
        can_fall=question.can_fall,
        holidays=question.holidays,
    )


def last_told(question: ForecastInput) -> date:
    """Return the newest whole day of which anything is known."""
    whole = question.history[: None if question.day_share >= 1.0 else -1]
    told = np.flatnonzero(np.isfinite(whole))
    newest = int(told[-1]) if told.size else -1
    return question.as_of - timedelta(days=question.history.size - 1 - newest)


def after_of(question: ForecastInput, event: Event) -> Floats:
    """Return the values of an event's days so far."""
    begin = question.history.size - 1 - (question.as_of - event.start).days
    return question.history[begin : begin + event.known.size]
