"""Opening a warehouse for writing."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from okr_config.errors import WarehouseError, way_out
from okr_config.world import World
from warehouse.clock import require_clock
from warehouse.door import Door
from warehouse.engine import in_plain_words
from warehouse.extents import require_all, require_file
from warehouse.lakes import connect_to
from warehouse.migrating import migrate, outdated, require_owner
from warehouse.publishing import is_same_file, publish_file, publish_rows
from warehouse.store import Warehouse

_SOON_COMPARED = 64 << 20


@contextmanager
def open_warehouse(
    place: Path | Door,
    *,
    world: World,
    trusts_clock: bool = True,
    copy: Path | None = None,
    backups: Path | None = None,
) -> Iterator[Warehouse]:
    """
    Open a warehouse for writing, made or brought up to date if need be; its files are their owner's only.

    Args:
        place: where it lies; a path is that of a DuckDB file.
        world: its clock.
        trusts_clock: without it a clock that is far behind what is recorded is bridged too.
        copy: what was published of it, which it must have all of; None: that is not looked at.
        backups: the folder where it is kept as it was before it is brought up to date; None: it is not kept.

    Raises:
        ClockError: when something is recorded that lies in the future.
        WarehouseError: when it is missing or older than its copy, locked, damaged, newer than this program, or cannot
            be written to.
    """
    door = place if isinstance(place, Door) else Door(place)
    path = door.path
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
                next_step=way_out(error),
            ) from error
        if copy and not door.lake:
            require_file(path, copy)
            # as a run leaves them they are the same to the byte, which costs less to see than to ask both
            is_as_left = path.exists() and copy.exists() and is_same_file(path, copy, most=_SOON_COMPARED)
            copy = None if is_as_left else copy
        with in_plain_words(door), closing(_connected(door, world, copy, backups)) as connection:
            migrate(connection, where=str(door), world=world)
            if door.lake and door.project:
                require_owner(connection, door.project, where=str(door), world=world)
            if trusts_clock:
                require_clock(connection, world.clock(), where=str(door))
            with closing(Warehouse(connection, door, world)) as warehouse:
                yield warehouse
    finally:
        os.umask(umask)


def _connected(door: Door, world: World, copy: Path | None, backups: Path | None) -> duckdb.DuckDBPyConnection:
    """Return a connection to a warehouse that has all it should; one of an older schema is copied first."""
    connection = connect_to(door)
    try:
        if copy:
            require_all(connection, door, copy)
        if backups and (version := outdated(connection)):
            aside = backups / f"before-schema-{version}-{world.clock():%Y%m%dT%H%M%SZ}.duckdb"
            if door.lake:
                publish_rows(connection, aside)
                return connection
            connection.execute("checkpoint")
            connection.close()
            publish_file(door.path, aside)
            connection = connect_to(door)
    except BaseException:
        connection.close()
        raise
    return connection
