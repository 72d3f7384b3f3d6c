"""What is taken out for good: versions that no published score rests on, and customers who are to be forgotten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb

from warehouse.checking import KEYS
from warehouse.engine import append, connect, first_row, in_plain_words, quoted, tables_of, transaction
from warehouse.landing import KINDS
from warehouse.publishing import rewrite
from warehouse.sql_files import read_sql
from warehouse.writing import Read, Write

_LANDED = {f"{kind.table}_version": ("source_id", *kind.key) for kind in KINDS.values()}
_PURGED = {
    **_LANDED,
    "metric_observation_version": tuple(name for name in KEYS["metric_observation"] if name != "loaded_at"),
}


@dataclass(frozen=True)
class Retention:
    """Of an open warehouse. read: its connection. write: writes as one transaction. now: its next instant."""

    read: Read
    write: Write
    now: Callable[[], datetime]

    def purgeable(self, before: datetime) -> Mapping[str, int]:
        """Return by table how many versions would go that count no more since an instant; tables with any."""
        with self.read() as connection:
            counts = {}
            for table in _PURGED:
                _find(connection, table, before)
                ((counts[table],),) = connection.execute("select count(*) from purgeable").fetchall()
        return {table: count for table, count in counts.items() if count}

    def purge(self, before: datetime) -> Mapping[str, int]:
        """Take those versions out; the ledger keeps their number."""

        def purge(connection: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
            counts = {}
            for table in _PURGED:
                _find(connection, table, before)
                if table in _LANDED:
                    connection.execute(
                        f"""
                        update load
                        set rows_purged = rows_purged + gone.rows
                        from (
                            select load_id, count(*) as rows
                            from {table}
                            where rowid in (from purgeable)
                            group by load_id
                        ) as gone
                        where load.load_id = gone.load_id
                        """  # noqa: S608 - a name of ours
                    )
                deleted = f"delete from {table} where rowid in (from purgeable)"  # noqa: S608 - as above
                ((counts[table],),) = connection.execute(deleted).fetchall()
            row = {"purged_at": self.now(), "before": before, "rows": sum(counts.values())}
            append(connection, "purge", row)
            return {table: count for table, count in counts.items() if count}

        return self.write(purge)

    def is_forgotten(self, customer: str) -> bool:
        """Whether a customer was forgotten."""
        with self.read() as connection:
            found = first_row(connection, "from forgotten_customer where mark = $mark", {"mark": _mark(customer)})
            return found is not None

    def forget(self, customer: str, sale: str) -> int:
        """
        Make the keyed hash of a customer null in every version of an order; return how many that were.

        What is told of new customers stays: that there was one is kept, under the number `sale` that says nothing.
        """

        def forget(connection: duckdb.DuckDBPyConnection) -> int:
            connection.execute(read_sql("forgetting/sales.sql"), {"customer": customer, "sale": sale})
            count = _blank(connection, customer)
            if count:
                append(connection, "forgotten_customer", {"mark": _mark(customer), "forgotten_at": self.now()})
            return count

        return self.write(forget)


def forget_in(path: Path, customer: str) -> int:
    """
    Make the keyed hash of a customer null in a backup, and write it anew; return how many versions that were.

    Raises:
        WarehouseError: when it cannot be read or written.
    """
    with in_plain_words(path):
        with connect(path) as connection:
            if "shop_order_version" not in tables_of(connection):
                return 0
            with transaction(connection):
                count = _blank(connection, customer)
        if count:
            rewrite(path)
    return count


def _blank(connection: duckdb.DuckDBPyConnection, customer: str) -> int:
    ((count,),) = connection.execute(
        "update shop_order_version set customer_key = null where customer_key = $customer", {"customer": customer}
    ).fetchall()
    return int(count)


def _find(connection: duckdb.DuckDBPyConnection, table: str, before: datetime) -> None:
    """Leave the places of a table's versions that may go in the table `purgeable`."""
    names = {"table": table, "key": ", ".join(map(quoted, _PURGED[table])), "instant": "loaded_at"}
    connection.execute(read_sql("retention/purgeable.sql").format(**names), {"before": before})


def _mark(customer: str) -> str:
    return sha256(customer.encode()).hexdigest()
