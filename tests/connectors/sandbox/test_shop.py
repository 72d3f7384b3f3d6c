"""The shop behind its clock (.orders)."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from connectors.sandbox.loading import load_orders
from connectors.sandbox.orders import Line, Order
from connectors.sandbox.shop import Shop
from tests.conftest import Clock

LONDON = pl.Datetime("ms", "Europe/London")
MUGS = Line(1, "22423", "MUG", 3, 250)
BAGS = Line(2, "20719", "BAG", 10, 85)


@pytest.fixture
def shop(evening: Clock) -> Shop:
    """Return a shop with one order of yesterday: £16 of goods, £4 of shipping."""
    yesterday = evening() - timedelta(days=1)
    return Shop([Order(1, yesterday, 12345, "Norway", (MUGS, BAGS), shipping=400)], evening)


def _order(shop: Shop, number: int = 1) -> Order:
    (order,) = (order for order in shop.look().orders if order.number == number)
    return order


@pytest.mark.parametrize("day", [datetime(2010, 12, 1, 9, tzinfo=UTC), datetime(2011, 7, 31, tzinfo=UTC)])
def test_no_order_and_no_refund_is_seen_before_its_time(rows: pl.DataFrame, day: datetime) -> None:
    """At any time the shop holds what the data holds up to then."""
    past = rows.filter(pl.col("InvoiceDate").dt.replace_time_zone("Europe/London") <= pl.lit(day).cast(LONDON))

    seen = Shop(load_orders("export"), lambda: day).look().orders

    refunded = past.filter(pl.col("RefundOf").is_not_null())
    pence = refunded.select((pl.col("Quantity") * pl.col("UnitPrice") * -100).sum()).item()
    assert past.filter(pl.col("RefundOf").is_null())["InvoiceNo"].n_unique() == len(seen)
    assert pence == sum(order.paid_back for order in seen)


def test_a_refund_to_come_shows_as_the_clock_passes_it(evening: Clock) -> None:
    """Order 574713 was partly sent back at 11:48 on the 21st; until then it is whole and unchanged."""
    shop = Shop(load_orders("export"), evening)
    placed = datetime(2011, 11, 6, 14, 26, tzinfo=UTC)
    before = _order(shop, 574713)

    evening.now = datetime(2011, 11, 21, 11, 48, tzinfo=UTC)
    after = _order(shop, 574713)

    assert (before.created_at, 0) == (before.updated_at, before.paid_back)
    assert placed == after.created_at
    assert (evening.now, 495 + 2 * 595) == (after.updated_at, after.paid_back)


def test_snapshots_of_the_same_orders_share_their_version(shop: Shop, evening: Clock) -> None:
    """Time alone makes no new version; an event or an edit does."""
    first = shop.look()
    evening.move(hours=1)
    second = shop.look()
    shop.edit_line(1, 1, quantity=2)

    assert first.version == second.version
    assert first.orders is second.orders
    assert second.version != shop.look().version


def test_an_edited_line_is_as_if_ordered_so(shop: Shop, evening: Clock) -> None:
    """Quantity and price change the total; the order counts as edited now."""
    shop.edit_line(1, 1, quantity=4)
    shop.edit_line(1, 2, price=100)

    order = _order(shop)

    assert (4 * 250 + 10 * 100 + 400, True, evening.now) == (order.total, order.edited, order.updated_at)


def test_a_line_without_units_is_gone(shop: Shop) -> None:
    """A quantity of 0 removes the line."""
    shop.edit_line(1, 1, quantity=0)

    assert (BAGS,) == _order(shop).lines


def test_a_refund_takes_units_back_at_their_price(shop: Shop, evening: Clock) -> None:
    """Units and shipping are paid back; what was ordered stays."""
    shop.refund(1, {2: 4}, shipping=100)

    order = _order(shop)

    assert (4 * 85 + 100, 2000, {2: 4}) == (order.paid_back, order.total, order.returned)
    assert evening.now == order.updated_at


def test_cancelling_pays_back_what_is_left(shop: Shop, evening: Clock) -> None:
    """After a partial refund the rest goes back, shipping too."""
    shop.refund(1, {2: 4}, shipping=100)
    shop.cancel(1)

    order = _order(shop)

    assert (2000, evening.now) == (order.paid_back, order.cancelled_at)
    assert [440, 1560] == [order.worth(refund.units) + refund.shipping for refund in order.refunds]


def test_orders_come_and_go(shop: Shop, evening: Clock) -> None:
    """A new order is placed now; a deleted one was never there."""
    shop.add_order(2, [MUGS], customer=777, country="Norway")
    shop.delete(1)

    assert [Order(2, evening.now, 777, "Norway", (MUGS,))] == list(shop.look().orders)
