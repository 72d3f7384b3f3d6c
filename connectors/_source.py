"""
How a connector says what it is: frozen declarations, no I/O.

    Source   one API with one login: settings, streams, limits, where its documents are
    Stream   one kind of pull from it: what it yields, how it resumes, how far it looks back
    Window   the half-open span of time a pull covers
    Page     what one answer became: frames of canonical rows, refused rows, the mark reached
    Pull     what a stream function is given: settings, the HTTP client, zone, clock, window
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from connectors._records import RecordKind
from okr_config.models import SourceSettings

if TYPE_CHECKING:
    from connectors._client import Client

SettingsT = TypeVar("SettingsT", bound=SourceSettings)


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
    """A row that does not fit its schema, set apart with the reason. `payload`: field names and types, no values."""

    kind: RecordKind
    reason: str
    payload: str


@dataclass(frozen=True)
class Page:
    """
    One answer as canonical rows.

    `cursor` is the newest mark (UTC) this page reached; the stream resumes there next time, less its lookback.
    `zone` is the source's own time zone where the vendor tells it.
    """

    frames: Mapping[RecordKind, pl.DataFrame]
    rows_read: int
    refused: tuple[Refusal, ...] = ()
    cursor: datetime | None = None
    zone: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pull(Generic[SettingsT]):
    """Everything a stream function may use; nothing else is reached for."""

    settings: SettingsT
    client: "Client"
    window: Window
    zone: ZoneInfo
    now: datetime
    home: Path
    customer_key: Callable[[str], str]


@dataclass(frozen=True)
class Stream(Generic[SettingsT]):
    """
    One kind of pull.

    `mode` says what a landing does with rows it already has:
    `merge` adds a version where a row changed; `replace` does the same and also closes rows of the window (by day or
    period) that the source no longer gives; `snapshot` adds every row. Kinds named in `children` follow their order:
    an order that comes again without one of its lines has lost that line.
    """

    name: str
    kinds: tuple[RecordKind, ...]
    mode: Literal["merge", "replace", "snapshot"]
    pull: Callable[[Pull[SettingsT]], Iterator[Page]]
    lookback: timedelta = timedelta(0)
    children: tuple[RecordKind, ...] = ()

    def window(self, cursor: datetime | None, since: datetime, now: datetime) -> Window:
        """
        Span to pull: from the mark reached, less the lookback, to now.

        A mark in the future (a clock was wrong) reads nothing and does not move.
        """
        start = since if cursor is None else max(since, cursor - self.lookback)
        return Window(min(start, now), now)


@dataclass(frozen=True)
class Source(Generic[SettingsT]):
    """What a connector file declares as `SOURCE`."""

    name: str
    title: str
    settings: type[SettingsT]
    streams: tuple[Stream[SettingsT], ...]
    metrics: tuple[str, ...]
    docs: str
    url: Callable[[SettingsT], str | None]
    auth: Callable[[SettingsT], Mapping[str, str]] = field(default=lambda _: {})
    scopes: tuple[str, ...] = ()
    rate: float | None = None
    concurrency: int = 4
    history: str = ""
    delay: str = ""
    limits: str = ""
