"""The warehouse as its users meet it: every write one short transaction, every version an instant of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from okr_config.delivery import Window
from okr_config.world import World
from warehouse import custom_metrics, definitions, ledger, reconciling
from warehouse.checking import find_doubled
from warehouse.contracts import DefinitionRow, WholeReading
from warehouse.door import Door
from warehouse.engine import in_plain_words, read_frame
from warehouse.extents import Extent, extent_of
from warehouse.grading import Grades
from warehouse.ids import run_id_at
from warehouse.lakes import connect_to
from warehouse.notifications import Notifications
from warehouse.observations import BEGINNING, Observing
from warehouse.publishing import private_copy, publish_file, publish_rows, rewrite
from warehouse.quality import QualityChecks
from warehouse.readings import Readings
from warehouse.repairing import Repairs
from warehouse.retaining import Retention
from warehouse.scores import keep_scores, thin
from warehouse.sources import SourceRegister
from warehouse.vendor_totals import VendorTotals
from warehouse.words import Words
from warehouse.writing import Result, Work, write_all

_TICK = timedelta(microseconds=1)
_WORTH_TIDYING = 8_000_000
_LONGEST_RUN = timedelta(hours=6)
"""After which a run of another program counts as cut off; where it goes on all the same, its end is noted as ever."""


class Warehouse(Observing, Readings):
    """An open warehouse. Instants are zone-aware; `known_at=None` is all that is known."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, door: Door, world: World) -> None:
        self._open: duckdb.DuckDBPyConnection | None = connection
        self._door = door
        self._world = world
        self._last = ledger.newest_instant(connection) or BEGINNING

    @property
    def _path(self) -> Path:
        return self._door.path

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """The warehouse, opened again where it was closed for a copy."""
        if self._open is None:
            self._open = connect_to(self._door)
        return self._open

    def close(self) -> None:
        """Close it; whatever is asked next opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def now(self) -> datetime:
        """Return the clock's time, or just after the newest instant that was recorded or told: no two are the same."""
        self._last = max(self._world.clock().astimezone(UTC), self._last + _TICK)
        return self._last

    @property
    def repairs(self) -> Repairs:
        """What takes back what a wrong clock has recorded."""
        return Repairs(self._reading, self._write, self._world.clock, self._forget_instants)

    @property
    def sources(self) -> SourceRegister:
        """What the config names as sources, and which account each answered for."""
        return SourceRegister(self._reading, self._write, self.now)

    @property
    def quality(self) -> QualityChecks:
        """The checks of what came."""
        return QualityChecks(self._reading, self._write, self.now, self._path.parent)

    @property
    def vendor_totals(self) -> VendorTotals:
        """What vendors' own pages say, beside our numbers."""
        return VendorTotals(self._reading, self._write, self.now)

    @property
    def words(self) -> Words:
        """What people write: check-ins, decisions and notes."""
        return Words(self._write, self.now)

    @property
    def grades(self) -> Grades:
        """What closed key results came to."""
        return Grades(self._write, self.now)

    @property
    def notifications(self) -> Notifications:
        """What was sent to whom."""
        return Notifications(self._reading, self._write, self.now)

    @property
    def retention(self) -> Retention:
        """What takes out for good."""
        return Retention(self._reading, self._write, self.now)

    def start_run(self, *, command: str, version: str, config_hash: str) -> str:
        """Note that a run begins; return its id. Ids sort by time."""
        begun = {"command": command, "version": version, "config_hash": config_hash}

        def start(connection: duckdb.DuckDBPyConnection) -> str:
            started_at = self.now()
            run_id = run_id_at(started_at, self._world.random)
            ledger.open_run(
                connection, run_id=run_id, started_at=started_at, dead_before=self._dead_before(started_at), **begun
            )
            return run_id

        return self._write(start)

    def finish_run(self, run_id: str, state: str) -> None:
        """Note how a run ended: done, partial or failed."""
        self._write(lambda connection: ledger.close_run(connection, run_id, state, self.now()))

    def unfinished_runs(self) -> list[str]:
        """Return the runs that never ended and that no other has followed, less those that may be going on now."""
        with self._reading() as connection:
            return ledger.unfinished_runs(connection, self._dead_before(self.now()))

    def has_run(self) -> bool:
        """Whether a run has come to its end so far."""
        with self._reading() as connection:
            return ledger.has_run(connection)

    def cursors(self) -> Mapping[tuple[str, str], datetime]:
        """Return by source and stream the newest mark reached; none before the first."""
        with self._reading() as connection:
            return ledger.cursors(connection)

    def cursor(self, source_id: str, stream: str) -> datetime | None:
        """Return the newest mark a stream has reached, None before its first."""
        return self.cursors().get((source_id, stream))

    def last_pulled(self) -> Mapping[tuple[str, str], datetime]:
        """Return by source and stream when the run began that last pulled it well."""
        with self._reading() as connection:
            return ledger.last_pulled(connection)

    def landed_windows(self, source_id: str, stream: str) -> list[Window]:
        """Return the windows of a stream that have been landed, oldest first."""
        with self._reading() as connection:
            return ledger.landed_windows(connection, source_id, stream)

    def last_reconciled(self) -> Mapping[tuple[str, str], WholeReading]:
        """Return when each source's streams were last read again, whatever their vendor tells of changes."""
        with self._reading() as connection:
            return reconciling.last_reconciled(connection)

    def orders_made(self, source_id: str, since: datetime) -> frozenset[str]:
        """Return the ids of a source's orders that were made since an instant."""
        with self._reading() as connection:
            return reconciling.orders_made(connection, source_id, since)

    def sql_values(self, queries: Mapping[str, str], *, as_of: datetime, known_at: datetime | None) -> pl.DataFrame:
        """Return what each key result's query gives: key_result_id, value, and where there is none the error."""
        if not queries:
            return pl.DataFrame(schema=dict(custom_metrics.SQL_VALUES))
        variables = {"as_of": as_of} | ({"known_at": known_at} if known_at else {})
        with self._reading() as connection, private_copy(connection, self._path.parent) as copy:
            return custom_metrics.answer_queries(copy, queries, variables=variables)

    def register_definitions(self, rows: Sequence[DefinitionRow], *, at: datetime) -> list[str]:
        """
        Note what is defined now; return the ids that are new, changed or no longer there.

        A key result seen for the first time counts from the beginning of time, an edit from `at`.
        """
        return self._write(lambda connection: definitions.register(connection, rows, at=at, seen_at=self.now()))

    def definitions(self, *, as_of: datetime, known_at: datetime | None) -> list[str]:
        """Return the definitions in force at `as_of`, as JSON."""
        with self._reading(known_at) as connection:
            return definitions.valid_at(connection, as_of)

    def defined(self) -> list[str]:
        """Return the ids of the key results that the config defined when it was registered last."""
        with self._reading() as connection:
            return definitions.newest_ids(connection)

    def save_scores(  # noqa: PLR0913 - five frames and the marks they share
        self,
        run_id: str,
        *,
        as_of: datetime,
        known_at: datetime,
        key_results: pl.DataFrame,
        objectives: pl.DataFrame,
        daily: pl.DataFrame | None,
        forecast: pl.DataFrame,
        whatif: pl.DataFrame | None = None,
    ) -> None:
        """Keep a run's scores."""
        self._write(
            lambda connection: keep_scores(
                connection,
                run_id=run_id,
                as_of=as_of,
                known_at=known_at,
                saved_at=self.now(),
                key_results=key_results,
                objectives=objectives,
                daily=daily,
                forecast=forecast,
                whatif=whatif,
            )
        )

    def extent(self) -> Extent:
        """Return how far the warehouse goes."""
        with self._reading() as connection:
            return extent_of(connection)

    def _runs_since(self, instant: datetime) -> int:
        with self._reading() as connection:
            return ledger.runs_since(connection, instant)

    def settle(self) -> None:
        """Put all there is into the file and close it: it is whole then, and can be copied as it lies."""
        with in_plain_words(self._path):
            # closing would do the same, but keep a full disk to itself
            self._connection.execute("checkpoint")
            self.close()

    def tidy(self, *, worth: int = _WORTH_TIDYING) -> bool:
        """
        Take out what later runs have taken the place of; in the first run of a day write the file anew, without gaps.

        Returns whether it was written anew. A lake, in which others may write now, is left as it is.

        `worth` is from how many bytes on that saves more than it costs.
        """
        if self._door.lake:
            return False
        self._write(thin)
        today = self.now().replace(hour=0, minute=0, second=0, microsecond=0)
        if self._path.stat().st_size < worth or self._runs_since(today) > 1:
            return False
        self.settle()
        rewrite(self._path)
        return True

    def publish(self, target: Path) -> None:
        """Replace the copy that people read, a DuckDB file whatever the warehouse is."""
        if self._door.lake:
            with self._reading() as connection:
                publish_rows(connection, target)
            return
        self.settle()
        publish_file(self._path, target)

    def check(self) -> list[str]:
        """Return what breaks a table's stated grain, nothing where all is well."""
        with self._reading() as connection:
            return find_doubled(connection)

    def _forget_instants(self) -> None:
        self._own = None
        with self._reading() as connection:
            self._last = ledger.newest_instant(connection) or BEGINNING

    def _read(self, sql: str, known_at: datetime | None = None) -> pl.DataFrame:
        with self._reading(known_at) as connection:
            return read_frame(connection, sql)

    @contextmanager
    def _reading(self, known_at: datetime | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Let views show what was known at an instant."""
        with in_plain_words(self._door):
            if known_at is None:
                yield self._connection
                return
            self._connection.execute("set variable known_at = $known_at", {"known_at": known_at})
            try:
                yield self._connection
            finally:
                self._connection.execute("reset variable known_at")

    def _write(self, work: Work[Result]) -> Result:
        with in_plain_words(self._door):
            return write_all(self._connection, work, self._world)

    def _dead_before(self, now: datetime) -> datetime:
        """Return the instant before which a run that has no end cannot be going on any more."""
        return now if self._door.is_alone else now - _LONGEST_RUN
