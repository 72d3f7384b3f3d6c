"""
A load by dlt as a process of its own; it needs dlt[duckdb], pyarrow and httpx alone.

    python benchmarks/ingest_dlt.py flat|nested SHAPE URL FOLDER SINCE

It prints how many orders lie in its database then.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
from dlt.common.json import json as fast
from ingest_pages import pages


def dlt_load(shape: str, url: str, folder: Path, since: str, *, nested: bool) -> int:
    """Load by dlt as its documentation has it: pages of dicts, merged by their id, through Parquet files."""

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


if __name__ == "__main__":
    print(dlt_load(sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5], nested=sys.argv[1] == "nested"))
