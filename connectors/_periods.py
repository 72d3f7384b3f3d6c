"""First and last days of weeks and months."""

import calendar
from datetime import date, timedelta


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
