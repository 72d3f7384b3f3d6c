"""
One load of one shop as a process of its own, by this project, by dlt, or by as little code as does it.

    python benchmarks/ingest_readers.py READER SHAPE URL FOLDER SINCE

READER is ours, bare, dlt-flat or dlt-nested (these need dlt[duckdb] and httpx alone), SHAPE woocommerce or shopify. It
prints what it took by steps and how many orders lie in its database then.
"""

import io
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
IN_FLIGHT = 2
_MONEY = "{ shopMoney { amount } }"
QUERY = f"""query Orders($after: String, $q: String!) {{ orders(first: 50, after: $after, query: $q) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{ id test createdAt processedAt updatedAt cancelledAt displayFinancialStatus customer {{ id }}
    totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
    totalReceivedSet {_MONEY} totalRefundedSet {_MONEY} currentTotalTaxSet {_MONEY} totalShippingPriceSet {_MONEY}
    lineItems(first: 250) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ id sku title quantity }} }}
    refunds(first: 20) {{ id }} }} }} }}"""


def pages(shape: str, url: str, since: str) -> Iterator[bytes]:
    """Yield the bodies of a shop's pages, two in flight where the API allows it."""
    import httpx

    with httpx.Client(base_url=url, timeout=60) as client:
        if shape == "woocommerce":
            size, path = 100, "/wp-json/wc/v3/orders"
            params = {"per_page": str(size), "modified_after": since, "orderby": "id", "order": "asc", "status": "any"}
            first = client.get(path, params={**params, "page": "1"})
            yield first.content
            rest = range(2, -(-int(first.headers["x-wp-total"]) // size) + 1)
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                coming = []
                for number in rest:
                    coming.append(pool.submit(client.get, path, params={**params, "page": str(number)}))
                    if len(coming) > IN_FLIGHT:
                        yield coming.pop(0).result().content
                yield from (one.result().content for one in coming)
            return
        after = None
        while True:
            asked = {"query": QUERY, "variables": {"after": after, "q": f"updated_at:>='{since}'"}}
            body = client.post("/admin/api/2026-10/graphql.json", json=asked).content
            yield body
            # the page's own mark stands before its rows
            head = json.loads(body[: body.index(b',"nodes"')] + b"}}}")["data"]["orders"]["pageInfo"]
            if not head["hasNextPage"]:
                return
            after = head["endCursor"]


def bare(shape: str, url: str, folder: Path, since: str) -> int:
    """Fetch, parse into columns and insert what differs; nothing is checked, kept in versions or entered anywhere."""
    import duckdb
    import polars as pl

    class Columns:
        def __init__(self, frame: pl.DataFrame) -> None:
            self._frame = frame

        def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
            return self._frame.__arrow_c_stream__(requested_schema)

    text, fields = pl.String, pl.Struct
    if shape == "woocommerce":
        names = ("id", "status", "currency", "customer_id", "total", "total_tax", "shipping_total", "shipping_tax")
        dates = ("date_created_gmt", "date_paid_gmt", "date_completed_gmt", "date_modified_gmt", "date_paid")
        line_names = ("id", "product_id", "name", "sku", "quantity", "total", "total_tax")
        flat = (*names, *dates)
        row = fields({**dict.fromkeys(flat, text), "line_items": pl.List(fields(dict.fromkeys(line_names, text)))})
        wire: Any = pl.List(row)
        at, lines = pl.col("body"), pl.col("line_items")
    else:
        money = fields({"shopMoney": fields({"amount": text})})
        sums = ("totalPriceSet", "totalReceivedSet", "totalRefundedSet", "currentTotalTaxSet", "totalShippingPriceSet")
        flat = ("id", "test", "createdAt", "processedAt", "updatedAt", "cancelledAt", "displayFinancialStatus")
        line = {**dict.fromkeys(("id", "sku", "title", "quantity", "currentQuantity"), text), "discountedTotalSet": money}
        row = fields(
            {
                **dict.fromkeys(flat, text),
                **dict.fromkeys(sums, money),
                "customer": fields({"id": text}),
                "lineItems": fields({"nodes": pl.List(fields(line))}),
            }
        )
        wire = fields({"data": fields({"orders": fields({"nodes": pl.List(row)})})})
        at = pl.col("body").struct.field("data").struct.field("orders").struct.field("nodes")
        lines = pl.col("lineItems").struct.field("nodes")
    connection = duckdb.connect(folder / "bare.duckdb", config={"threads": 2})

    def store(name: str, frame: pl.DataFrame) -> None:
        connection.register("came", Columns(frame))
        connection.execute(f"create table if not exists {name} as from came limit 0")
        key = "id" if name == "orders" else "order_id, id"
        other = " or ".join(f'came."{column}" is distinct from kept."{column}"' for column in frame.columns)
        connection.execute(
            f"insert into {name} select came.* from came left join {name} kept using ({key}) where kept.id is null or {other}"
        )
        connection.unregister("came")

    def parse(bodies: list[bytes]) -> tuple[pl.DataFrame, pl.DataFrame]:
        tops = pl.read_json(io.BytesIO(b'[{"body":' + b'},{"body":'.join(bodies) + b"}]"), schema={"body": wire})
        rows = tops.select(row=at.explode()).unnest("row")
        items = rows.select(lines.alias("item"), order_id="id").explode("item").unnest("item")
        return rows.select(pl.exclude("line_items", "lineItems")), items

    def land(batch: list[bytes]) -> None:
        rows, items = parse(batch)
        store("orders", rows)
        store("lines", items)

    batch: list[bytes] = []
    size = 0
    with ThreadPoolExecutor(1) as pool:
        landing = None
        connection.begin()
        for body in pages(shape, url, since):
            batch.append(body)
            size += len(body)
            if size > 1 << 24:
                if landing:
                    landing.result()
                landing = pool.submit(land, batch)
                batch, size = [], 0
        if landing:
            landing.result()
        land(batch)
        connection.commit()
    ((count,),) = connection.execute("select count(distinct id) from orders").fetchall()
    connection.close()
    return int(count)


def dlt_load(shape: str, url: str, folder: Path, since: str, *, nested: bool) -> int:
    """Load by dlt as its documentation has it: pages of dicts, merged by their id, through Parquet files."""
    import dlt
    from dlt.common.json import json as fast

    @dlt.resource(name="orders", primary_key="id", write_disposition="merge", max_table_nesting=3 if nested else 0)
    def orders() -> Iterator[Any]:
        for body in pages(shape, url, since):
            told = fast.loadb(body)
            yield told if shape == "woocommerce" else told["data"]["orders"]["nodes"]

    pipeline = dlt.pipeline(
        "shop",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(folder / "dlt.duckdb")),
        dataset_name="shop",
    )
    pipeline.run(orders(), loader_file_format="parquet")
    with pipeline.sql_client() as client:
        ((count,),) = client.execute_sql("select count(*) from orders")
    return int(count)


def ours(shape: str, url: str, folder: Path, since: str) -> int:
    """Pull the orders and land them, as a run does."""
    from zoneinfo import ZoneInfo

    import connectors
    from connectors.pulling import open_client, pull
    from flows.project.project import Project  # noqa: F401 - a run has it loaded
    from okr_config.delivery import Window
    from okr_config.world import real_world
    from warehouse import open_warehouse

    source, world = connectors.load(shape), real_world()
    login = {
        "woocommerce": {"url": "https://shop.example", "consumer_key": "ck_1", "consumer_secret": "cs_1"},
        "shopify": {"shop": "shop.myshopify.com", "access_token": "shpat_1"},
    }[shape]
    settings = source.settings(id="shop", connector=shape, base_url=url, insecure=True, budget=3600, **login)
    window = Window(datetime.fromisoformat(f"{since}+00:00"), NOW)
    with open_client(source, settings, world=world) as client:
        pulled = pull(
            source,
            settings,
            source.streams[0],
            window,
            client=client,
            zone=ZoneInfo("UTC"),
            world=world,
            home=folder,
            customer_key=_keyed(),
        )
    told("pulled")
    with open_warehouse(folder / "okr.duckdb", world=world) as warehouse:
        run_id = warehouse.start_run(command="run", version="0", config_hash="0")
        warehouse.land(pulled, run_id)
        warehouse.finish_run(run_id, "done")
        told("landed")
        ((count,),) = warehouse._connection.execute("select count(distinct order_id) from shop_order_version").fetchall()  # noqa: SLF001
        return int(count)


def _keyed() -> Any:
    import hmac
    from hashlib import sha256

    return lambda customer: hmac.new(b"0" * 32, customer.encode(), sha256).hexdigest()[:32]


def told(step: str) -> None:
    """Say how much CPU time was used so far."""
    print(f"{step} {time.process_time():.2f}", file=sys.stderr)


def main() -> None:
    """Load once."""
    reader, shape, url, place, since = sys.argv[1:]
    folder = Path(place)
    match reader:
        case "ours":
            count = ours(shape, url, folder, since)
        case "bare":
            count = bare(shape, url, folder, since)
        case _:
            count = dlt_load(shape, url, folder, since, nested=reader == "dlt-nested")
    print(count)


if __name__ == "__main__":
    main()
