"""The published tables that the page is made from, for one period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from warehouse.engine import connect, read_frame
from warehouse.sql_files import read_sql

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PagePeriod:
    """A period that has been scored: id, first and last day, time zone and language, and when it was judged last."""

    id: str
    start: date
    end: date
    timezone: str
    language: str
    as_of: datetime
    run_id: str


@dataclass(frozen=True)
class PageTables:
    """Frames of one period, with the columns of the published tables."""

    scoreboard: pl.DataFrame
    objectives: pl.DataFrame
    daily: pl.DataFrame
    forecast: pl.DataFrame
    week_ago: pl.DataFrame
    freshness: pl.DataFrame
    definitions_changed: pl.DataFrame
    calibration: pl.DataFrame


def page_periods(path: Path) -> list[PagePeriod]:
    """Return the periods of the scoreboard, the one under way (else the newest) first."""
    with connect(path, read_only=True) as connection:
        rows = read_frame(connection, read_sql("page_periods.sql"))
    return [PagePeriod(**row) for row in rows.to_dicts()]


def page_tables(path: Path, period: PagePeriod) -> PageTables:
    """Return what the page of a period shows; `week_ago` is the scoreboard a week before it was judged last."""
    with connect(path, read_only=True) as connection:

        def read(query: str, **values: object) -> pl.DataFrame:
            return read_frame(connection, query, values)

        mine = "key_result_id in (select key_result_id from scoreboard where period_id = $period)"
        return PageTables(
            scoreboard=read("from scoreboard where period_id = $period order by key_result_id", period=period.id),
            objectives=read(
                "from objective_scoreboard where period_id = $period order by objective_id", period=period.id
            ),
            daily=read(f"from key_result_daily where {mine} order by key_result_id, day", period=period.id),
            forecast=read(
                f"{read_sql('page_forecast.sql')} where {mine} order by key_result_id, day", period=period.id
            ),
            week_ago=read(read_sql("page_week_ago.sql"), period=period.id, at=period.as_of - _WEEK),
            freshness=read("from source_freshness order by source_id, stream"),
            definitions_changed=read(read_sql("page_changes.sql"), period=period.id),
            calibration=read("from calibration"),
        )
