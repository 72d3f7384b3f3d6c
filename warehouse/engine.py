"""The one place that opens DuckDB files: settings, transactions, frames in and out, and errors in plain words."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from okr_config.errors import WarehouseError
from warehouse.door import without_password

if TYPE_CHECKING:
    import polars as pl

SETTINGS: Mapping[str, str | bool | int] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    # of a file that is made: in DuckDB's own blocks of 256 kB a small warehouse is mostly air, in smaller ones than
    # these a million rows are packed worse
    "default_block_size": 1 << 16,
}
_LARGE = 16 << 20
"""Bytes of a file from which a second thread saves time; below, it takes a fifth more of the processor."""

RESTORE = "okr restore, which says first what would be lost"
_REACH = (
    "start PostgreSQL, or mend the address (warehouse in okr_config/project.yaml, or OKR_WAREHOUSE), then run again:"
    " nothing is lost"
)
# texts of DuckDB's errors, what they mean, and what to do; the first that fits counts
_MEANINGS = (
    ("permission denied", "this user may not open the warehouse", "give this user read and write access"),
    *(
        (words, "the lake's catalogue in PostgreSQL is out of reach", _REACH)
        for words in (
            "unable to connect to postgres",
            "server closed the connection",
            "terminating connection",
            "failed to execute query",
            "failed to prepare copy",
        )
    ),
    ("transaction conflict", "other programs write the same rows just now", "run again: nothing is lost"),
    (
        "data_path parameter",
        "the lake's rows lie elsewhere than okr_config/project.yaml says",
        "put lake: {data} back as it was when the lake was made",
    ),
    (
        "catalog version mismatch",
        "the lake was made by another version of DuckLake",
        "install the version of okr[lake] that wrote it, or a newer one",
    ),
    (
        "conflicting lock",
        "another program has the warehouse open",
        "close it: people read the published copy (okr sql)",
    ),
    ("version number", "the warehouse was written by another version of DuckDB", "uv sync, or pip install -U duckdb"),
    ("no space left", "the disk is full", "free some disk space, then run again: nothing is lost"),
    ("file too large", "the disk is full", "free some disk space, then run again: nothing is lost"),
    ("autocheckpoint failed", "the disk is full", "free some disk space, then run again: nothing is lost"),
    (
        "could not write",
        "the disk is full or broken",
        "check the disk's space and health, then run again: nothing is lost",
    ),
    ("is a directory", "a folder lies where the warehouse should", "move it away, then okr restore"),
    (
        "read-only file system",
        "the warehouse lies on a disk that is read-only",
        "move the project to a disk that can be written",
    ),
    ("not a valid duckdb", "the warehouse is damaged or no DuckDB file", RESTORE),
    ("corrupt", "the warehouse is damaged", RESTORE),
    ("checksum", "the warehouse is damaged", RESTORE),
    ("could not read enough bytes", "the warehouse is damaged: its end is missing", RESTORE),
    ("invalidated", "the warehouse cannot be used after an earlier error", "run again"),
    ("out of memory", "the memory is full", "free some memory, then run again: nothing is lost"),
    *(
        (
            words,
            "the lake's storage, in which its rows lie, is out of reach or lacks a file",
            "have it back where lake: {data} says, then run again; the published copy has all that was published",
        )
        for words in (".parquet", "http error", "http put", "http get")
    ),
)
_STOPS = ("SystemExit: ", "KeyboardInterrupt")
_ENVIRONMENT = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
)


@contextmanager
def in_plain_words(place: object) -> Iterator[None]:
    """Tell what went wrong with a warehouse as a `WarehouseError`; other errors in our own SQL pass through."""
    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        # our SQL fits the schema that it was written for
        raise WarehouseError(
            "the warehouse lacks a table, view or column that it should have",
            where=str(place),
            next_step="okr verify, which says what heals it",
        ) from error
    except duckdb.Error as error:
        # DuckDB 2 has no class of its own for a damaged file
        if not isinstance(error, _ENVIRONMENT) and type(error) is not duckdb.Error:
            raise
        text = str(error).lower()
        meaning = next((meaning for meaning in _MEANINGS if meaning[0] in text), None)
        _, what, next_step = meaning or ("", "the warehouse cannot be used", "again with --debug, for DuckDB's words")
        words = without_password(str(error))
        cause = error if words == str(error) else type(error)(words)
        raise WarehouseError(what, where=str(place), next_step=next_step) from cause


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """
    Open a DuckDB file; times are told in UTC.

    Raises:
        WarehouseError: when it is locked, damaged, of another version or out of reach.
    """
    _leave_pandas_out()
    is_new = not os.path.lexists(path)  # and may become large at once
    with in_plain_words(path):
        connection = duckdb.connect(path, read_only=read_only, config=dict(SETTINGS))
    # a statement of more than two seconds would draw a bar into what commands print
    connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
    if is_new or _is_large(path):
        connection.execute("set threads = 2")
    return connection


def _is_large(path: Path) -> bool:
    with suppress(OSError):
        return path.stat().st_size >= _LARGE
    return False


def _leave_pandas_out() -> None:
    """
    Say once that there is no pandas: DuckDB looks for it anew for each parameter of each statement.

    That walks along the whole path, and took a tenth of a run.
    """
    if "pandas" not in sys.modules and find_spec("pandas") is None:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # as Python has it: an import of it fails at once


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.begin()
    try:
        yield
    except BaseException:
        _roll_back(connection)
        raise
    connection.commit()


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.rollback()
    except duckdb.Error:
        return  # the error that led here has ended the transaction already, and is the one to tell


def read_frame(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> "pl.DataFrame":
    """Return a query's rows."""
    import polars as pl  # noqa: PLC0415 - dear at start-up, and a status line needs none

    return pl.DataFrame(connection.sql(sql, params=parameters or None))


