"""The copy that people and programs read: made beside the old one, then put in its place in one step."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from okr_config.errors import WarehouseError
from warehouse.engine import quoted


def publish_copy(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """
    Replace `target` by a copy of the warehouse, views included; whoever has the old one open keeps it.

    Raises:
        WarehouseError: when the folder cannot be written to.
    """
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in target.parent.glob(f".{target.name}.*.tmp*"):
            leftover.unlink()
        draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            copy_to(connection, draft)
            _flush(draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _flush(target.parent)
    except OSError as error:
        raise WarehouseError(
            f"the copy for readers cannot be written: {error.strerror}",
            where=str(target),
            next_step="make the folder writable, then okr run: nothing is lost",
        ) from error


@contextmanager
def private_copy(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Path]:
    """Yield a copy that only this process knows of, for SQL that is not ours."""
    with TemporaryDirectory(prefix=".copy-", dir=folder) as place:
        path = Path(place) / "okr.duckdb"
        copy_to(connection, path)
        yield path


def copy_to(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy everything that is committed to a new file."""
    ((own,),) = connection.execute("select current_database()").fetchall()
    literal = str(path).replace("'", "''")
    connection.execute(f"attach '{literal}' as copied")
    try:
        connection.execute(f"copy from database {quoted(own)} to copied")
    finally:
        connection.execute("detach copied")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
