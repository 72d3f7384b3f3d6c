"""Pulling a stream: pages become whole frames, and every failure one kind of error (connectors.source)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

import connectors
from connectors.http.errors import RequestError
from connectors.pulling import open_client, pull
from connectors.records import RecordKind
from connectors.rows.validate import fit
from connectors.source import Page, Pull, Stream
from okr_config.delivery import Delivery, Window
from okr_config.errors import SourceError
from okr_config.world import World
from tests.connectors.loopback import NOW, START

BLUESKY = connectors.load("bluesky")
SETTINGS = BLUESKY.settings(id="src", connector="bluesky", account="a.b")
KINDS = (RecordKind.ORDERS, RecordKind.ORDER_LINES)


def _run(world: World, *pages: Page | BaseException, kinds: tuple[RecordKind, ...] = KINDS) -> Delivery:
    def stream(_: Pull[Any]) -> Iterator[Page]:
        for page in pages:
            if isinstance(page, BaseException):
                raise page
            yield page

    declared = Stream("orders", kinds, "merge", stream, children=(RecordKind.ORDER_LINES,))
    with open_client(BLUESKY, SETTINGS, world=world) as client:
        return pull(
            BLUESKY,
            SETTINGS,
            declared,
            Window(START, NOW),
            client=client,
            zone=ZoneInfo("Europe/Oslo"),
            world=world,
            home=Path(),
            customer_key=str,
        )


def _orders(*ids: str) -> pl.DataFrame:
    return fit(RecordKind.ORDERS, pl.DataFrame({"order_id": ids}), required=()).frame


def _lines(*ids: tuple[str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(ids, schema=["order_id", "line_id"], orient="row")
    return fit(RecordKind.ORDER_LINES, frame, required=()).frame


def test_pages_are_put_together(world: World) -> None:
    """Rows, refusals, marks, notes and zones of all pages; a note is told once."""
    late, early = NOW - timedelta(hours=1), NOW - timedelta(hours=2)

    pulled = _run(
        world,
        Page({RecordKind.ORDERS: _orders("1")}, rows_read=1, cursor=late, notes=("a", "b"), zone="Europe/Paris"),
        Page({RecordKind.ORDERS: _orders("2")}, rows_read=2, cursor=early, notes=("a",)),
    )

    assert ["1", "2"] == pulled.frames[RecordKind.ORDERS]["order_id"].to_list()
    assert (3, late, ("a", "b"), "Europe/Paris") == (pulled.rows_read, pulled.cursor, pulled.notes, pulled.zone)
    assert (0, 0) == (pulled.frames[RecordKind.ORDER_LINES].height, pulled.requests)


def test_children_come_from_their_orders_last_page(world: World) -> None:
    """An order that came twice has the lines it had the second time."""
    pulled = _run(
        world,
        Page(
            {RecordKind.ORDERS: _orders("1", "2"), RecordKind.ORDER_LINES: _lines(("1", "a"), ("1", "b"), ("2", "c"))},
            2,
        ),
        Page({RecordKind.ORDERS: _orders("1"), RecordKind.ORDER_LINES: _lines(("1", "a"))}, 1),
    )

    assert [("2", "c"), ("1", "a")] == pulled.frames[RecordKind.ORDER_LINES].select("order_id", "line_id").rows()


@pytest.mark.parametrize(
    ("raised", "reason", "what"),
    [
        (ValueError("CANARY-value"), "bad_answer", "the answer has another shape than this connector reads"),
        (KeyError("CANARY-value"), "bad_answer", "the answer has another shape than this connector reads"),
        (RequestError("not_found", "nobody there"), "not_found", "nobody there"),
        (SourceError("in a circle", reason="loop"), "loop", "in a circle"),
    ],
)
def test_every_failure_is_a_source_error(world: World, raised: Exception, reason: str, what: str) -> None:
    """A surprise in a connector is told by its type, with source, stream and next step, and the cause is kept."""
    with pytest.raises(SourceError) as caught:
        _run(world, raised)

    error = caught.value
    expected = (reason, what, "source src (bluesky), stream orders", "okr doctor src")
    assert expected == (error.reason, error.what, error.where, error.next_step)
    assert raised is error.__cause__


def test_running_out_of_memory_is_not_the_sources_fault(world: World) -> None:
    """It goes through as it is."""
    with pytest.raises(MemoryError):
        _run(world, MemoryError())


def test_a_page_with_other_columns_is_a_fault(world: World) -> None:
    """Frames are handed on with exactly their schema or not at all."""
    wrong = _orders("1").with_columns(pl.col("test").cast(pl.String))

    with pytest.raises(SourceError, match="another shape than this connector reads"):
        _run(world, Page({RecordKind.ORDERS: wrong}, 1))


def test_notes_and_errors_hold_no_secret(world: World) -> None:
    """Known secrets are scrubbed from whatever a connector says."""
    source = connectors.load("plausible")
    settings = source.settings(id="src", connector="plausible", site_id="a", api_key="CANARY-key")

    def stream(_: Pull[Any]) -> Iterator[Page]:
        yield Page({}, 0, notes=("saw CANARY-key",))

    arguments: dict[str, Any] = {"zone": ZoneInfo("UTC"), "world": world, "home": Path(), "customer_key": str}
    with open_client(source, settings, world=world) as client:
        pulled = pull(
            source, settings, Stream("s", (), "merge", stream), Window(START, NOW), client=client, **arguments
        )

    assert ("saw ***",) == pulled.notes


def test_windows() -> None:
    """From the mark less the lookback to now; a mark in the future reads nothing."""
    stream: Stream[Any] = Stream("s", (), "merge", lambda _: iter(()), lookback=timedelta(hours=1))
    since = datetime(2026, 11, 1, tzinfo=UTC)
    mark = datetime(2026, 11, 20, tzinfo=UTC)

    assert Window(since, NOW) == stream.window(None, since, NOW)
    assert Window(mark - timedelta(hours=1), NOW) == stream.window(mark, since, NOW)
    assert Window(since, NOW) == stream.window(since, since, NOW)
    assert Window(NOW, NOW) == stream.window(NOW + timedelta(days=365), since, NOW)
