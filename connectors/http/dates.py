"""Dates as HTTP headers write them (RFC 9110, 5.6.7)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_YEARS = range(2000, 2100)
"""Of clocks that were ever set; others are told by machines that have just been switched on."""


def http_date(text: str) -> datetime | None:
    """Return the instant, in UTC where no zone is given; None where it is no date, or of no year there is."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the time that an answer's server had; what a cache kept is as old as its Age says (RFC 9111, 5.1)."""
    date, age = http_date(headers.get("date", "")), headers.get("age", "").strip()
    if date is None or date.year not in _YEARS:
        return None
    return date + timedelta(seconds=int(age)) if re.fullmatch(r"[0-9]{1,9}", age, re.ASCII) else date
