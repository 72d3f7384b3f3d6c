"""
Observations as they were derived last, kept beside the warehouse: only what has changed since is derived again.

The observations of a source are two parts: of days and longer, and looks at an instant. A hash of all that a part
follows from in the records tells whether it still holds. The file is no record: where it is missing, damaged or of
another recipe, everything is derived.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import polars as pl

from warehouse.contracts import SeriesRequest
from warehouse.engine import read_frame, registered, transaction
from warehouse.observing import ORDER, as_observations, observe_sources
from warehouse.sql_files import fingerprint, read_folder, read_sql, views_fingerprint

_STALE = "(source_id, observed_at is not null) in (from stale)"
_OWN = "metrics"


class LastDerivation:
    """What was derived last, while it is attached to a warehouse's connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, wanted: Sequence[SeriesRequest]) -> None:
        self._connection = connection
        self._wanted = wanted
        self._recipe = fingerprint(
            {
                **read_folder("derived"),
                "views": views_fingerprint(),
                "engine": duckdb.__version__,
                "wanted": "\n".join(map(repr, wanted)),
            }
        )
        found = connection.execute("select recipe, versions from last_derived.derivation").fetchall()
        # scope: which versions of observations speak of what is derived anew, as a condition in SQL
        self.scope = _STALE if found == [(self._recipe, self.versions())] else "true"
        # by series that could not be worked out, why
        self.broken: dict[str, str] = {}

    def is_current(self, *, is_fresh: bool) -> bool:
        """Whether all that was derived holds; `is_fresh`: nothing has landed since it was looked at."""
        if self.scope != _STALE:
            return False
        if is_fresh:
            return True
        self._find_stale()
        return not self._ask("select count(*) from stale")

    def update(self) -> bool:
        """Derive what no longer holds, also into the temporary table `observed`; return whether there was any."""
        connection = self._connection
        if self.scope != _STALE:
            with transaction(connection):
                for table in ("observation", "part"):
                    connection.execute(f"delete from last_derived.{table}")  # noqa: S608 - names of ours
        self._find_stale()
        stale = connection.execute("select is_look, list(source_id) from stale group by is_look").fetchall()
        connection.execute("create or replace temp table observed as from last_derived.observation limit 0")
        for is_look, sources in stale:
            broken = observe_sources(connection, self._wanted, "looks" if is_look else "periods", sources)
            if broken:
                # tried again by the next run
                connection.execute(
                    "delete from part where source_id in (select unnest($sources))", {"sources": sources}
                )
            self.broken |= broken
        if not stale and self.scope == _STALE:
            return False
        with transaction(connection):
            # until it is sealed nothing here counts
            connection.execute("delete from last_derived.derivation")
            connection.execute(f"delete from last_derived.observation where {_STALE}")  # noqa: S608 - ours
            connection.execute("insert into last_derived.observation by name from observed")
            connection.execute("delete from last_derived.part")
            connection.execute("insert into last_derived.part by name from part")
        if self.broken:
            # what was known of them stays as it is
            connection.execute(
                "create or replace temp table broken as select unnest($series) as series", {"series": list(self.broken)}
            )
            self.scope += " and metric not in (select series from broken)"
        return True

    def add_own(self, observations: pl.DataFrame) -> None:
        """Add observations of the team's own metrics to what is derived anew; they are worked out at every run."""
        with registered(self._connection, "own", observations):
            self._connection.execute("insert into observed by name from own")
        self._connection.execute("insert into stale select $own, unnest([true, false])", {"own": _OWN})

    def seal(self, versions: int) -> None:
        """Note that what was derived is what these versions of observations hold, and those of no later moment."""
        with transaction(self._connection):
            self._connection.execute("delete from last_derived.derivation")
            self._connection.execute(
                "insert into last_derived.derivation values ($recipe, $versions)",
                {"recipe": self._recipe, "versions": versions},
            )

    def read(self, series: Collection[str] | None = None) -> pl.DataFrame:
        """Return the observations of some series (None: of all), the team's own left out."""
        chosen = "" if series is None else "where list_contains($series::varchar[], series)"
        sql = f"from last_derived.observation {chosen} {ORDER}"
        return as_observations(
            read_frame(self._connection, sql, {"series": list(series)} if series is not None else ())
        )

    def _find_stale(self) -> None:
        self._connection.execute(read_sql("derived/parts.sql"))

    def versions(self) -> int:
        """Return what tells whether versions of observations were added, or taken back."""
        return self._ask(read_sql("derived/versions.sql"))

    def _ask(self, sql: str) -> int:
        ((number,),) = self._connection.execute(sql).fetchall()
        return int(number)


@contextmanager
def last_derivation(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Sequence[SeriesRequest]
) -> Iterator[LastDerivation]:
    """Attach what was derived last, made anew where there is none that can be read; with no room for it in memory."""
    _attach(connection, path)
    try:
        yield LastDerivation(connection, wanted)
    finally:
        connection.execute("detach last_derived")


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    literal = str(path).replace("'", "''")
    for target in (literal, literal, ":memory:"):
        try:
            options = "" if target == ":memory:" else " (block_size 16384)"
            connection.execute(f"attach '{target}' as last_derived{options}")
            connection.execute(read_sql("derived/tables.sql"))
        except duckdb.Error:
            connection.execute("detach database if exists last_derived")
            with suppress(OSError):
                path.unlink(missing_ok=True)
                path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
        else:
            return
