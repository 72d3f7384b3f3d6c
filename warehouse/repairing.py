"""
Taking back what was recorded from an instant on, as if it had never been.

Rows of versions are only ever added, so that what is left is what was there before. The exceptions: days so far
(`key_result_daily`) are kept as computed last, and are for the caller to work out anew; check-ins, decisions and notes
are people's words, which no clock makes untrue: they are dated to now; and no message is unsent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl

from warehouse.clock import LONGEST_LAG
from warehouse.engine import append, quoted
from warehouse.landing import KINDS
from warehouse.ledger import newest_instant
from warehouse.scores import Judgement, keep_days, newest_judgement
from warehouse.sql_files import read_sql
from warehouse.words import WRITTEN
from warehouse.writing import Read, Write

_BY_RUN = "run_id in (select run_id from taken_run)"
TAKEN_BACK: Mapping[str, str] = {
    "key_result_forecast": _BY_RUN,
    "key_result_whatif": _BY_RUN,
    "quarantine": "load_id in (select load_id from load where finished_at >= $since)",
    "key_result_day_version": "exists (select 1 from key_result_score where saved_at >= $since)",
    **{f"{kind.table}_version": "loaded_at >= $since" for kind in KINDS.values()},
    "metric_observation_version": "loaded_at >= $since",
    "key_result_definition_version": "seen_at >= $since",
    "source_version": "registered_at >= $since",
    "source_account": "seen_at >= $since",
    "customer_key": "seen_at >= $since",
    "grade": "closed_at >= $since",
    "quality_check": "checked_at >= $since",
    "vendor_total_version": "compared_at >= $since",
    "restatement": "restated_at >= $since",
    "key_result_score": "saved_at >= $since",
    "objective_score": "saved_at >= $since",
    "reconciliation": "finished_at >= $since",
    "load": "finished_at >= $since",
    "forgotten_sale_version": "loaded_at >= $since",
    "run_event": "run_id in (select run_id from run where started_at >= $since)",
}
"""By table which rows go; whatever refers to another table goes before that."""

KEPT = (*WRITTEN, "notification", "schema_state", "repair", "purge", "forgotten_customer")


@dataclass(frozen=True)
class TakenBack:
    """
    What was taken back.

    since: from this instant on. newest: the newest instant there was. rows: by table, those with any. runs: their ids.
    written: how many check-ins and notes were dated to now. grades: frozen ones that went.
    """

    since: datetime
    newest: datetime
    rows: Mapping[str, int]
    runs: tuple[str, ...]
    written: int
    grades: int


@dataclass(frozen=True)
class Repairs:
    """
    Of an open warehouse. read: its connection. write: writes as one transaction. clock: the time now.

    forget: is called when instants that were told are gone.
    """

    read: Read
    write: Write
    clock: Callable[[], datetime]
    forget: Callable[[], None]

    def are_needed(self) -> bool:
        """Whether anything is recorded of a time that the clock has not come to."""
        with self.read() as connection:
            return beginning_of_future(connection, self.clock().astimezone(UTC)) is not None

    def take_back(self, since: datetime) -> None:
        """Take back what was recorded from an instant on: by a run that turns out to go by a wrong clock."""
        self.write(lambda connection: take_back(connection, since, now=since))
        self.forget()

    def repair(self) -> TakenBack | None:
        """Take back what lies in the clock's future; return what that was, None where nothing did."""
        now = self.clock().astimezone(UTC)

        def repair(connection: duckdb.DuckDBPyConnection) -> TakenBack | None:
            since = beginning_of_future(connection, now)
            if since is None:
                return None
            found = take_back(connection, since, now=now)
            note = {"repaired_at": now, "since": since, "newest": found.newest, "runs": list(found.runs)}
            append(connection, "repair", note)
            return found

        found = self.write(repair)
        self.forget()
        return found

    def newest_judgement(self) -> Judgement | None:
        """Return what the newest scores of the present are; None where there are none."""
        with self.read() as connection:
            return newest_judgement(connection)

    def keep_days(self, daily: pl.DataFrame, of: Judgement) -> None:
        """Keep the days so far of every key result, as they were told with some scores."""
        self.write(lambda connection: keep_days(connection, daily, run_id=of.run_id, saved_at=of.saved_at))


def beginning_of_future(connection: duckdb.DuckDBPyConnection, now: datetime) -> datetime | None:
    """
    Return the instant from which on what is recorded lies in the future; None where nothing does.

    A run during which the clock jumped is taken as a whole. What lies ahead by less than is bridged is no future.
    """
    bridged = now + LONGEST_LAG
    newest = newest_instant(connection)
    if newest is None or newest <= bridged:
        return None
    ((since,),) = connection.execute(read_sql("beginning_of_future.sql"), {"now": bridged}).fetchall()
    return since  # type: ignore[no-any-return]  # a timestamptz


def take_back(connection: duckdb.DuckDBPyConnection, since: datetime, *, now: datetime) -> TakenBack:
    """Remove what was recorded from `since` on, in the caller's transaction; people's words are dated to `now`."""
    newest = newest_instant(connection) or now
    connection.execute(
        """
        create or replace temp table taken_run as
        select run_id from run where started_at >= $since
        union
        select run_id from key_result_score where saved_at >= $since
        """,
        {"since": since},
    )
    runs = tuple(name for (name,) in connection.execute("select run_id from taken_run order by 1").fetchall())
    ((grades,),) = connection.execute(
        "select count(*) from frozen_score where saved_at >= $since", {"since": since}
    ).fetchall()
    rows = {}
    for table, condition in TAKEN_BACK.items():
        given = {"since": since} if "$since" in condition else {}
        sql = f"delete from {quoted(table)} where {condition}"  # noqa: S608 - names and conditions of ours
        ((count,),) = connection.execute(sql, given).fetchall()
        if count:
            rows[table] = count
    return TakenBack(since, newest, rows, runs, _date_to(connection, since, now), grades)


def _date_to(connection: duckdb.DuckDBPyConnection, since: datetime, now: datetime) -> int:
    """Date people's words of the future to now, in their order; return how many they were."""
    count = 0
    for table, column in WRITTEN.items():
        name = f'{quoted(column)}, "at"'
        rows = connection.execute(
            f'select {name} from {quoted(table)} where "at" >= $since order by "at"',  # noqa: S608 - names of ours
            {"since": since},
        ).fetchall()
        for place, (about, at) in enumerate(rows):
            connection.execute(
                f'update {quoted(table)} set "at" = $moved where ({name}) = ($about, $at)',  # noqa: S608 - as above
                {"moved": now + timedelta(microseconds=place), "about": about, "at": at},
            )
        count += len(rows)
    return count
