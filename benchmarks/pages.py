"""
Ten thousand WooCommerce orders, 100 ms a page: how much do pages in flight save?

    uv run python benchmarks/pages.py [--runs 3]

A server in a process of its own holds the sandbox's orders as finished pages and sends each after 100 ms; the connector
reads and decodes them, refunds too, as a first load does. Nothing is landed.
"""

import argparse
import http.server
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import orjson

import connectors
from connectors.pulling import open_client, pull
from connectors.sandbox.loading import load_orders
from connectors.sandbox.woocommerce.values import order_values, refund_values
from okr_config.delivery import Window
from okr_config.world import real_world

ORDERS = 10_000
LATENCY = 0.1


def pages(rows: list[dict[str, Any]]) -> list[bytes]:
    """Cut rows into pages of a hundred."""
    return [orjson.dumps(rows[first : first + 100]) for first in range(0, len(rows), 100)]


def serve() -> None:
    """Answer until stopped; print the port once ready."""
    orders = load_orders("all")[:ORDERS]
    lists = {
        "/wp-json/wc/v3/orders": pages([order_values(order) for order in orders]),
        "/wp-json/wc/v3/refunds": pages([refund_values(order, each) for order in orders for each in order.refunds]),
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = parse_qs(parts.query)
            found = [] if given.get("status") == ["trash"] else lists.get(parts.path, [])
            number = int(given.get("page", ["1"])[0])
            body = found[number - 1] if number <= len(found) else b"[]"
            time.sleep(LATENCY)
            head = {"Content-Length": len(body), "X-WP-TotalPages": len(found), "Content-Type": "application/json"}
            lines = ["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in head.items()), "", ""]
            self.wfile.write("\r\n".join(lines).encode() + body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


@contextmanager
def server() -> Iterator[str]:
    """Run the server in a process of its own; yield its address."""
    with subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - ourselves
        try:
            assert running.stdout  # noqa: S101 - it was asked for
            yield f"http://127.0.0.1:{running.stdout.readline().strip()}"
        finally:
            running.terminate()


def load(url: str, concurrency: int) -> tuple[float, float, int]:
    """Pull everything; return seconds, CPU seconds of this process, and orders."""
    source, world = connectors.load("woocommerce"), real_world()
    settings = source.settings(
        id="shop",
        connector="woocommerce",
        url=url,
        consumer_key="ck",
        consumer_secret="cs",  # noqa: S106 - it opens nothing
        concurrency=concurrency,
    )
    window = Window(datetime(2010, 12, 1, tzinfo=UTC), world.clock())
    began, used = time.perf_counter(), time.process_time()
    with open_client(source, settings, world=world) as client:
        pulled = pull(
            source,
            settings,
            source.streams[0],
            window,
            client=client,
            zone=ZoneInfo("UTC"),
            world=world,
            home=Path(),
            customer_key=str,
        )
    return time.perf_counter() - began, time.process_time() - used, pulled.frames[source.streams[0].kinds[0]].height


def main() -> None:
    """Print medians by pages in flight."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve()
    with server() as url:
        load(url, 8)  # imports and first threads are not what is measured
        print(f"{asked.runs} runs, medians; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for concurrency in (1, 2, 8):
            runs = [load(url, concurrency) for _ in range(asked.runs)]
            wall, cpu = (statistics.median(run[part] for run in runs) for part in (0, 1))
            print(f"concurrency {concurrency}   {wall:5.2f} s   {cpu:5.2f} s CPU   {runs[0][2]} orders")


if __name__ == "__main__":
    main()
