"""`refunds_on`, from YAML to the scoreboard: what refunds take off counts on their order's day, or on their own."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from okr_config.world import World
from tests.connectors.loopback import Loopback, Request
from tests.flows.project_folder import Folder
from tests.flows.woocommerce_shop import WooShop

pytestmark = pytest.mark.slow

TERM = """\
period: {{id: term, start: 2026-11-10, end: 2026-12-31}}
timezone: Europe/Oslo
language: en
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {{id: net, title: Net, metric: shop.net_revenue, kind: total, target: 5000{0}}}
      - {{id: refunds, title: Refunds, metric: shop.refunds, kind: total, at_most: 5000{0}}}
      - {{id: units, title: Units, metric: shop.units_sold, kind: total, target: 50{0}}}
      - {{id: mugs, title: Mugs, metric: shop.units_sold, kind: total, target: 50, where: {{sku: MUG}}{0}}}
      - {{id: returned, title: Returned, metric: shop.units_refunded, kind: total, at_most: 50{0}}}
      - {{id: basket, title: Basket, metric: shop.average_order_value, kind: ratio, target: 500{0}}}
      - {{id: orders, title: Orders, metric: shop.orders, kind: total, target: 50}}
"""
SOURCE = """\
  - {{id: {0}, connector: woocommerce, url: "{1}", consumer_key: "${{KEY}}", consumer_secret: "${{KEY}}"{2}}}
"""
ON_REFUND = ", refunds_on: refund"
BY_ORDER = {"net": 500, "refunds": 100, "units": 5, "mugs": 5, "returned": 1, "basket": 500 / 3, "orders": 3}
BY_REFUND = {"net": 400, "refunds": 200, "units": 4, "mugs": 4, "returned": 2, "basket": 400 / 3, "orders": 3}


@pytest.fixture
def loopback(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that answers by script."""
    running = Loopback(world, tmp_path)
    yield running
    running.stop()


@pytest.fixture
def shop(folder: Folder, loopback: Loopback) -> WooShop:
    """Sell two mugs on each of six days; one of before the period and one of it come back on the 20th."""
    opened = WooShop(*(f"2026-11-{day:02}" for day in (3, 5, 8, 10, 12, 15)))
    opened.refund(2)
    opened.refund(5)
    loopback.script = lambda request: opened(_without_prefix(request))
    folder.environ["KEY"] = "ck_0123456789"
    return opened


def _without_prefix(request: Request) -> Request:
    return Request(**{**vars(request), "path": request.path.removeprefix("/kiosk")})


def _write(folder: Folder, loopback: Loopback, *, project: str = "", source: str = "", key_result: str = "") -> None:
    folder.write("okr_config/project.yaml", project)
    folder.write("okr_config/sources.yaml", "sources:\n" + SOURCE.format("butikk", loopback.url, source))
    folder.write("okr_config/objectives/term.yaml", TERM.format(key_result))


def _values(folder: Folder) -> dict[str, float]:
    rows = folder.query("select key_result_id, value from scoreboard").rows()
    return {name: pytest.approx(float(value)) for name, value in rows}


PLACES = {
    "nowhere": ({}, BY_ORDER),
    "project": ({"project": "refunds_on: refund"}, BY_REFUND),
    "source": ({"source": ON_REFUND}, BY_REFUND),
    "key result": ({"key_result": ON_REFUND}, BY_REFUND),
    "source against project": ({"project": "refunds_on: refund", "source": ", refunds_on: order"}, BY_ORDER),
    "key result against source": ({"source": ON_REFUND, "key_result": ", refunds_on: order"}, BY_ORDER),
}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("place", PLACES)
def test_refunds_count_where_the_nearest_word_says(folder: Folder, loopback: Loopback, place: str) -> None:
    """A key result's word goes before its source's, that before the project's; without any it is the order's day."""
    words, expected = PLACES[place]
    _write(folder, loopback, **words)

    folder.run()

    assert _values(folder) == expected


@pytest.mark.usefixtures("shop")
def test_each_source_of_a_key_result_counts_its_own_way(folder: Folder, loopback: Loopback) -> None:
    """Of two shops one has refunds on their day: both add up."""
    _write(folder, loopback, source=ON_REFUND)
    sources = (folder.home / "okr_config/sources.yaml").read_text()
    folder.write("okr_config/sources.yaml", sources + SOURCE.format("kiosk", f"{loopback.url}/kiosk", ""))

    folder.run()

    assert _values(folder) == {
        name: value if name == "basket" else value + BY_ORDER[name]
        for name, value in {**BY_REFUND, "basket": 900 / 6}.items()
    }


@pytest.mark.usefixtures("shop")
def test_both_ways_are_readable_by_day(folder: Folder, loopback: Loopback) -> None:
    """`metric_daily` has the second way to count as a series of its own, in whichever way key results count."""
    _write(folder, loopback)
    folder.run()

    daily = folder.query("select metric, day::varchar as day, value from metric_daily where value <> 0")

    days = {
        metric: {day[-2:]: value for name, day, value in daily.rows() if name == metric}
        for metric in ("shop.refunds", "shop.net_revenue{refunds_on=refund}", "shop.units_sold{refunds_on=refund}")
    }
    assert {
        "shop.refunds": dict.fromkeys(("05", "12"), Decimal(100)),
        "shop.net_revenue{refunds_on=refund}": {
            **dict.fromkeys(("03", "05", "08", "10", "12", "15"), Decimal(200)),
            "20": Decimal(-200),
        },
        "shop.units_sold{refunds_on=refund}": {
            **dict.fromkeys(("03", "05", "08", "10", "12", "15"), Decimal(2)),
            "20": Decimal(-2),
        },
    } == days


def test_it_belongs_to_metrics_with_refunds(folder: Folder) -> None:
    """A key result on a metric that refunds do not change is told so."""
    folder.write(
        "okr_config/objectives/term.yaml",
        TERM.format("").replace("orders, kind: total", "orders, kind: total, refunds_on: refund"),
    )

    told = folder.ask("check")

    assert 2 == told.exit_code
    assert "refunds_on belongs to a metric that refunds change" in told.output
