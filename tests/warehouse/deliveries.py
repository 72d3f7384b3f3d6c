"""Small deliveries to land: a row is written with what a test is about, the rest is ordinary."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from connectors.records import SCHEMAS, RecordKind
from okr_config.delivery import Delivery, Window
from okr_config.metrics import series_name
from warehouse import SeriesRequest, Warehouse

Fresh = Callable[[], AbstractContextManager[Warehouse]]
"""Opens an empty warehouse, for each of many examples of one test: a fixture."""

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
FROM = datetime(2026, 11, 18, 23, tzinfo=UTC)
TO = datetime(2026, 11, 20, 12, tzinfo=UTC)

_ORDINARY: dict[str, dict[str, Any]] = {
    "orders": {
        "created_at": NOON,
        "day": DAY,
        "status": "paid",
        "is_sale": True,
        "test": False,
        "currency": "NOK",
        "gross_amount": Decimal(100),
    },
    "order_lines": {"line_id": "1", "quantity": 1, "is_gift_card": False, "currency": "NOK", "amount": Decimal(100)},
    "refunds": {"refund_id": "1", "created_at": NOON, "currency": "NOK", "amount": Decimal(10), "quantity": 1},
    "products": {"title": "Mug", "status": "active", "published": True},
    "shop_state": {"observed_at": NOON, "value": 1},
    "traffic": {"grain": "day", "period_start": DAY, "settled": True},
    "accounts": {"metric": "social.followers", "observed_at": NOON, "precision": 0},
    "observations": {"grain": "day", "period_start": DAY, "unit": "count", "settled": True},
    "rates": {"day": DAY},
}


def frame(kind: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """Return canonical rows of a kind."""
    full = [_ORDINARY[kind] | row for row in rows]
    return pl.DataFrame(full, schema=dict(SCHEMAS[RecordKind(kind)]))


def delivery(frames: dict[str, Sequence[dict[str, Any]]], **changes: Any) -> Delivery:  # noqa: ANN401 - any field
    """Return a delivery of a shop's orders, or whatever the changes make of it."""
    ordinary = Delivery(
        source_id="shop",
        connector="shopify",
        stream="orders",
        mode="merge",
        window=Window(FROM, TO),
        zone="Europe/Oslo",
        frames={kind: frame(kind, *rows) for kind, rows in frames.items()},
        children=tuple(kind for kind in ("order_lines", "refunds") if kind in frames),
        cursor=TO,
        rows_read=sum(map(len, frames.values())),
        requests=1,
        bytes=100,
        started_at=TO,
    )
    return replace(ordinary, **changes)


def traffic(*rows: dict[str, Any], **changes: Any) -> Delivery:  # noqa: ANN401 - any field
    """Return a delivery of a site's traffic."""
    return delivery(
        {"traffic": rows},
        **{"source_id": "site", "connector": "plausible", "stream": "traffic", "mode": "replace"} | changes,
    )


def sheet(*rows: dict[str, Any], **changes: Any) -> Delivery:  # noqa: ANN401 - any field
    """Return a delivery of a file's observations."""
    ordinary = {"source_id": "sheet", "connector": "file", "stream": "observations", "mode": "replace", "cursor": None}
    return delivery({"observations": rows}, **ordinary | {"whole": True} | changes)


def ask(warehouse: Warehouse, sql: str, known_at: datetime | None = None) -> list[tuple[Any, ...]]:
    """Ask the warehouse any question; its own door takes none."""
    return warehouse._read(sql, known_at).rows()  # noqa: SLF001 - see above


def series_request(metric: str, unit: str = "count", **where: str) -> SeriesRequest:
    """Return a built-in series."""
    return SeriesRequest(series=series_name(metric, where), metric=metric, where=where, unit=unit, currency=None)


def values(warehouse: Warehouse, metric: str, unit: str = "count", **where: str) -> dict[date, Decimal]:
    """Return a series by day, as known now."""
    series = series_name(metric, where)
    found = warehouse.observe([series_request(metric, unit, **where)]).filter(pl.col("series") == series)
    return dict(found.select("period_start", "value").iter_rows())
