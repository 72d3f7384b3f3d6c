"""The newest week of all that key results count, held against others."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import isfinite

from flows.goals.effect_days import Unmeasured, after_of, event_of, last_told, question_of
from flows.goals.effect_subjects import Key, definition_of, definitions_counted, key_of, look_at
from flows.goals.lookahead import Lookahead, look
from flows.project.project import Project
from okr_config.errors import UsageError
from okr_config.models import Definition
from scorecard.effects.weeks import WEEK, WeekOf, weeks_of
from scorecard.i18n.language import Language


def compare_weeks(project: Project, metrics: Sequence[str]) -> list[WeekOf]:
    """
    Compare the newest week of some metrics, by default of all that key results count.

    Raises:
        UsageError: for a metric that is not there, or where none is known for more than a week.
    """
    lookahead = look(project, all_metrics=True)
    definitions = [definition_of(lookahead, name) for name in metrics] or definitions_counted(lookahead)
    found, why = _compared(lookahead, definitions)
    if not found:
        raise UsageError(f"no week can be compared: {why}", next_step="okr status")
    return list(found.values())


def weeks_of_key_results(lookahead: Lookahead, language: Language | None = None) -> Mapping[str, WeekOf]:
    """
    Return the newest week of what each key result counts, of those that can be compared.

    `language`: by default that of each key result's file.
    """
    found, _ = _compared(lookahead, definitions_counted(lookahead), language)
    keys = {one.key_result.id: key_of(one) for one in lookahead.definitions}
    return {name: found[key] for name, key in keys.items() if key in found}


def _compared(
    lookahead: Lookahead, definitions: Sequence[Definition], language: Language | None = None
) -> tuple[dict[Key, WeekOf], str]:
    """Return the weeks that can be compared, and why the last of the others cannot."""
    kept, events, after, why = [], [], [], "no key result counts anything day by day"
    for key, subject in look_at(lookahead, definitions, language).items() if definitions else ():
        try:
            question = question_of(subject)
            first = last_told(question) - timedelta(days=WEEK - 1)
            event = event_of(subject, question, first, first + timedelta(days=WEEK - 1))
        except Unmeasured as reason:
            why = str(reason)
            continue
        kept.append((key, (subject.metric, subject.title, subject.unit, event.is_stock, first)))
        events.append(event)
        after.append(after_of(question, event))
    weeks = list(zip(kept, weeks_of(events, after), strict=True))
    # of amounts that were 0 all along no size is known, and no week is beyond what chance allows
    found = {key: WeekOf(*about, week) for (key, about), week in weeks if isfinite(week.high)}
    return found, why if len(found) == len(weeks) else "nothing but 0 is known of the time before"
