"""
The least that a load can be: fetch, parse into columns, insert what differs, as a process of its own.

    python benchmarks/ingest_bare.py SHAPE URL FOLDER SINCE

Nothing is checked, kept in versions or entered anywhere. It prints how many orders lie in its database then.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
from ingest_pages import pages

_BATCH = 2**24
_MONEY = pl.Struct({"shopMoney": pl.Struct({"amount": pl.String})})
_SUMS = ("totalPriceSet", "totalReceivedSet", "totalRefundedSet", "currentTotalTaxSet", "totalShippingPriceSet")


def _texts(*names: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    return dict.fromkeys(names, pl.String)


@dataclass(frozen=True)
class Shape:
    """wire: a row's fields. path: to the rows. lines: to an order's lines."""

    wire: dict[str, pl.DataType | type[pl.DataType]]
    path: tuple[str, ...]
    lines: tuple[str, ...]


SHAPES = {
    "woocommerce": Shape(
        {
            **_texts("id", "status", "currency", "customer_id", "total", "total_tax", "shipping_total", "shipping_tax"),
            **_texts("date_created_gmt", "date_paid_gmt", "date_completed_gmt", "date_modified_gmt", "date_paid"),
            "line_items": pl.List(
                pl.Struct(_texts("id", "product_id", "name", "sku", "quantity", "total", "total_tax"))
            ),
        },
        (),
        ("line_items",),
    ),
    "shopify": Shape(
        {
            **_texts("id", "test", "createdAt", "processedAt", "updatedAt", "cancelledAt", "displayFinancialStatus"),
            **dict.fromkeys(_SUMS, _MONEY),
            "customer": pl.Struct(_texts("id")),
            "lineItems": pl.Struct(
                {
                    "nodes": pl.List(
                        pl.Struct(
                            {
                                **_texts("id", "sku", "title", "quantity", "currentQuantity"),
                                "discountedTotalSet": _MONEY,
                            }
                        )
                    )
                }
            ),
        },
        ("data", "orders", "nodes"),
        ("lineItems", "nodes"),
    ),
}


def _at(path: Sequence[str]) -> pl.Expr:
    first, *others = path
    found = pl.col(first)
    for name in others:
        found = found.struct.field(name)
    return found


def _parse(shape: Shape, bodies: list[bytes]) -> tuple[pl.DataFrame, pl.DataFrame]:
    wire: pl.DataType = pl.List(pl.Struct(shape.wire))
    for name in reversed(shape.path):
        wire = pl.Struct({name: wire})
    tops = pl.read_json(io.BytesIO(b'[{"body":' + b'},{"body":'.join(bodies) + b"}]"), schema={"body": wire})
    rows = tops.select(row=_at(("body", *shape.path)).explode()).unnest("row")
    lines = rows.select(_at(shape.lines).alias("item"), order_id="id").explode("item").unnest("item")
    return rows.drop(shape.lines[0]), lines


class _Columns:
    """A frame's columns, for DuckDB without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _store(connection: duckdb.DuckDBPyConnection, name: str, key: str, frame: pl.DataFrame) -> None:
    connection.register("came", _Columns(frame))
    connection.execute(f"create table if not exists {name} as from came limit 0")
    other = " or ".join(f'came."{column}" is distinct from kept."{column}"' for column in frame.columns)
    connection.execute(
        f"insert into {name} select came.* from came left join {name} kept using ({key}) where kept.id is null or {other}"  # noqa: E501, S608 - one statement, our own names
    )
    connection.unregister("came")


def _batches(bodies: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for body in bodies:
        batch.append(body)
        if sum(map(len, batch)) > _BATCH:
            yield batch
            batch = []
    yield batch


def bare(shape: str, url: str, folder: Path, since: str) -> int:
    """Load; parsing and writing go on while pages are read."""
    connection = duckdb.connect(folder / "bare.duckdb", config={"threads": 2})

    def land(batch: list[bytes]) -> None:
        rows, lines = _parse(SHAPES[shape], batch)
        _store(connection, "orders", "id", rows)
        _store(connection, "lines", "order_id, id", lines)

    landing: Future[None] | None = None
    connection.begin()
    with ThreadPoolExecutor(1) as pool:
        for batch in _batches(pages(shape, url, since)):
            if landing:
                landing.result()
            landing = pool.submit(land, batch)
        if landing:
            landing.result()
    connection.commit()
    ((count,),) = connection.execute("select count(distinct id) from orders").fetchall()
    connection.close()
    return int(count)


if __name__ == "__main__":
    print(bare(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
