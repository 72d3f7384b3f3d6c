"""The numbers that an effect is measured on: a metric's days, as a note or a person names them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flows.goals.lookahead import Lookahead, unknown
from okr_config.errors import UsageError
from okr_config.kinds import kind_of_days
from okr_config.metrics import Metric, Nature
from okr_config.models import Definition
from scorecard.forecasting.types import ForecastInput, Shape
from scorecard.i18n.formats import Unit
from scorecard.i18n.language import Language
from scorecard.measures.kinds import SPECS
from scorecard.scoring import Foreseen
from scorecard.span import DAY, judged_day
from warehouse.words import Note

_AHEAD = 40
"""Days for which a metric is asked about: any, so long as weeks and months lie whole within them."""
Key = tuple[object, ...]
_DAILY = (Shape.TOTAL, Shape.LEVEL, Shape.WINDOW)


@dataclass(frozen=True)
class EffectSubject:
    """
    A metric within a key result's filters and sources, or without any.

    question: its days, None where nothing is known. is_daily: whether its days add
    up or grow. newest_day: the judged day.
    """

    definition: Definition
    metric: str
    title: str
    unit: Unit
    question: ForecastInput | None
    is_daily: bool
    newest_day: date

    @property
    def language(self) -> Language:
        """What it is told in."""
        return self.unit.language


def definition_of(lookahead: Lookahead, metric: str) -> Definition:
    """
    Return what asks for a metric's own days.

    Raises:
        UsageError: when none is called so.
    """
    if metric not in lookahead.metrics:
        raise UsageError.unknown("metric", metric, list(lookahead.metrics), next_step="okr suggest --help")
    return _alone(lookahead, lookahead.metrics[metric])


def definitions_about(lookahead: Lookahead, note: Note) -> list[Definition]:
    """
    Return what asks for the numbers a note is about: its metric, its key result's, or all that key results count.

    Raises:
        UsageError: when it names a metric or a key result that there is no more.
    """
    if note.metric is not None:
        return [definition_of(lookahead, note.metric)]
    definitions = {one.key_result.id: one for one in lookahead.definitions}
    if note.key_result_id is not None:
        if note.key_result_id not in definitions:
            raise unknown(note.key_result_id, list(definitions))
        return [_ahead(lookahead, definitions[note.key_result_id])]
    return definitions_counted(lookahead)


def definitions_counted(lookahead: Lookahead) -> list[Definition]:
    """Return what asks for all numbers that key results count day by day, each once."""
    distinct = {key_of(one): one for one in lookahead.definitions if one.key_result.metric}
    return [_ahead(lookahead, one) for one in distinct.values() if SPECS[one.key_result.kind].shape in _DAILY]


def look_at(
    lookahead: Lookahead, definitions: Sequence[Definition], language: Language | None = None
) -> dict[Key, EffectSubject]:
    """Measure and ask all of them at once; `language` is what they are told in, by default that of their files."""
    told = {} if language is None else {"language": language}
    distinct = {key_of(one): one.model_copy(update=told) for one in definitions}
    foreseen = replace(lookahead, definitions=tuple(distinct.values())).foreseen
    return {key: _subject(lookahead, one) for key, one in zip(distinct, foreseen, strict=True)}


def key_of(definition: Definition) -> Key:
    """Return what makes a key result's numbers what they are; equal where they are the same."""
    key_result = definition.key_result
    return (
        key_result.metric or key_result.id,
        tuple(sorted(key_result.where.items())),
        tuple(sorted(key_result.sources)),
        definition.refunds_on,
        tuple(sorted(definition.refunds_on_by_source.items())),
    )


def _subject(lookahead: Lookahead, one: Foreseen) -> EffectSubject:
    subject = one.case.standing.subject
    metric, shape = subject.key_result.metric or "", SPECS[subject.key_result.kind].shape
    is_probe = subject.metric is not None and subject.metric.nature is Nature.PROBE
    filters = ", ".join((*subject.key_result.where.values(), *subject.key_result.sources))
    return EffectSubject(
        definition=subject.definition,
        metric=metric,
        title=(subject.title_of(metric) if metric else subject.key_result.id) + (f" ({filters})" if filters else ""),
        unit=Unit(subject.definition.language, subject.metric_unit),
        question=one.question,
        is_daily=shape in _DAILY and bool(metric) and not is_probe,
        newest_day=judged_day(lookahead.as_of, ZoneInfo(subject.definition.timezone)),
    )


def _ahead(lookahead: Lookahead, definition: Definition) -> Definition:
    """Ask for the same numbers in days to come, so that a period that is over has a history too."""
    first = judged_day(lookahead.as_of, ZoneInfo(definition.timezone)) + DAY
    return definition.model_copy(update={"start": first, "due": first + timedelta(days=_AHEAD)})


def _alone(lookahead: Lookahead, metric: Metric) -> Definition:
    config = lookahead.config
    first = judged_day(lookahead.as_of, ZoneInfo(config.timezone)) + DAY
    definition = config.definition_of(
        metric, kind_of_days(metric.nature), name="effect", start=first, due=first + timedelta(days=_AHEAD)
    )
    alike = next((one for one in lookahead.definitions if one.key_result.metric == metric.id), None)
    if alike is None:
        return definition
    # what a key result says of its refunds goes before what the project says
    said = {"refunds_on": alike.refunds_on, "refunds_on_by_source": alike.refunds_on_by_source}
    return definition.model_copy(update=said)
