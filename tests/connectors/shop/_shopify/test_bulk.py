"""Shopify's export of a first load: the same rows as page by page, or the pages after all."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from connectors.records import KEYS
from connectors.shop._shopify.bulk import Exported
from okr_config.delivery import Delivery
from tests.conftest import Clock
from tests.connectors.loopback import NOW, START, Loopback, Reply, Request
from tests.connectors.test_shopify import LOGIN, connection, line, order, refund, shop

Json = dict[str, Any]

LONG = (datetime(2026, 1, 1, tzinfo=UTC), NOW)
FILE = "https://storage.googleapis.com/bulk-outputs/x?Signature=CANARY-signature"
ORDERS = [
    order(1, lineItems=connection([line(1), line(2, title='An "__parentId" cup')])),
    order(2, refunds=[], totalRefundedSet={"shopMoney": {"amount": "0.0"}}),
    order(3, lineItems=connection([])),
]


def exported(orders: Iterable[Json]) -> bytes:
    """Return orders as lines of a file: each, and after all of them their lines."""
    rows = [
        {**{name: value for name, value in each.items() if name != "lineItems"}, "refunds": refunds}
        for each in orders
        for refunds in [[{"id": one["id"]} for one in each["refunds"]]]
    ]
    children = [{**child, "__parentId": each["id"]} for each in orders for child in each["lineItems"]["nodes"]]
    return b"".join(json.dumps(row).encode() + b"\n" for row in [*rows, *children])


def exporting(  # noqa: PLR0913 - what can differ in an export
    *,
    count: int = 6000,
    states: Iterable[str] = ("CREATED", "RUNNING", "COMPLETED"),
    started: bool = True,
    content: bytes = exported(ORDERS),
    told: object = "3",
    url: str | None = FILE,
) -> Callable[[Request], Reply]:
    """Return a shop of three orders that says it has many, and exports them."""
    coming = iter(states)
    pages = shop(ORDERS)

    operation = {"id": "gid://shopify/BulkOperation/1"} if started else None
    errors = [] if started else [{"code": "OPERATION_IN_PROGRESS"}]

    def data(query: str, variables: Json) -> Json | None:
        if "ordersCount" in query:
            return {"ordersCount": {"count": count}}
        if "bulkOperationRunQuery" in query:
            return {"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": errors}}
        if "bulkOperationCancel" in query:
            return {"bulkOperationCancel": {"bulkOperation": {"status": "CANCELING"}}}
        if "bulkOperation(id" in query:
            return {"bulkOperation": {"status": next(coming, "RUNNING"), "rootObjectCount": told, "url": url}}
        if "nodes(ids" in query:
            wanted = [each for each in ORDERS if each["id"] in variables["ids"]]
            return {"nodes": [{"id": each["id"], "refunds": each["refunds"]} for each in wanted]}
        return None

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return Reply(content, headers={"Content-Type": "application/jsonl"})
        found = data(**request.body)
        return Reply({"data": found} if found else pages(request))

    return answer


def _asked(loopback: Loopback, words: str) -> list[Request]:
    return [request for request in loopback.seen if request.body and words in request.body.get("query", "")]


def _same(expected: Delivery, actual: Delivery) -> None:
    for kind, frame in expected.frames.items():
        assert_frame_equal(frame.sort(KEYS[kind]), actual.frames[kind].sort(KEYS[kind]))


def test_an_export_gives_what_the_pages_give(loopback: Loopback, clock: Clock) -> None:
    """Orders, lines and refunds are the same to the last column; the token does not go to the file's host."""
    loopback.script = exporting(count=3)
    expected = loopback.pull("shopify", LOGIN, window=LONG)
    clock.slept.clear()
    loopback.seen.clear()
    loopback.script = exporting()

    pulled = loopback.pull("shopify", LOGIN, window=LONG)

    _same(expected, pulled)
    assert (expected.cursor, expected.zone, ()) == (pulled.cursor, pulled.zone, pulled.notes)
    assert [2.0, 3.0, 4.5] == clock.slept
    [file] = [request for request in loopback.seen if request.method == "GET"]
    assert "x-shopify-access-token" not in file.headers
    assert [] == _asked(loopback, "query Orders")
    [run] = _asked(loopback, "bulkOperationRunQuery")
    assert (
        "updated_at:>='2026-01-01T00:00:00Z' AND updated_at:<'2026-11-23T09:00:00Z'" in run.body["variables"]["query"]
    )


def test_an_export_may_be_larger_than_what_is_held(loopback: Loopback) -> None:
    """A file of 72 MB is read by its lines, where an answer may have 64; one that breaks off is read once more."""
    padded = [{**each, "note": "x" * (24 * 2**20)} for each in ORDERS]
    loopback.script = exporting(count=3)
    expected = loopback.pull("shopify", LOGIN, window=LONG)
    whole, broken = exporting(content=exported(padded)), iter([Reply(exported(ORDERS)[:-900], fault="cut")])
    loopback.script = lambda request: (
        next(broken, None) or whole(request) if request.method == "GET" else whole(request)
    )
    loopback.seen.clear()

    pulled = loopback.pull("shopify", LOGIN, window=LONG)

    _same(expected, pulled)
    assert (2, ()) == (len([one for one in loopback.seen if one.method == "GET"]), pulled.notes)
    assert pulled.bytes > 72 * 2**20


