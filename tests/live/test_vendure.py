"""A real Vendure server, pulled by `okr run`: what was sold and paid back there is what the scoreboard says."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.shop import FOLDER, USER, Shop, open_shop

OKR = Path(sys.executable).with_name("okr")
SOURCES = """\
sources:
  - {id: tea, connector: vendure, url: '${SHOP}', username: '${SHOP_USER}', password: '${SHOP_PASSWORD}'}
"""
OBJECTIVES = """\
period: {id: live, start: %s, end: %s}
timezone: UTC
currency: USD
language: en
objectives:
  - id: tea
    title: Sell tea
    key_results:
      - {id: orders, title: Orders, metric: shop.orders, kind: total, target: 1000}
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 1000}
      - {id: returned, title: Returned, metric: shop.units_refunded, kind: total, target: 1000}
      - {id: gross, title: Gross, metric: shop.gross_revenue, kind: total, target: 10000}
      - {id: net, title: Net, metric: shop.net_revenue, kind: total, target: 10000}
      - {id: customers, title: Customers, metric: shop.customers_new, kind: total, target: 100}
      - id: open
        title: Open
        kind: milestone
        steps:
          - {title: A product, probe: shop.products_published, at_least: 1}
          - {title: A way to pay, probe: shop.payments_enabled, at_least: 1}
          - {title: A way to ship, probe: shop.shipping_enabled, at_least: 1}
"""


def _node() -> int:
    """Return the major version of Node.js, 0 where there is none."""
    if shutil.which("node") is None:
        return 0
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607 - any will do
    return int(told.stdout.strip().removeprefix("v").partition(".")[0])


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(_node() < 20, reason="a real Vendure needs Node.js 20 or newer, which is not installed"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "@vendure" / "core").exists(),
        reason="Vendure is not installed: npm install --prefix tests/live/vendure",
    ),
]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """Open a real shop on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_shop(port) as running:
        yield running


def _scoreboard(folder: Path, shop: Shop) -> dict[str, float]:
    """Run `okr run` in a folder and return the values it scored."""
    environ = {**os.environ, "SHOP": shop.url, "SHOP_USER": USER, "SHOP_PASSWORD": USER}
    ran = subprocess.run([OKR, "run"], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert 0 == ran.returncode, ran.stdout + ran.stderr
    shown = subprocess.run([OKR, "status", "--json"], cwd=folder, env=environ, capture_output=True, check=True)
    return {row["key_result_id"]: row["value"] for row in json.loads(shown.stdout)}


def test_what_a_real_shop_sold_is_what_the_scoreboard_says(shop: Shop, tmp_path: Path) -> None:
    """Two pages of orders, then returns, money paid back, a cancellation and an unpaid order: each to the cent."""
    today = datetime.now(UTC).date()
    (tmp_path / "okr_config" / "objectives").mkdir(parents=True)
    (tmp_path / "okr_config" / "sources.yaml").write_text(SOURCES)
    period = (today - timedelta(days=10), today + timedelta(days=10))
    (tmp_path / "okr_config" / "objectives" / "live.yaml").write_text(OBJECTIVES % period)
    # one, two and three units with tax and postage: 20.71, 35.58 and 50.46
    orders = shop.sell([1, 2, 3] * 35)
    shop.fill([7])

    first = _scoreboard(tmp_path, shop)
    shop.pay_back(orders[2], units=1)  # 14.88
    shop.pay_back(orders[1], amount=300)
    shop.cancel(orders[4])
    second = _scoreboard(tmp_path, shop)

    expected = {"orders": 105, "units": 210, "returned": 0, "gross": 3736.25, "net": 3736.25, "customers": 1, "open": 1}
    assert expected == first
    changed = {"orders": 104, "units": 207, "returned": 1, "gross": 3700.67, "net": 3682.79}
    assert {**expected, **changed} == second
