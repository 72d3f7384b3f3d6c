"""
How a served folder is doing, for a monitor: the schedule, the last runs, the sources, the disk.

All is well while the schedule is kept, no two due runs in a row are missing, and a run in which nothing failed has
ended within the last two cadences.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Literal
from zoneinfo import ZoneInfo

from flows.project.paths import Published
from flows.run.cadence import MISSED, is_late, missed_runs
from okr_config.errors import WarehouseError
from warehouse.runs import RunRecord, run_record

LEAST_DISK = 100_000_000

State = Literal["none", "starting", "running", "failed"]


@dataclass(frozen=True)
class Report:
    """What a monitor is told; `healthy` decides between 200 and 503."""

    healthy: bool
    facts: Mapping[str, object]


class Health:
    """Reads the published copy again when a run has replaced it. Any number of threads may ask at once."""

    def __init__(self, published: Published, cron: str | None = None, timezone: str = "UTC") -> None:
        self.schedule: State = "none"
        self._published = published
        self._cron = cron
        self._zone = ZoneInfo(timezone)
        self._lock = Lock()
        self._record: tuple[tuple[int, int], RunRecord] | None = None

    def report(self) -> Report:
        """Return how the folder is doing now."""
        record, now = self._read(), self._published.world.clock()
        facts: dict[str, object] = {
            "schedule": self.schedule,
            "last_run": record.last_run,
            "last_good_run": record.last_good_run,
            "failing_sources": record.failing_sources,
            "free_disk_bytes": shutil.disk_usage(self._published.home).free,
        }
        healthy = self.schedule != "failed" and shutil.disk_usage(self._published.home).free > LEAST_DISK
        if self._cron is not None:
            missed = len(missed_runs(self._cron, self._zone, record.last_run, now)) if record.last_run else 0
            good = record.last_good_run or record.first_run
            late = good is not None and is_late(self._cron, self._zone, good, now)
            facts["missed_runs"] = missed
            healthy = healthy and missed < MISSED and not late
        return Report(healthy, facts)

    def _read(self) -> RunRecord:
        try:
            with self._lock:
                stat = self._published.copy.stat()
                identity = (stat.st_ino, stat.st_mtime_ns)
                if self._record is None or self._record[0] != identity:
                    self._record = identity, run_record(self._published.copy)
                return self._record[1]
        except (FileNotFoundError, WarehouseError):
            return RunRecord()