def test_lines_find_their_order_in_whatever_batch_it_came(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines come after all orders; with a batch for each line of the file the rows are the same."""
    loopback.script = exporting(count=3)
    expected = loopback.pull("shopify", LOGIN, window=LONG)
    read = Exported.read
    monkeypatch.setattr(
        Exported, "read", lambda self, batches: read(self, ([line] for batch in batches for line in batch))
    )
    loopback.script = exporting()

    pulled = loopback.pull("shopify", LOGIN, window=LONG)

    _same(expected, pulled)


def test_no_order_is_no_file(loopback: Loopback) -> None:
    """An export of nothing has no address."""
    loopback.script = exporting(url=None, told="0")

    pulled = loopback.pull("shopify", LOGIN, window=LONG)

    assert [0, 0, 0] == [frame.height for frame in pulled.frames.values()]
    assert () == pulled.notes


@pytest.mark.parametrize(
    ("shop_of_many", "reason"),
    [
        (exporting(started=False), "bad_answer"),
        (exporting(states=["FAILED"]), "bad_answer"),
        (exporting(states=["RUNNING", "EXPIRED"]), "bad_answer"),
        (exporting(told="4"), "incomplete"),
        (exporting(content=exported(ORDERS[:2])), "incomplete"),
        (exporting(url="https://elsewhere.example/x"), "redirect"),
        (exporting(content=b'{"id": "O1"'), "not_json"),
    ],
    ids=["busy", "failed", "expired", "counted more", "cut", "another host", "no lines"],
)
def test_an_export_that_comes_to_nothing_costs_no_order(
    loopback: Loopback, shop_of_many: Callable[[Request], Reply], reason: str
) -> None:
    """The pages are read instead, and a note says why."""
    loopback.script = exporting(count=3)
    expected = loopback.pull("shopify", LOGIN, window=LONG)
    loopback.script = shop_of_many

    pulled = loopback.pull("shopify", LOGIN, window=LONG)

    _same(expected, pulled)
    assert (f"orders were read page by page: the export came to nothing ({reason})",) == pulled.notes


def test_an_export_that_does_not_end_is_cancelled(loopback: Loopback, clock: Clock) -> None:
    """After half an hour the pages are read, and nothing is left running."""
    loopback.script = exporting(states=[])

    pulled = loopback.pull("shopify", {**LOGIN, "budget": 7200}, window=LONG)

    assert 3 == next(iter(pulled.frames.values())).height
    assert 1 == len(_asked(loopback, "bulkOperationCancel"))
    assert 1800 <= sum(clock.slept) <= 1820


@pytest.mark.parametrize(("window", "count"), [(LONG, 5000), ((START, NOW), 9000)])
def test_few_orders_or_a_short_window_are_read_page_by_page(
    loopback: Loopback, window: tuple[datetime, datetime], count: int
) -> None:
    """An export has to be waited for."""
    loopback.script = exporting(count=count)

    pulled = loopback.pull("shopify", LOGIN, window=window)

    assert ([], ()) == (_asked(loopback, "bulkOperationRunQuery"), pulled.notes)
    assert 3 == next(iter(pulled.frames.values())).height


def test_customers_are_left_out_where_they_may_not_be_seen(loopback: Loopback) -> None:
    """The export asks for no more than the pages would."""
    few = shop(ORDERS, scopes=("read_orders", "read_all_orders"))
    many = exporting()
    loopback.script = lambda request: (
        Reply(few(request)) if request.body and "ianaTimezone" in request.body["query"] else many(request)
    )

    loopback.pull("shopify", LOGIN, window=LONG)

    [run] = _asked(loopback, "bulkOperationRunQuery")
    assert "customer" not in run.body["variables"]["query"]


def test_a_refund_with_many_lines_is_read_whole(loopback: Loopback) -> None:
    """What a refund took back is asked for fifty orders at once, and again where that was not all."""
    cut = refund(1, refundLineItems={"pageInfo": {"hasNextPage": True}, "nodes": [{"quantity": 1}]})
    whole = refund(1, refundLineItems={"pageInfo": {"hasNextPage": False}, "nodes": [{"quantity": 1}, {"quantity": 4}]})
    many = exporting()

    def script(request: Request) -> Reply:
        if request.body and "nodes(ids" in request.body["query"]:
            found = [{"id": number, "refunds": [cut]} for number in request.body["variables"]["ids"]]
            return Reply({"data": {"nodes": found}})
        if request.body and "query Refunds($id: ID!)" in request.body["query"]:
            return Reply({"data": {"order": {"id": request.body["variables"]["id"], "refunds": [whole]}}})
        return many(request)

    loopback.script = script

    pulled = loopback.pull("shopify", LOGIN, window=LONG)

    assert [5, 5] == list(pulled.frames.values())[2]["quantity"].to_list()
