"""Taking out for good what no published score rests on, and whom a project is to forget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.project.project import Project
from flows.project.writing import write_warehouse
from okr_config.errors import UsageError, WarehouseError
from warehouse import Warehouse
from warehouse.publishing import rewrite
from warehouse.retaining import forget_in

_GLOBAL_IDS = ("", "gid://shopify/Customer/")
"""What vendors write before a customer's number, where people do not."""


@dataclass(frozen=True)
class Forgotten:
    """How many versions of orders a customer was taken out of, by file; before: they had been forgotten already."""

    versions: Mapping[Path, int]
    before: bool


def purgeable(project: Project, before: datetime) -> Mapping[str, int]:
    """Return by table how many versions would go."""
    _file_of(project, "versions are taken out of files only", "okr purge")
    with write_warehouse(project, trusts_clock=False) as warehouse:
        return warehouse.retention.purgeable(before)


def purge(project: Project, before: datetime) -> tuple[Mapping[str, int], int]:
    """Take versions out that ceased to count before an instant; return how many by table, and the bytes given back."""
    file = _file_of(project, "versions are taken out of files only", "okr purge")
    with write_warehouse(project) as warehouse:
        size = file.stat().st_size
        rows = warehouse.retention.purge(before)
        warehouse.settle()
        rewrite(file)
        warehouse.publish(project.published)
        return rows, size - file.stat().st_size


def forget(project: Project, customer: str) -> Forgotten:
    """
    Forget a customer, by the id that the vendor knows: in the warehouse, the published copy and every backup.

    Raises:
        UsageError: when no order of such a customer is known.
        WarehouseError: when the key that ids are hashed with is lost: nobody can be found by an id without it.
    """
    file = _file_of(project, "customers are forgotten in files only", "okr forget")
    with write_warehouse(project) as warehouse:
        _require_key(project, warehouse)
        hashed = [project.customer_key()(f"{prefix}{customer}") for prefix in _GLOBAL_IDS]
        before = any(warehouse.retention.is_forgotten(one) for one in hashed)
        sales = [project.world.token(8).hex() for _ in hashed]
        found = {file: sum(warehouse.retention.forget(one, sale) for one, sale in zip(hashed, sales, strict=True))}
        # the old values are still in the file's free blocks
        warehouse.settle()
        rewrite(file)
        warehouse.publish(project.published)
        found |= _in_backups(project, hashed)
    if not before and not any(found.values()):
        raise UsageError(
            f"no order of a customer {customer} is known",
            where="the id is the one that the shop itself uses",
            next_step="look it up in the shop's admin; whoever ordered as a guest is not known at all",
        )
    return Forgotten(found, before)


def _file_of(project: Project, what: str, command: str) -> Path:
    """Return the warehouse's file; a lake keeps old rows in its files until nobody can look back at them any more."""
    return project.warehouse.require_file(
        what,
        f"okr warehouse move it to a file, {command} there (OKR_WAREHOUSE), and move it to a new lake; the old one"
        " keeps all it had, until you delete its catalogue and its files",
    )


def _in_backups(project: Project, hashed: Sequence[str]) -> Mapping[Path, int]:
    found = {}
    for leftover in project.backups.glob(".*.tmp*"):
        leftover.unlink()
    for path in sorted(project.backups.glob("*.duckdb")):
        try:
            found[path] = sum(forget_in(path, one) for one in hashed)
        except WarehouseError as error:
            raise WarehouseError(
                f"{error.what}: whom it knows cannot be seen; everywhere else the customer is forgotten",
                where=str(path),
                next_step=f"rm {path}, then the same again",
            ) from error
    return found


def _require_key(project: Project, warehouse: Warehouse) -> None:
    known = warehouse.sources.customer_key()
    if known and project.customer_key_fingerprint() != known:
        raise WarehouseError(
            "the key that customers are hashed with is lost, or another one than before: nobody can be found by an id",
            where=str(project.home / ".okr" / "customer.key"),
            next_step="put the old file back; without it no hash here leads back to anybody",
        )
