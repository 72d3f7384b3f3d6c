"""Tidying takes nothing but what may go, and says what it found before and after."""

from datetime import timedelta
from pathlib import Path

import pytest

from okr_config.errors import WarehouseError
from okr_config.world import World
from tests.warehouse.doors import KINDS, door_in
from tests.warehouse.test_crash import batch
from warehouse import open_warehouse, tidying
from warehouse.door import Door
from warehouse.lakes import connect_to
from warehouse.table_hashes import table_hashes
from warehouse.tidying import tidy

AT_ONCE = timedelta()


def _lived(folder: Path, kind: str, world: World) -> Door:
    """Return a warehouse of several landings, with days so far that later ones have taken the place of."""
    folder.mkdir()
    with open_warehouse(door := door_in(folder, kind), world=world) as warehouse:
        run_id = warehouse.start_run(command="run", version="1", config_hash="h")
        for number in range(4):
            warehouse.land(batch(number), run_id)  # type: ignore[arg-type]  # a delivery
        warehouse.finish_run(run_id, "done")
    with connect_to(door) as connection:
        for day in (20, 21, 22):
            connection.execute(
                "insert into key_result_day_version by name select 'sales' as key_result_id, date '2026-11-20' as day,"
                f" 1 as value, false as removed, 'run' as run_id, timestamptz '2026-11-{day} 06:00:00+00' as saved_at"
            )
    return door


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_before_and_after_is_what_is_there(tmp_path: Path, world: World, kind: str) -> None:
    """What later rows have taken the place of is gone, all else is there; a lake is fewer files and one state."""
    door = _lived(tmp_path / "a", kind, world)

    tidied = tidy(door, world=world, keep=AT_ONCE)

    assert {"key_result_day_version": 2} == tidied.thinned
    assert (tidied.before.rows - 2, False) == (tidied.after.rows, tidied.others)
    with connect_to(door, read_only=True) as connection:
        hashes = table_hashes(connection)
        assert [(300,)] == connection.execute("select count(*) from shop_order").fetchall()
    assert tidied.after.rows == sum(held.rows for held in hashes.values())
    assert (1, 1200) == (hashes["key_result_day_version"].rows, hashes["shop_order_version"].rows)
    if door.lake:
        assert 1 == tidied.after.states < tidied.before.states
        assert 1 == len(list(door.path.parent.glob("rows/main/shop_order_version/*.parquet")))
    assert {} == tidy(door, world=world, keep=AT_ONCE).thinned


def test_a_table_that_does_not_come_out_as_it_went_in_is_told(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which, with its rows before and after."""
    door = _lived(tmp_path / "a", "lake", world)
    monkeypatch.setattr(
        tidying, "_STEPS", ("flush_inlined_data({name}); delete from shop_order_version where order_id = '1'",)
    )

    with pytest.raises(WarehouseError, match="changed shop_order_version: 1200 rows before, 1196 after"):
        tidy(door, world=world, keep=AT_ONCE)


def test_what_others_write_meanwhile_is_no_change_of_ours(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the ledger has grown tables cannot be held against what they were, and that is said."""
    door = _lived(tmp_path / "a", "lake", world)
    entry = "insert into run_event by name select 'other' as run_id, 'running' as state, now() as \"at\""
    monkeypatch.setattr(tidying, "_STEPS", ("flush_inlined_data({name}); " + entry,))

    assert tidy(door, world=world, keep=AT_ONCE).others
