"""The copy that people read."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from okr_config.errors import WarehouseError
from tests.conftest import Clock
from tests.warehouse.deliveries import DAY, ask, delivery, frame, series_request
from warehouse import Warehouse
from warehouse.engine import connect
from warehouse.publishing import publish_file
from warehouse.reading import read_published

ONE = delivery({"orders": [{"order_id": "A"}]})
TWO = delivery({"orders": [{"order_id": "B"}]})
COUNT = "select count(*) from shop_order"


def test_the_copy_has_rows_and_views(warehouse: Warehouse, published: Path) -> None:
    """Everything that is committed can be read from the copy, while the warehouse is open."""
    warehouse.land(ONE, "run")
    warehouse.refresh_observations([series_request("shop.orders")], "run")

    warehouse.publish(published)

    assert [("shop.orders", DAY, 1)] == read_published(
        published, "select metric, day, value from metric_daily where value > 0"
    ).rows()


def test_views_of_the_copy_show_what_was_known(warehouse: Warehouse, published: Path) -> None:
    """`set variable known_at` works for whoever reads the copy."""
    then = warehouse.now()
    warehouse.land(ONE, "run")
    warehouse.publish(published)

    with connect(published, read_only=True) as reader:
        assert [(1,)] == reader.execute(COUNT).fetchall()
        reader.execute("set variable known_at = $then", {"then": then})
        assert [(0,)] == reader.execute(COUNT).fetchall()


def test_a_reader_keeps_the_copy_it_opened(warehouse: Warehouse, published: Path) -> None:
    """Publishing waits for nobody, and disturbs nobody."""
    warehouse.land(ONE, "run")
    warehouse.publish(published)
    with connect(published, read_only=True) as reader:
        warehouse.land(TWO, "run")
        warehouse.publish(published)

        assert [(1,)] == reader.execute(COUNT).fetchall()
    assert [(2,)] == read_published(published, COUNT).rows()


def test_a_warehouse_that_somebody_writes_to_is_not_copied(empty: Path, published: Path, tmp_path: Path) -> None:
    """A program that opened it since it was closed keeps it from being copied half-written, log or no log."""
    path = tmp_path / "own.duckdb"
    path.write_bytes(empty.read_bytes())
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with writer:
        assert writer.stdout is not None
        assert "open\n" == writer.stdout.readline()
        with pytest.raises(WarehouseError, match="another program"):
            publish_file(path, published)
        writer.communicate()
    path.with_name(f"{path.name}.wal").write_bytes(b"rows that are not in the file")
    with pytest.raises(WarehouseError, match="another program"):
        publish_file(path, published)
    assert not published.exists()


def test_nothing_else_is_left_in_the_folder(warehouse: Warehouse, published: Path) -> None:
    """Drafts of a publishing that was killed are swept away."""
    published.parent.mkdir()
    (published.parent / f".{published.name}.123.tmp").touch()
    (published.parent / f".{published.name}.123.tmp.wal").touch()

    warehouse.publish(published)

    assert [published] == list(published.parent.iterdir())


def test_a_link_is_replaced_not_followed(warehouse: Warehouse, published: Path, tmp_path: Path) -> None:
    """What a link in the copy's place points at is never written."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    published.parent.mkdir()
    published.symlink_to(elsewhere)

    warehouse.publish(published)

    assert "mine" == elsewhere.read_text()
    assert not published.is_symlink()


def test_a_copy_that_cannot_be_written_leaves_the_old_one(warehouse: Warehouse, published: Path) -> None:
    """The error says where."""
    published.parent.touch()

    with pytest.raises(WarehouseError, match="cannot be written") as caught:
        warehouse.publish(published)

    assert str(published) == caught.value.where


@pytest.mark.parametrize("name", ["it's.duckdb", 'a "b".duckdb', "memory.duckdb", "ø.duckdb"])
def test_names_of_any_letters(warehouse: Warehouse, published: Path, name: str) -> None:
    """A file's name is never taken for SQL."""
    warehouse.land(ONE, "run")

    warehouse.publish(published.with_name(name))

    assert [(1,)] == read_published(published.with_name(name), COUNT).rows()


def test_the_first_run_of_a_day_leaves_a_tidy_file(warehouse: Warehouse, path: Path, clock: Clock) -> None:
    """It is written anew with all that it holds and goes on; a later run of the day leaves it as it lies."""
    warehouse.start_run(command="run", version="1", config_hash="h")
    for number in range(12):
        rows = ({"order_id": f"{number}-{row}"} for row in range(40))
        warehouse.land(replace(ONE, frames={"orders": frame("orders", *rows)}), "run")
        warehouse.settle()
    before, size = ask(warehouse, "from shop_order order by order_id"), path.stat().st_size

    assert not warehouse.tidy()
    assert warehouse.tidy(worth=1)
    assert path.stat().st_size < size
    assert before == ask(warehouse, "from shop_order order by order_id")
    load_id = warehouse.land(ONE, "run").load_id
    assert [(load_id,)] == ask(warehouse, "select max(load_id) from load having count(*) = 13")
    clock.now += timedelta(hours=1)
    warehouse.start_run(command="run", version="1", config_hash="h")
    assert not warehouse.tidy(worth=1)
    clock.now += timedelta(days=1)
    warehouse.start_run(command="run", version="1", config_hash="h")
    assert warehouse.tidy(worth=1)
