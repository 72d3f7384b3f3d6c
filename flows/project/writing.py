"""The one door by which commands write a project's warehouse: under the run lock, by the folder's clock."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from flows.project.project import Project
from warehouse import Warehouse, hold_run_lock, open_warehouse


@contextmanager
def write_warehouse(
    project: Project, *, trusts_clock: bool = True, brief: bool = False, shares: bool = False
) -> Iterator[Warehouse]:
    """
    Hold the lock of the runs and open the warehouse; see `open_warehouse` and `hold_run_lock`.

    `shares`: only rows are added, which in a lake in PostgreSQL others may do at the same time: no lock is held there.

    Raises:
        LockHeldError: when a run is going on.
        ClockError, WarehouseError: when it cannot be written to.
    """
    # the clock of a folder that lives by the sandbox stands at the same evening whenever it is opened
    trusts_clock = trusts_clock and project.settings.sandbox is None
    door = project.warehouse
    is_free = shares and not door.is_alone
    with (
        nullcontext() if is_free else hold_run_lock(door.path.parent, world=project.world, brief=brief),
        open_warehouse(
            door,
            world=project.world,
            trusts_clock=trusts_clock,
            copy=project.published,
            backups=project.backups,
        ) as warehouse,
    ):
        yield warehouse
