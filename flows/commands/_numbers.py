"""The numbers of `okr doctor --numbers`: ours beside what the vendor's own page says, by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

import connectors
from connectors.probing import ask_totals
from flows.project.project import Project
from flows.run.spans import BEFORE, first_day, running_since
from okr_config import Config
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from warehouse.vendor_totals import CAUSES, Comparison, compare_published


@dataclass(frozen=True)
class Told:
    """What there is to say of a metric. is_well: whether every difference has its cause."""

    text: str
    is_well: bool = True


def compare_numbers(project: Project, config: Config, settings: SourceSettings) -> Iterator[Told]:
    """Ask a source for its own totals of the running periods and lay the newest run's numbers beside them."""
    source = connectors.load(settings.connector)
    if source.totals is None:
        yield Told("the vendor tells no totals of its own: nothing to compare")
        return
    if not project.published.exists():
        yield Told("no run has been yet: okr run", is_well=False)
        return
    zone, now = ZoneInfo(settings.timezone or config.timezone), project.world.clock()
    oldest = datetime.combine(settings.since or first_day(config, now), time(), zone).astimezone(UTC)
    since = max(oldest, running_since(config, zone, now) - BEFORE)
    try:
        totals, notes = ask_totals(source, settings, since=since, zone=zone, world=project.world, home=project.home)
    except SourceError as error:
        totals, notes = (), (error.what,)
    yield from (Told(note, is_well=False) for note in notes)
    compared = compare_published(project.published, settings.id, totals, source.faults)
    for metric, days in groupby(sorted(compared, key=lambda one: (one.metric, one.day)), lambda one: one.metric):
        yield from _told(metric, list(days))


def _told(metric: str, days: Sequence[Comparison]) -> Iterator[Told]:
    known = [one for one in days if one.ours is not None]
    differing = [one for one in known if one.causes != ()]
    span = f"{days[0].day} to {days[-1].day}"
    equal = f"{len(known) - len(differing)} of {len(days)} days as on the vendor's own page, {span}"
    yield Told(f"{metric}: {equal}" if known else f"{metric}: cannot be compared: several currencies, or unknown days")
    for one in differing:
        why = " and ".join(CAUSES.get(cause, cause) for cause in one.causes or ()) or "unexplained"
        numbers = f"{_number(one.ours)} here, {_number(one.theirs)} there"
        yield Told(f"{metric}, {one.day}: {numbers}: {why}", is_well=not one.is_unexplained)


def _number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else "unknown"
