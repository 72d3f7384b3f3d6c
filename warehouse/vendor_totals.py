"""
Vendors' own totals beside ours, by day: equal, or different with the cause.

A cause is found by counting again: where our number equals theirs once refunds lie on their own day, or test orders
count, or both, that is the reason. What no count of ours explains is unexplained.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import duckdb
import polars as pl

from okr_config.delivery import VendorTotal
from warehouse.engine import append, connect
from warehouse.sql_files import read_sql
from warehouse.writing import Read, Write

CAUSES: Mapping[str, str] = {
    "refund day": "refunds lie on the day they were made",
    "paid day": "orders lie on the day they were made, not on that of their payment",
    "zone": "days are those of UTC",
    "tax": "tax is left out",
    "gift card": "gift cards are counted otherwise",
    "test": "test orders count",
    "trash": "cancelled orders count, or those in the trash",
    "unpaid": "orders that were not paid count",
    "no refund": "an order that says it was paid back, and names no refund, counts as kept",
}
"""Why a vendor's number may be another than ours, the likely ones first; to these come its own known faults."""

_AT_ONCE = 3
_EQUAL = Decimal("0.01")
_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("source_id", "metric"), pl.String),
    "day": pl.Date,
    "currency": pl.String,
    **dict.fromkeys(("ours", "theirs"), pl.Decimal(24, 6)),
    "causes": pl.List(pl.String),
}
_MONEY = ("shop.gross_revenue", "shop.net_revenue", "shop.refunds")


@dataclass(frozen=True)
class Comparison:
    """
    A day's number of ours beside the vendor's own.

    ours: None where it is not known. causes: of the difference; empty: equal; None: unexplained, or not to be compared.
    """

    source_id: str
    metric: str
    day: date
    currency: str
    ours: Decimal | None
    theirs: Decimal
    causes: tuple[str, ...] | None

    @property
    def is_unexplained(self) -> bool:
        """Whether there is a difference that nothing explains."""
        return self.ours is not None and self.causes is None


def causes_of(ours: Decimal, theirs: Decimal, recounts: Mapping[str, Decimal]) -> tuple[str, ...] | None:
    """
    Return the fewest causes that make our number theirs, none where they are equal; None where nothing does.

    Args:
        ours: our number.
        theirs: the vendor's.
        recounts: by cause, by how much ours would differ; the likely ones first.
    """
    some = {cause: change for cause, change in recounts.items() if change}
    for count in range(_AT_ONCE + 1):
        for causes in combinations(some, count):
            if abs(ours + sum(some[cause] for cause in causes) - theirs) < _EQUAL:
                return causes
    return None


def compare(
    connection: duckdb.DuckDBPyConnection, source_id: str, totals: Sequence[VendorTotal], faults: Mapping[str, str]
) -> tuple[Comparison, ...]:
    """Lay our numbers beside a vendor's totals, by metric and day."""
    if not totals:
        return ()
    days = [total.day for total in totals]
    marks = {"source_id": source_id, "first": min(days), "last": max(days)}
    counted: dict[tuple[str, date, str], dict[str, Decimal | None]] = defaultdict(dict)
    for metric, day, currency, cause, value in connection.execute(read_sql("totals/recounts.sql"), marks).fetchall():
        counted[metric, day, currency][cause] = value
    currencies = {currency for metric, _, currency in counted if metric in _MONEY}
    return tuple(_compared(source_id, total, counted, currencies, faults) for total in totals)


def _compared(
    source_id: str,
    total: VendorTotal,
    counted: Mapping[tuple[str, date, str], Mapping[str, Decimal | None]],
    currencies: set[str],
    faults: Mapping[str, str],
) -> Comparison:
    currency = total.currency
    if total.metric in _MONEY:
        # what was charged in several currencies, or in another than it was settled in, makes no one sum
        if len(currencies) > 1 or (currency and currencies - {currency}):
            return Comparison(source_id, total.metric, total.day, currency, None, total.value, None)
        currency = next(iter(currencies), currency)
    found = counted.get((total.metric, total.day, currency), {})
    ours = found.get("", Decimal(0))
    if ours is None:
        return Comparison(source_id, total.metric, total.day, currency, None, total.value, None)
    recounts = {cause: Decimal(found.get(cause) or 0) for cause in (*CAUSES, *faults)}
    ours = Decimal(ours)
    causes = causes_of(ours, total.value, recounts)
    named = None if causes is None else tuple(faults.get(cause, cause) for cause in causes)
    return Comparison(source_id, total.metric, total.day, currency, ours, total.value, named)


def compare_published(
    path: Path, source_id: str, totals: Sequence[VendorTotal], faults: Mapping[str, str]
) -> tuple[Comparison, ...]:
    """
    Compare with the published copy, and keep nothing.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    with connect(path, read_only=True) as connection:
        return compare(connection, source_id, totals, faults)


@dataclass(frozen=True)
class VendorTotals:
    """The comparisons of an open warehouse. read: its connection. write: writes as one transaction."""

    read: Read
    write: Write
    now: Callable[[], datetime]

    def keep(self, source_id: str, totals: Sequence[VendorTotal], faults: Mapping[str, str]) -> tuple[Comparison, ...]:
        """Compare a source's totals with ours, in place of its last comparison."""

        def keep(connection: duckdb.DuckDBPyConnection) -> tuple[Comparison, ...]:
            found = compare(connection, source_id, totals, faults)
            if found:
                rows = pl.DataFrame([asdict(one) for one in found], dict(_SCHEMA))
                append(connection, "vendor_total_version", rows.with_columns(compared_at=self.now()))
            return found

        return self.write(keep)

    def last(self) -> Mapping[str, datetime]:
        """Return when each source was last compared."""
        with self.read() as connection:
            rows = connection.execute(
                "select source_id, max(compared_at) from vendor_total_version group by source_id"
            ).fetchall()
        return dict(rows)
