"""
Landing: rows become versions, and the ledger says so, in the caller's one transaction.

A row is compared with its newest version column by column; only what differs is added, so landing the same rows again
adds nothing. Rows that the source no longer gives are closed by a version marked `removed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import duckdb

from warehouse.engine import lent
from warehouse.handover import Delivery
from warehouse.sql_files import read_sql

_OF_STREAM = "load_id in (select load_id from load where source_id = $source_id and stream = $stream)"
_OF_ORDERS = """order_id in (
    select order_id from incoming_shop_order
    union
    select order_id from shop_order_version where load_id = $load_id and removed
)"""
_WHOLE_CONNECTORS = frozenset({"file", "sql"})
"""Connectors whose every pull is all there is, whatever its window."""
_LANDINGS = ("load_id", "loaded_at", "removed")
"""Columns that say how a row came here, not what it is."""


@dataclass(frozen=True)
class Kind:
    """Where a record kind lies. `day`: the column that a window bounds, None where every pull is the whole."""

    table: str
    key: tuple[str, ...]
    day: str | None = None


KINDS: Mapping[str, Kind] = {
    "orders": Kind("shop_order", ("order_id",), "day"),
    "order_lines": Kind("shop_order_line", ("order_id", "line_id")),
    "refunds": Kind("shop_refund", ("order_id", "refund_id")),
    "products": Kind("shop_product", ("product_id",)),
    "shop_state": Kind("shop_state", ("probe", "observed_at")),
    "traffic": Kind("web_traffic", ("grain", "period_start"), "period_start"),
    "accounts": Kind("social_account", ("account", "metric", "observed_at")),
    "observations": Kind("stated_value", ("metric", "account", "grain", "period_start", "currency"), "period_start"),
    "rates": Kind("exchange_rate", ("currency", "day"), "day"),
}
"""In the order of landing: orders before what follows them."""


def land_rows(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, *, load_id: int, loaded_at: datetime
) -> tuple[int, int]:
    """Add the versions that a delivery brings; return how many rows were new, and how many changed or were closed."""
    new = changed = 0
    first_day, last_day = _days(delivery)
    for name in sorted(delivery.frames, key=list(KINDS).index):
        kind = KINDS[name]
        run = partial(
            _run,
            connection,
            words=_words(connection, kind) | {"scope": _scope(delivery, name)},
            values={
                "source_id": delivery.source_id,
                "stream": delivery.stream,
                "load_id": load_id,
                "loaded_at": loaded_at,
                "first_day": first_day,
                "last_day": last_day,
            },
        )
        with lent(connection, "delivered", delivery.frames[name].unique(kind.key, keep="last", maintain_order=True)):
            came = run("incoming")
        known = run("current")
        added = run("changed")
        closed = run("closed")
        new += came - known
        changed += added - (came - known) + closed
    return new, changed


def _run(
    connection: duckdb.DuckDBPyConnection, name: str, *, words: Mapping[str, str], values: Mapping[str, object]
) -> int:
    """Run one of the landing's statements; return how many rows it wrote."""
    sql = read_sql(f"landing/{name}.sql").format(**words)
    used = {key: value for key, value in values.items() if f"${key}" in sql}
    ((count,),) = connection.execute(sql, used).fetchall()
    return int(count)


def _words(connection: duckdb.DuckDBPyConnection, kind: Kind) -> dict[str, str]:
    """Names of ours to fill into the landing's statements."""
    described = connection.execute(f"describe {kind.table}_version").fetchall()
    own = [f'"{column}"' for column, *_ in described if column not in _LANDINGS]
    key = [f'"{column}"' for column in ("source_id", *kind.key)]
    return {
        "table": kind.table,
        "columns": ", ".join(own),
        "key": ", ".join(key),
        "same_key": " and ".join(
            f"{kind.table}_version.{column} is not distinct from incoming.{column}" for column in key
        ),
    }


def _scope(delivery: Delivery, name: str) -> str:
    """Condition for known rows that this delivery would have brought if they were still there."""
    kind = KINDS[name]
    if name in delivery.children:
        return _OF_ORDERS
    if delivery.mode != "replace":
        return "false"
    if kind.day is None or delivery.connector in _WHOLE_CONNECTORS:
        return _OF_STREAM
    return f"{_OF_STREAM} and {kind.day} between $first_day and $last_day"


def _days(delivery: Delivery) -> tuple[date, date]:
    zone = ZoneInfo(delivery.zone)
    last = max(delivery.window_from, delivery.window_to - timedelta(microseconds=1))
    return delivery.window_from.astimezone(zone).date(), last.astimezone(zone).date()
