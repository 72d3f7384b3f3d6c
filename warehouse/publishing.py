"""
The copy that people and programs read: made beside the old one, then put in its place in one step.

A warehouse that is checkpointed and closed is one whole file, so it is copied as a file. Copying table by table writes
and compresses every column anew, which took longer than the rest of a run that finds nothing new.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import duckdb

from okr_config.errors import WarehouseError, way_out
from warehouse.engine import connect, in_plain_words, quoted
from warehouse.migrating import describe_columns

_FICLONE = 0x40049409
"""Linux: make a file of another one's blocks; elsewhere and on other file systems it is refused."""


def publish_file(closed: Path, target: Path) -> None:
    """
    Replace `target` by a copy of a warehouse that was checkpointed and closed; whoever has the old one open keeps it.

    Raises:
        WarehouseError: when the folder cannot be written to, or another program has opened the warehouse since.
    """
    with _replacing(target) as draft, _shut_to_writers(closed):
        _copy(closed, draft)


def publish_rows(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """
    Replace `target` by a file of all that is committed in an open warehouse of any kind, table by table.

    Raises:
        WarehouseError: when the folder cannot be written to.
    """
    with _replacing(target) as draft:
        copy_to(connection, draft)
        with in_plain_words(target), connect(draft) as copied:
            describe_columns(copied)


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Yield where to write what is to take the place of a file, in one step and once it is whole on the disk."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in target.parent.glob(f".{target.name}.*.tmp*"):
            leftover.unlink()
        draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            yield draft
            draft.chmod(0o600)
            _flush(draft)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _flush(target.parent)
    except OSError as error:
        raise WarehouseError(
            f"the copy for readers cannot be written: {error.strerror}",
            where=str(target),
            next_step=way_out(error),
        ) from error


def is_same_file(one: Path, other: Path, *, most: int | None = None) -> bool:
    """
    Whether two files that no DuckDB of this process has open hold the same bytes; not asked of more than `most` bytes.

    (Closing a file gives up the locks that this process has on it.)
    """
    sizes = {path.stat().st_size for path in (one, other)}
    return len(sizes) == 1 and (most is None or max(sizes) <= most) and cmp(one, other, shallow=False)


def _copy(source: Path, target: Path) -> None:
    """Share the file's blocks where the file system can (btrfs, XFS): then a copy takes neither room nor time."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with source.open("rb") as whole:
            fcntl.ioctl(descriptor, _FICLONE, whole.fileno())
    except OSError:
        copyfile(source, target)
    finally:
        os.close(descriptor)


@contextmanager
def _shut_to_writers(closed: Path) -> Iterator[None]:
    """Hold the lock that DuckDB's own readers hold, and see that nothing lies beside the file in its log."""
    log = closed.with_name(f"{closed.name}.wal")
    with closed.open("rb") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            busy = log.exists() and log.stat().st_size > 0
        except BlockingIOError:
            busy = True
        if busy:
            raise WarehouseError(
                "another program has the warehouse open",
                where=str(closed),
                next_step="close it, then okr run: nothing is lost; people read the published copy (okr sql)",
            )
        yield


def rewrite(closed: Path) -> None:
    """
    Write a warehouse that is closed anew, without what was deleted from it, in one step.

    Raises:
        WarehouseError: when it cannot be written; it is as it was then.
    """
    draft = closed.with_name(f".{closed.name}.{os.getpid()}.tmp")
    try:
        for leftover in closed.parent.glob(f".{closed.name}.*.tmp*"):
            leftover.unlink()
        with in_plain_words(closed), connect(closed) as connection:
            copy_to(connection, draft)
        draft.chmod(0o600)
        _flush(draft)
        draft.replace(closed)
        _flush(closed.parent)
    except OSError as error:
        raise WarehouseError(
            f"it cannot be written anew: {error.strerror}", where=str(closed), next_step=way_out(error)
        ) from error
    finally:
        draft.unlink(missing_ok=True)


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
