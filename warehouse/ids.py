"""Ids that nobody has to agree on: the time, by which they sort, and chance, which tells apart what is of one time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHANCE = 1000


def load_id_at(instant: datetime, random: Callable[[], float]) -> int:
    """
    Return the id of a landing at an instant: its microseconds since 1970, then three digits of chance.

    It is above the numbers from one on that landings had before, and fits a BIGINT until the year 2262.
    """
    return (instant - _EPOCH) // _MICROSECOND * _CHANCE + int(random() * _CHANCE)


def run_id_at(instant: datetime, random: Callable[[], float]) -> str:
    """Return the id of a run that begins at an instant (UTC): the time to the microsecond, then three digits."""
    return f"{instant:%Y%m%dT%H%M%S.%f}Z{int(random() * _CHANCE):03}"