def first_row(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, object] | None = None
) -> tuple[Any, ...] | None:
    """
    Return a query's first row, None where it has none.

    All of a result is taken: with one that is not read to its end DuckDB 2 refuses whatever else a connection is asked.
    """
    rows = connection.execute(sql, parameters).fetchall()
    return rows[0] if rows else None


def append(connection: duckdb.DuckDBPyConnection, table: str, rows: "pl.DataFrame | Mapping[str, object]") -> None:
    """Add a frame's rows, or one row, to a table of ours by column name."""
    name = quoted(table)
    if isinstance(rows, Mapping):
        values = ", ".join(f"${column} as {quoted(column)}" for column in rows)
        connection.execute(f"insert into {name} by name select {values}", dict(rows))
    else:
        with registered(connection, "appended", rows):
            connection.execute(f"insert into {name} by name from appended")


def tables_of(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the names of the tables of the file itself."""
    sql = "select table_name from duckdb_tables() where database_name = current_database()"
    return frozenset(name for (name,) in connection.execute(sql).fetchall())


def is_lake(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the default database is a lake."""
    found = connection.execute("select type from duckdb_databases() where database_name = current_database()")
    return found.fetchall() == [("ducklake",)]


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, frame: "pl.DataFrame") -> Iterator[None]:
    """
    Let SQL read a frame by a name.

    Raises:
        KeyboardInterrupt: when a signal came as DuckDB read the frame: it makes an error of its own of what was raised.
    """
    try:
        connection.register(name, _Columns(frame))
        yield
    except BaseException as error:
        # in a transaction that an error has ended this fails as well, and that error is the one to tell
        with suppress(duckdb.Error):
            connection.unregister(name)
        if isinstance(error, duckdb.Error) and any(one in str(error) for one in _STOPS):
            raise KeyboardInterrupt from error
        raise
    connection.unregister(name)


class _Columns:
    """A frame's columns and nothing else, so that DuckDB takes them as they lie in memory."""

    def __init__(self, frame: "pl.DataFrame") -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:  # noqa: ANN401 - a capsule has no type
        return self._frame.__arrow_c_stream__(requested_schema)
