"""What a run came to, and what it has to tell of each landing."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.run.events import Event
from okr_config.delivery import Delivery, Failure
from okr_config.kinds import Origin, kinds_from
from warehouse import Load
from warehouse.quality import Finding


@dataclass(frozen=True)
class Outcome:
    """
    What a run came to. is_first: no run had come to its end before. broken: key results beyond computing.

    failing: sources whose numbers are old, since others who pulled could not. page_problem: why there is no new page.
    """

    run_id: str
    as_of: datetime
    loads: tuple[Load, ...]
    scoreboard: pl.DataFrame
    objectives: pl.DataFrame
    is_first: bool
    broken_metrics: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    failing: tuple[str, ...] = ()
    page_problem: str | None = None

    @property
    def failed(self) -> tuple[Load, ...]:
        """Loads that brought nothing because their source could not be pulled."""
        return tuple(load for load in self.loads if load.state == "failed")

    @property
    def failed_sources(self) -> list[str]:
        """Sources that could not be pulled, sorted."""
        return sorted({load.source_id for load in self.failed} | {*self.failing})

    @property
    def uncomputed(self) -> tuple[str, ...]:
        """Key results that could not be computed: for want of a rate, by an error of their SQL, for their size."""
        queries = [kind.value for kind in kinds_from(Origin.QUERY)]
        failed_query = pl.col("kind").is_in(queries) & pl.col("value").is_null()
        broken = self.scoreboard.filter(pl.col("flags").list.contains("no_rate") | failed_query)
        return (*broken["key_result_id"], *self.broken)

    @property
    def complete(self) -> bool:
        """Whether everything could be pulled and computed, and no check fails; a missed target is no failure."""
        errors = [finding for finding in self.findings if finding.is_error]
        return not (self.failed_sources or self.uncomputed or self.broken_metrics or errors or self.page_problem)


def landing_event(load: Load, result: Delivery | Failure) -> Event:
    """Return what there is to tell of a landing."""
    fields: dict[str, object] = {
        "source": load.source_id,
        "stream": load.stream,
        "from": load.window_from,
        "to": load.window_to,
        "rows": load.rows_read,
        "new": load.rows_new,
        "changed": load.rows_changed,
        "refused": load.rows_refused,
        "seconds": round(load.seconds, 3),
        "state": load.state,
    }
    if isinstance(result, Failure):
        return Event(
            "step",
            "land",
            {**fields, "error": result.error, "reason": result.reason, "next": result.next_step},
        )
    return Event("step", "land", {**fields, "notes": list(load.notes)})
