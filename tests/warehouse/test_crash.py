"""A killed writer leaves what was committed, and nothing else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from okr_config.world import World
from tests.warehouse.deliveries import ask, delivery
from warehouse import Warehouse, open_warehouse

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# lands one batch, then begins a second and stops just before the named call of the landing
_WRITER = """
import sys; sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tests.conftest import waiting_world
from tests.warehouse.test_crash import batch
from warehouse import landing, ledger, open_warehouse, store
def stop(*args, **kwargs):
    print("stopped", flush=True)
    sys.stdin.read()
with open_warehouse(Path(sys.argv[1]), world=waiting_world()) as warehouse:
    warehouse.land(batch(1), "run")
    module, name = sys.argv[3].split(".")
    if name == "commit":
        rows = ledger._enter
        ledger._enter = lambda *args: (rows(*args), stop())
    else:
        setattr({"landing": landing, "ledger": ledger, "store": store}[module], name, stop)
    warehouse.land(batch(2), "run")
"""


def batch(number: int) -> object:
    """Return a delivery of 300 orders."""
    rows = [{"order_id": str(row), "status": f"batch {number}"} for row in range(300)]
    return delivery({"orders": rows, "order_lines": [{"order_id": str(row)} for row in range(300)]})


def _state(warehouse: Warehouse) -> list[tuple[object, ...]]:
    return ask(
        warehouse,
        """
        select status, count(*), (select count(*) from shop_order_line), (select count(*) from load)
        from shop_order
        group by status
        """,
    )


@pytest.mark.parametrize("point", ["landing._count", "ledger.enter_delivery", "ledger.commit"])
def test_a_kill_in_a_landing_is_as_if_it_had_never_begun(path: Path, world: World, point: str) -> None:
    """Before the first row, before the ledger and before the commit: the next run needs no hand and ends the same."""
    command = [sys.executable, "-c", _WRITER, str(path), str(ROOT), point]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert "stopped\n" == writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)

    with open_warehouse(path, world=world) as warehouse:
        assert [("batch 1", 300, 300, 1)] == _state(warehouse)
        load = warehouse.land(batch(2), "run")
        assert [("batch 2", 300, 300, 2)] == _state(warehouse)
        assert (0, 300) == (load.rows_new, load.rows_changed)
        assert [] == warehouse.check()
