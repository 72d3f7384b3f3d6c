"""Which sources count: those of the config, under their newest name, one account once and never another's."""

from datetime import timedelta
from decimal import Decimal

import pytest

from okr_config.delivery import Window
from okr_config.errors import UsageError
from tests.warehouse.deliveries import DAY, FROM, TO, ask, delivery, series_request, sheet, traffic, values
from warehouse import SourceRow, Warehouse
from warehouse.sources import Leaving

SHOP = SourceRow("shop", "shopify", "mug.myshopify.com")
OTHER = SourceRow("other", "shopify", "cap.myshopify.com")
ORDER = {"orders": [{"order_id": "A"}], "order_lines": [{"order_id": "A"}], "refunds": [{"order_id": "A"}]}


def _orders(warehouse: Warehouse) -> Decimal:
    found = warehouse.observe([series_request("shop.orders")]).filter(series="shop.orders")
    return sum(found["value"].to_list(), Decimal(0))


def test_before_any_is_registered_all_count(warehouse: Warehouse) -> None:
    """A warehouse of a time when sources were not registered reads as it did."""
    warehouse.land(delivery(ORDER), "run")

    assert (1, {"shop"}) == (_orders(warehouse), set(_fresh(warehouse)))


def test_a_source_that_is_taken_out_no_longer_counts(warehouse: Warehouse) -> None:
    """Its orders, its days without an order and its state leave together, and come back with it."""
    warehouse.land(delivery(ORDER), "run")
    warehouse.land(delivery({"orders": [{"order_id": "B"}]}, source_id="other"), "run")
    warehouse.sources.register([SHOP, OTHER])
    both = _orders(warehouse)

    leaving = warehouse.sources.leaving(["other"])
    warehouse.sources.register([OTHER])
    alone = _orders(warehouse), set(_fresh(warehouse))
    warehouse.sources.register([SHOP, OTHER])

    assert [Leaving("shop", "orders", 1)] == leaving
    assert (2, (1, {"other"}), 2) == (both, alone, _orders(warehouse))
    assert [] == warehouse.check()


def test_what_counted_then_counts_for_then(warehouse: Warehouse) -> None:
    """A look back to before a source was taken out finds it."""
    warehouse.land(delivery(ORDER), "run")
    warehouse.sources.register([SHOP])
    then = warehouse.now()
    warehouse.sources.register([])

    assert [(1,)] == ask(warehouse, "select count(*) from shop_order", then)
    assert [(0,)] == ask(warehouse, "select count(*) from shop_order")


def test_a_source_that_landed_before_sources_were_registered_leaves_too(warehouse: Warehouse) -> None:
    """The first registration takes out what the config does not name, though it was never in one."""
    warehouse.land(delivery(ORDER), "run")

    warehouse.sources.register([])

    assert 0 == _orders(warehouse)


def test_registering_the_same_again_adds_nothing(warehouse: Warehouse) -> None:
    """Only a change is a row."""
    for _ in range(3):
        warehouse.sources.register([SHOP, OTHER])

    assert [(2,)] == ask(warehouse, "select count(*) from source_version")


def test_a_rename_carries_history(warehouse: Warehouse) -> None:
    """Cursor, versions and observations go to the new name; landing there again adds nothing, and nothing doubles."""
    warehouse.land(delivery(ORDER), "run")
    warehouse.sources.register([SHOP])
    warehouse.refresh_observations([], "run")

    warehouse.sources.register([SourceRow("store", "shopify", "mugs.example", renamed_from="shop")])
    again = warehouse.land(delivery(ORDER, source_id="store"), "run")

    assert TO == warehouse.cursor("store", "orders")
    assert (0, 0) == (again.rows_new, again.rows_changed)
    assert 1 == _orders(warehouse)
    assert [("store", "mugs.example", False)] == ask(
        warehouse, "select source_id, account, removed from source_version order by registered_at desc limit 1"
    )
    assert [] == warehouse.check()


