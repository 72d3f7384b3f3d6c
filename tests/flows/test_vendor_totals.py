"""Our numbers beside the vendor's own page, each night and by `okr doctor --numbers` (flows.commands._numbers)."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback, Reply, Request
from tests.flows.project_folder import Folder
from tests.flows.woocommerce_shop import WOO_SOURCE, WooShop

pytestmark = pytest.mark.slow

TERM = """\
period: {id: term, start: 2026-11-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: A shop that works
    key_results:
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 500}
"""
ROUTE = "/reports/revenue/stats"


class Analytics:
    """A shop with its own page: refunds on the day they were made, and orders that only the page counts."""

    def __init__(self, shop: WooShop) -> None:
        self.shop = shop
        self.invented: Counter[date] = Counter()
        self.asked = 0

    def __call__(self, request: Request) -> Reply:
        """Answer as the shop, or as its page."""
        if not request.path.endswith(ROUTE):
            return self.shop(request)
        self.asked += 1
        first, last = (date.fromisoformat(request.query[name][:10]) for name in ("after", "before"))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return Reply({"totals": {}, "intervals": [self._interval(day) for day in days]})

    def _interval(self, day: date) -> dict[str, Any]:
        orders = [order for order in self.shop.orders.values() if order["date_paid"].startswith(str(day))]
        back = [
            refund
            for refunds in self.shop.refunds.values()
            for refund in refunds
            if refund["date_created_gmt"].startswith(str(day))
        ]
        counts = {
            "orders_count": len(orders) + self.invented[day],
            "num_items_sold": 2 * len(orders) - len(back),
            "total_sales": 200.0 * len(orders) - 100.0 * len(back),
        }
        return {"interval": str(day), "subtotals": counts}


@pytest.fixture
def loopback(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that answers by script."""
    running = Loopback(world, tmp_path)
    yield running
    running.stop()


@pytest.fixture
def page(folder: Folder, loopback: Loopback) -> Analytics:
    """Return a shop of three orders and its page, and the folder's source for it."""
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("okr_config/sources.yaml", WOO_SOURCE.format(url=loopback.url).replace("per_page: 2", "per_page: 100"))
    folder.write(".env", "KEY=ck_0123456789\n")
    (folder.home / ".env").chmod(0o600)
    opened = Analytics(WooShop("2026-11-03", "2026-11-05", "2026-11-08"))
    loopback.script = opened
    return opened


def _differing(folder: Folder) -> list[tuple[Any, ...]]:
    sql = "select metric, day, ours, theirs, causes from vendor_total where causes is distinct from [] order by all"
    return folder.query(sql).rows()


def _checked(folder: Folder) -> list[tuple[str, str, str]]:
    newest = "check_id = 'vendor_total' and run_id = (select max(run_id) from run)"
    return sorted(folder.query(f"select subject, severity, found from quality_check where {newest}").rows())


def test_a_reconciliation_compares_once_a_night(folder: Folder, page: Analytics, clock: Clock) -> None:
    """A first load compares nothing; what is read again is compared, every day of it equal or with its cause."""
    folder.run()
    assert 0 == page.asked

    page.shop.refund(2)
    clock.move(hours=1)
    folder.run()

    units, money = "shop.units_sold", "shop.net_revenue"
    order_day, refund_day, cause = date(2026, 11, 5), date(2026, 11, 20), ["refund day"]
    assert [
        (money, order_day, Decimal(100), Decimal(200), cause),
        (money, refund_day, Decimal(0), Decimal(-100), cause),
        (units, order_day, Decimal(1), Decimal(2), cause),
        (units, refund_day, Decimal(0), Decimal(-1), cause),
    ] == _differing(folder)
    told = "2 days differ from the vendor's own page: refund day"
    assert [(money, "info", told), (units, "info", told)] == _checked(folder)
    assert folder.query("select count(*) from vendor_total").item() > 3 * 20
    clock.move(hours=1)
    folder.run()
    assert 1 == page.asked
    clock.move(hours=24)
    folder.run()
    assert 2 == page.asked


def test_what_nothing_explains_is_a_warning(folder: Folder, page: Analytics, clock: Clock) -> None:
    """The run goes well all the same, and doctor says it of the newest run."""
    folder.run()
    page.invented[date(2026, 11, 8)] = 4
    clock.move(hours=1)

    assert folder.run().complete

    assert [("shop.orders", date(2026, 11, 8), Decimal(1), Decimal(5), None)] == _differing(folder)
    found = ("shop.orders", "warning", "1 day differs from the vendor's own page: unexplained")
    assert [found] == _checked(folder)
    assert "1 day differs from the vendor's own page: unexplained" in " ".join(folder.ask("doctor").output.split())


def test_a_page_that_cannot_be_read_is_a_note(
    folder: Folder, page: Analytics, clock: Clock, loopback: Loopback
) -> None:
    """The orders land all the same."""
    folder.run()
    loopback.script = lambda request: Reply({}, 500) if request.path.endswith(ROUTE) else page.shop(request)
    clock.move(hours=1)

    outcome = folder.run()

    assert outcome.complete
    notes = [note for load in outcome.loads if load.stream == "orders" for note in load.notes]
    assert notes[0].startswith("WooCommerce's own totals are not compared: 127.0.0.1")
    assert [] == _differing(folder)


def test_doctor_lays_the_numbers_beside_each_other(folder: Folder, page: Analytics) -> None:
    """As they are now, each differing day with its cause; nothing of it is kept."""
    folder.run()
    page.shop.refund(2)
    page.invented[date(2026, 11, 8)] = 1

    told = json.loads(folder.ask("doctor", "--numbers", "--json").stdout)

    numbers = [(one["state"], one["told"]) for one in told if one["check"] == "numbers"]
    span = "2026-10-18 to 2026-11-22"
    reason = "1 here, 2 there: unexplained"
    assert ("ok", f"shop.orders: 35 of 36 days as on the vendor's own page, {span}") in numbers
    assert ("warning", f"shop.orders, 2026-11-08: {reason}") in numbers
    assert [] == _differing(folder)
    fixes = {one["fix"] for one in told if one["state"] == "warning" and one["check"] == "numbers"}
    assert {"okr run --only butikk --reconcile; if it stays, hold that day's orders against the vendor's"} == fixes


def test_doctor_says_where_there_is_nothing_to_compare(folder: Folder, page: Analytics) -> None:
    """Before the first run, and where a vendor tells no totals."""
    folder.write("numbers/numbers.csv", "metric,day,value\nshop.orders,2026-11-22,1\n")
    sources = (folder.home / "okr_config/sources.yaml").read_text(encoding="utf-8")
    folder.write("okr_config/sources.yaml", sources + "  - {id: sheet, connector: file, path: numbers/*.csv}\n")

    told = json.loads(folder.ask("doctor", "--numbers", "--json").stdout)

    numbers = {one["source"]: one["told"] for one in told if one["check"] == "numbers"}
    assert {
        "butikk": "no run has been yet: okr run",
        "sheet": "the vendor tells no totals of its own: nothing to compare",
    } == numbers
    assert 0 == page.asked
