"""
What a pull hands over and a landing takes, whoever pulls and wherever it lands.

    Window     the half-open span of time a pull covers
    Refusal    a row that does not fit its schema
    VendorTotal   what a vendor's own page says of a day
    Delivery   what one pull of one stream brought
    Failure    a pull that brought nothing
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from okr_config.fields import Missing

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Window:
    """Half-open span [start, end) in UTC."""

    start: datetime
    end: datetime

    def days(self, zone: ZoneInfo) -> tuple[date, date]:
        """First and last day touched, in a zone, both inclusive."""
        last = self.end - timedelta(microseconds=1)
        return self.start.astimezone(zone).date(), max(self.start, last).astimezone(zone).date()


@dataclass(frozen=True)
class Refusal:
    """
    A row that was set apart with the reason.

    kind: its record kind. payload: names and types, no values. row_key: the columns of its key that can be read, as a
    JSON object; one that is left out may be any. day: that it is of, where known. changed_at: when it changed last.
    """

    kind: str
    reason: str
    payload: str
    row_key: str = "{}"
    day: date | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class VendorTotal:
    """
    What a vendor's own page says of one of our metrics on a day of the source's zone.

    currency: of money; empty where the page has one currency and does not say which. Refunds lie on the day they were
    made, as vendors' pages have them.
    """

    day: date
    metric: str
    value: Decimal
    currency: str = ""


@dataclass(frozen=True)
class Delivery:
    """
    One stream as pulled.

    mode, children, whole: what landing does with rows it already has, as `connectors.source.Stream` has it. zone: the
    source's own. frames: canonical rows by record kind, one row a key, each kind with exactly its schema. cursor: the
    newest mark reached (UTC), None where nothing came. requests, bytes: sent and received over the wire for this
    stream. started_at: when the pull began. account: the one that answered, as the vendor names it for good (an id, not
    a handle), where it told. reconciled: span of which every row that is still there was read again, whatever its
    vendor says of changes. sweep_requests: of `requests`, those that one listing of that span takes. missing: what a
    day without a row means in stated values, as `connectors.source.Stream` has it. skew: how far the source's clock
    is ahead of ours, None where it told no time. totals: what the vendor's own page says of the days read again.
    """

    source_id: str
    connector: str
    stream: str
    mode: Literal["merge", "replace", "snapshot"]
    window: Window
    zone: str
    frames: "Mapping[str, pl.DataFrame]"
    started_at: datetime
    rows_read: int
    requests: int
    bytes: int
    children: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    cursor: datetime | None = None
    whole: bool = False
    account: str | None = None
    notes: tuple[str, ...] = ()
    reconciled: Window | None = None
    sweep_requests: int = 0
    missing: Missing = "unknown"
    skew: timedelta | None = None
    totals: tuple[VendorTotal, ...] = ()

    @property
    def lists_all(self) -> bool:
        """Whether all orders made in the reconciled span came, so that one which did not is gone."""
        return self.reconciled is not None and self.reconciled.end >= self.window.end


@dataclass(frozen=True)
class Failure:
    """
    A pull that brought nothing.

    error: one line without secrets. reason: the kind of error, as `SourceError` has it. next_step: what to do about it.
    skew: as `Delivery` has it.
    """

    source_id: str
    connector: str
    stream: str
    window: Window
    started_at: datetime
    error: str
    reason: str = ""
    next_step: str = ""
    requests: int = 0
    bytes: int = 0
    skew: timedelta | None = None
