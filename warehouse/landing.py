"""
Landing: rows become versions, and the ledger says so, in the caller's one transaction.

A row is compared with its newest version column by column; only what differs is added, so landing the same rows again
adds nothing. Rows that the source no longer gives are closed by a version marked `removed`.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from okr_config.delivery import Delivery
from warehouse.engine import quoted, registered
from warehouse.sql_files import read_sql

_LANDINGS = ("load_id", "loaded_at", "removed")
"""Columns that say how a row came here, not what it is."""


_REFUSED: Mapping[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("kind", "reason", "payload", "row_key"), pl.String),
    "day": pl.Date,
    "changed_at": pl.Datetime("us", "UTC"),
}


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
class Scope:
    """
    Conditions on versions, in SQL.

    among: where newest versions of the rows that came are looked for. closes: which rows the source would have given
    if they were still there, so that those that did not come are closed.
    """

    among: str
    closes: tuple[str, ...] = ("false",)


_ORDER_FAMILY = ("orders", "order_lines", "refunds")

_CAME = Scope("({key}) in (select ({key}) from incoming_{table})")
_BATCH = """
    select order_id from incoming_shop_order
    union all
    select order_id from shop_order_version where load_id = (select load_id from arriving) and removed
"""
_ORDERS = Scope(
    "order_id in ({batch} union all select order_id from incoming_{table})", closes=("order_id in ({batch})",)
)
_OF_STREAM = """load_id in (
    select load_id
    from load
    where source_id = (select source_id from arriving) and stream = (select stream from arriving)
)"""
_SPARED = "exists (select 1 from refused where refused.kind in ({kinds}) and {same})"
_OF_DAYS = "{day} between (select first_day from arriving) and (select last_day from arriving)"
# times are told to the second, and what is made while a listing is read may be missing from it
_OF_SPAN = """created_at >= (select made_since from arriving) + interval 1 second
    and created_at < (select made_before from arriving)"""
_STREAM = Scope("true", closes=(_OF_STREAM,))
_SWEPT = Scope("true", closes=(_OF_STREAM, _OF_SPAN))
_DAYS = Scope("true", closes=(_OF_STREAM, _OF_DAYS))


def land_rows(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    *,
    load_id: int,
    loaded_at: datetime,
    closes_gone: bool = True,
) -> tuple[int, int]:
    """
    Add the versions that a delivery brings; return how many rows were new, and how many changed or were closed.

    Orders that a reconciliation did not find are closed with all that follows them, and so are refunds that come on
    their own, unless `closes_gone` is false.
    """
    new = changed = 0
    if delivery.mode != "replace" and not any(rows.height for rows in delivery.frames.values()):
        return 0, 0  # only where a source tells the whole of a window does nothing mean that something is gone
    with (
        registered(connection, "arriving", _arriving(delivery, load_id, loaded_at)),
        registered(connection, "refused", refused_rows(delivery)) if delivery.refused else nullcontext(),
    ):
        for name in sorted(delivery.frames, key=list(KINDS).index):
            kind, rows = KINDS[name], delivery.frames[name]
            is_swept = name in ("orders", "refunds") and name not in delivery.children and delivery.lists_all
            scope = _SWEPT if is_swept and closes_gone else _scope(delivery, name)
            words = _words(connection, kind, scope) | {"spared": _spared(delivery, name)}
            with registered(connection, "delivered", rows.unique(kind.key, keep="last", maintain_order=True)):
                connection.execute(read_sql("landing/incoming.sql").format(**words))
            if name == "orders":
                connection.execute(read_sql("landing/forgotten.sql"))
            added = _count(connection, "versions", words)
            fresh = _count(connection, "new", words) if added else 0
            new += fresh
            changed += added - fresh
    return new, changed


def _count(connection: duckdb.DuckDBPyConnection, name: str, words: Mapping[str, str]) -> int:
    """Run one of the landing's statements; return the number of rows it added or counted."""
    ((count,),) = connection.execute(read_sql(f"landing/{name}.sql").format(**words)).fetchall()
    return int(count)


def _arriving(delivery: Delivery, load_id: int, loaded_at: datetime) -> pl.DataFrame:
    """One row: what the landing's statements need to know of the delivery; both days are inclusive."""
    first_day, last_day = delivery.window.days(ZoneInfo(delivery.zone))
    return pl.DataFrame(
        {
            "source_id": delivery.source_id,
            "stream": delivery.stream,
            "load_id": load_id,
            "loaded_at": loaded_at,
            "first_day": first_day,
            "last_day": last_day,
            "made_since": delivery.reconciled.start if delivery.reconciled else None,
            "made_before": delivery.started_at,
        },
        schema_overrides=dict.fromkeys(("loaded_at", "made_since", "made_before"), pl.Datetime("us", "UTC")),
    )


def is_whole(delivery: Delivery) -> bool:
    """Whether a delivery tells all there is, whatever its window."""
    undated = all(KINDS[name].day is None for name in delivery.frames)
    return delivery.mode == "snapshot" or (delivery.mode == "replace" and (undated or delivery.whole))


def refused_rows(delivery: Delivery) -> pl.DataFrame:
    """Return the rows that a delivery refused, one a row."""
    return pl.DataFrame(
        [(str(row.kind), *(getattr(row, name) for name in list(_REFUSED)[1:])) for row in delivery.refused],
        schema=dict(_REFUSED),
        orient="row",
    )


def _scope(delivery: Delivery, name: str) -> Scope:
    if name in delivery.children:
        return _ORDERS
    if delivery.mode != "replace":
        return _CAME
    return _STREAM if KINDS[name].day is None or delivery.whole else _DAYS


def _spared(delivery: Delivery, name: str) -> str:
    """Condition on versions that stay in force, since a row was refused that may be theirs: what of it can be read."""
    if not delivery.refused:
        return "false"
    family = _ORDER_FAMILY if name in _ORDER_FAMILY else (name,)
    kinds = ", ".join(f"'{kind}'" for kind in family)
    key = ("order_id",) if name in _ORDER_FAMILY else KINDS[name].key
    read = {column: f"(refused.row_key ->> '{column}')" for column in key}
    same = " and ".join(
        f"({text} is null or {text} is not distinct from newest.{quoted(column)}::varchar)"
        for column, text in read.items()
    )
    return _SPARED.format(kinds=kinds, same=same)


def _words(connection: duckdb.DuckDBPyConnection, kind: Kind, scope: Scope) -> dict[str, str]:
    """Names and conditions of ours to fill into the landing's statements."""
    described = connection.execute(f"describe {kind.table}_version").fetchall()
    key = [quoted(column) for column in ("source_id", *kind.key)]
    columns = [quoted(column) for column, *_ in described if column not in _LANDINGS]
    differs = [f"incoming.{column} is distinct from newest.{column}" for column in columns if column not in key]
    names = {
        "table": kind.table,
        "columns": ", ".join(columns),
        "key": ", ".join(key),
        "same_name": " and ".join(f"incoming.{column} is not distinct from newest.{column}" for column in key),
        "other_content": " or ".join(differs) or "false",
        "day": quoted(kind.day or ""),
        "batch": _BATCH,
    }
    return names | {"among": scope.among.format(**names), "closes": " and ".join(scope.closes).format(**names)}
