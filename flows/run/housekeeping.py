"""Moving a project's warehouse, and tidying it."""

from collections.abc import Mapping
from contextlib import ExitStack

from flows.project.project import Project
from okr_config.errors import UsageError
from warehouse import hold_run_lock, open_warehouse
from warehouse.door import without_password
from warehouse.moving import move
from warehouse.table_hashes import TableHash
from warehouse.tidying import Tidied, tidy


def move_warehouse(project: Project, source: str, target: str) -> Mapping[str, TableHash]:
    """
    Copy the warehouse at one address to another; return what its tables hold.

    Raises:
        UsageError: when an address is none, or both are the same.
        LockHeldError: when a run is going on.
        WarehouseError: when either cannot be used, or the target has rows.
    """
    here, there = project.warehouse_at(source), project.warehouse_at(target)
    if here == there:
        raise UsageError(
            "both addresses are the same", where=without_password(source), next_step="name where it is to lie"
        )
    with ExitStack() as locks:
        for folder in sorted({here.path.parent, there.path.parent}):
            locks.enter_context(hold_run_lock(folder, world=project.world))
        return move(here, there, world=project.world)


def tidy_warehouse(project: Project) -> Tidied:
    """
    Tidy the project's warehouse, and publish it where it has been published.

    Raises:
        UsageError: when nothing has been landed yet.
        LockHeldError: when a run is going on.
        WarehouseError: when it cannot be used.
    """
    door, world = project.warehouse, project.world
    if not door.is_there:
        raise UsageError("nothing has been landed yet", where=str(door), next_step="okr run")
    with hold_run_lock(door.path.parent, world=world):
        tidied = tidy(door, world=world)
        if project.published.exists():
            with open_warehouse(door, world=world) as warehouse:
                warehouse.publish(project.published)
    return tidied
