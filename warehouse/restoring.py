"""Putting a backup, or the published copy, in the place of a warehouse; what was there is kept aside."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from okr_config.errors import WarehouseError, way_out
from warehouse.engine import connect
from warehouse.extents import Extent, extent_of, read_extent
from warehouse.publishing import publish_file
from warehouse.sql_files import read_folder
from warehouse.words import Written, read_written


@dataclass(frozen=True)
class Loss:
    """What a restore loses: runs, and words of people (what about, when), that the file to be restored has not."""

    runs: tuple[str, ...]
    written: tuple[tuple[str, datetime], ...]


def restorable(path: Path) -> Extent:
    """
    Return how far a file goes that is to be restored.

    Raises:
        WarehouseError: when it cannot be read, is no warehouse, or was written by a newer program.
    """
    extent = read_extent(path)
    newest = max(int(name[:4]) for name in read_folder("migrations"))
    with connect(path, read_only=True) as connection:
        found = connection.execute("select version from schema_state").fetchall()
    if len(found) != 1 or not 0 < found[0][0] <= newest:
        raise WarehouseError(
            f"this warehouse has another schema than this program knows (up to {newest})",
            where=str(path),
            next_step="name another file, or update okr",
        )
    return extent


def loss(source: Path, *others: Path) -> Loss:
    """Return what the others have that the source has not; those that cannot be read are passed over."""
    runs, written = _contents(source)
    lost_runs: set[str] = set()
    lost_words: Written = set()
    for other in others:
        try:
            their_runs, theirs = _contents(other)
        except WarehouseError:
            continue
        lost_runs |= their_runs - runs
        lost_words |= theirs - written
    return Loss(tuple(sorted(lost_runs)), tuple(sorted(lost_words, key=lambda word: (word[1], word[0]))))


def restore(source: Path, path: Path, aside: Path) -> bool:
    """
    Put a copy of `source` in the place of a warehouse that nobody has open; return whether anything was set aside.

    What was there is moved to `aside`, its log beside it.

    Raises:
        WarehouseError: when there is no room or no right to write; what was there is there still, or aside.
    """
    draft = path.with_name(f".{path.name}.restored")
    publish_file(source, draft)
    try:
        aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        was_there = False
        for old in (path.with_name(f"{path.name}.wal"), path):
            if old.exists() or old.is_symlink():
                shutil.move(old, aside.with_name(old.name.replace(path.name, aside.name, 1)))
                was_there = True
        os.replace(draft, path)  # noqa: PTH105 - as a rename
    except OSError as error:
        raise WarehouseError(
            f"the warehouse cannot be put in place: {error.strerror}",
            where=str(path),
            next_step=way_out(error),
        ) from error
    return was_there


def _contents(path: Path) -> tuple[set[str], Written]:
    if not path.exists() or not path.stat().st_size:
        return set(), set()
    with connect(path, read_only=True) as connection:
        if extent_of(connection) == Extent():
            return set(), set()
        runs = {name for (name,) in connection.execute("select run_id from run").fetchall()}
        return runs, set().union(*read_written(connection).values())
