"""
Ten thousand orders from the sandbox, landed and scored: whole `okr run` processes, against a bare reading of the pages.

    uv run python benchmarks/orders.py [--runs 3]

The sandbox serves in a process of its own. "bare" reads the same pages with the same client and decodes them, and lands
nothing: what is left between the two is the warehouse and the score. The clock stands at the evening of the shop's last
day; with --late it is today's, so that fourteen years without an order are derived and scored as well.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# where bytecode may not be written, every start would measure the compiler
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
OKR = Path(sys.executable).with_name("okr")
SOURCES = """\
sources:
  - {id: shop, connector: shopify, base_url: '${SANDBOX}/shopify', shop: exportcounter.myshopify.com,
     access_token: '${SHOPIFY_TOKEN}', since: 2010-12-01}
"""
OBJECTIVES = """\
period: {id: autumn, start: 2011-10-17, end: 2011-12-11}
timezone: Europe/London
currency: GBP
language: en
objectives:
  - id: shop
    title: Sell
    key_results:
      - {id: orders, title: Orders, metric: shop.orders, kind: total, target: 2000}
      - {id: revenue, title: Revenue, metric: shop.net_revenue, kind: total, target: 500000}
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 300000}
"""
BARE = """
import os, sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
import connectors
from connectors.pulling import open_client, pull
from okr_config.delivery import Window
from okr_config.world import real_world
source = connectors.load("shopify")
settings = source.settings(id="shop", connector="shopify", base_url=os.environ["SANDBOX"] + "/shopify",
    shop="exportcounter.myshopify.com", access_token=os.environ["SHOPIFY_TOKEN"])
world = real_world()
window = Window(datetime(2010, 12, 1, tzinfo=UTC), datetime(2011, 12, 10, 21, tzinfo=UTC))
with open_client(source, settings, world=world) as client:
    pulled = pull(source, settings, source.streams[0], window, client=client, zone=ZoneInfo("UTC"), world=world,
        home=Path("."), customer_key=str)
print(*(frame.height for frame in pulled.frames.values()))
"""


@contextmanager
def sandbox() -> Iterator[str]:
    """Serve the whole shop on a day after its last order; yield the address."""
    command = [
        sys.executable,
        "-m",
        "connectors.sandbox",
        "--at",
        "2011-12-10",
        "--shop",
        "all",
        "--port",
        "8873",
        "--plan",
        "ample",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own words
        try:
            assert server.stdout  # noqa: S101 - it was asked for
            server.stdout.readline()
            yield "http://127.0.0.1:8873"
        finally:
            server.terminate()


def taken(command: list[str], folder: Path, environ: dict[str, str]) -> tuple[float, str]:
    """Run a command; return seconds and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True, text=True)  # noqa: S603
    return time.perf_counter() - began, done.stdout


def main() -> None:
    """Print medians and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--late", action="store_true")
    asked = parser.parse_args()
    runs: int = asked.runs
    first, again, bare = [], [], []
    with sandbox() as url, tempfile.TemporaryDirectory() as place:
        environ = {
            **os.environ,
            "SANDBOX": url,
            "OKR_SANDBOX_URL": url,
            "SHOPIFY_TOKEN": "shpat_sandbox_opens_no_real_shop",
        }
        folder = Path(place)
        (folder / "okr_config" / "objectives").mkdir(parents=True)
        (folder / "okr_config" / "sources.yaml").write_text(SOURCES)
        (folder / "okr_config" / "objectives" / "autumn.yaml").write_text(OBJECTIVES)
        if not asked.late:
            (folder / "okr_config" / "project.yaml").write_text("sandbox: 2011-12-10\n")
        rows = taken([sys.executable, "-c", BARE], folder, environ)[1]
        for _ in range(runs):
            bare.append(taken([sys.executable, "-c", BARE], folder, environ)[0])
            shutil.rmtree(folder / "warehouse", ignore_errors=True)
            first.append(taken([str(OKR), "run"], folder, environ)[0])
            again.append(taken([str(OKR), "run"], folder, environ)[0])
    print(f"orders, lines, refunds: {rows.strip()}; {runs} runs, medians, whole processes")
    ratio = statistics.median(first) / statistics.median(bare)
    print(f"okr run, first load     {statistics.median(first):6.2f} s   {ratio:.2f} x bare")
    print(f"okr run, nothing new    {statistics.median(again):6.2f} s")
    print(f"bare reading            {statistics.median(bare):6.2f} s")


if __name__ == "__main__":
    main()
