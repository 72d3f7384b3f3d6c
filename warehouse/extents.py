"""How far a warehouse file goes, and whether a file still has all that its published copy knows of."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from okr_config.errors import WarehouseError
from warehouse.engine import RESTORE, connect, first_row, is_lake, tables_of
from warehouse.sql_files import read_sql
from warehouse.words import read_written


@dataclass(frozen=True)
class Extent:
    """
    How far a warehouse goes.

    run_id: of its newest run. load_id, landed_at: of its newest landing. notes: how many were written or taken back.
    newest: instant at which anything was done by a run or said by a person. mark: changes when sources or people have
    brought something new, not when the same was read and scored again.
    """

    runs: int = 0
    run_id: str | None = None
    load_id: int | None = None
    landed_at: datetime | None = None
    check_ins: int = 0
    notes: int = 0
    newest: datetime | None = None
    mark: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        """Return it in words."""
        until = f" up to {self.newest:%Y-%m-%d %H:%M} UTC" if self.newest else ""
        notes = f", {counted(self.notes, 'note')}" if self.notes else ""
        return f"{counted(self.runs, 'run')}{until}, {counted(self.check_ins, 'check-in')}{notes}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'s' * (number != 1)}"


def extent_of(connection: duckdb.DuckDBPyConnection) -> Extent:
    """Return how far an open warehouse goes; one without tables goes nowhere."""
    if "check_in" not in tables_of(connection):
        return Extent()
    written = read_written(connection)
    notes, decisions = written["note_version"], written["decision"]
    ((runs, run_id, load_id, landed_at, newest, mark),) = connection.execute(read_sql("extent.sql")).fetchall()
    newest = max((at for at in (newest, *(at for _name, at in notes | decisions)) if at), default=None)
    return Extent(
        runs,
        run_id,
        load_id,
        landed_at,
        len(written["check_in"]),
        len(notes),
        newest,
        (*mark, str(len(notes) + len(decisions))),
    )


def read_extent(path: Path) -> Extent:
    """
    Return how far a warehouse file goes.

    Raises:
        WarehouseError: when there is no such file, it cannot be read, or it is no warehouse.
    """
    if not path.exists():
        raise WarehouseError("there is no such file", where=str(path), next_step="name another")
    with connect(path, read_only=True) as connection:
        if "schema_state" not in tables_of(connection):
            raise WarehouseError("this is not a warehouse of okr", where=str(path), next_step="name another file")
        return extent_of(connection)


def mark_of(path: Path) -> tuple[str | None, ...] | None:
    """Return the mark of a file, None where it cannot be read; a process reads a file once for as long as it lies."""
    try:
        stat = path.stat()
        return _mark_as_it_lies(path, (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    except (OSError, WarehouseError):
        return None


@lru_cache(maxsize=256)
def _mark_as_it_lies(path: Path, _identity: tuple[int, ...]) -> tuple[str | None, ...]:
    return read_extent(path).mark


def require_file(path: Path, copy: Path) -> None:
    """
    Make sure that a warehouse which has been published is there.

    Raises:
        WarehouseError: when it is missing or was emptied; nothing was made in its place.
    """
    state = "empty" if path.exists() else "missing"
    if copy.exists() and (state == "missing" or path.stat().st_size == 0):
        raise WarehouseError(
            f"the warehouse is {state}, but its published copy has {_extent_in_words(copy)}",
            where=f"{path}; the copy: {copy}",
            next_step=RESTORE,
        )


def require_all(connection: duckdb.DuckDBPyConnection, place: object, copy: Path) -> None:
    """
    Make sure that a warehouse has all that its published copy knows of; a copy that cannot be read knows of nothing.

    Raises:
        WarehouseError: when it is older, or another one; nothing was written.
    """
    if not copy.exists():
        return
    try:
        known = read_extent(copy)
    except WarehouseError:
        return
    here = extent_of(connection)
    if known.runs + known.check_ins + known.notes == 0 or _has(connection, here, known):
        return
    is_other = here.runs and not _shares_runs(connection, copy)
    state = "another one than its published copy" if is_other else "older than its published copy"
    raise WarehouseError(
        f"the warehouse is {state}: it has {here}; the copy has {known}",
        where=f"{place}; the copy: {copy}",
        next_step=f"name the right lake; where this one it is, move {copy} away" if is_lake(connection) else RESTORE,
    )


def _has(connection: duckdb.DuckDBPyConnection, here: Extent, known: Extent) -> bool:
    """Whether a warehouse has the newest run, landing and check-in of its copy, or has taken them back."""
    if not here.runs + here.check_ins + here.notes:
        return False
    if known.run_id and _took_back(connection, known.run_id):
        return True
    ((has_run, has_load),) = connection.execute(
        """
        select
            $run_id is null or exists (from run where run_id = $run_id),
            $load_id is null or exists (from load where load_id = $load_id and finished_at <= $landed_at)
        """,
        {"run_id": known.run_id, "load_id": known.load_id, "landed_at": known.landed_at},
    ).fetchall()
    return bool(has_run and has_load and here.check_ins >= known.check_ins and here.notes >= known.notes)


def _took_back(connection: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    if "repair" not in tables_of(connection):
        return False
    return first_row(connection, "from repair where list_contains(runs, $run_id)", {"run_id": run_id}) is not None


def _shares_runs(connection: duckdb.DuckDBPyConnection, copy: Path) -> bool:
    with connect(copy, read_only=True) as other:
        theirs = {name for (name,) in other.execute("select run_id from run").fetchall()}
    return any(name in theirs for (name,) in connection.execute("select run_id from run").fetchall())


def _extent_in_words(copy: Path) -> str:
    try:
        return str(read_extent(copy))
    except WarehouseError:
        return "something that cannot be read"
