"""The published tables that the page is made from, for one period."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from warehouse.engine import connect, read_frame
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


def page_periods(path: Path) -> list[PagePeriod]:
    """Return the periods of the scoreboard, the one under way (else the newest) first."""
    with connect(path, read_only=True) as connection:
        rows = read_frame(connection, read_sql("page_periods.sql"))
    return [PagePeriod(**row) for row in rows.to_dicts()]


def page_frames(path: Path, period: PagePeriod, *, known_at: datetime | None = None) -> dict[str, pl.DataFrame]:
    """
    Return what the page of a period shows, a frame for each file in `sql/page`, by its name.

    Changes and the scores of a week before are those up to the period's `as_of`; `known_at` bounds the landings that
    tell how fresh the sources are (default: all).
    """
    marks = {"period": period.id, "at": period.as_of}
    with connect(path, read_only=True) as connection:
        if known_at:
            connection.execute("set variable known_at = $known_at", {"known_at": known_at})
        return {
            name: read_frame(connection, sql, {mark: value for mark, value in marks.items() if f"${mark}" in sql})
            for name, sql in read_folder("page").items()
        }
