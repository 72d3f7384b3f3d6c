"""Pulling one stream of one source: pages in, whole canonical frames out, and any failure as one kind of error."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import polars as pl

from connectors.credentials import Vault
from connectors.http.client import Client
from connectors.http.errors import RequestError
from connectors.http.status import next_step
from connectors.records import KEYS, SCHEMAS, RecordKind, empty
from connectors.source import Page, Pull, Query, SettingsT, Source, Stream, Sweep
from connectors.totals import read_totals
from okr_config.delivery import Delivery, Refusal, VendorTotal, Window
from okr_config.errors import SourceError
from okr_config.models import SourceSettings
from okr_config.world import World


def open_client(
    source: Source[SettingsT], settings: SettingsT, *, world: World, transport: httpx.BaseTransport | None = None
) -> Client:
    """
    Open the client that all streams of a source share; it is a context manager.

    Raises:
        SourceError: when the source's address is not one to send a credential to.
    """
    return Client(
        settings=settings,
        vendor_url=source.url(settings),
        headers=source.auth(settings),
        rate=settings.rate or source.rate,
        concurrency=settings.concurrency or source.concurrency,
        world=world,
        sign=source.sign(settings, world),
        judge=source.judge,
        hosts=source.hosts,
        cool_down=source.cool_down,
        transport=transport,
    )


def pull(  # noqa: PLR0913 - everything a stream may use is handed in
    source: Source[SettingsT],
    settings: SettingsT,
    stream: Stream[SettingsT],
    window: Window,
    *,
    client: Client,
    zone: ZoneInfo,
    world: World,
    home: Path,
    customer_key: Callable[[str], str],
    query: Query | None = None,
    currency: str | None = None,
    sweep: Sweep | None = None,
) -> Delivery:
    """
    Pull one stream as a whole.

    Args:
        source: the connector's declaration.
        settings: of the configured source.
        stream: one of the source's streams.
        window: span to pull.
        client: from `open_client`, shared by the source's streams.
        zone: the source's zone where the vendor does not tell it.
        world: clock for the marks in time.
        home: the project folder, for local files.
        customer_key: turns a vendor's customer id into a keyed hash.
        query: runs SQL on a DuckDB file, for sources that are one.
        currency: of the project, for amounts of money that do not say theirs.
        sweep: what is read again beyond the window, since the vendor may have changed it without telling.

    Raises:
        SourceError: and nothing else that a source can be blamed for; no text holds a secret or a value of the answer.
    """
    started_at = world.clock()
    client = client.counting_anew()
    try:
        vault = Vault(home, world)
        given = Pull(settings, client, window, zone, started_at, home, cache(customer_key), vault, currency=currency)
        given = replace(given, query=query) if query else given
        reconciled = _span(stream, window, sweep)
        if reconciled and not (stream.changes and stream.changes.listing):
            given = replace(given, window=Window(reconciled.start, window.end))
        pages = list(stream.pull(given))
        cursor = max((page.cursor for page in pages if page.cursor), default=None)
        listed, sweep_requests = _listed(stream, given, sweep, pages) if sweep else ([], 0)
        if reconciled and listed:
            starts = (page.told_since for page in listed if page.told_since)
            reconciled = replace(reconciled, start=max((reconciled.start, *starts)))
        pages += listed
        totals, told = _totals(source, given, sweep)
        frames = {str(kind): _join(kind, stream, pages) for kind in stream.kinds}
    except SourceError as error:
        raise _located(error, source, settings, stream, client) from error
    except RequestError as error:
        raise _located(
            SourceError(error.what, reason=error.reason, next_step=error.next_step), source, settings, stream, client
        ) from error
    except MemoryError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        odd = SourceError("the answer has another shape than this connector reads", reason="bad_answer")
        raise _located(odd, source, settings, stream, client) from error
    return Delivery(
        source_id=settings.id,
        connector=source.name,
        stream=stream.name,
        mode="merge" if client.closes_nothing and stream.mode == "replace" else stream.mode,
        whole=stream.whole(settings),
        account=next((page.account for page in reversed(pages) if page.account), None),
        window=given.window,
        zone=next((page.zone for page in reversed(pages) if page.zone), zone.key),
        frames=frames,
        children=tuple(map(str, stream.children)),
        refused=(*_refused(pages), *_gaps(stream, client)),
        cursor=cursor,
        rows_read=sum(page.rows_read for page in pages),
        requests=client.requests,
        bytes=client.bytes,
        notes=tuple(
            dict.fromkeys(
                map(
                    client.scrub, (*(note for page in pages for note in page.notes), *told, *client.notes, *client.gaps)
                )
            )
        ),
        started_at=started_at,
        reconciled=None if client.closes_nothing else reconciled,
        sweep_requests=sweep_requests,
        missing=stream.missing(settings),
        skew=client.skew,
        totals=totals,
    )


def _span(stream: Stream[SettingsT], window: Window, sweep: Sweep | None) -> Window | None:
    """Return the span that is read again: all since the sweep's start, or as much of it as lies before the window."""
    if sweep is None or stream.changes is None:
        return None
    if stream.changes.listing:
        return Window(sweep.start, window.end)
    if stream.changes.lists_all:
        return Window(min(sweep.start, window.start), window.end)
    return Window(min(sweep.start, window.start), window.start)


