"""The newest week of all that key results count, held against others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.goals.effect_days import Unmeasured, after_of, event_of, last_told, question_of
from flows.goals.effect_subjects import EffectSubject, definition_of, definitions_counted, look_at
from flows.goals.lookahead import look
from flows.project.project import Project
from okr_config.errors import UsageError
from scorecard.effects.weeks import WEEK, Week, weeks_of


@dataclass(frozen=True)
class WeekOf:
    """A metric's newest seven whole days, from `first` on."""

    subject: EffectSubject
    first: date
    week: Week


def compare_weeks(project: Project, metrics: Sequence[str]) -> list[WeekOf]:
    """
    Compare the newest week of some metrics, by default of all that key results count.

    Raises:
        UsageError: for a metric that is not there, or where none is known for more than a week.
    """
    lookahead = look(project, all_metrics=True)
    definitions = [definition_of(lookahead, name) for name in metrics] or definitions_counted(lookahead)
    found, events, after, why = [], [], [], "no key result counts anything day by day"
    for subject in look_at(lookahead, definitions).values() if definitions else ():
        try:
            question = question_of(subject)
            first = last_told(question) - timedelta(days=WEEK - 1)
            event = event_of(subject, question, first, first + timedelta(days=WEEK - 1))
        except Unmeasured as reason:
            why = str(reason)
            continue
        found.append((subject, first))
        events.append(event)
        after.append(after_of(question, event))
    if not found:
        raise UsageError(f"no week can be compared: {why}", next_step="okr status")
    return [WeekOf(*one, week) for one, week in zip(found, weeks_of(events, after), strict=True)]
