"""What a warehouse does with what was pulled: rows, cursor and ledger entry, as one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import duckdb
import polars as pl

from okr_config.delivery import Delivery, Failure
from okr_config.world import World
from warehouse import ledger, reconciling
from warehouse.contents import Contents, hash_of, read_contents
from warehouse.contracts import Load, SeriesRequest
from warehouse.ids import load_id_at
from warehouse.landing import land_rows
from warehouse.writing import Result, Work


class Landings(ABC):
    """Landing; whoever has the file says how it is read and written and what time it is."""

    _world: World
    # what the team's own metrics gave after the last landing: a run derives and scores from the same observations
    _own: tuple[list[SeriesRequest], pl.DataFrame] | None = None

    broken_series: Mapping[str, str] = MappingProxyType({})
    """By series that the last derivation could not work out, why."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the time, zone-aware; no two are the same."""

    @abstractmethod
    def _reading(self, known_at: datetime | None = None) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Let views show what was known at an instant."""

    @abstractmethod
    def _write(self, work: Work[Result]) -> Result:
        """Do work as one transaction; it may be done more than once."""

    def land(self, delivery: Delivery, run_id: str) -> Load:
        """Land rows, cursor and ledger entry as one; landing the same again adds only the entry."""
        (load,) = self.land_all([delivery], run_id)
        return load

    def land_all(self, pulled: Sequence[Delivery | Failure], run_id: str) -> list[Load]:
        """Land several as one: all of them, or none."""
        self._own = None

        def land(connection: duckdb.DuckDBPyConnection) -> list[Load]:
            contents = read_contents(connection)
            return [self._enter(connection, one, run_id, contents) for one in pulled]

        return self._write(land)

    def record_failure(self, failure: Failure, run_id: str) -> Load:
        """Note that a pull brought nothing."""
        (load,) = self.land_all([failure], run_id)
        return load

    def _enter(
        self, connection: duckdb.DuckDBPyConnection, pulled: Delivery | Failure, run_id: str, contents: Contents
    ) -> Load:
        now = self.now()
        load_id = load_id_at(now, self._world.random)
        if isinstance(pulled, Failure):
            return ledger.enter_failure(connection, pulled, run_id=run_id, load_id=load_id, finished_at=now)
        sweep = reconciling.compare(connection, pulled)
        # what is withheld now is taken out when the next sweep brings the same
        content_hash = hash_of(pulled) if sweep.closes else None
        new = changed = 0
        if not contents.is_known(pulled, content_hash):
            new, changed = land_rows(connection, pulled, load_id=load_id, loaded_at=now, closes_gone=sweep.closes)
        found = reconciling.keep(connection, pulled, sweep, load_id=load_id, finished_at=now)
        contents.note(pulled, load_id, content_hash, has_changed=new + changed > 0)
        return ledger.enter_delivery(
            connection,
            replace(pulled, notes=(*pulled.notes, found)) if found else pulled,
            run_id=run_id,
            load_id=load_id,
            new=new,
            changed=changed,
            content_hash=content_hash,
            finished_at=now,
        )
