"""What a warehouse makes of what has landed: observations with their history, derived again where they changed."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from warehouse import custom_metrics, ledger
from warehouse.contents import Contents, read_contents
from warehouse.contracts import SeriesRequest
from warehouse.deriving import last_derivation
from warehouse.landings import Landings
from warehouse.observing import SCHEMA, keep_changes, observe_records
from warehouse.publishing import private_copy
from warehouse.restating import note_observations

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Observing(Landings):
    """Observing; whoever has the file says where it lies."""

    @property
    @abstractmethod
    def _path(self) -> Path:
        """The warehouse's file."""

    def observe(
        self,
        wanted: Sequence[SeriesRequest],
        *,
        known_at: datetime | None = None,
        series: Collection[str] | None = None,
    ) -> pl.DataFrame:
        """
        Return observations of the wanted series and of all that sources state, as known at an instant.

        One row per series, source_id, account, grain, period_start, observed_at and currency. `observed_at` is the
        instant for grain instant, else null; `period_start` is the day in the source's own zone. `series`: only these.
        """
        if known_at is None and self._own and self._own[0] == list(wanted):
            own = self._own[1]
            found = pl.concat([self._observe_records(wanted, None, series, is_fresh=True), own])
        else:
            found = self._observe(wanted, known_at, series)[0]
        return found if series is None else found.filter(pl.col("series").is_in(list(series)))

    def refresh_observations(self, wanted: Sequence[SeriesRequest], run_id: str) -> int:
        """
        Keep what changed against the newest observations; return how many are new, changed or gone.

        A series that cannot be worked out keeps what was known of it, and is named in `broken_series`.
        """
        began_at, queries = self.now(), [one for one in wanted if one.sql is not None]
        with self._reading() as connection, last_derivation(connection, self._derived, wanted) as last:
            is_stale = last.update()
            self.broken_series = dict(last.broken)
            own, errors = pl.DataFrame(schema=dict(SCHEMA)), dict[str, str]()
            if queries:
                own, errors = self._observe_queries(queries, last.read(), None)
                last.add_own(own)

            def keep(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
                contents = read_contents(connection) if queries else Contents()
                for one in queries:
                    error = errors.get(one.series)
                    outcome = custom_metrics.outcome(one, error, began_at=began_at, ended_at=self.now())
                    self._enter(connection, outcome, run_id, contents)
                loaded_at, changed = self.now(), 0
                if is_stale or queries:
                    changed = keep_changes(connection, run_id=run_id, loaded_at=loaded_at, scope=last.scope)
                if changed:
                    note_observations(connection, run_id=run_id, loaded_at=loaded_at)
                return changed, last.versions() if is_stale or queries else 0

            changed, versions = self._write(keep)
            if is_stale or queries:
                last.seal(versions)
        self._own = list(wanted), own
        return changed

    @property
    def _derived(self) -> Path:
        """What was derived last lies beside the warehouse."""
        return self._path.with_name(f".{self._path.stem}.derived.duckdb")

    def _observe(
        self, wanted: Sequence[SeriesRequest], known_at: datetime | None, series: Collection[str] | None = None
    ) -> tuple[pl.DataFrame, dict[str, str]]:
        queries = [one for one in wanted if one.sql is not None]
        # a team's SQL may read any series
        observations = self._observe_records(wanted, known_at, None if queries else series)
        if not queries:
            return observations, {}
        own, errors = self._observe_queries(queries, observations, known_at)
        return pl.concat([observations, own]), errors

    def _observe_records(
        self,
        wanted: Sequence[SeriesRequest],
        known_at: datetime | None,
        series: Collection[str] | None,
        *,
        is_fresh: bool = False,
    ) -> pl.DataFrame:
        with self._reading(known_at) as connection:
            if known_at is None and self._derived.exists():
                with last_derivation(connection, self._derived, wanted) as last:
                    if last.is_current(is_fresh=is_fresh):
                        return last.read(series)
            return observe_records(connection, wanted)

    def _observe_queries(
        self, queries: Sequence[SeriesRequest], observations: pl.DataFrame, known_at: datetime | None
    ) -> tuple[pl.DataFrame, dict[str, str]]:
        with self._reading(known_at) as connection:
            loaded_at = ledger.newest_landing(connection) or BEGINNING
            with private_copy(connection, self._path.parent) as copy:
                return custom_metrics.observe_queries(
                    copy, queries, observations, known_at=known_at, now=self.now(), loaded_at=loaded_at
                )
