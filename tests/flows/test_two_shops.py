"""The same shop by two vendors' APIs, through whole runs: the same numbers, to the penny and the percent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from connectors.sandbox import Sandbox, accounts, serve
from okr_config.world import World
from tests.conftest import Clock
from tests.flows.project_folder import Folder

SHOPIFY = """\
sources:
  - {id: shop, connector: shopify, base_url: '${SANDBOX}/shopify', shop: exportcounter.myshopify.com,
     access_token: '${SECRET}', since: 2011-10-01}
"""
WOOCOMMERCE = """\
sources:
  - {id: shop, connector: woocommerce, base_url: '${SANDBOX}/woocommerce', url: 'https://exportcounter.example',
     consumer_key: '${KEY}', consumer_secret: '${SECRET}', since: 2011-10-01, concurrency: 4}
"""
OBJECTIVES = """\
period: {id: autumn, start: 2011-10-03, end: 2011-12-04}
timezone: Europe/London
currency: GBP
language: en
objectives:
  - id: shop
    title: Sell abroad
    key_results:
      - {id: orders, title: Orders, metric: shop.orders, kind: total, target: 400}
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 60000}
      - {id: stands, title: Cake stands, metric: shop.units_sold, kind: total, target: 400, where: {sku: '22423'}}
      - {id: returned, title: Returned, metric: shop.units_refunded, kind: total, at_most: 5000}
      - {id: gross, title: Gross, metric: shop.gross_revenue, kind: total, target: 300000}
      - {id: net, title: Net, metric: shop.net_revenue, kind: total, target: 300000}
      - {id: refunds, title: Paid back, metric: shop.refunds, kind: total, at_most: 20000}
      - {id: customers, title: Customers, metric: shop.customers_new, kind: total, target: 200}
      - {id: average, title: Average, metric: shop.average_order_value, kind: ratio, target: 700}
      - {id: published, title: Published, metric: shop.products_published, kind: level, target: 3000}
"""
SCORES = """
select key_result_id, value, progress, expected, probability, forecast_p10, forecast_p90, status, flags
from scoreboard order by 1
"""
DAILY = """
select metric, day, currency, value
from metric_daily where metric not in ('shop.open', 'shop.payments_enabled') order by all
"""


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    """Serve the export shop as it is on the evening of 2011-11-20."""
    clock.now = datetime(2011, 11, 20, 21, tzinfo=UTC)
    with serve(clock) as running:
        yield running


def _folder(home: Path, world: World, sources: str, sandbox: Sandbox, secret: str) -> Folder:
    folder = Folder(home, world)
    folder.write("okr_config/sources.yaml", sources)
    folder.write("okr_config/objectives/autumn.yaml", OBJECTIVES)
    folder.environ.update(SANDBOX=sandbox.url, KEY=accounts.WOOCOMMERCE_KEY, SECRET=secret)
    return folder


@pytest.mark.slow
def test_woocommerce_and_shopify_score_the_same(sandbox: Sandbox, world: World, clock: Clock, tmp_path: Path) -> None:
    """First load, and a week later after refunds, a changed order and a cancellation: no number differs."""
    shopify = _folder(tmp_path / "a", world, SHOPIFY, sandbox, accounts.SHOP_ACCESS_TOKEN)
    woocommerce = _folder(tmp_path / "b", world, WOOCOMMERCE, sandbox, accounts.WOOCOMMERCE_SECRET)

    for _ in range(2):
        outcomes = [folder.run() for folder in (shopify, woocommerce)]

        assert [(), ()] == [outcome.failed for outcome in outcomes]
        assert shopify.query(SCORES)["value"].null_count() == 0
        assert_frame_equal(shopify.query(SCORES), woocommerce.query(SCORES))
        assert_frame_equal(shopify.query(DAILY), woocommerce.query(DAILY))

        clock.move(days=6)
        order, *_, last = sandbox.shop.look().orders
        sandbox.shop.refund(last.number, {last.lines[0].number: 1})
        sandbox.shop.cancel(sandbox.shop.look().orders[-2].number)
        sandbox.shop.refund(order.number, {}, shipping=100)
