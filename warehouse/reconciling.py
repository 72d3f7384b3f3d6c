"""
Reconciliation: what a vendor changed without telling, found by reading a span again and counted in the ledger.

What is no longer there is closed by the landing itself. An answer without a single order closes none, and one that
lacks more than half of those known closes them only when the next sweep finds the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from okr_config.delivery import Delivery
from warehouse.contracts import WholeReading
from warehouse.engine import append, quoted
from warehouse.landing import KINDS
from warehouse.sql_files import read_sql


@dataclass(frozen=True)
class Sweep:
    """How many orders of a span were known before it was landed again, and how many seem gone but are not closed."""

    known: int = 0
    withheld: int = 0

    @property
    def closes(self) -> bool:
        """Whether what did not come is gone."""
        return not self.withheld


def last_reconciled(connection: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str], WholeReading]:
    """Return when each stream was last read again as a whole, by source and stream; its first landing was."""
    rows = connection.execute(read_sql("reconciliation/last.sql")).fetchall()
    return {(source_id, stream): WholeReading(*found) for source_id, stream, *found in rows}


def orders_made(connection: duckdb.DuckDBPyConnection, source_id: str, since: datetime) -> frozenset[str]:
    """Return the ids of a source's orders that were made since an instant."""
    sql = "select order_id from shop_order where source_id = $source_id and created_at >= $since"
    rows = connection.execute(sql, {"source_id": source_id, "since": since}).fetchall()
    return frozenset(order for (order,) in rows)


def compare(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> Sweep:
    """Hold the orders that came against those known, before they are landed."""
    if delivery.reconciled is None or "orders" not in delivery.frames or delivery.mode == "replace":
        return Sweep()
    known = orders_made(connection, delivery.source_id, delivery.reconciled.start)
    came = set(delivery.frames["orders"]["order_id"])
    missing = len(known - came) if delivery.lists_all else 0
    is_doubtful = (missing and not came) or 2 * missing > len(known)
    is_found_again = came and _was_withheld(connection, delivery)
    return Sweep(len(known), missing if is_doubtful and not is_found_again else 0)


def keep(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, sweep: Sweep, *, load_id: int, finished_at: datetime
) -> str:
    """Enter what a landed sweep found; return it in words, empty where nothing had changed."""
    span = delivery.reconciled
    if span is None:
        return ""
    compared, edited, gone = _found(connection, delivery, load_id)
    append(
        connection,
        "reconciliation",
        {
            "load_id": load_id,
            "source_id": delivery.source_id,
            "stream": delivery.stream,
            "window_from": span.start,
            "window_to": span.end,
            "rows_compared": sweep.known + compared,
            "edited": edited,
            "gone": gone,
            "withheld": sweep.withheld,
            "requests": delivery.sweep_requests or delivery.requests,
            "finished_at": finished_at,
        },
    )
    noun = "order" if "orders" in delivery.frames else "row"
    found = [_counted(gone, noun, "gone")] if gone else []
    found += [_counted(edited, noun, "edited without telling")] if edited else []
    if sweep.withheld:
        found.append(_counted(sweep.withheld, noun, "missing, to be taken out if the next one misses them too"))
    return f"reconciled: {', '.join(found)}" if found else ""


def _found(connection: duckdb.DuckDBPyConnection, delivery: Delivery, load_id: int) -> tuple[int, int, int]:
    """Return rows compared (of days), edited and gone."""
    span = delivery.reconciled
    if span is None or span.start >= span.end:
        return 0, 0, 0
    marks: dict[str, object] = {"load_id": load_id, "source_id": delivery.source_id}
    if "orders" in delivery.frames:
        return _ask(connection, "orders", {}, marks)
    first, last = span.days(ZoneInfo(delivery.zone))
    found = (0, 0, 0)
    for kind in (KINDS[name] for name in delivery.frames):
        if kind.day is not None:
            key = ", ".join(quoted(column) for column in ("source_id", *kind.key))
            names = {"table": kind.table, "day": quoted(kind.day), "key": key}
            counts = _ask(connection, "days", names, {**marks, "first": first, "last": last})
            found = (found[0] + counts[0], found[1] + counts[1], found[2] + counts[2])
    return found


def _ask(
    connection: duckdb.DuckDBPyConnection, name: str, names: Mapping[str, str], marks: Mapping[str, object]
) -> tuple[int, int, int]:
    sql = read_sql(f"reconciliation/{name}.sql").format(**names)
    ((compared, edited, gone),) = connection.execute(sql, dict(marks)).fetchall()
    return compared, edited, gone


def _counted(number: int, noun: str, change: str) -> str:
    return f"{number} {noun}{'s' * (number > 1)} {change}"


def _was_withheld(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> bool:
    sql = """
        select arg_max(withheld, load_id) > 0
        from reconciliation
        where source_id = $source_id and stream = $stream
    """
    ((withheld,),) = connection.execute(sql, {"source_id": delivery.source_id, "stream": delivery.stream}).fetchall()
    return bool(withheld)
