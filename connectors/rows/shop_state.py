"""A look at a shop: what it offers now."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from connectors.records import RecordKind
from connectors.rows.validate import fit
from connectors.source import Page, Pull


def look_at_shop(pull: Pull[Any], states: Mapping[str, int | None], notes: tuple[str, ...] = ()) -> Page:
    """
    Return a page with the state of each probe.

    Args:
        pull: the pull it belongs to.
        states: count, or 1 and 0, by probe; None is unknown and gives no row.
        notes: why something is unknown.
    """
    known = [(probe, pull.now, value) for probe, value in states.items() if value is not None]
    frame = pl.DataFrame(known, schema=("probe", "observed_at", "value"), orient="row")
    rows = fit(RecordKind.SHOP_STATE, frame, required=("probe", "observed_at", "value"))
    return Page({RecordKind.SHOP_STATE: rows.frame}, rows_read=len(known), cursor=pull.now, notes=notes)
