"""Ids that nobody has to agree on: the time, by which they sort, and chance, which tells apart what is of one time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OF_A_LOAD, _OF_A_RUN = 4, 1000
"""How many ids one microsecond has."""


def load_id_at(instant: datetime, random: Callable[[], float]) -> int:
    """
    Return the id of a landing at an instant: quarters of its microseconds since 1970, which one by chance.

    It is above the numbers from one on that landings had before. Until 2041 it is below 2 ** 53, up to where readers of
    JSON that know only doubles keep every digit.
    """
    return (instant - _EPOCH) // _MICROSECOND * _OF_A_LOAD + int(random() * _OF_A_LOAD)


def run_id_at(instant: datetime, random: Callable[[], float]) -> str:
    """Return the id of a run that begins at an instant (UTC): the time to the microsecond, then three digits."""
    return f"{instant:%Y%m%dT%H%M%S.%f}Z{int(random() * _OF_A_RUN):03}"
