"""
What crosses the warehouse's door: frozen values, no I/O.

    Delivery       what one pull of one stream brought
    Failure        a pull that brought nothing
    Load           what landing it came to
    Wanted         one series of observations to derive
    DefinitionRow  one key result as the config defines it now
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Delivery:
    """
    What one pull of one stream hands over, over the half-open window [window_from, window_to).

    frames: canonical rows by record kind. children: kinds whose rows follow their order. refused: frame of kind,
    reason, payload. cursor: newest mark reached. zone: the source's own.
    """

    run_id: str
    source_id: str
    connector: str
    stream: str
    mode: Literal["merge", "replace", "snapshot"]
    window_from: datetime
    window_to: datetime
    zone: str
    frames: "Mapping[str, pl.DataFrame]"
    children: tuple[str, ...]
    refused: "pl.DataFrame"
    cursor: datetime | None
    rows_read: int
    requests: int
    bytes: int
    started_at: datetime
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """A pull that brought nothing. `error` is one line without secrets."""

    run_id: str
    source_id: str
    connector: str
    stream: str
    window_from: datetime
    window_to: datetime
    started_at: datetime
    requests: int
    bytes: int
    error: str


@dataclass(frozen=True)
class Load:
    """One row of the ledger, in state ok or failed. `rows_changed` counts closed rows too, `seconds` also the pull."""

    load_id: int
    source_id: str
    stream: str
    window_from: datetime
    window_to: datetime
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_refused: int
    seconds: float
    state: str
    error: str | None


@dataclass(frozen=True)
class Wanted:
    """
    One series of observations to derive: a built-in metric with filters, or a team's own metric in SQL.

    series: the name it is stored under. where: filters on sku, product_id or account. sql: returns `day, value`.
    """

    series: str
    metric: str
    where: Mapping[str, str]
    unit: str
    currency: str | None
    grain: str = "day"
    sql: str | None = None


@dataclass(frozen=True)
class DefinitionRow:
    """One key result as defined now; `definition_json` is what scoring reads back."""

    key_result_id: str
    objective_id: str
    period_id: str
    definition_json: str
    definition_hash: str
    reason: str
