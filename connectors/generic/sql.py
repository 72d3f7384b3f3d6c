"""
Numbers that lie in a database of your own: one query that returns metric, day and value, a row an observation.

It may also return account, grain, currency and unit. The query only reads: DuckDB runs it in a process of its own,
walled off from files, network and settings, with limits of time and memory; SQLite, PostgreSQL and MySQL run it in a
read-only transaction, with limits of rows and time. `:window_from` and `:window_to` (DuckDB:
`getvariable('window_from')` and so on) are the instants wanted, the first at the beginning of a day of the source's
zone. A row that no longer comes is taken out: of a query that names `window_from` where its day lies in the window, of
any other wherever it lies. A day without a row is 0 to the window's last full day, for what adds up over days
(`missing: unknown` turns that off). Before the first row nothing is known, since a table may begin later than the
period: sums are then marked as partial, unless the query returns a 0 for the period's first day, or `before: zero`
says that there was nothing before.

    # PostgreSQL, with the extra okr[postgres]; MySQL with okr[mysql]
    - {id: till, connector: sql, connection: "${DATABASE_URL}",
       query: "select 'till.sold' as metric, sold_on as day, sum(units) as value from sale
               where sold_on >= :window_from group by sold_on"}
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from connectors.generic._sql.databases import reader_of
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, frame_of
from connectors.rows.observations import ObservationSettings, observe
from connectors.source import Page, Pull, Source, Stream
from okr_config.errors import SourceError, UsageError

_NEEDED = ("metric", "day", "value")
_COLUMNS = (*_NEEDED, "account", "grain", "currency", "unit")
_DAY_AT_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00.*")


class Settings(ObservationSettings):
    """A DuckDB file, and one query over it."""

    identity: ClassVar[tuple[str, ...]] = ("connection", "query")
    follows_account: ClassVar[bool] = False
    brings_metrics: ClassVar[bool] = True

    connection: Annotated[str, Field(min_length=1)]
    """Path of a DuckDB file, from the project folder."""
    query: Annotated[str, Field(min_length=1)]
    """One SELECT that returns metric, day and value, and maybe account, grain, currency and unit."""


def _observations(pull: Pull[Settings]) -> Iterator[Page]:
    columns, rows = _run(pull)
    if missing := [name for name in _NEEDED if name not in columns]:
        raise SourceError(
            f"the query returns no column {', '.join(missing)}",
            reason="bad_rows",
            next_step="name the columns of query in okr_config/sources.yaml: metric, day, value",
        )
    known = [name for name in columns if name in _COLUMNS]
    named = [dict(zip(columns, map(_text, row), strict=True)) for row in rows]
    wire = frame_of(RecordKind.OBSERVATIONS, named, dict.fromkeys(known, TEXT))
    seen = observe(
        pull.settings.id,
        wire.frame.rename({"day": "period_start"})
        .with_row_index("row", offset=1)
        .with_columns(settled=pl.lit(value=True)),
    )
    yield Page(
        {RecordKind.OBSERVATIONS: seen.frame},
        rows_read=len(rows),
        refused=(*wire.refused, *seen.refused),
        cursor=pull.window.end,
    )


def _is_whole(settings: Settings) -> bool:
    """Whether the query tells all there is: only one that names the window may leave older rows out."""
    return "window_from" not in settings.query.casefold()


def _run(pull: Pull[Settings]) -> tuple[tuple[str, ...], tuple[tuple[object, ...], ...]]:
    read = reader_of(pull.settings.connection, pull.home)
    path = pull.home / pull.settings.connection
    if read is None and not path.is_file():
        what = f"there is no file {pull.settings.connection}"
        raise SourceError(what, reason="not_found", next_step="correct connection in okr_config/sources.yaml")
    # a day counts as a whole, and so do its rows: half a day would take the place of the day
    first_day, _ = pull.window.days(pull.zone)
    window = {
        "window_from": datetime.combine(first_day, time(), pull.zone).astimezone(UTC),
        "window_to": pull.window.end,
    }
    if read is not None:
        return read(pull.settings.query, window)
    try:
        return pull.query(path, pull.settings.query, window)
    except UsageError as error:
        # DuckDB's own words may hold a value of the data
        raise SourceError(
            "the query cannot be run: it is not one SELECT that fits the database, or needs too much",
            reason="bad_answer",
            next_step=f"run it with duckdb -readonly {pull.settings.connection}",
        ) from error


def _text(value: object) -> str | None:
    """Return a value as JSON would write it; a time at midnight is its day."""
    if value is None:
        return None
    midnight = _DAY_AT_MIDNIGHT.fullmatch(str(value))
    return midnight[1] if midnight else str(value)


SOURCE = Source(
    name="sql",
    title="SQL on DuckDB, SQLite, PostgreSQL, MySQL",
    settings=Settings,
    streams=(
        Stream(
            "observations",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _observations,
            whole=_is_whole,
            missing=lambda settings: settings.meaning_of_missing("zero_in_window"),
        ),
    ),
    metrics=("any built-in metric", "<source>.<name>"),
    docs="README.md",
    url=lambda _: None,
    history="whatever the database holds",
    delay="none",
    limits="30 seconds, 1 GB of memory and 100,000 rows a pull",
    steps=(
        (
            "connection is the path of a DuckDB or SQLite file, from the project folder, or an address such as"
            " postgresql://user:password@host/database in .env; a user that may only read is best."
        ),
        "query is one SELECT that returns metric, day and value, and maybe account, grain, currency and unit.",
    ),
)
