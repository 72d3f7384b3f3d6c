"""Reading the published copy: our own queries, the list of tables, and the loads behind a score."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.engine import connect, in_plain_words, quoted, read_frame
from warehouse.sql_files import read_folder, read_sql

if TYPE_CHECKING:
    import duckdb
    import polars as pl


@dataclass(frozen=True)
class BoardPeriod:
    """A period that has been scored: first and last day, time zone and language, and when it was judged last (UTC)."""

    id: str
    start: date
    end: date
    timezone: str
    language: str
    as_of: datetime


@dataclass(frozen=True)
class PublishedScores:
    """
    The newest scores of the published copy, without the cost of a frame.

    periods: the one under way first. key_results, objectives: rows of `scoreboard` and `objective_scoreboard`.
    trends: the newest observed values of each key result, oldest first; one with none is missing. findings: what the
    newest run found wrong with what came, rows of `quality_check`.
    """

    periods: tuple[BoardPeriod, ...]
    key_results: list[dict[str, Any]]
    objectives: list[dict[str, Any]]
    trends: Mapping[str, Sequence[Decimal]]
    findings: list[dict[str, Any]]


def read_scores(path: Path, *, days: int) -> PublishedScores:
    """
    Return the newest scores by period, objective and key result, each with its last observed days.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        periods = _rows(connection, read_sql("page_periods.sql"))
        names = BoardPeriod.__dataclass_fields__
        return PublishedScores(
            periods=tuple(BoardPeriod(**{name: row[name] for name in names}) for row in periods),
            key_results=_rows(connection, "from scoreboard order by period_id, objective_id, key_result_id"),
            objectives=_rows(connection, "from objective_scoreboard order by period_id, objective_id"),
            trends={
                row["key_result_id"]: row["values"]
                for row in _rows(connection, read_sql("board_trends.sql"), {"days": days})
            },
            findings=_findings(connection),
        )


def newest_schema() -> int:
    """Return the schema version that this program writes."""
    return max(int(name[:4]) for name in read_folder("migrations"))


def published_schema(path: Path) -> int:
    """
    Return the schema version of a published copy.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        return int(_rows(connection, "select version from schema_state")[0]["version"])


def scores_before(path: Path, period: BoardPeriod) -> list[dict[str, Any]]:
    """Return the scores that a period's newest ones are compared with: a week older, or the newest from before that."""
    with in_plain_words(path), connect(path, read_only=True) as connection:
        return _rows(connection, read_sql("page/week_ago.sql"), {"period": period.id, "at": period.as_of})


def last_success(path: Path) -> datetime | None:
    """Return when a run last came to its end, whatever its sources gave; None where none has."""
    query = """
        select max(finished_at) as newest
        from run
        where command in ('run', 'score --derive') and state in ('done', 'partial')
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        newest: datetime | None = _rows(connection, query)[0]["newest"]
    return newest


def newest_findings(path: Path) -> list[dict[str, Any]]:
    """Return what the newest run found wrong with what came: rows of `quality_check`, those silenced last."""
    with in_plain_words(path), connect(path, read_only=True) as connection:
        return _findings(connection)


def read_published(path: Path, query: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> "pl.DataFrame":
    """
    Run a query of ours on the published copy. Users' queries go through `warehouse.query_sandbox`.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        return read_frame(connection, query, parameters)


def list_tables(path: Path) -> list[dict[str, Any]]:
    """Return the tables that people query: `table`, `grain` (what one row is) and `columns`, by name."""
    return read_published(path, read_sql("list_tables.sql")).to_dicts()


@dataclass(frozen=True)
class Column:
    """A column of a table, and what it holds."""

    name: str
    type: str
    words: str


@dataclass(frozen=True)
class Table:
    """A table or view that people query. grain: what one row is."""

    name: str
    grain: str
    columns: tuple[Column, ...]


def describe_tables(path: Path) -> tuple[Table, ...]:
    """Return the tables that people query with what each column holds, by name."""
    with in_plain_words(path), connect(path, read_only=True) as connection:
        return _tables(connection)


def read_tables(path: Path) -> Iterator[tuple[str, "pl.DataFrame"]]:
    """
    Return each table that people query with all its rows in order, one after the other, all of one moment.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    with in_plain_words(path), connect(path, read_only=True) as connection:
        for table in _tables(connection):
            yield table.name, read_frame(connection, f"from {quoted(table.name)} order by all")


def shipped_tables() -> tuple[Table, ...]:
    """Return the tables as this program lays them, without a warehouse."""
    from warehouse.migrating import migrate  # noqa: PLC0415 - whoever reads a copy lays nothing

    with connect(Path(":memory:")) as connection:
        migrate(connection, where="memory")
        return _tables(connection)


def _tables(connection: "duckdb.DuckDBPyConnection") -> tuple[Table, ...]:
    rows = _rows(connection, read_sql("list_columns.sql"))
    return tuple(
        Table(name, grain, tuple(Column(row["column"], row["type"], row["words"] or "") for row in columns))
        for (name, grain), columns in groupby(rows, key=lambda row: (row["table"], row["grain"]))
    )


def lineage(path: Path, key_result_id: str) -> "pl.DataFrame":
    """
    Return the loads that a key result's observations came from, newest first.

    Columns: series, source_id, stream, load_id, window_from, window_to, rows_read, requests, finished_at.
    """
    return read_published(path, read_sql("lineage.sql"), _measured_by(path, key_result_id))


def missing_days(path: Path, key_result_id: str) -> "pl.DataFrame":
    """
    Return the runs of days of a key result's period of which a source told nothing, though it told of later ones.

    Columns: series, source_id, first_day, last_day.
    """
    return read_published(path, read_sql("missing_days.sql"), _measured_by(path, key_result_id))


def restatements(path: Path, key_result_id: str, since: datetime) -> "pl.DataFrame":
    """
    Return what changed since an instant of the past that had been told: of a key result and of what it is measured by.

    Newest first; the columns are those of the table `restatement`, `subject` being the key result or the metric, with
    the source, the stream and the number of changed rows of the landing that brought it.
    """
    parameters = _measured_by(path, key_result_id) | {"since": since}
    return read_published(path, read_sql("restatement/of_key_result.sql"), parameters)


def _measured_by(path: Path, key_result_id: str) -> dict[str, object]:
    """Return a key result with the series and the sources it is measured by now; no source is all of them."""
    from okr_config.definitions import series_of  # noqa: PLC0415 - pydantic is dear at start-up
    from okr_config.models import Definition  # noqa: PLC0415

    newest = read_published(path, read_sql("newest_definition.sql"), {"key_result_id": key_result_id})
    series: list[str] = []
    sources: list[str] = []
    if not newest.is_empty():
        definition = Definition.model_validate_json(newest["definition"][0])
        series, sources = list(series_of(definition)), list(definition.key_result.sources)
    return {"key_result_id": key_result_id, "series": series, "sources": sources}


def _findings(connection: "duckdb.DuckDBPyConnection") -> list[dict[str, Any]]:
    # a copy that an earlier version published has no checks, and is readable all the same until the next run
    if not _rows(connection, "from duckdb_tables() where table_name = 'quality_check'"):
        return []
    return _rows(connection, read_sql("newest_findings.sql"))


def _rows(
    connection: "duckdb.DuckDBPyConnection", query: str, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
