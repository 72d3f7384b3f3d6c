"""Taking back what was recorded by a clock that ran ahead: after it all is as if those runs had never been."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.report.pages import write_page
from flows.scoring import judge_all
from warehouse import Warehouse
from warehouse.backups import drop_later
from warehouse.repairing import TakenBack


@dataclass(frozen=True)
class Repaired:
    """
    What was taken back, and where the warehouse from before is kept.

    backups: the days of those that knew of the future too; they are removed.
    """

    taken: TakenBack
    aside: Path
    backups: tuple[date, ...]


def repair(project: Project) -> Repaired | None:
    """
    Take back what lies in the future of the present clock; None where nothing does.

    Raises:
        WarehouseError: when the copy to be kept aside cannot be written; nothing was taken back then.
    """
    with write_warehouse(project, trusts_clock=False) as warehouse:
        if not warehouse.repairs.are_needed():
            return None
        now = project.world.clock()
        stamp = f"{now:%Y%m%dT%H%M%SZ}"
        aside = project.backups / f"before-repair-{stamp}.duckdb"
        warehouse.publish(aside)
        taken = warehouse.repairs.repair()
        assert taken  # noqa: S101 - nobody else has written: the lock is held
        is_scored = _work_out_days(project, warehouse)
        warehouse.publish(project.published)
        # or the next restore would bring back what has just been taken back: it goes furthest
        backups = drop_later(project.backups, now)
    if is_scored:
        write_page(project, project.page)
    else:
        project.page.unlink(missing_ok=True)
    return Repaired(taken, aside, backups)


def _work_out_days(project: Project, warehouse: Warehouse) -> bool:
    """Bring back the days so far, which only the newest scores have; return whether there are any scores."""
    newest = warehouse.repairs.newest_judgement()
    if newest is None:
        return False
    config = project.config(need_secrets=False)
    scores = judge_all(warehouse, config, as_of=newest.as_of, known_at=newest.known_at).scores
    warehouse.repairs.keep_days(scores.daily, newest)
    return True
