"""
The days of a period as a calendar file: due dates, the weekly check-in, the week in which it is closed.

RFC 5545, by icalendar. Equal scores give an equal file, byte for byte, and a day keeps its UID: a program that
subscribes to it moves what has moved instead of doubling it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from icalendar import Calendar, Event

from scorecard.i18n.formats import Unit
from scorecard.i18n.language import Language
from scorecard.i18n.messages import say
from scorecard.score_row import ObjectiveRow, ScoreRow
from scorecard.span import DAY, WEEKDAYS

_WEEK = timedelta(days=7)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))
_ASK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True)
class Term:
    """A period with its key results and objectives; both days inclusive. stamp: when it was scored (UTC)."""

    id: str
    start: date
    end: date
    language: Language
    stamp: datetime
    key_results: Sequence[ScoreRow]
    objectives: Sequence[ObjectiveRow]


def agenda(terms: Sequence[Term], *, project: str, name: str, checkin_day: str) -> bytes:
    """
    Write the calendar of some periods.

    project: its id, by which its days are told from those of others. name: what the team is called, maybe empty.
    checkin_day: a weekday in English, small letters.
    """
    language = terms[0].language if terms else "en"
    calendar = Calendar()
    title = say(language, "agenda.name.of", name=name) if name else say(language, "agenda.name")
    calendar.add("prodid", "-//okr//okr//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(title))
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for term in terms:
        for event in (*_due(term, project), *_check_ins(term, project, checkin_day), _close(term, project)):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _due(term: Term, project: str) -> Iterator[Event]:
    """Yield an entry for each day on which key results of an objective are due."""
    titles = {objective.objective_id: objective.title for objective in term.objectives}
    rows = sorted(term.key_results, key=lambda row: (row.due, row.objective_id))
    for (due, objective_id), group in groupby(rows, key=lambda row: (row.due, row.objective_id)):
        those = list(group)
        objective = titles.get(objective_id, objective_id)
        title = those[0].title if len(those) == 1 else objective
        lines = [objective, *(_aim(term, row) for row in those)]
        uid = f"due-{term.id}-{objective_id}-{due:%Y%m%d}"
        summary = say(term.language, "agenda.due", title=title)
        yield _event(term, project, uid, due, title=summary, about="\n".join(lines))


def _aim(term: Term, row: ScoreRow) -> str:
    target = Unit(term.language, row.unit or "").short(row.target)
    return say(term.language, "agenda.due.target", title=row.title, target=target)


def _check_ins(term: Term, project: str, checkin_day: str) -> Iterator[Event]:
    first = term.start + timedelta(days=(WEEKDAYS.index(checkin_day) - term.start.weekday()) % 7)
    if first > term.end:
        return
    title = say(term.language, "agenda.check_in", period=term.id)
    about = say(term.language, "agenda.check_in.how")
    event = _event(term, project, f"check-in-{term.id}", first, title=title, about=about)
    event.add("rrule", {"freq": "weekly", "until": term.end})
    yield event


def _close(term: Term, project: str) -> Event:
    title = say(term.language, "agenda.close", period=term.id)
    about = say(term.language, "agenda.close.how", period=term.id)
    first = term.end + DAY
    return _event(term, project, f"close-{term.id}", first, title=title, about=about, days=_WEEK)


def _line(text: str) -> str:
    """Return a text on one line, without what no file of this kind may hold."""
    return " ".join(text.translate(_CONTROLS).split())


def _event(  # noqa: PLR0913 - what an entry has
    term: Term, project: str, uid: str, first: date, *, title: str, about: str, days: timedelta = DAY
) -> Event:
    """Make an entry for whole days, which blocks nobody's time."""
    event = Event()
    event.add("uid", f"{uid}@{project}")
    event.add("dtstamp", term.stamp)
    event.add("dtstart", first)
    event.add("dtend", first + days)
    event.add("summary", _line(title))
    event.add("description", about.translate(_CONTROLS))
    event.add("transp", "TRANSPARENT")
    return event
