"""
A load by this project as a process of its own: one pull, landed as a run lands it.

    python benchmarks/ingest_ours.py SHAPE URL FOLDER SINCE

It prints how many orders lie in its warehouse then, and to stderr the CPU seconds used by step.
"""

import hmac
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

import connectors
from connectors.pulling import open_client, pull
from okr_config.delivery import Window
from okr_config.world import real_world
from warehouse import open_warehouse

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def ours(shape: str, url: str, folder: Path, since: str) -> int:
    """Pull the orders and land them, as a run does."""
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
            customer_key=_hashed,
        )
    told("pulled")
    with open_warehouse(folder / "okr.duckdb", world=world) as warehouse:
        run_id = warehouse.start_run(command="run", version="0", config_hash="0")
        warehouse.land(pulled, run_id)
        warehouse.finish_run(run_id, "done")
        told("landed")
    with closing(duckdb.connect(folder / "okr.duckdb", read_only=True)) as connection:
        ((count,),) = connection.execute("select count(distinct order_id) from shop_order_version").fetchall()
    return int(count)


def _hashed(customer: str) -> str:
    return hmac.digest(b"0" * 32, customer.encode(), "sha256").hex()[:32]


def told(step: str) -> None:
    """Say how much CPU time was used so far."""
    print(f"{step} {time.process_time():.2f}", file=sys.stderr)


if __name__ == "__main__":
    print(ours(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
