"""A warehouse is moved whole or not at all, between kinds (.moving, .table_hashes)."""

from pathlib import Path

import pytest

from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.warehouse.deliveries import delivery, series_request, traffic
from tests.warehouse.doors import door_in
from warehouse import moving, open_warehouse
from warehouse.door import Door
from warehouse.lakes import connect_to
from warehouse.moving import move
from warehouse.table_hashes import TableHash, table_hashes
from warehouse.words import Note


def _lived(folder: Path, world: World) -> Door:
    """Return a file in which a bit of everything lies."""
    folder.mkdir()
    with open_warehouse(door := door_in(folder, "file"), world=world) as warehouse:
        run_id = warehouse.start_run(command="run", version="1", config_hash="h")
        for status in ("open", "paid"):
            warehouse.land(delivery({"orders": [{"order_id": "A", "status": status}], "order_lines": []}), run_id)
        warehouse.land(traffic({"visitors": 7}), run_id)
        warehouse.refresh_observations([series_request("shop.orders"), series_request("web.visitors")], run_id)
        warehouse.words.add_note(Note("n1", *[world.clock().date()] * 2, author="Kari"))
        warehouse.finish_run(run_id, "done")
    return door


def _held(door: Door) -> dict[str, TableHash]:
    with connect_to(door, read_only=True) as connection:
        return table_hashes(connection)


def test_to_a_lake_and_back_every_table_is_the_same(tmp_path: Path, world: World) -> None:
    """Counted and hashed; what was moved from stays as it was."""
    file, lake, back = _lived(tmp_path / "a", world), door_in(tmp_path / "b", "lake"), door_in(tmp_path / "c", "file")
    expected = _held(file)

    told = [move(file, lake, world=world), move(lake, back, world=world)]

    assert {"load", "shop_order_version", "metric_observation_version"} <= {
        table for table, held in expected.items() if held.rows > 1
    }
    assert [expected] * 5 == [*told, _held(file), _held(lake), _held(back)]
    assert not list(tmp_path.glob("*/.move-*"))


def test_rows_that_are_there_are_never_overwritten(tmp_path: Path, world: World) -> None:
    """A warehouse with rows is no target, and nothing is no source."""
    file, other = _lived(tmp_path / "a", world), _lived(tmp_path / "b", world)
    before = _held(other)

    with pytest.raises(WarehouseError, match="there is a warehouse with rows already"):
        move(file, other, world=world)
    with pytest.raises(WarehouseError, match="there is no such warehouse"):
        move(door_in(tmp_path / "c", "file"), other, world=world)

    assert before == _held(other)


def test_a_table_that_comes_out_otherwise_moves_nothing(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named with its rows on both sides, and no half of a warehouse is left."""
    file, target = _lived(tmp_path / "a", world), door_in(tmp_path / "b", "file")
    expected = _held(file)
    found = iter([{}, expected, {**expected, "load": TableHash(9, 9)}])
    monkeypatch.setattr(moving, "table_hashes", lambda _connection: next(found))

    with pytest.raises(WarehouseError, match="load did not come out as it went in: 3 rows here, 9 there"):
        move(file, target, world=world)

    assert not target.path.exists()
