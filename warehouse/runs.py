"""What the published copy tells of its runs, for whoever watches over them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from warehouse.engine import connect

_RECORD = """
select
    max(finished_at) filter (where state in ('done', 'partial')) as last_run,
    max(finished_at) filter (where state = 'done') as last_good_run,
    (select count(distinct source_id) from source_freshness where state in ('failing', 'never')) as failing_sources,
    min(started_at) filter (where state in ('done', 'partial')) as first_run
from run
where command in ('run', 'score --derive')
"""
_BEGUN = "select max(started_at) from run where command = 'run' and state in ('done', 'partial')"


@dataclass(frozen=True)
class RunRecord:
    """
    When a run last came to its end, when one in which nothing failed did, and when the first began, all UTC.

    failing_sources: how many fail now.
    """

    last_run: datetime | None = None
    last_good_run: datetime | None = None
    failing_sources: int = 0
    first_run: datetime | None = None


def run_record(path: Path) -> RunRecord:
    """
    Return what a published copy tells of its runs.

    Raises:
        WarehouseError: when there is no such file, or it cannot be read.
    """
    with connect(path, read_only=True) as connection:
        (row,) = connection.execute(_RECORD).fetchall()
    return RunRecord(*row)


def newest_begun(path: Path) -> datetime | None:
    """Return when the newest run that came to its end had begun (UTC); None where none has."""
    with connect(path, read_only=True) as connection:
        ((begun,),) = connection.execute(_BEGUN).fetchall()
    return begun  # type: ignore[no-any-return]  # a timestamptz, or null
