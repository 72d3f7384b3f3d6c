"""Whether a project's warehouse, its published copy and its backups hold together; nothing is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.project.project import Project
from okr_config.errors import UsageError, WarehouseError
from warehouse import hold_run_lock
from warehouse.backups import backups_in
from warehouse.door import Door
from warehouse.extents import read_extent, require_file
from warehouse.verifying import Finding, check_warehouse, compare, customer_key

_NEXT = "okr restore --from {}, which says first what would be lost"


@dataclass(frozen=True)
class Verified:
    """What does not hold; files: those that were read."""

    findings: Sequence[Finding]
    files: Sequence[str]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken; what may be right all the same is no break."""
        return not any(finding.is_error for finding in self.findings)


def verify(project: Project) -> Verified:
    """
    Check the warehouse, its copy and the backup of each day; what was set aside may be as it is.

    Raises:
        UsageError: when nothing has been landed yet.
        LockHeldError: when a run is going on.
    """
    door, copy = project.warehouse, project.published
    if not door.is_there and not copy.exists():
        raise UsageError("nothing has been landed yet", where=str(door), next_step="okr run")
    kept = [backup.path for backup in reversed(backups_in(project.backups))]
    with hold_run_lock(door.path.parent, world=project.world):
        findings = [*_of_file(project), *_of_customer_key(project), *_of_backups(kept)]
        if any(finding.is_error and not finding.heals for finding in findings):
            healing = _healing(project, kept)
            findings = [finding if finding.heals else replace(finding, heals=healing) for finding in findings]
    return Verified(
        findings, [*([str(door)] if door.is_there else ()), *(str(one) for one in (copy, *kept) if one.exists())]
    )


def _of_file(project: Project) -> Iterator[Finding]:
    door, copy = project.warehouse, project.published
    try:
        if not door.lake:
            require_file(door.path, copy)
        yield from check_warehouse(door, now=project.world.clock())
        yield from compare(door, copy)
    except WarehouseError as error:
        yield Finding("file", "error", error.what, error.where)


def _of_customer_key(project: Project) -> Iterator[Finding]:
    known = customer_key(project.warehouse) if project.warehouse.is_there else None
    if known and project.customer_key_fingerprint() != known:
        yield Finding(
            "customer_key",
            "error",
            "the key that customers are hashed with is lost, or another one than before",
            str(project.home / ".okr" / "customer.key"),
            "put the old file back",
        )


def _of_backups(kept: Sequence[Path]) -> Iterator[Finding]:
    for backup in kept:
        try:
            read_extent(backup)
        except WarehouseError as error:
            yield Finding(
                "backup", "error", f"{error.what}: a backup", str(backup), f"rm {backup}; the next run keeps another"
            )


def _healing(project: Project, kept: Sequence[Path]) -> str:
    """Return the command that puts the newest whole file in the place of the broken one."""
    for file in (project.published, *kept):
        try:
            whole = not any(finding.is_error for finding in check_warehouse(Door(file), now=project.world.clock()))
        except WarehouseError:
            continue
        if whole:
            return _NEXT.format(file)
    return (
        "no copy and no backup is whole: okr restore --from a file of your own; or move warehouse/ aside, then okr run"
    )
