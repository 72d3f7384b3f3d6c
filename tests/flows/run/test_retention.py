"""What goes for good, and what stays: purge and forget (flows.commands.purge, .forget, warehouse.retaining)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.project.writing import write_warehouse
from flows.scoring import judge_all
from okr_config.world import World
from tests.conftest import Clock
from tests.connectors.loopback import Loopback
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import Folder
from tests.flows.test_clock import a_folder
from tests.flows.woocommerce_shop import WOO_SOURCE, WooShop, woo_order
from tests.warehouse.deliveries import sheet
from warehouse.reader import read_warehouse

pytestmark = pytest.mark.slow

GOALS = """\
period: {id: autumn, start: 2026-11-01, end: 2026-12-31}
timezone: Europe/Oslo
objectives:
  - id: shop
    title: Sell
    key_results:
      - {id: new, title: New customers, metric: shop.customers_new, kind: total, target: 20}
      - {id: units, title: Units, metric: shop.units_sold, kind: total, target: 60}
"""
THIRD = "3"
"""The customer who is to be forgotten: their orders are number 3, of 5 November, and number 8."""


def published_scores(folder: Folder) -> Mapping[tuple[datetime, datetime], pl.DataFrame]:
    """Score every instant that was published once more, with what was known then."""
    told = folder.query("select distinct as_of, known_at from key_result_score order by all").rows()
    config = folder.project().config()
    with read_warehouse(folder.project().published, world=folder.world) as warehouse:
        return {
            (as_of, known_at): judge_all(warehouse, config, as_of=as_of, known_at=known_at).scores.key_results
            for as_of, known_at in told
        }


def same_scores(before: Mapping[Any, pl.DataFrame], after: Mapping[Any, pl.DataFrame]) -> None:
    """Make sure that each is what it was, bit for bit; there may be more by now."""
    assert before
    for instants, scores in before.items():
        assert_frame_equal(scores, after[instants])


def _new_customers(folder: Folder) -> list[tuple[Any, ...]]:
    return folder.query(
        "select day, value from metric_daily where metric = 'shop.customers_new' and value > 0 order by day"
    ).rows()


@pytest.fixture
def woo() -> WooShop:
    """Return a shop of eight orders by five customers."""
    shop = WooShop(*(f"2026-11-{day:02}" for day in (2, 3, 5, 8, 9, 12, 15, 16)))
    for number, order in shop.orders.items():
        order["customer_id"] = (number - 1) % 5 + 1
    return shop


@pytest.fixture
def shop(tmp_path: Path, world: World, clock: Clock, woo: WooShop) -> Iterator[Folder]:
    """Yield a folder that read it on two days; in between the third customer's first order was put on another day."""
    server = Loopback(world, tmp_path / "server")
    server.script = woo
    made = Folder(tmp_path / "shop", world, {"KEY": "secret"})
    made.write("okr_config/sources.yaml", WOO_SOURCE.format(url=server.url))
    made.write("okr_config/objectives/autumn.yaml", GOALS)
    made.write(".env", "KEY=secret\n")
    made.run()
    clock.move(days=1)
    changed = woo_order(3, "2026-11-06") | {"customer_id": 3, "date_modified_gmt": "2026-11-23T12:00:00"}
    woo.orders[3] = changed
    made.run()
    clock.move(hours=1)
    yield made
    server.stop()


def test_a_forgotten_customer_is_nowhere_and_the_numbers_stay(shop: Folder, woo: WooShop, clock: Clock) -> None:
    """Null in every version, gone from every file; counts and published scores are bit for bit what they were."""
    hashed = shop.project().customer_key()(THIRD)
    before, counts = published_scores(shop), _new_customers(shop)
    files = [path for path in shop.home.rglob("*.duckdb") if hashed.encode() in path.read_bytes()]
    assert 4 == len(files)
    assert (date(2026, 11, 6), Decimal(1)) in counts

    result = shop.ask("forget", "--customer", THIRD, "--yes")

    assert 0 == result.exit_code, result.output
    assert "okr.duckdb" in result.stderr
    assert "okr-2026-11-23.duckdb" in result.stderr
    assert [] == [path for path in shop.home.rglob("*") if path.is_file() and hashed.encode() in path.read_bytes()]
    for path in files:
        with duckdb.connect(str(path), read_only=True) as connection:
            known = "select count(*), count(customer_key) from shop_order_version where order_id in ('3', '8')"
            ((versions, keys),) = connection.execute(known).fetchall()
            assert 0 == keys < versions
    same_scores(before, published_scores(shop))
    assert 0 == shop.ask("verify").exit_code

    woo.orders[9] = woo_order(9, "2026-11-24") | {"customer_id": 3}
    woo.orders[8]["date_modified_gmt"] = "2026-11-24T09:30:00"
    clock.move(days=1)
    shop.run()

    assert counts == _new_customers(shop)
    assert [] == [path for path in shop.home.rglob("*") if path.is_file() and hashed.encode() in path.read_bytes()]
    same_scores(before, published_scores(shop))
    again = shop.ask("forget", "--customer", THIRD, "--yes")
    assert 0 == again.exit_code
    assert "was forgotten before" in again.stderr


