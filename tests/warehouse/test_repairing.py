"""Taking back what was recorded from an instant on; with warehouse.extents."""

from datetime import timedelta

from tests.conftest import Clock
from tests.warehouse.deliveries import ask, delivery
from warehouse import Warehouse
from warehouse.repairing import KEPT, TAKEN_BACK


def test_every_table_is_taken_back_or_kept_for_a_reason(warehouse: Warehouse) -> None:
    """A table that is added has to say what becomes of its rows."""
    tables = {name for (name,) in ask(warehouse, "select table_name from duckdb_tables() where not temporary")}

    assert tables == {*TAKEN_BACK, *KEPT}


def test_a_run_during_which_the_clock_jumped_goes_as_a_whole(warehouse: Warehouse, clock: Clock) -> None:
    """Where it began is no future, but half of a run is none."""
    begun = clock.now
    run_id = warehouse.start_run(command="run", version="1", config_hash="h")
    clock.move(days=300)
    warehouse.land(delivery({"orders": [{"order_id": "A"}]}), run_id)
    clock.now = begun + timedelta(hours=1)

    taken = warehouse.repairs.repair()

    assert taken
    assert (begun, (run_id,), {"run_event": 1, "load": 1, "shop_order_version": 1}) == (
        taken.since,
        taken.runs,
        taken.rows,
    )
    assert not warehouse.repairs.are_needed()
    assert clock.now == warehouse.now()