def _listed(
    stream: Stream[SettingsT], given: Pull[SettingsT], sweep: Sweep, pages: Sequence[Page]
) -> tuple[list[Page], int]:
    """
    List what was made since the sweep's start; what is known and did not come is looked for once more.

    Args:
        stream: whose rows they are.
        given: what its pull was given.
        sweep: what is read again.
        pages: what the pull brought, which may be that listing already.

    Returns:
        The pages, and how many requests one listing takes.
    """
    changes = stream.changes
    if changes is None or not changes.shows_absence:
        return [], 0
    before = given.client.requests
    listed, requests, span = [], before, given
    if changes.listing:
        span = replace(given, window=Window(sweep.start, given.window.end))
        listed = list(changes.listing(span))
        requests = given.client.requests - before
    orders = (page.frames[RecordKind.ORDERS] for page in (listed or pages) if RecordKind.ORDERS in page.frames)
    came = {order for frame in orders for order in frame["order_id"]}
    if sweep.known - came:
        # while pages are read, one order that goes and one that comes can hide a third
        listed += (changes.listing or stream.pull)(span)
    return listed, requests


def _totals(
    source: Source[SettingsT], given: Pull[SettingsT], sweep: Sweep | None
) -> tuple[tuple[VendorTotal, ...], tuple[str, ...]]:
    """Return the vendor's own totals of the span that is read again; of one that shows none no word every night."""
    if sweep is None or not sweep.totals:
        return (), ()
    window = Window(sweep.start, given.window.end)
    return read_totals(source, given, window, quiet=("forbidden", "not_found"))


def _refused(pages: Sequence[Page]) -> Iterator[Refusal]:
    """Yield the rows refused; one that says which it is, and came twice, once."""
    seen: set[Refusal] = set()
    for refusal in (refusal for page in pages for refusal in page.refused):
        if refusal not in seen or refusal.row_key == "{}":
            yield refusal
        seen.add(refusal)


def _join(kind: RecordKind, stream: Stream[SettingsT], pages: Sequence[Page]) -> pl.DataFrame:
    """Put pages together: of a row that came twice the later counts, and children come from their order's last page."""
    rows = _numbered(kind, pages)
    if kind in stream.children:
        last = _numbered(RecordKind.ORDERS, pages).unique("order_id", keep="last").select("order_id", "page")
        rows = rows.join(last, on=["order_id", "page"], how="semi", maintain_order="left")
    rows = rows.unique(KEYS[kind], keep="last", maintain_order=True).select(*SCHEMAS[kind])
    if dict(rows.schema) != dict(SCHEMAS[kind]):
        raise TypeError(f"a page of {kind} has another schema")
    return rows


def _gaps(stream: Stream[SettingsT], client: Client) -> Iterator[Refusal]:
    """Rows that are there and did not come are refused ones of which nothing is known."""
    yield from (Refusal(str(stream.kinds[0]), client.scrub(gap), "{}") for gap in client.gaps)


def _numbered(kind: RecordKind, pages: Sequence[Page]) -> pl.DataFrame:
    frames = [page.frames[kind].with_columns(page=number) for number, page in enumerate(pages) if kind in page.frames]
    return pl.concat(frames) if frames else empty(kind).with_columns(page=0)


def _located(
    error: SourceError, source: Source[SettingsT], settings: SourceSettings, stream: Stream[SettingsT], client: Client
) -> SourceError:
    where = f"source {settings.id} ({source.name}), stream {stream.name}"
    step = error.next_step or next_step(error.reason, settings.id)
    return SourceError(client.scrub(error.what), reason=error.reason, where=where, next_step=client.scrub(step))
