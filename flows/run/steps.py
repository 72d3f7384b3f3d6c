"""
The steps of a run as plain functions: plan, pull, land, derive, score, publish.

They are the only place that knows two stations at once. `flows.run.runner` puts them in order; `flows.pipeline` runs
the same order as Prefect tasks.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

import connectors
from connectors.pulling import open_client, pull
from connectors.source import Source, Stream, Sweep
from flows.project.project import Project
from flows.run.spans import BEFORE, chosen_sources, first_day, is_due, is_sweep_due, last_night, running_since
from flows.scoring import series_requests
from flows.sources.query import ask_database
from okr_config import Config
from okr_config.definitions import definition_hash
from okr_config.delivery import Delivery, Failure, VendorTotal, Window
from okr_config.errors import OkrError, SourceError
from okr_config.models import SourceSettings
from warehouse import DefinitionRow, Load, Warehouse
from warehouse.extents import Extent

if TYPE_CHECKING:
    from scorecard.scoring import Scores


@dataclass(frozen=True)
class Options:
    """
    What the caller of a run may choose.

    publish: whether people see it, or only the warehouse. reconcile: what vendors may have changed without telling is
    read again now, whenever it was last. due: a source that names its own cadence is pulled only when that is over.
    """

    only: tuple[str, ...] = ()
    since: date | None = None
    as_of: datetime | None = None
    publish: bool = True
    reconcile: bool = False
    due: bool = False


@dataclass(frozen=True)
class RunContext:
    """What the steps of one run share."""

    project: Project
    config: Config
    warehouse: Warehouse
    run_id: str
    options: Options


@dataclass(frozen=True)
class Job:
    """
    One stream of one source, with the window to pull.

    obstacle: why it is not to be pulled. sweep: what to read again beyond the window.
    """

    source: Source[Any]
    settings: SourceSettings
    stream: Stream[Any]
    window: Window
    zone: ZoneInfo
    obstacle: SourceError | None = None
    sweep: Sweep | None = None


def plan(context: RunContext, obstacles: Mapping[str, SourceError]) -> list[Job]:
    """
    List the streams to pull, each with its window: from where it got to, less its lookback, to now.

    Of a scheduled run those that are due.

    Raises:
        UsageError: when `only` names a source that is not configured.
    """
    config, options, now = context.config, context.options, context.warehouse.now()
    chosen = chosen_sources(config, options.only)
    refused = {
        (source_id, stream): mark
        for source_id, stream, mark in context.warehouse.refused()
        .group_by("source_id", "stream")
        .agg(pl.col("mark").min())
        .iter_rows()
    }
    reconciled, cursors = context.warehouse.last_reconciled(), context.warehouse.cursors()
    compared = context.warehouse.vendor_totals.last()
    pulled = context.warehouse.last_pulled() if options.due else {}
    jobs = []
    for settings in chosen:
        source = connectors.load(settings.connector)
        zone = ZoneInfo(settings.timezone or config.timezone)
        first = settings.since or first_day(config, now)
        since, oldest = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (options.since or first, first))
        for stream in source.streams:
            if options.due and not is_due(settings, pulled.get((settings.id, stream.name)), now):
                continue
            cursor = None if options.since else cursors.get((settings.id, stream.name))
            if cursor and (mark := refused.get((settings.id, stream.name))):
                # a row that was refused is read again until it is well, for as long as it may count
                cursor = min(cursor, max(mark, running_since(config, zone, now)))
            sweep = None
            last = reconciled.get((settings.id, stream.name))
            if is_sweep_due(stream, last, now, zone, asked=options.reconcile):
                start = max(oldest, running_since(config, zone, now) - BEFORE)
                listed = stream.changes is not None and stream.changes.shows_absence
                known = context.warehouse.orders_made(settings.id, start) if listed else frozenset()
                was = compared.get(settings.id)
                is_old = options.reconcile or was is None or was < last_night(now, zone)
                sweep = Sweep(start, known, totals=stream is source.streams[0] and is_old)
            window = stream.window(cursor, since, now)
            jobs.append(Job(source, settings, stream, window, zone, obstacles.get(settings.id), sweep))
    return jobs


def not_due(context: RunContext, jobs: Sequence[Job]) -> list[str]:
    """Return the sources in use of which nothing is to be pulled, since none of it is due."""
    planned = {job.settings.id for job in jobs}
    return [
        settings.id for settings in chosen_sources(context.config, context.options.only) if settings.id not in planned
    ]


@contextmanager
def puller(project: Project, config: Config) -> Iterator[Callable[[Job], Delivery | Failure]]:
    """Yield the function that pulls one job; streams of one source share its client, its limits and its token."""
    world = project.world
    customer_key = project.customer_key()
    clients: dict[str, Any] = {}
    lock = threading.Lock()
    with ExitStack() as stack:

        def client(job: Job) -> Any:  # noqa: ANN401 - the client's type lives behind the connectors' own door
            with lock:
                if job.settings.id not in clients:
                    clients[job.settings.id] = stack.enter_context(open_client(job.source, job.settings, world=world))
                return clients[job.settings.id]

        def pull_job(job: Job) -> Delivery | Failure:
            started_at = world.clock()
            try:
                if job.obstacle:
                    raise job.obstacle  # noqa: TRY301 - told as any other
                return pull(
                    job.source,
                    job.settings,
                    job.stream,
                    job.window,
                    client=client(job),
                    zone=job.zone,
                    world=world,
                    home=project.home,
                    customer_key=customer_key,
                    query=ask_database,
                    currency=config.currency,
                    sweep=job.sweep,
                )
            except SourceError as error:
                failed = error
            except MemoryError:
                raise
            except Exception:
                logging.getLogger(__name__).debug("%s cannot be read", job.settings.id, exc_info=True)
                step = f"okr doctor {job.settings.id} --debug shows where"
                failed = SourceError("an error of this program as it was read", reason="bug", next_step=step)
            return Failure(
                source_id=job.settings.id,
                connector=job.source.name,
                stream=job.stream.name,
                window=job.window,
                started_at=started_at,
                error=failed.what,
                reason=failed.reason,
                next_step=failed.next_step,
                skew=clients[job.settings.id].skew if job.settings.id in clients else None,
            )

        yield pull_job


def land(context: RunContext, result: Delivery | Failure) -> Load:
    """Land what one job brought, or note in the ledger that it brought nothing."""
    if isinstance(result, Failure):
        return context.warehouse.record_failure(result, context.run_id)
    try:
        return context.warehouse.land(result, context.run_id)
    except (OkrError, MemoryError):
        raise
    except Exception:
        logging.getLogger(__name__).debug("%s cannot be landed", result.source_id, exc_info=True)
        failure = Failure(
            source_id=result.source_id,
            connector=result.connector,
            stream=result.stream,
            window=result.window,
            started_at=result.started_at,
            error="what it brought cannot be kept: a value that no column holds",
            reason="bad_rows",
            next_step=f"okr doctor {result.source_id}",
            requests=result.requests,
            bytes=result.bytes,
        )
        return context.warehouse.record_failure(failure, context.run_id)


def land_all(context: RunContext, results: Sequence[Delivery | Failure]) -> list[Load]:
    """Land what came together as one; where one of them cannot be landed, each by itself."""
    try:
        return context.warehouse.land_all(results, context.run_id)
    except (OkrError, MemoryError):
        raise
    except Exception:
        logging.getLogger(__name__).debug("what came together is landed one by one", exc_info=True)
        return [land(context, result) for result in results]


def register(context: RunContext) -> list[str]:
    """Note what the config defines now; return the ids of key results that are new or changed since the last run."""
    rows = [
        DefinitionRow(
            key_result_id=definition.key_result.id,
            objective_id=definition.objective_id,
            period_id=definition.period_id,
            definition_json=definition.model_dump_json(),
            definition_hash=definition_hash(definition),
            reason=definition.key_result.changes[-1].reason if definition.key_result.changes else "",
            renamed_from=definition.key_result.renamed_from,
        )
        for definition in context.config.definitions()
    ]
    return list(context.warehouse.register_definitions(rows, at=context.warehouse.now()))


def derive(context: RunContext) -> int:
    """Work out the observations that follow from the landed rows; return how many are new or changed."""
    return context.warehouse.refresh_observations(
        series_requests(context.config, context.config.definitions()), context.run_id
    )


def compare_totals(context: RunContext, totals: Mapping[str, tuple[str, Sequence[VendorTotal]]]) -> None:
    """Lay our numbers beside what vendors' own pages say. totals: connector and totals by source."""
    for source_id, (connector, told) in totals.items():
        context.warehouse.vendor_totals.keep(source_id, told, connectors.load(connector).faults)


