"""Opening a warehouse for writing."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from okr_config.errors import WarehouseError
from okr_config.world import World
from warehouse.clock import require_clock
from warehouse.engine import connect, in_plain_words
from warehouse.migrating import migrate
from warehouse.store import Warehouse


@contextmanager
def open_warehouse(path: Path, *, world: World, trusts_clock: bool = True) -> Iterator[Warehouse]:
    """
    Open a warehouse for writing, made or brought up to date if need be; its files are their owner's only.

    Without `trusts_clock` a clock that is far behind what is recorded is bridged too.

    Raises:
        ClockError: when something is recorded that lies in the future.
        WarehouseError: when it is locked, damaged, newer than this program, or cannot be written to.
    """
    umask = os.umask(0o077)
    try:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                path.chmod(0o600)
        except OSError as error:
            raise WarehouseError(
                f"the warehouse cannot be written to: {error.strerror}",
                where=str(path),
                next_step="give this user write access to the folder",
            ) from error
        with in_plain_words(path), connect(path) as connection:
            migrate(connection, where=str(path))
            if trusts_clock:
                require_clock(connection, world.clock(), where=str(path))
            with closing(Warehouse(connection, path, world)) as warehouse:
                yield warehouse
    finally:
        os.umask(umask)
