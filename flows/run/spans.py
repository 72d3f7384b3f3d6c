"""How far back a run reads each stream: from where a history begins, a key result began, a stream was last read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.source import Stream
from okr_config import Config
from okr_config.errors import UsageError
from okr_config.models import SourceSettings
from warehouse import WholeReading

HISTORY = timedelta(days=120)
"""How far before the first key result a source is read when it names no `since`: what a forecast learns from."""

A_YEAR = timedelta(days=366)
NIGHT = time(3)
"""From then on, by the clock of the source, the first run of a day reads again what takes many requests."""
LATENESS = timedelta(minutes=10)
"""Runs are not to the minute: a source is due a little sooner, by a tenth of its cadence and this at most."""
FEW_REQUESTS = 5
FEW_ROWS = 250
"""What a reading takes at most that is done at every run: a page or two, with their refunds."""
BEFORE = timedelta(days=14)
"""How far before a period orders are read again: one made then may have been paid, and count, within it."""


def is_due(settings: SourceSettings, last: datetime | None, now: datetime) -> bool:
    """Whether a scheduled run is to pull a stream: one that was last pulled well by the run that began at `last`."""
    cadence = settings.cadence
    return cadence is None or last is None or now - last >= cadence - min(cadence / 10, LATENESS)


def is_sweep_due(stream: Stream[Any], last: WholeReading | None, now: datetime, zone: ZoneInfo, *, asked: bool) -> bool:
    """
    Whether what a stream's vendor changes without telling is to be read again; a first pull reads all there is.

    Once a night; what takes a few requests, by its vendor's nature or because there is little of it, at every run.
    """
    if stream.changes is None or last is None:
        return False
    is_little = last.requests <= FEW_REQUESTS and last.rows <= FEW_ROWS
    return asked or stream.changes.cheap or is_little or last.at < last_night(now, zone)


def last_night(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the newest night began that has begun."""
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), NIGHT, zone)
    return (tonight if local >= tonight else tonight - timedelta(days=1)).astimezone(UTC)


def running_since(config: Config, zone: ZoneInfo, now: datetime) -> datetime:
    """Return when the earliest key result began whose grade may still move; now, where there is none."""
    from scorecard.span import SETTLE

    today = now.astimezone(zone).date()
    running = [one.start for one in config.definitions() if one.start <= today <= one.due + SETTLE]
    return datetime.combine(min(running, default=today), time(), zone).astimezone(UTC)


def first_day(config: Config, now: datetime) -> date:
    """First day worth having: some history before the first key result, a year of it where a pace follows last year."""
    definitions = config.definitions()
    if not definitions:
        return (now - HISTORY).date()
    like_last_year = any(definition.key_result.pace == "last_year" for definition in definitions)
    return min(definition.start for definition in definitions) - (A_YEAR if like_last_year else HISTORY)


def chosen_sources(config: Config, only: Sequence[str]) -> list[SourceSettings]:
    """
    List the sources in use, or those named.

    Raises:
        UsageError: when one is named that is not configured.
    """
    known = {settings.id: settings for settings in config.sources}
    for name in only:
        if name not in known:
            raise UsageError.unknown("source", name, known, next_step="okr sources")
    return [settings for settings in known.values() if (settings.id in only if only else settings.enabled)]
