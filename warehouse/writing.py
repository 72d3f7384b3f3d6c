"""
Writing as one transaction, run again where another program was quicker.

In a file nobody else writes meanwhile. In a lake rows that are only added always fit; where something was updated or
taken out, or two programs lay the same tables, one of them is refused and begins anew with what the other has left.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

import duckdb

from okr_config.world import World
from warehouse.engine import transaction

_TRIES = 8
_FIRST_WAIT = 0.1
_REFUSED = ("transaction conflict", "maximum retry count")

Result = TypeVar("Result")
Work = Callable[[duckdb.DuckDBPyConnection], Result]
Read = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
"""Yields the connection of an open warehouse."""


class Write(Protocol):
    """Does work on the connection of an open warehouse, as one transaction; it may be done more than once."""

    def __call__(self, work: Work[Result]) -> Result:
        """Return what the work returns."""


def write_all(connection: duckdb.DuckDBPyConnection, work: Work[Result], world: World) -> Result:
    """
    Do work as one transaction, several times where it conflicts with what others have written meanwhile.

    Raises:
        duckdb.Error: as the work, or the last try, did.
    """
    for attempt in range(_TRIES - 1):
        try:
            with transaction(connection):
                return work(connection)
        except duckdb.TransactionException as error:
            if not any(words in str(error).lower() for words in _REFUSED):
                raise
        world.sleep(_FIRST_WAIT * 2**attempt * (0.5 + world.random()))
    with transaction(connection):
        return work(connection)
