"""Which messages a project owes whom, as things stand."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import get_args

from flows.notify.outbox import Message
from flows.notify.recipients import Recipient, recipient_of
from okr_config.notify import NotifySettings, Weekday
from scorecard.digest.data import DigestData
from scorecard.digest.digest import Line, build_digest, reminder_digest, status_digest
from scorecard.digest.missing import missing
from scorecard.score_row import ScoreRow
from scorecard.span import judged_day

States = Callable[[str, str], Mapping[str, str]]
"""Returns by subject what became of the messages of a kind to a recipient."""

_WEEKDAYS: tuple[str, ...] = get_args(Weekday)
_LAST_WORDS = timedelta(days=7)


def due_messages(data: DigestData, settings: NotifySettings, states: States) -> Iterator[Message]:
    """Yield what somebody is to be told by now and was not."""
    recipient = recipient_of(settings.to.get_secret_value())
    for kind, maker in (("status", _changes), ("digest", _week), ("reminder", _reminders)):
        if kind in settings.on:
            known = states(kind, recipient.name)
            if message := maker(
                data, settings, recipient, {subject for subject in known if known[subject] != "failed"}
            ):
                yield message


def _changes(data: DigestData, settings: NotifySettings, recipient: Recipient, known: set[str]) -> Message | None:
    scores = {score.key_result_id: score for score in data.page.scores}
    changed: dict[str, tuple[ScoreRow, str]] = {}
    for row in data.changed.iter_rows(named=True):
        score = scores[row["key_result_id"]]
        subject = f"{score.key_result_id} {score.status} {row['run_id']}"
        if subject not in known and settings.owner in (None, data.owner_of(score)):
            changed[subject] = score, row["status_before"]
    return Message("status", recipient, tuple(changed), status_digest(data, [*changed.values()])) if changed else None


def _week(data: DigestData, settings: NotifySettings, recipient: Recipient, known: set[str]) -> Message | None:
    week = _week_of(data, settings)
    if week is None or f"{data.page.period.id} {week}" in known:
        return None
    return Message("digest", recipient, (f"{data.page.period.id} {week}",), build_digest(data, owner=settings.owner))


def _reminders(data: DigestData, settings: NotifySettings, recipient: Recipient, known: set[str]) -> Message | None:
    week = _week_of(data, settings)
    lines = {}
    for one in missing(data) if week else ():
        if one.score is not None and settings.owner in (None, one.owner):
            subject = f"{one.score.key_result_id} {week}"
            if subject not in known:
                lines[subject] = Line("missing", one.text, one.score.key_result_id, one.owner)
    return Message("reminder", recipient, tuple(lines), reminder_digest(data, [*lines.values()])) if lines else None


def _week_of(data: DigestData, settings: NotifySettings) -> date | None:
    """Return the first day of the week that messages are sent for; None before a period, and long after it."""
    if data.page.as_of is None:
        return None
    day = judged_day(data.page.as_of, data.page.zone)
    if not data.page.period.start <= day <= data.page.period.end + _LAST_WORDS:
        return None
    return day - timedelta(days=(day.weekday() - _WEEKDAYS.index(settings.weekday)) % 7)
