"""
A key result's days in its own time zone: how much has passed, which instant is judged, which windows are full.

Days are both inclusive and end at 24:00 local time, so a day of a clock change has 23 or 25 hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    # a status line tells the time without paying for the config's models
    from okr_config.models import Definition, Every

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
SETTLE = timedelta(days=3)
"""How long after the due date sources may still revise what counts."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@lru_cache(maxsize=16_384)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def judged_day(at: datetime, zone: tzinfo) -> date:
    """Return the day that an instant judges in a zone: midnight is the end of the day before."""
    return (at.astimezone(UTC) - INSTANT).astimezone(zone).date()


@dataclass(frozen=True)
class Span:
    """The days [start, due] of a key result, seen from an instant."""

    start: date
    due: date
    zone: ZoneInfo
    as_of: datetime

    @classmethod
    def of(cls, definition: "Definition", as_of: datetime) -> "Span":
        """Take the days from a definition."""
        return cls(definition.start, definition.due, ZoneInfo(definition.timezone), as_of.astimezone(UTC))

    @cached_property
    def begins(self) -> datetime:
        """00:00 of the first day."""
        return midnight(self.start, self.zone)

    @cached_property
    def ends(self) -> datetime:
        """24:00 of the last day."""
        return midnight(self.due + DAY, self.zone)

    @property
    def settles_on(self) -> date:
        """The last day on which a grade may still move."""
        return self.due + SETTLE

    @property
    def has_settled(self) -> bool:
        """Whether that day has ended."""
        return self.as_of >= midnight(self.settles_on + DAY, self.zone)

    @property
    def has_started(self) -> bool:
        """Whether some of the first day has passed."""
        return self.as_of > self.begins

    @property
    def is_over(self) -> bool:
        """Whether the last day has ended."""
        return self.as_of >= self.ends

    @cached_property
    def judged(self) -> datetime:
        """The instant whose value counts: as_of, at the latest the end of the last day."""
        return min(self.as_of, self.ends)

    @cached_property
    def today(self) -> date:
        """The local day that the judged instant lies in or ends."""
        return judged_day(self.judged, self.zone)

    @cached_property
    def today_share(self) -> float:
        """How much of that day has passed (0-1)."""
        begin = midnight(self.today, self.zone)
        return (self.judged - begin) / (midnight(self.today + DAY, self.zone) - begin)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The period's days so far, the open one included."""
        return tuple(self.start + DAY * n for n in range((self.today - self.start).days + 1))

    @property
    def length(self) -> int:
        """How many days the period has."""
        return (self.due - self.start).days + 1

    @property
    def days_left(self) -> int:
        """Days of the period after today."""
        return (self.due - max(self.today, self.start - DAY)).days

    @property
    def elapsed(self) -> float:
        """Share of the period that has passed (0-1)."""
        return self.elapsed_at(self.as_of)

    def elapsed_at(self, instant: datetime) -> float:
        """Share of the period that has passed at an instant (0-1)."""
        return min(max((instant - self.begins) / (self.ends - self.begins), 0.0), 1.0)

    def end_of(self, day: date) -> datetime:
        """Return the end of a day, or the judged instant on the day it lies in."""
        return min(midnight(day + DAY, self.zone), self.judged)

    def a_year_earlier(self) -> "Span":
        """Return the same days of the year before, seen from their end."""
        start, due = _year_before(self.start), _year_before(self.due)
        return Span(start, due, self.zone, midnight(due + DAY, self.zone))


@dataclass(frozen=True)
class Window:
    """The days of a judged day, week or month, both inclusive."""

    first: date
    last: date


def window_around(day: date, every: "Every", week_start: str) -> Window:
    """Return the window that a day lies in."""
    if every == "day":
        return Window(day, day)
    if every == "week":
        first = day - DAY * ((day.weekday() - WEEKDAYS.index(week_start)) % 7)
        return Window(first, first + DAY * 6)
    return _month_around(day)


def full_windows(first: date, last: date, every: "Every", week_start: str) -> tuple[Window, ...]:
    """Return the windows that lie wholly inside [first, last], oldest first."""
    windows = []
    window = window_around(first, every, week_start)
    while window.last <= last:
        if window.first >= first:
            windows.append(window)
        window = window_around(window.last + DAY, every, week_start)
    return tuple(windows)


def period_end(first: date, grain: str, zone: ZoneInfo) -> datetime:
    """Return the instant at which an observed day, week (of seven days from its first) or month ends."""
    if grain == "month":
        return midnight(_month_around(first).last + DAY, zone)
    return midnight(first + (DAY * 7 if grain == "week" else DAY), zone)


def _month_around(day: date) -> Window:
    first = day.replace(day=1)
    return Window(first, (first + DAY * 31).replace(day=1) - DAY)


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)
