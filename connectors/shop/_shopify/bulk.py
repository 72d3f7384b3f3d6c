"""
Shopify's bulk export: one long operation in place of hundreds of rationed queries, for a first load of many orders.

It gives a file of lines: an order, or a line item with its order's id. A connection inside a list cannot be exported,
so what a refund took back is asked for afterwards. Whatever goes wrong here is no failure: the caller reads pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from connectors.http.errors import RequestError
from connectors.records import RecordKind
from connectors.rows.decode import TEXT, Wire, decode, shape
from connectors.rows.validate import Fitted
from connectors.shop._shopify.graphql import Settings, ask
from connectors.shop._shopify.queries import (
    LINE_WIRE,
    LINES_WIRE,
    ORDER_WIRE,
    ORDERS_ASKED,
    REFUNDS_OF_MANY,
    REFUNDS_WIRE,
)
from connectors.source import Pull

FILES = "storage.googleapis.com"
"""The host of the files."""

_MANY = 5_000
_LONG = timedelta(days=30)
_PATIENCE = timedelta(minutes=30)
_FIRST_WAIT, _LONGEST_WAIT, _GROWTH = 2.0, 20.0, 1.5

_COUNT = "query Count($q: String!) { ordersCount(query: $q, limit: 10000) { count } }"
_RUN = """
mutation Export($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id } userErrors { code } }
}"""
_LOOK = "query Export($id: ID!) { bulkOperation(id: $id) { status rootObjectCount url } }"
_CANCEL = "mutation Cancel($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } } }"


def is_worth_it(pull: Pull[Settings], span: str) -> bool:
    """Whether so many orders lie in a long window that a query for each fifty would take longer."""
    if pull.window.end - pull.window.start < _LONG:
        return False
    match ask(pull, _COUNT, {"q": span}, scope="read_orders").json():
        case {"data": {"ordersCount": {"count": int(count)}}}:
            return count > _MANY
        case _:
            return False


def export(pull: Pull[Settings], query: str) -> tuple[list[bytes], list[bytes]]:
    """
    Have a query exported, wait for it and return its lines: those of orders, and those that belong to one.

    Args:
        pull: the pull it belongs to.
        query: a query for a connection of orders.

    Raises:
        SourceError, RequestError: when it does not come to a whole file within half an hour.
    """
    operation = _start(pull, query)
    done = _wait(pull, operation)
    url = done.get("url")
    lines = pull.client.get(url, text=True).body.splitlines() if isinstance(url, str) else []
    # a quote inside a text is escaped: these bytes are the key and nothing else
    children = [line for line in lines if b'"__parentId"' in line]
    orders = [line for line in lines if b'"__parentId"' not in line]
    if str(len(orders)) != str(done.get("rootObjectCount")):
        raise RequestError("incomplete", "exported fewer orders than it counted")
    return orders, children


def _start(pull: Pull[Settings], query: str) -> str:
    match ask(pull, _RUN, {"query": query}, scope="read_orders").json():
        case {"data": {"bulkOperationRunQuery": {"bulkOperation": {"id": str(operation)}}}}:
            return operation
        case _:
            raise RequestError("bad_answer", "does not start the export")


def _wait(pull: Pull[Settings], operation: str) -> Mapping[str, Any]:
    for wait in _waits():
        if wait > pull.client.time_left:
            break
        pull.client.pause(wait)
        match ask(pull, _LOOK, {"id": operation}, scope="read_orders").json():
            case {"data": {"bulkOperation": {"status": "COMPLETED"} as done}}:
                return dict(done)
            case {"data": {"bulkOperation": {"status": "CREATED" | "RUNNING"}}}:
                continue
            case _:
                raise RequestError("bad_answer", "gave the export up")
    ask(pull, _CANCEL, {"id": operation}, scope="read_orders")
    raise RequestError("timed_out", f"did not finish the export within {_PATIENCE.total_seconds() / 60:g} minutes")


def _waits() -> Iterator[float]:
    wait, waited = _FIRST_WAIT, 0.0
    while waited < _PATIENCE.total_seconds():
        yield wait
        waited += wait
        wait = min(wait * _GROWTH, _LONGEST_WAIT)


def joined(pull: Pull[Settings], orders: Sequence[bytes], children: Sequence[bytes]) -> Fitted:
    """Put exported lines and refunds into their orders, as they look on a page."""
    plain = {name: wire for name, wire in ORDER_WIRE.items() if name not in ("lineItems", "refunds")}
    wire: Wire = {**plain, "refunds": pl.List(shape(id=TEXT))}
    found = decode(RecordKind.ORDERS, [_as_list(orders)], (), wire)
    lines = decode(RecordKind.ORDER_LINES, [_as_list(children)], (), {"__parentId": TEXT, **LINE_WIRE})
    refunded = found.frame.filter(pl.col("refunds").list.len() > 0)["id"].to_list()
    batches = [refunded[first : first + ORDERS_ASKED] for first in range(0, len(refunded), ORDERS_ASKED)]
    bodies = [ask(pull, REFUNDS_OF_MANY, {"ids": ids}, scope="read_orders").body for ids in batches]
    refunds = decode(RecordKind.REFUNDS, bodies, ("data", "nodes"), {"id": TEXT, "refunds": REFUNDS_WIRE})
    if lines.refused or refunds.refused or refunds.frame.height != len(refunded):
        raise RequestError("bad_answer", "exported lines or refunds that do not fit")
    nested = lines.frame.group_by(id="__parentId", maintain_order=True).agg(nodes=pl.struct(*LINE_WIRE))
    more = pl.struct(hasNextPage=pl.lit("false"), endCursor=pl.lit(None, dtype=pl.String))
    frame = (
        found.frame.drop("refunds")
        .join(nested, on="id", how="left", maintain_order="left")
        .join(refunds.frame, on="id", how="left", maintain_order="left")
        .with_columns(lineItems=pl.struct(pageInfo=more, nodes=pl.col("nodes")).cast(LINES_WIRE))
    )
    return Fitted(frame.select(*ORDER_WIRE), found.refused)


def _as_list(lines: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(lines) + b"]"
