"""
What crosses the warehouse's door, beside `okr_config.delivery`: frozen values, no I/O.

    Load           what landing one pull came to
    WholeReading   one reading of all that a stream's vendor may have changed without telling
    SourceRow      one source as the config names it now
    SeriesRequest         one series of observations to derive
    DefinitionRow  one key result as the config defines it now
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Load:
    """
    One row of the ledger, in state ok or failed. `rows_changed` counts closed rows too, `seconds` also the pull.

    notes: what the pull and the landing have to say.
    """

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
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class WholeReading:
    """When all that a stream's vendor may have changed was read, and what that took."""

    at: datetime
    requests: int
    rows: int


@dataclass(frozen=True)
class SourceRow:
    """
    One source as the config names it now, enabled or not.

    account: as its settings name it, None where they do not. renamed_from: the id it had before. cadence_seconds: how
    often scheduled runs pull it, None where each of them does.
    """

    source_id: str
    connector: str
    account: str | None = None
    renamed_from: str | None = None
    cadence_seconds: int | None = None


@dataclass(frozen=True)
class SeriesRequest:
    """
    One series of observations to derive: a built-in metric with filters, or a team's own metric in SQL.

    series: the name it is stored under. where: filters on sku, product_id or account. sql: returns `day, value`.
    additive: whether it adds up over days, so that a day on which nothing happened is 0. only_orders: made of shops'
    orders alone, since nobody asks for it and where there are none it would say the same again.
    """

    series: str
    metric: str
    where: Mapping[str, str]
    unit: str
    currency: str | None
    grain: str = "day"
    sql: str | None = None
    additive: bool = False
    only_orders: bool = False


@dataclass(frozen=True)
class DefinitionRow:
    """One key result as defined now; `definition_json` is what scoring reads back. renamed_from: its id before."""

    key_result_id: str
    objective_id: str
    period_id: str
    definition_json: str
    definition_hash: str
    reason: str
    renamed_from: str | None = None
