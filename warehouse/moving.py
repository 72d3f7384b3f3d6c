"""Moving a warehouse to another address, file or lake: every table is copied, counted and hashed on both sides."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from okr_config.errors import WarehouseError
from okr_config.world import World
from warehouse.door import Door
from warehouse.engine import in_plain_words, quoted, transaction
from warehouse.lakes import connect_to
from warehouse.migrating import require_current
from warehouse.opening import open_warehouse
from warehouse.table_hashes import TableHash, table_hashes


def move(source: Door, target: Door, *, world: World) -> Mapping[str, TableHash]:
    """
    Copy a warehouse to an address that has none; return what its tables hold, there and here. The source stays.

    The caller holds the lock of the runs; rows that others add to a lake meanwhile stay behind.

    Raises:
        WarehouseError: when either cannot be used, the target holds rows, or a table did not come out as it went in:
            the target is as it was then.
    """
    if not source.is_there:
        raise WarehouseError("there is no such warehouse", where=str(source), next_step="name one that is there")
    is_new = not target.is_there
    try:
        with TemporaryDirectory(prefix=".move-", dir=_folder_of(target)) as place:
            copy = Path(place) / "okr.duckdb"
            with open_warehouse(source, world=world, trusts_clock=False) as warehouse:
                warehouse.publish(copy)
            with open_warehouse(target, world=world, trusts_clock=False):
                pass  # it is made, and laid out
            with in_plain_words(target), closing(connect_to(target)) as connection:
                return _fill(connection, copy, target)
    except BaseException:
        if is_new and not target.lake:
            target.path.unlink(missing_ok=True)
        raise


def _folder_of(target: Door) -> Path:
    target.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target.path.parent


def _fill(connection: duckdb.DuckDBPyConnection, copy: Path, target: Door) -> Mapping[str, TableHash]:
    require_current(connection, where=str(target))
    if any(held.rows for held in table_hashes(connection).values()):
        raise WarehouseError(
            "there is a warehouse with rows already", where=str(target), next_step="name another place"
        )
    with closing(connect_to(Door(copy), read_only=True)) as copied:
        expected = table_hashes(copied)
    literal = str(copy).replace("'", "''")
    connection.execute(f"attach '{literal}' as moved (read_only)")
    try:
        with transaction(connection):
            for table in expected:
                name = quoted(table)
                connection.execute(f"insert into {name} by name from moved.main.{name} order by rowid")
            found = table_hashes(connection)
            if found != expected:
                table = next(name for name in expected if found[name] != expected[name])
                raise WarehouseError(
                    f"{table} did not come out as it went in: {expected[table].rows} rows here,"
                    f" {found[table].rows} there",
                    where=str(target),
                    next_step="okr verify; nothing was moved",
                )
    finally:
        connection.execute("detach moved")
    return found
