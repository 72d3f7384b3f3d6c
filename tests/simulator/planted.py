"""Bugs to plant in the product: each must be found."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import polars as pl

from connectors.rows.validate import Fitted
from connectors.shop import woocommerce
from scorecard.measures import totals
from scorecard.status import Flag
from warehouse import Warehouse


def _cursor_too_far() -> AbstractContextManager[Any]:
    cursors = Warehouse.cursors

    def ahead(warehouse: Warehouse) -> Mapping[tuple[str, str], Any]:
        return {stream: cursor + timedelta(days=1) for stream, cursor in cursors(warehouse).items()}

    return patch.object(Warehouse, "cursors", ahead)


def _refund_on_another_day() -> AbstractContextManager[Any]:
    rows = woocommerce.refund_rows

    def late(*args: pl.DataFrame) -> Fitted:
        found = rows(*args)
        return replace(found, frame=found.frame.with_columns(pl.col("created_at").dt.offset_by("1d")))

    return patch.object(woocommerce, "refund_rows", late)


def _never_stale() -> AbstractContextManager[Any]:
    gaps = totals.gaps
    return patch.object(totals, "gaps", lambda *args, **kwargs: gaps(*args, **kwargs) - {Flag.STALE})


PLANTED: Mapping[str, Callable[[], AbstractContextManager[Any]]] = {
    "cursor": _cursor_too_far,
    "refund": _refund_on_another_day,
    "stale": _never_stale,
}
