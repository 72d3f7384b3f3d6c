"""The ledger: which runs there were, what each pull brought, and where each stream resumes."""

from dataclasses import fields
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from okr_config.delivery import Delivery, Failure, Window
from warehouse.contracts import Load
from warehouse.engine import append, first_row
from warehouse.landing import is_whole, refused_rows
from warehouse.sql_files import read_sql


def newest_instant(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return the newest instant at which anything was recorded."""
    ((instant,),) = connection.execute(read_sql("newest_instant.sql")).fetchall()
    return instant if isinstance(instant, datetime) else None


def open_run(  # noqa: PLR0913 - a row of the ledger
    connection: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    command: str,
    version: str,
    config_hash: str,
    started_at: datetime,
    dead_before: datetime,
) -> None:
    """Note that a run begins, and that those were interrupted which began before an instant and never ended."""
    connection.execute(
        """
        insert into run_event by name
        select run_id, 'interrupted' as state, $at as "at"
        from run
        where state = 'running' and started_at < $dead_before
        """,
        {"at": started_at, "dead_before": dead_before},
    )
    begun = {"command": command, "version": version, "config_hash": config_hash}
    append(connection, "run_event", {"run_id": run_id, "state": "running", **begun, "at": started_at})


def close_run(connection: duckdb.DuckDBPyConnection, run_id: str, state: str, finished_at: datetime) -> None:
    """Note how a run ended; of one that was taken back nothing is noted."""
    connection.execute(
        """
        insert into run_event by name
        select run_id, $state as state, $at as "at"
        from run
        where run_id = $run_id
        """,
        {"run_id": run_id, "state": state, "at": finished_at},
    )


def unfinished_runs(connection: duckdb.DuckDBPyConnection, dead_before: datetime) -> list[str]:
    """Return the runs that began before an instant, never ended, and that no other has followed."""
    found = connection.execute(
        "select run_id from run where state = 'running' and started_at < $before order by run_id",
        {"before": dead_before},
    )
    return [run_id for (run_id,) in found.fetchall()]


def runs_since(connection: duckdb.DuckDBPyConnection, instant: datetime) -> int:
    """Return how many runs have begun since an instant."""
    sql = "select count(*) from run where started_at >= $instant"
    ((count,),) = connection.execute(sql, {"instant": instant}).fetchall()
    return int(count)


def has_run(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a run has come to its end so far."""
    ended = "from run where command in ('run', 'score --derive') and state in ('done', 'partial') limit 1"
    return first_row(connection, ended) is not None


def cursors(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], datetime]:
    """Return by source and stream the mark from which on it is read again; an older window does not move it back."""
    return {
        (source_id, stream): mark for source_id, stream, mark in connection.execute(read_sql("cursors.sql")).fetchall()
    }


def last_pulled(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], datetime]:
    """Return by source and stream when the run began that last pulled it well."""
    found = connection.execute(
        """
        select load.source_id, load.stream, max(run.started_at)
        from load
        join run using (run_id)
        where load.state = 'ok' and run.command <> 'backfill'
        group by all
        """
    )
    return {(source_id, stream): began for source_id, stream, began in found.fetchall()}


def landed_windows(connection: duckdb.DuckDBPyConnection, source_id: str, stream: str) -> list[Window]:
    """Return the windows of a stream that have been landed, oldest first."""
    found = connection.execute(
        """
        select window_from, window_to
        from load
        where source_id = $source_id and stream = $stream and state = 'ok'
        order by window_from, window_to
        """,
        {"source_id": source_id, "stream": stream},
    )
    return [Window(start, end) for start, end in found.fetchall()]


def newest_landing(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when rows last came, as far as the connection's `known_at` sees."""
    ((instant,),) = connection.execute(
        "select max(finished_at) from load where state = 'ok' and len(kinds) > 0 and known(finished_at)"
    ).fetchall()
    return instant if isinstance(instant, datetime) else None


def enter_delivery(  # noqa: PLR0913 - what a landing came to
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    *,
    run_id: str,
    load_id: int,
    new: int,
    changed: int,
    content_hash: str | None,
    finished_at: datetime,
) -> Load:
    """Enter a landing with its refused rows."""
    if delivery.refused:
        refused = refused_rows(delivery).with_row_index("row_number", offset=1)
        refused = refused.with_columns(
            load_id=load_id, source_id=pl.lit(delivery.source_id), stream=pl.lit(delivery.stream)
        )
        append(connection, "quarantine", refused)
    return _enter(
        connection,
        _common(delivery, run_id, load_id, finished_at)
        | {
            "kinds": sorted(delivery.frames),
            "zone": delivery.zone,
            "missing": delivery.missing,
            "whole": is_whole(delivery),
            "cursor": delivery.cursor,
            "rows_read": delivery.rows_read,
            "rows_new": new,
            "rows_changed": changed,
            "rows_refused": len(delivery.refused),
            "content_hash": content_hash,
            "state": "ok",
            "error": None,
            "notes": list(delivery.notes),
        },
    )


def enter_failure(
    connection: duckdb.DuckDBPyConnection, failure: Failure, *, run_id: str, load_id: int, finished_at: datetime
) -> Load:
    """Enter a pull that brought nothing."""
    nothing = dict.fromkeys(("rows_read", "rows_new", "rows_changed", "rows_refused"), 0)
    return _enter(
        connection,
        _common(failure, run_id, load_id, finished_at)
        | nothing
        | {
            "kinds": [],
            "zone": "UTC",
            "missing": None,
            "whole": False,
            "cursor": None,
            "content_hash": None,
            "state": "failed",
            "error": failure.error,
            "notes": [],
        },
    )


def _common(pulled: Delivery | Failure, run_id: str, load_id: int, finished_at: datetime) -> dict[str, object]:
    return {
        "load_id": load_id,
        "run_id": run_id,
        "source_id": pulled.source_id,
        "connector": pulled.connector,
        "stream": pulled.stream,
        "window_from": pulled.window.start,
        "window_to": pulled.window.end,
        "requests": pulled.requests,
        "bytes": pulled.bytes,
        "started_at": pulled.started_at,
        "finished_at": finished_at,
    }


def _enter(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Load:
    append(connection, "load", row)
    told = {field.name: row[field.name] for field in fields(Load) if field.name in row}
    return Load(**told, seconds=(row["finished_at"] - row["started_at"]).total_seconds())
