"""
Shopify's bulk export: one long operation in place of hundreds of rationed queries, for a first load of many orders.

It gives a file of lines: an order, or a line item with its order's id. A connection inside a list cannot be exported,
so what a refund took back is asked for afterwards. Whatever goes wrong here is no failure: the caller reads pages.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
_PLAIN = {name: wire for name, wire in ORDER_WIRE.items() if name not in ("lineItems", "refunds")}
_ORDER: Wire = {**_PLAIN, "refunds": pl.List(shape(id=TEXT))}
_CHILD: Wire = {"__parentId": TEXT, **LINE_WIRE}
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


@dataclass
class Exported:
    """What an export gave: orders, and the lines that belong to them, as columns of text."""

    orders: deque[Fitted] = field(default_factory=deque)
    children: deque[Fitted] = field(default_factory=deque)

    def read(self, batches: Iterator[list[bytes]]) -> None:
        """Read a file's lines from its beginning; each batch becomes columns, and its bytes are let go."""
        self.orders.clear()
        self.children.clear()
        for batch in batches:
            # a quote inside a text is escaped: these bytes are the key and nothing else
            orders = [line for line in batch if b'"__parentId"' not in line]
            children = [line for line in batch if b'"__parentId"' in line]
            self.orders.append(decode(RecordKind.ORDERS, [_as_list(orders)], (), _ORDER))
            self.children.append(decode(RecordKind.ORDER_LINES, [_as_list(children)], (), _CHILD))

    @property
    def count(self) -> int:
        """How many orders came."""
        return sum(part.frame.height + len(part.refused) for part in self.orders)


def export(pull: Pull[Settings], query: str) -> Exported:
    """
    Have a query exported, wait for it and read the file, however large it is.

    Args:
        pull: the pull it belongs to.
        query: a query for a connection of orders.

    Raises:
        SourceError, RequestError: when it does not come to a whole file within half an hour.
    """
    operation = _start(pull, query)
    done = _wait(pull, operation)
    found = Exported()
    if isinstance(url := done.get("url"), str):
        pull.client.read_lines(url, found.read)
    if str(found.count) != str(done.get("rootObjectCount")):
        raise RequestError("incomplete", "exported fewer orders than it counted")
    return found


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


def joined(pull: Pull[Settings], found: Exported) -> Iterator[Fitted]:
    """Put exported lines and refunds into their orders as they look on a page, a batch at a time; they are used up."""
    if any(part.refused for part in found.children):
        raise RequestError("bad_answer", "exported lines that do not fit")
    if not found.orders:
        return
    places = [part.frame.select(__parentId="id", place=pl.lit(place)) for place, part in enumerate(found.orders)]
    of_place = pl.concat(places).unique("__parentId", keep="last")
    own: dict[Any, list[pl.DataFrame]] = defaultdict(list)
    while found.children:  # what has been put elsewhere is let go
        lines = found.children.popleft().frame.join(of_place, on="__parentId", maintain_order="left")
        for (place,), some in lines.partition_by("place", as_dict=True).items():
            own[place].append(some)
    for place in range(len(found.orders)):
        part = found.orders.popleft()
        nested = pl.concat([pl.DataFrame(schema=_CHILD), *(some.drop("place") for some in own.pop(place, ()))])
        yield _with_lines(part, nested, _refunds_of(pull, part.frame))


def _refunds_of(pull: Pull[Settings], orders: pl.DataFrame) -> pl.DataFrame:
    refunded = orders.filter(pl.col("refunds").list.len() > 0)["id"].to_list()
    batches = [refunded[first : first + ORDERS_ASKED] for first in range(0, len(refunded), ORDERS_ASKED)]
    bodies = [ask(pull, REFUNDS_OF_MANY, {"ids": ids}, scope="read_orders").body for ids in batches]
    refunds = decode(RecordKind.REFUNDS, bodies, ("data", "nodes"), {"id": TEXT, "refunds": REFUNDS_WIRE})
    if refunds.refused or refunds.frame.height != len(refunded):
        raise RequestError("bad_answer", "gave refunds that do not fit")
    return refunds.frame


def _with_lines(orders: Fitted, lines: pl.DataFrame, refunds: pl.DataFrame) -> Fitted:
    nested = lines.group_by(id="__parentId", maintain_order=True).agg(nodes=pl.struct(*LINE_WIRE))
    more = pl.struct(hasNextPage=pl.lit("false"), endCursor=pl.lit(None, dtype=pl.String))
    frame = (
        orders.frame.drop("refunds")
        .join(nested, on="id", how="left", maintain_order="left")
        .join(refunds, on="id", how="left", maintain_order="left")
        .with_columns(lineItems=pl.struct(pageInfo=more, nodes=pl.col("nodes")).cast(LINES_WIRE))
    )
    return Fitted(frame.select(*ORDER_WIRE), orders.refused)


def _as_list(lines: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(lines) + b"]"
