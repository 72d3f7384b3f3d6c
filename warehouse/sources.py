"""
Which sources count, what they were called before, and which account each answered for.

Only sources of the config count, enabled or not. What the config names is registered at the beginning of a run, so that
a score of another instant counts the sources of that time's config: for `known_at` the newest registration until then
decides, and before the first one every source that had landed counts. A rename moves the whole history to the new name,
for looks back too; a definition of before it that filters by the old name finds nothing under that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import polars as pl

from okr_config.delivery import Delivery
from okr_config.errors import UsageError
from warehouse.contracts import SourceRow
from warehouse.engine import append, first_row, quoted, registered
from warehouse.sql_files import read_sql
from warehouse.writing import Read, Write

_CONFIGURED = {**dict.fromkeys(("source_id", "connector", "account"), pl.String), "cadence_seconds": pl.Int64}
FIRST_KEY = "select fingerprint from customer_key order by seen_at, fingerprint limit 1"
_NAMED_AFTER_SOURCES = ("stated_value_version", "metric_observation_version")


@dataclass(frozen=True)
class Leaving:
    """Rows that do not count without a source; `what` names them in the plural."""

    source_id: str
    what: str
    rows: int


@dataclass(frozen=True)
class SourceRegister:
    """The sources of an open warehouse. read: its connection. write: writes as one transaction."""

    read: Read
    write: Write
    now: Callable[[], datetime]

    def leaving(self, configured: Collection[str]) -> list[Leaving]:
        """Return what stops counting when only these sources do."""
        with self.read() as connection:
            # whatever counts has landed, and to ask that is quick
            landed = connection.execute("select distinct source_id from load where state = 'ok'").fetchall()
            if {name for (name,) in landed} <= set(configured):
                return []
            found = connection.execute(read_sql("leaving_sources.sql"), {"configured": list(configured)})
            return [Leaving(*row) for row in found.fetchall()]

    def registered(self) -> list[str]:
        """Return the ids of the sources that the config named when it was registered last."""
        with self.read() as connection:
            found = connection.execute(
                """
                select source_id
                from source_version
                group by source_id
                having not arg_max(removed, registered_at)
                order by source_id
                """
            )
            return [name for (name,) in found.fetchall()]

    def register(self, rows: Sequence[SourceRow]) -> Mapping[str, str]:
        """
        Note what the config names now, histories carried to new names.

        Returns:
            By source whose settings name another account than before, that account: it stays the one that is noted.

        Raises:
            UsageError: when a source has rows under its old name and its new one; nothing is noted then.
        """

        def register(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
            carried = {row.source_id for row in rows if row.renamed_from and _rename(connection, row)}
            # a rename is the owner's word that it is the same one, whatever its address is now
            compared = [row for row in rows if row.source_id not in carried]
            with registered(connection, "configured", _frame(compared)):
                others = {
                    source_id: (connector, account)
                    for source_id, connector, account in connection.execute(read_sql("other_accounts.sql")).fetchall()
                }
            kept = [
                replace(row, connector=others[row.source_id][0], account=others[row.source_id][1])
                if row.source_id in others
                else row
                for row in rows
            ]
            with registered(connection, "configured", _frame(kept)):
                connection.execute(read_sql("register_sources.sql"), {"at": self.now()})
            return {source_id: account for source_id, (_, account) in others.items()}

        return self.write(register)

    def accept(self, delivery: Delivery) -> str | None:
        """Note the account that a source told; return the one it told before where that was another."""
        if delivery.account is None:
            return None

        def accept(connection: duckdb.DuckDBPyConnection) -> str | None:
            newest = first_row(
                connection,
                """
                select account
                from source_account
                where source_id = $source_id and connector = $connector
                order by seen_at desc
                limit 1
                """,
                {"source_id": delivery.source_id, "connector": delivery.connector},
            )
            if newest is None:
                told = {name: getattr(delivery, name) for name in ("source_id", "connector", "account")}
                append(connection, "source_account", {**told, "seen_at": self.now()})
            return None if newest is None or newest[0] == delivery.account else str(newest[0])

        return self.write(accept)

    def customer_key(self) -> str | None:
        """
        Return the fingerprint of the key that customers are hashed with, None before there is one.

        Where several programs that began at once have noted one each, it is the one that was noted first.
        """
        with self.read() as connection:
            found = first_row(connection, FIRST_KEY)
        return str(found[0]) if found else None

    def note_customer_key(self, fingerprint: str) -> None:
        """Note the key that customers are hashed with from now on."""
        row = {"fingerprint": fingerprint, "seen_at": self.now()}
        self.write(lambda connection: append(connection, "customer_key", row))


def _frame(rows: Sequence[SourceRow]) -> pl.DataFrame:
    found = [(row.source_id, row.connector, row.account, row.cadence_seconds) for row in rows]
    return pl.DataFrame(found, schema=_CONFIGURED, orient="row")


def _rename(connection: duckdb.DuckDBPyConnection, row: SourceRow) -> bool:
    """Carry everything under a source's old name to its new one; return whether there was anything."""
    old, new = row.renamed_from, row.source_id
    has_rows = "select count(*) > 0 from load where source_id = $source_id and state = 'ok'"
    ((old_has,),), ((new_has,),) = (connection.execute(has_rows, {"source_id": name}).fetchall() for name in (old, new))
    if not old_has:
        return False
    if new_has:
        raise UsageError(
            f"source {new} was renamed from {old}, but both have rows",
            where="okr_config/sources.yaml",
            next_step=f"remove renamed_from: what lies under {old} does not count once it is not configured",
        )
    tables = connection.execute(
        "select table_name from duckdb_columns() where column_name = 'source_id' and database_name = current_database()"
        " and table_name in (select table_name from duckdb_tables())"
    ).fetchall()
    for table in _NAMED_AFTER_SOURCES:
        connection.execute(
            f"update {table} set metric = $new || substr(metric, length($old) + 1)"  # noqa: S608 - a name of ours
            " where source_id = $old and starts_with(metric, $old || '.')",
            {"new": new, "old": old},
        )
    for (table,) in tables:
        connection.execute(
            f"update {quoted(table)} set source_id = $new where source_id = $old",  # noqa: S608 - a name of ours
            {"new": new, "old": old},
        )
    return True
