"""
Landing: rows become versions, and the ledger says so, in the caller's one transaction.

A row is compared with its newest version column by column; only what differs is added, so landing the same rows again
adds nothing. Rows that the source no longer gives are closed by a version marked `removed`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from warehouse.engine import lent
from warehouse.handover import Delivery
from warehouse.sql_files import read_sql

_ALL = "true"
_STREAM = "load_id in (select load_id from load where source_id = $source_id and stream = $stream)"
_DAYS = """{column} between ($window_from at time zone $zone)::date
    and (($window_to - interval 1 microsecond) at time zone $zone)::date"""
_ORDERS = """order_id in (
    select order_id from incoming_shop_order
    union
    select order_id from shop_order_version where load_id = $load_id and removed
)"""
_WHOLE_CONNECTORS = frozenset({"file", "sql"})
"""Connectors whose every pull is all there is, whatever its window."""


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


@dataclass(frozen=True)
class Counts:
    """What a landing changed."""

    new: int
    changed: int


def land_rows(connection: duckdb.DuckDBPyConnection, delivery: Delivery, *, load_id: int, loaded_at: datetime) -> Counts:
    """Add the versions that a delivery brings; the ledger must have no row of this `load_id` yet."""
    new = changed = 0
    values = {"source_id": delivery.source_id, "load_id": load_id, "loaded_at": loaded_at}
    for name in sorted(delivery.frames, key=list(KINDS).index):
        kind = KINDS[name]
        words = _words(kind, delivery.frames[name].columns)
        _stage(connection, kind, delivery.frames[name], delivery.source_id)
        connection.execute(read_sql("landing/current.sql").format(**words), {"source_id": delivery.source_id})
        before = _count(connection, f"current_{kind.table} where not removed")
        connection.execute(
            read_sql("landing/changed.sql").format(**words), {"load_id": load_id, "loaded_at": loaded_at}
        )
        added = _count(connection, f"{kind.table}_version where load_id = $load_id", load_id)
        fresh = _count(connection, f"incoming_{kind.table}") - before
        scope = _scope(delivery, name)
        closed = 0
        if scope is not None:
            connection.execute(
                read_sql("landing/closed.sql").format(**words, scope=scope),
                values | {"stream": delivery.stream} | _window(delivery),
            )
            closed = _count(connection, f"{kind.table}_version where load_id = $load_id and removed", load_id)
        new += fresh
        changed += added - fresh + closed
    return Counts(new, changed)