def broken_metrics(context: RunContext) -> dict[str, str]:
    """Return the metrics that could not be worked out now, and the team's own whose SQL fails, with the reason."""
    broken = dict(context.warehouse.broken_series)
    own = {metric.id for metric in context.config.metrics if metric.sql}
    if not own:
        return broken
    failing = context.warehouse.freshness().filter(pl.col("state").is_in(["failing", "never"]), source_id="metrics")
    return broken | {row["stream"]: row["last_error"] for row in failing.to_dicts() if row["stream"] in own}


def save(
    context: RunContext, scores: "Scores", *, as_of: datetime, known_at: datetime, is_present: bool = True
) -> None:
    """Keep the scores of this run; a day gone by leaves the days of the newest scores as they are."""
    context.warehouse.save_scores(
        context.run_id,
        as_of=as_of,
        known_at=known_at,
        key_results=scores.key_results,
        objectives=scores.objectives,
        daily=scores.daily if is_present else None,
        forecast=scores.forecast,
        whatif=scores.whatif,
    )


def publish(context: RunContext) -> Extent:
    """Replace the copy that people read, once a day of a tidy file; return how far it goes."""
    context.warehouse.tidy()
    extent = context.warehouse.extent()
    context.warehouse.publish(context.project.published)
    return extent
