"""Which runs a schedule was due for since one, and whether that is too long ago."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.project.paths import Published
from warehouse.runs import run_record

GRACE = timedelta(minutes=10)
"""How long a due run may take before it counts as missing."""
MISSED = 2
"""So many due runs may have been lacking something; one more is too many."""
_MOST_COUNTED = 100


def missed_runs(cron: str, zone: ZoneInfo, last: datetime, now: datetime) -> list[datetime]:
    """Return the due instants since a run, newest first and at most a hundred, those under way left out."""
    from croniter import croniter

    due: list[datetime] = []
    calendar = croniter(cron, (now - GRACE).astimezone(zone))
    while len(due) < _MOST_COUNTED and (instant := calendar.get_prev(datetime)) > last:
        due.append(instant)
    return due


def is_late(cron: str, zone: ZoneInfo, last_good: datetime, now: datetime) -> bool:
    """Tell whether the last run in which nothing failed is more than two cadences ago."""
    # whoever asks soon after one does not wait for the calendar to be imported
    soon = now - last_good < MISSED * _shortest_cadence(cron)
    return not soon and len(missed_runs(cron, zone, last_good, now)) > MISSED


def lateness(published: Published, zone: ZoneInfo) -> str | None:
    """Say that no run has been whole for more than two cadences; None while one has."""
    record, now = run_record(published.copy), published.world.clock()
    good = record.last_good_run or record.first_run
    if good is None or not is_late(published.cron, zone, good, now):
        return None
    since = f"{good.astimezone(zone):%Y-%m-%d %H:%M}"
    if record.last_run is None or is_late(published.cron, zone, record.last_run, now):
        return f"NO RUN since {since}, though several were due: these numbers are old   next: okr run"
    return f"NO RUN HAS BEEN WHOLE since {since}: some of these numbers are old   next: okr doctor"


def _shortest_cadence(cron: str) -> timedelta:
    """Return a time within which a cron line is due once at most."""
    minute, hour, *_ = (*cron.split(), "*", "*")
    if not minute.isdigit():
        return timedelta(0)
    return timedelta(hours=20) if hour.isdigit() else timedelta(minutes=50)