def test_a_rename_carries_metrics_of_its_name(warehouse: Warehouse) -> None:
    """What was called after the old name is called after the new one."""
    warehouse.land(sheet({"metric": "sheet.calls", "value": Decimal(3)}), "run")

    warehouse.sources.register([SourceRow("log", "file", renamed_from="sheet")])

    assert {DAY: 3} == values(warehouse, "log.calls")


def test_a_rename_stays_done(warehouse: Warehouse) -> None:
    """The word in the config may stay; with rows under both names it is refused, and nothing has changed."""
    renamed = SourceRow("store", "shopify", "mug.myshopify.com", renamed_from="shop")
    warehouse.land(delivery(ORDER), "run")
    for _ in range(2):
        assert {} == warehouse.sources.register([renamed])
    warehouse.land(delivery(ORDER, source_id="shop"), "run")
    warehouse.land(delivery(ORDER, source_id="store"), "run")

    with pytest.raises(UsageError, match="renamed from shop, but both have rows"):
        warehouse.sources.register([SourceRow("new", "shopify"), renamed])

    assert [("store",)] == ask(warehouse, "from counted_source")


def test_settings_that_name_another_account_are_found(warehouse: Warehouse) -> None:
    """The account that is noted stays, however often it is asked; one that comes back is right again."""
    another = SourceRow("shop", "shopify", "cap.myshopify.com")
    warehouse.sources.register([SHOP])

    found = [warehouse.sources.register([row]) for row in (another, another, SHOP)]

    assert [{"shop": "mug.myshopify.com"}, {"shop": "mug.myshopify.com"}, {}] == found
    assert [("shop",)] == ask(warehouse, "from counted_source")


def test_an_account_that_told_its_id_may_change_its_handle(warehouse: Warehouse) -> None:
    """What the vendor calls it for good decides, not what the settings say; another id is another account."""
    follow = {"source_id": "sky", "connector": "bluesky", "stream": "accounts", "mode": "snapshot"}
    warehouse.sources.register([SourceRow("sky", "bluesky", "shop.bsky.social")])

    first = warehouse.sources.accept(delivery({"accounts": []}, **follow, account="did:plc:a"))
    renamed = warehouse.sources.register([SourceRow("sky", "bluesky", "shop.example")])
    again = warehouse.sources.accept(delivery({"accounts": []}, **follow, account="did:plc:a"))
    silent = warehouse.sources.accept(delivery({"accounts": []}, **follow))
    other = [warehouse.sources.accept(delivery({"accounts": []}, **follow, account="did:plc:b")) for _ in range(2)]

    assert (None, {}, None, None) == (first, renamed, again, silent)
    assert ["did:plc:a", "did:plc:a"] == other


def test_an_account_that_is_not_known_is_what_it_was(warehouse: Warehouse) -> None:
    """A command that reads no secrets registers sources without their accounts; the next run compares all the same."""
    warehouse.sources.register([SHOP])

    warehouse.sources.register([SourceRow("shop", "shopify")])

    another = SourceRow("shop", "shopify", "cap.myshopify.com")
    assert {"shop": "mug.myshopify.com"} == warehouse.sources.register([another])


def test_one_account_under_two_names_counts_once(warehouse: Warehouse) -> None:
    """The source that was there first counts."""
    for name in ("b-first", "a-second"):
        shop = delivery(ORDER, source_id=name, account="gid://Shop/1")
        warehouse.sources.register(
            [SourceRow("b-first", "shopify"), *[SourceRow(name, "shopify")] * (name != "b-first")]
        )
        warehouse.sources.accept(shop)
        warehouse.land(shop, "run")

    assert 1 == _orders(warehouse)
    assert [("b-first",)] == ask(warehouse, "from counted_source")


def test_visits_and_windows_of_a_source_that_left(warehouse: Warehouse) -> None:
    """Traffic leaves as well; a pull of it later is landed, and does not count."""
    warehouse.land(traffic({"visits": 3}), "run")
    warehouse.sources.register([SHOP])
    warehouse.land(traffic({"visits": 4}, window=Window(FROM, TO + timedelta(hours=1))), "run")

    assert {} == values(warehouse, "web.visits")


def _fresh(warehouse: Warehouse) -> list[str]:
    return warehouse.freshness()["source_id"].to_list()
