"""
Tidying a warehouse: what later runs have taken the place of goes, and small files become few.

A lake writes files at each run and keeps every state it ever had. Rows that wait in its catalogue are written out,
small files are merged, old states expire, and files that none needs are removed; before and after every table is
counted and hashed, and what does not come out as it went in is an error.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import duckdb

from okr_config.errors import WarehouseError
from okr_config.world import World
from warehouse.door import Door
from warehouse.engine import in_plain_words
from warehouse.lakes import NAME, connect_to
from warehouse.opening import open_warehouse
from warehouse.publishing import rewrite
from warehouse.scores import thin
from warehouse.table_hashes import TableHash, table_hashes
from warehouse.writing import write_all

DAY = timedelta(days=1)
"""For so long whoever reads a lake in one go may go on reading it as it was."""
_LAKE = f"'{NAME}'"
_STEPS = (
    "flush_inlined_data({name})",
    "merge_adjacent_files({name})",
    "rewrite_data_files({name})",
    "expire_snapshots({name}, older_than => now() - {keep})",
    "cleanup_old_files({name}, older_than => now() - {keep})",
)


@dataclass(frozen=True)
class Room:
    """What a warehouse takes: rows, files, their bytes, and states that can be gone back to (of a lake)."""

    rows: int
    files: int
    bytes: int
    states: int = 0


@dataclass(frozen=True)
class Tidied:
    """
    Room before and after.

    thinned: rows by table that later ones have taken the place of. others: they wrote meanwhile.
    """

    before: Room
    after: Room
    thinned: Mapping[str, int]
    others: bool


def tidy(door: Door, *, world: World, keep: timedelta = DAY) -> Tidied:
    """
    Tidy a warehouse, whose lock of the runs the caller holds; others may add rows to a lake at the same time.

    Raises:
        WarehouseError: when it cannot be used, or a table does not come out as it went in.
    """
    with open_warehouse(door, world=world):
        pass  # it is of this version, and its clock is right
    with in_plain_words(door):
        with closing(connect_to(door)) as connection:
            whole = table_hashes(connection)
            before = _room(connection, door, whole)
            write_all(connection, thin, world)
            thinned = table_hashes(connection)
            if door.lake:
                for step in _STEPS:
                    connection.execute(f"call ducklake_{step.format(name=_LAKE, keep=_interval(keep))}").fetchall()
        if not door.lake:
            rewrite(door.path)
        with closing(connect_to(door)) as connection:
            left = table_hashes(connection)
            after = _room(connection, door, left)
    others = _ledger(left) != _ledger(thinned)
    if left != thinned and not others:
        raise _changed(door, thinned, left)
    gone = {table: whole[table].rows - thinned[table].rows for table in whole}
    return Tidied(before, after, {table: rows for table, rows in gone.items() if rows}, others)


def _room(connection: duckdb.DuckDBPyConnection, door: Door, hashes: Mapping[str, TableHash]) -> Room:
    rows = sum(one.rows for one in hashes.values())
    if not door.lake:
        return Room(rows, 1, door.size)
    ((files, size),) = connection.execute(
        f"select sum(file_count + delete_file_count), sum(file_size_bytes + delete_file_size_bytes)"  # noqa: S608 - ours
        f" from ducklake_table_info({_LAKE})"
    ).fetchall()
    ((states,),) = connection.execute(f"select count(*) from ducklake_snapshots({_LAKE})").fetchall()  # noqa: S608 - ours
    return Room(rows, int(files or 0), int(size or 0), int(states))


def _interval(span: timedelta) -> str:
    return f"interval {int(span.total_seconds())} seconds"


def _ledger(hashes: Mapping[str, TableHash]) -> tuple[TableHash, TableHash]:
    """Return what changes whenever a run writes anything."""
    return hashes["run_event"], hashes["load"]


def _changed(door: Door, before: Mapping[str, TableHash], after: Mapping[str, TableHash]) -> WarehouseError:
    table = next(name for name in before if before[name] != after[name])
    return WarehouseError(
        f"tidying has changed {table}: {before[table].rows} rows before, {after[table].rows} after",
        where=str(door),
        next_step="move the published copy to a new lake: okr warehouse move duckdb:///COPY ducklake:NEW",
    )
