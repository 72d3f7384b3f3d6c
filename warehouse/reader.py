"""The published copy, opened as a warehouse that only reads: to look back or ahead while runs go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from okr_config.world import World
from warehouse.door import Door
from warehouse.engine import connect, in_plain_words
from warehouse.migrating import require_current
from warehouse.store import Warehouse


@contextmanager
def read_warehouse(path: Path, *, world: World) -> Iterator[Warehouse]:
    """
    Open a warehouse for reading; whatever is asked of it, no row of it changes.

    The file is attached to a database in memory, since a connection that is read-only as a whole could not make the
    copies that a team's own SQL is run on.

    Raises:
        WarehouseError: when there is no such file, it cannot be read, or another version of this program published it.
    """
    with connect(Path(":memory:")) as connection:
        literal = str(path).replace("'", "''")
        with in_plain_words(path):
            connection.execute(f"attach '{literal}' as published (read_only)")
        connection.execute("use published")
        require_current(connection, where=str(path))
        yield Warehouse(connection, Door(path), world)
