"""First and last days of weeks and months, and the instants where they begin and end."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def first_day(day: date, grain: str) -> date:
    """Return the first day of the day, week (its Monday) or month that a day lies in."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain == "month" else day


def last_day(day: date, grain: str) -> date:
    """Return the last day of the day, week (its Sunday) or month that a day lies in."""
    if grain == "week":
        return first_day(day, grain) + timedelta(days=6)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]) if grain == "month" else day


def instants(day: date, grain: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return begin and end, half-open and in UTC, of the day, week or month that a day lies in; some have odd hours."""
    first, after = first_day(day, grain), last_day(day, grain) + timedelta(days=1)
    return (
        datetime.combine(first, time(), zone).astimezone(UTC),
        datetime.combine(after, time(), zone).astimezone(UTC),
    )
