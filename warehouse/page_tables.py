"""The published tables that the page is made from, for one period."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from warehouse.engine import connect, in_plain_words, read_frame
from warehouse.migrating import require_current
from warehouse.sql_files import read_folder, read_sql


@dataclass(frozen=True)
class PagePeriod:
    """
    A period that has been scored: id, first and last day, time zone and language, and when it was judged last.

    config_hash: the fingerprint of the config that its newest run had.
    """

    id: str
    start: date
    end: date
    timezone: str
    language: str
    as_of: datetime
    run_id: str
    config_hash: str


class PageTables:
    """The tables of a published copy; opening it takes longer than reading any of them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def periods(self) -> list[PagePeriod]:
        """
        Return the periods of the scoreboard, the one under way (else the newest) first.

        Last come those without key results of their own, whose objectives others serve.
        """
        frames = (read_frame(self._connection, read_sql(f"page_{name}.sql")) for name in ("periods", "parents"))
        return [PagePeriod(**row) for frame in frames for row in frame.to_dicts()]

    def frames(self, period: PagePeriod, *, known_at: datetime | None = None) -> dict[str, pl.DataFrame]:
        """
        Return what the page of a period shows, a frame for each file in `sql/page`, by its name.

        Changes and the scores of a week before are those up to the period's `as_of`; `known_at` bounds the landings
        that tell how fresh the sources are (default: all).
        """
        marks = {"period": period.id, "at": period.as_of}
        probes = self._connection.execute(read_sql("page_probes.sql"), {"period": period.id}).fetchall()
        self._connection.execute("set variable known_at = $known_at", {"known_at": known_at})
        self._connection.execute("set variable page_probes = $probes", {"probes": [metric for (metric,) in probes]})
        return {
            name: read_frame(self._connection, sql, {mark: value for mark, value in marks.items() if f"${mark}" in sql})
            for name, sql in read_folder("page").items()
        }

    def digest_frames(self, period: PagePeriod, since: datetime) -> dict[str, pl.DataFrame]:
        """Return what a digest tells beyond the page, of what came since an instant: a frame a file in `sql/digest`."""
        marks = {"period": period.id, "at": period.as_of, "since": since}
        return {
            name: read_frame(self._connection, sql, {mark: value for mark, value in marks.items() if f"${mark}" in sql})
            for name, sql in read_folder("digest").items()
        }

    def closing_frames(self, period: PagePeriod) -> dict[str, pl.DataFrame]:
        """Return what a period's close is made from: a frame a file in `sql/closing`."""
        return {
            name: read_frame(self._connection, sql, {"period": period.id})
            for name, sql in read_folder("closing").items()
        }


@contextmanager
def open_page_tables(path: Path) -> Iterator[PageTables]:
    """
    Open a published copy for as long as the block lasts.

    Raises:
        WarehouseError: when there is no such file, it cannot be read, or another version of this program published it.
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        require_current(connection, where=str(path))
        yield PageTables(connection)