def test_a_restored_backup_has_forgotten_too(shop: Folder) -> None:
    """The oldest backup brings nobody back."""
    shop.ask("forget", "--customer", THIRD, "--yes")

    assert 0 == shop.ask("restore", "--as-of", "2026-11-23", "--yes").exit_code

    found = shop.query("select count(customer_key) from shop_order where order_id in ('3', '8')").rows()
    assert [(0,)] == found


def test_nobody_is_forgotten_without_the_key(shop: Folder) -> None:
    """A lost key leads nobody back: refused, exit 3, and nothing is written."""
    before = shop.project().warehouse.path.read_bytes()
    (shop.home / ".okr" / "customer.key").unlink()

    result = shop.ask("forget", "--customer", THIRD, "--yes")

    assert 3 == result.exit_code
    assert "the key that customers are hashed with is lost" in result.stderr
    assert before == shop.project().warehouse.path.read_bytes()


def test_an_unknown_customer_is_told(shop: Folder) -> None:
    """Exit 2; and without a word of consent nothing is done."""
    unknown = shop.ask("forget", "--customer", "99", "--yes")
    unasked = shop.ask("forget", "--customer", THIRD)

    assert (2, 2) == (unknown.exit_code, unasked.exit_code)
    assert "no order of a customer 99 is known" in unknown.stderr
    assert "next: okr forget --customer 3 --yes" in unasked.stderr


@pytest.fixture
def sold(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder with two runs, between which a sheet was landed four times and nothing was scored."""
    return made_once.copy(_sold, tmp_path / "sold", world, clock)


def _sold(home: Path, clock: Clock) -> Folder:
    made = a_folder(home, clock)
    made.run()
    rows: list[list[tuple[int, int]]] = [
        [(20, 11), (21, 1)],
        [(20, 12), (21, 2), (22, 1)],
        [(20, 12), (21, 3)],
        [(20, 12), (21, 3), (22, 2)],
    ]
    for values in rows:
        clock.move(hours=1)
        with write_warehouse(made.project()) as warehouse:
            run_id = warehouse.start_run(command="run", version="1", config_hash="h")
            days = [{"period_start": date(2026, 11, day), "value": Decimal(value)} for day, value in values]
            metric = {"metric": "shop.units_sold", "account": None}
            warehouse.land(sheet(*(metric | day for day in days), started_at=clock.now), run_id)
            warehouse.finish_run(run_id, "failed")
    clock.move(days=1)
    made.run()
    return made


def _versions(folder: Folder, table: str = "stated_value") -> int:
    return int(folder.query(f"select count(*) as n from {table}_version")["n"][0])


def test_what_no_score_rests_on_goes(sold: Folder, clock: Clock) -> None:
    """Statement before and done when asked; every published score is bit for bit what it was; verify agrees."""
    clock.move(days=800)
    before, versions, size = published_scores(sold), _versions(sold), sold.project().warehouse.path.stat().st_size
    newest = sold.query("from stated_value order by all").rows()

    asked = sold.ask("purge", "--older-than", "2y")
    done = sold.ask("purge", "--older-than", "2y", "--yes")

    assert (2, 0) == (asked.exit_code, done.exit_code), done.output
    assert "versions of stated_value" in asked.stderr
    assert "next: okr purge --older-than 2y --yes" in asked.stderr
    gone = versions - _versions(sold)
    assert gone > 20
    assert f"{gone} versions of stated_value" in done.stderr
    same_scores(before, published_scores(sold))
    assert newest == sold.query("from stated_value order by all").rows()
    assert sold.project().warehouse.path.stat().st_size <= size
    assert 0 == sold.ask("verify").exit_code, sold.ask("verify").output
    again = sold.ask("purge", "--older-than", "2y", "--yes")
    assert "no version from before" in again.stderr
    sold.run()
    assert 0 == sold.ask("verify").exit_code


def test_what_is_younger_stays(sold: Folder, clock: Clock) -> None:
    """Nothing of the last two years goes."""
    clock.move(days=700)

    result = sold.ask("purge", "--older-than", "2y", "--yes")

    assert 0 == result.exit_code
    assert "no version from before 2026-10-" in result.stderr


@pytest.mark.parametrize(("age", "told"), [("soon", "no age and no day"), ("2099-01-01", "in the future")])
def test_an_age_that_is_none_is_told(sold: Folder, age: str, told: str) -> None:
    """Exit 2."""
    result = sold.ask("purge", "--older-than", age, "--yes")

    assert 2 == result.exit_code
    assert told in result.stderr
