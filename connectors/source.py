"""
How a connector says what it is: frozen declarations, no I/O.

    Source   one API with one login: settings, streams, limits, where its documents are
    Stream   one kind of pull from it: what it yields, how it resumes, how far it looks back
    Silent   how a vendor changes rows of a stream without telling, and how these are read again
    Page     what one answer became: frames of canonical rows, refused rows, the mark reached
    Pull     what a stream function is given: settings, the HTTP client, zone, clock, window, kept credentials
    SourceHealth   what one cheap call tells of a source, for `okr doctor`
    Login    an OAuth 2.0 login in the browser, for `okr connect`
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from connectors.credentials import Vault
from connectors.http.errors import RequestError
from connectors.http.response import Answer
from connectors.records import RecordKind
from okr_config.delivery import Refusal, VendorTotal, Window
from okr_config.fields import Missing
from okr_config.models import SourceSettings

if TYPE_CHECKING:
    import httpx

    from connectors.http.client import Client
    from okr_config.world import World

SettingsT = TypeVar("SettingsT", bound=SourceSettings)


@dataclass(frozen=True)
class Page:
    """
    One answer as canonical rows.

    `cursor` is the newest mark (UTC) this page reached; the stream resumes there next time, less its lookback.
    `zone` is the source's own time zone where the vendor tells it, `account` its account: by the name that it keeps for
    good, an id and not a handle. `told_since` is the instant before which it shows nothing, which is not that there is
    nothing.
    """

    frames: Mapping[RecordKind, pl.DataFrame]
    rows_read: int
    refused: tuple[Refusal, ...] = ()
    cursor: datetime | None = None
    zone: str | None = None
    account: str | None = None
    notes: tuple[str, ...] = ()
    told_since: datetime | None = None


Query = Callable[[Path, str, Mapping[str, datetime]], tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]]
"""Runs one SELECT on a DuckDB file, walled off, with variables that are instants; returns column names and rows."""


def _no_query(_path: Path, _sql: str, _variables: Mapping[str, datetime]) -> Any:  # noqa: ANN401 - never returns
    raise RequestError("bad_answer", "no database can be asked here")


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
    vault: Vault
    query: "Query" = field(default=_no_query)
    currency: str | None = None


@dataclass(frozen=True)
class Silent(Generic[SettingsT]):
    """
    How a vendor changes rows of a stream without telling, and how what may have changed is read again.

    what: the changes, in words. listing: yields every row made within the window that is still there, whatever it says
    of its last change, so that one that does not come is gone; without it the stream's own pull over a longer window
    is read. lists_all: that pull is such a listing. cheap: that takes a few requests however long the window is, so it
    is done at every run, else once a day.
    """

    what: str
    listing: Callable[[Pull[SettingsT]], Iterator[Page]] | None = None
    lists_all: bool = False
    cheap: bool = False

    @property
    def shows_absence(self) -> bool:
        """Whether what does not come is gone."""
        return self.lists_all or self.listing is not None


@dataclass(frozen=True)
class Sweep:
    """
    What to read again: rows made since an instant.

    known: ids of orders of that span, as they were landed. totals: whether the vendor's own totals are asked for too.
    """

    start: datetime
    known: frozenset[str] = frozenset()
    totals: bool = False


@dataclass(frozen=True)
class Stream(Generic[SettingsT]):
    """
    One kind of pull.

    `mode` says what a landing does with rows it already has:
    `merge` adds a version where a row changed; `replace` does the same and also closes rows of the window (by day or
    period) that the source no longer gives; `snapshot` adds every row. Kinds named in `children` follow their order:
    an order that comes again without one of its lines has lost that line. `whole` says that every pull is all there
    is, whatever its window: a row that does not come is gone.

    `missing` says what a day without a row means for a number that adds up over days: nothing (unknown), 0 between the
    first row and the newest, or 0 to the last full day of the window, where the answer is for the window asked for.

    `changes` says what its vendor changes without telling; None: nothing, or all of it shows in what is pulled anyway.

    `bounded` says that a pull reads no further than its window goes; else it reads to the present, however it ends.
    """

    name: str
    kinds: tuple[RecordKind, ...]
    mode: Literal["merge", "replace", "snapshot"]
    pull: Callable[[Pull[SettingsT]], Iterator[Page]]
    lookback: timedelta = timedelta(0)
    children: tuple[RecordKind, ...] = ()
    whole: Callable[[SettingsT], bool] = field(default=lambda _: False)
    changes: Silent[SettingsT] | None = None
    missing: Callable[[SettingsT], Missing] = field(default=lambda _: "unknown")
    bounded: bool = True

    def window(self, cursor: datetime | None, since: datetime, now: datetime) -> Window:
        """
        Span to pull: from the mark reached, less the lookback, to now.

        A mark in the future (a clock was wrong) reads nothing and does not move.
        """
        start = since if cursor is None else max(since, cursor - self.lookback)
        return Window(min(start, now), now)


@dataclass(frozen=True)
class SourceHealth:
    """
    What one cheap call told of a source.

    account: what the credentials lead to, as the vendor names it. lacking: scopes that are missing, each with what is
    lost by it. quota: what is left of it, in words. newest: time of the newest data. warnings: (what, what to do).
    """

    account: str = ""
    lacking: Mapping[str, str] = field(default_factory=dict)
    quota: str = ""
    newest: datetime | None = None
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Login:
    """
    An OAuth 2.0 authorization-code login (RFC 6749, RFC 7636).

    authorize: the page the owner is sent to. token: where the code is exchanged, a path or an address on one of the
    source's hosts. client_id, client_secret: settings that hold the client's credentials; client_parameter is what the
    vendor calls the id. basic: the client logs in by HTTP Basic, else in the form. keeps: setting to fill, by field
    of the token answer. port: of the answer on 127.0.0.1, path /callback, where the vendor wants it registered; else
    any free one. host: what the redirect calls this machine, for vendors that know only the word localhost.
    hex_challenge: PKCE's digest is sent in hex, as TikTok wants it, not in base64. extra: further parameters of the
    first page.
    """

    authorize: str
    token: str
    keeps: Mapping[str, str]
    client_id: str = "client_id"
    client_secret: str | None = "client_secret"  # noqa: S105 - the name of a setting
    client_parameter: str = "client_id"
    scope_separator: str = " "
    pkce: bool = True
    basic: bool = False
    port: int = 0
    host: Literal["127.0.0.1", "localhost"] = "127.0.0.1"
    hex_challenge: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source(Generic[SettingsT]):
    """
    What a connector file declares as `SOURCE`.

    url: root of the API, without a path. auth: headers of every request to it. sign: signs each request instead.
    judge: reads the vendor's own error envelope in an answer of any status, before the status is judged.
    hosts: others the connector asks, by full address, without these headers; `base_url` replaces them too.
    cool_down: seconds to wait after status 429 where the vendor names them in its documents only.
    version: of the API that is spoken; version_ends: the day it stops being served, where the vendor says so.
    verified: against what the connector was checked: official schema, real server, sandbox; else the sheet only.
    steps: what an owner clicks at the vendor to come by credentials. probe: the cheap call of `okr doctor`; without
    one the first stream is pulled for the last day. totals: what the vendor's own page says of each day of a window, to
    lay ours beside it. faults: what these totals are known to get wrong, in words with the versions, by the name that
    `warehouse/sql/totals/recounts.sql` gives the recount.
    """

    name: str
    title: str
    settings: type[SettingsT]
    streams: tuple[Stream[SettingsT], ...]
    metrics: tuple[str, ...]
    docs: str
    url: Callable[[SettingsT], str | None]
    auth: Callable[[SettingsT], Mapping[str, str]] = field(default=lambda _: {})
    sign: "Callable[[SettingsT, World], httpx.Auth | None]" = field(default=lambda _settings, _world: None)
    judge: Callable[[Answer], RequestError | None] | None = None
    hosts: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    rate: float | None = None
    cool_down: float | None = None
    concurrency: int = 4
    history: str = ""
    delay: str = ""
    limits: str = ""
    version: str = ""
    version_ends: Callable[[SettingsT], date | None] = field(default=lambda _: None)
    verified: tuple[Literal["official schema", "real server", "sandbox"], ...] = ()
    steps: tuple[str, ...] = ()
    login: Login | None = None
    probe: Callable[[Pull[SettingsT]], SourceHealth] | None = None
    totals: Callable[[Pull[SettingsT]], Iterator[VendorTotal]] | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
