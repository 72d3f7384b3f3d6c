"""What many tests begin with, made once a process: each of them gets a copy of its own."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile, copytree
from threading import Lock

import duckdb

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.project_folder import Folder
from warehouse import engine
from warehouse.door import Door
from warehouse.lakes import connect_to
from warehouse.migrating import migrate
from warehouse.sql_files import fingerprint, read_folder, views_fingerprint

Make = Callable[[Path, Clock], Folder]


@dataclass
class MadeOnce:
    """Project folders by the function that makes them, and the clocks that these left."""

    place: Path
    _made: dict[Make, tuple[Folder, Clock]] = field(default_factory=dict)

    def copy(self, make: Make, home: Path, world: World, clock: Clock) -> Folder:
        """Copy what `make` makes of an empty folder to `home`; `clock` then shows what it showed afterwards."""
        if make not in self._made:
            own = Clock()
            self._made[make] = make(self.place / str(len(self._made)) / home.name, own), own
        made, own = self._made[make]
        copytree(made.home, home)
        clock.now, clock.tokens, clock.slept = own.now, own.tokens, list(own.slept)
        return Folder(home, world, dict(made.environ), list(made.events))


@dataclass
class EmptyWarehouses:
    """
    Opens warehouses as `warehouse.lakes.connect_to` does, but a new file is a copy of one that was migrated before.

    Laying all tables and views takes as long as the rest of a small run; tests/warehouse/test_migrating.py and every
    command in a process of its own begin from nothing. A copy is only of the very migrations and views that ship.
    """

    place: Path
    _made: dict[str, Path] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def connect(self, door: Door, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        """Open a warehouse."""
        if not door.lake and not read_only and not door.is_there and door.path.parent.is_dir():
            copyfile(self._empty(), door.path)
        return connect_to(door, read_only=read_only)

    def _empty(self) -> Path:
        shipped = fingerprint(read_folder("migrations")) + views_fingerprint()
        # many folders may be run at once
        with self._lock:
            if shipped not in self._made:
                path = self.place / f"{len(self._made)}.duckdb"
                with closing(engine.connect(path)) as connection:
                    migrate(connection, where=str(path))
                self._made[shipped] = path
            return self._made[shipped]
