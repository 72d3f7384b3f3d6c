"""
The door: a project folder in, a `Config` out, or every problem of every file at once.

    okr_config/objectives/*.yaml    what the team wants
    okr_config/sources.yaml         where its numbers come from
    okr_config/metrics.yaml         its own metrics
    okr_config/project.yaml         the rest; everything optional
    .env                            values of variables
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from okr_config.checks.files import (
    FileDraft,
    cautions,
    duplicate_ids,
    file_problems,
    metric_problems,
    project_problems,
    rename_problems,
    zone_disagreements,
)
from okr_config.checks.key_results import Known
from okr_config.checks.parents import parent_problems
from okr_config.checks.quality import quality_problems
from okr_config.config import Config
from okr_config.definitions import content_hash
from okr_config.documents import Document, Spot, child, items_of, text_of
from okr_config.environment import unset_names
from okr_config.errors import ConfigError, Problem
from okr_config.folder import CHECKS, METRICS, PROJECT, SOURCES, Folder
from okr_config.metrics import BUILT_IN
from okr_config.models import (
    NotifySettings,
    Objective,
    ObjectiveFile,
    Period,
    ProjectSettings,
    SourceSettings,
    TeamMetric,
)
from okr_config.quality import TeamCheck
from okr_config.secrecy import literal_secrets
from okr_config.shaping import shape
from okr_config.sources_file import Sources, read_sources, read_sources_leniently
from okr_config.team_metrics import own_metric


def load_config(
    home: Path, environ: Mapping[str, str], connectors: Mapping[str, type[SourceSettings]], *, need_secrets: bool = True
) -> Config:
    """
    Read a project folder's config.

    Args:
        home: the project folder.
        environ: environment variables; `.env` is asked after them.
        connectors: settings model of each connector by name; only those in use are looked up.
        need_secrets: without it sources are read only as far as all sources are alike: their settings are plain
            `SourceSettings`, and variables may lack a value. A connector is looked up only where a metric is named
            after its source.

    Raises:
        ConfigError: with every problem of every file.
    """
    folder = Folder(home, environ)
    project = _read_project(folder, need_secrets=need_secrets)
    drafts = [draft for file in folder.objective_files() if (draft := _read_objectives(folder, file))]
    spots = folder.entries(SOURCES, "sources")
    sources = (
        read_sources(spots, connectors, folder.variables) if need_secrets else read_sources_leniently(spots, connectors)
    )
    metrics = _read_metrics(folder)
    checks = _read_checks(folder, sources)
    folder.problems += sources.problems
    _check(folder, project, drafts, sources, metrics)

    files = tuple(draft.file for draft in drafts if draft.file)
    timezone = project.timezone or next((file.timezone for file in files), None)
    if not folder.problems and timezone is None:
        folder.problems.append(
            Problem(
                PROJECT,
                0,
                0,
                "no timezone is known",
                "no objective file names one",
                "write timezone: Europe/Oslo or the like",
            )
        )
    if folder.problems or timezone is None:
        raise ConfigError(folder.problems)
    config = Config(
        home=home,
        project=project,
        timezone=timezone,
        files=files,
        sources=sources.settings,
        metrics=metrics.models,
        source_metrics=sources.metrics,
        bringing=sources.bringing,
        fingerprint=content_hash(folder.contents),
        warnings=folder.warnings,
        checks=checks,
    )
    return config.with_warnings(cautions(config))


def load_project(home: Path, environ: Mapping[str, str] | None = None) -> ProjectSettings:
    """
    Read project.yaml alone; without the file everything has its default.

    Whom to notify is left out where its variable has no value.

    Raises:
        ConfigError: with every problem of the file.
    """
    folder = Folder(home, environ or {})
    project = _read_project(folder, need_secrets=False)
    if folder.problems:
        raise ConfigError(folder.problems)
    return project


def names_without_value(home: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables of project.yaml and sources.yaml that neither the environment nor `.env` gives a value."""
    folder = Folder(home, environ)
    documents = [folder.open(file) for file in (PROJECT, SOURCES)]
    names = {name for one in documents if one for name in unset_names(one.root, folder.variables)}
    return tuple(sorted(names))


def _read_project(folder: Folder, *, need_secrets: bool) -> ProjectSettings:
    document = folder.open(PROJECT)
    if document is None:
        return ProjectSettings()
    root = Spot(document, document.root)
    # whoever only looks may do so without the addresses that are told of runs
    told = [child(document.root, key) for key in ("ping", "notify")]
    spared = [] if need_secrets else [one for node in told if node for one in Spot(document, node).missing()]
    folder.problems += [folder.variables.missing(document, one) for one in root.missing() if one not in spared]
    folder.problems += literal_secrets(root, ProjectSettings, "ping")
    for number in range(len(items_of(document.root, "notify"))):
        folder.problems += literal_secrets(root.at("notify", number), NotifySettings, "notify")
    shaped = shape(ProjectSettings, document.root, document)
    folder.problems += shaped.problems
    if shaped.model is None:
        return ProjectSettings()
    folder.problems += project_problems(shaped.model, Spot(document, shaped.node))
    return shaped.model


def _read_objectives(folder: Folder, file: str) -> FileDraft | None:
    document = folder.open(file)
    if document is None:
        return None
    folder.require_variables(Spot(document, document.root))
    shaped = shape(ObjectiveFile, document.root, document, echo=True)
    folder.problems += shaped.problems
    spot = Spot(document, shaped.node)
    if shaped.model:
        objectives = [
            (objective, spot.at("objectives", index)) for index, objective in enumerate(shaped.model.objectives)
        ]
        return FileDraft(spot, shaped.model, shaped.model.period, objectives)
    return FileDraft(spot, None, _saved_period(document), _saved_objectives(document))


def _saved_period(document: Document) -> Period | None:
    node = child(document.root, "period")
    return shape(Period, node, document).model if node else None


def _saved_objectives(document: Document) -> list[tuple[Objective, Spot]]:
    shaped = [shape(Objective, node, document) for node in items_of(document.root, "objectives")]
    return [(one.model, Spot(document, one.node)) for one in shaped if one.model]


@dataclass(frozen=True)
class _Metrics:
    """metrics.yaml: where each entry stands, and those that could be read, each with its spot."""

    spots: tuple[Spot, ...]
    read: tuple[tuple[TeamMetric, Spot], ...]

    @property
    def models(self) -> tuple[TeamMetric, ...]:
        return tuple(metric for metric, _ in self.read)


def _read_metrics(folder: Folder) -> _Metrics:
    spots = folder.entries(METRICS, "metrics")
    read = []
    for spot in spots:
        folder.require_variables(spot)
        shaped = shape(TeamMetric, spot.node, spot.document, echo=True)
        folder.problems += shaped.problems
        if shaped.model:
            read.append((shaped.model, Spot(spot.document, shaped.node)))
    return _Metrics(spots, tuple(read))


def _read_checks(folder: Folder, sources: Sources) -> tuple[TeamCheck, ...]:
    read = []
    for spot in folder.entries(CHECKS, "checks"):
        folder.require_variables(spot)
        shaped = shape(TeamCheck, spot.node, spot.document, echo=True)
        folder.problems += shaped.problems
        if shaped.model:
            read.append((shaped.model, Spot(spot.document, shaped.node)))
    folder.problems += quality_problems(read, None if SOURCES in folder.unread else sources.names)
    return tuple(check for check, _ in read)


def _check(
    folder: Folder, project: ProjectSettings, drafts: list[FileDraft], sources: Sources, metrics: _Metrics
) -> None:
    """Note what no file shows alone; ids count even where the rest of an entry could not be read."""
    sources_unread, metrics_unread = SOURCES in folder.unread, METRICS in folder.unread
    own = (*sources.metrics, *metrics.models)
    named = {name for spot in metrics.spots if (name := text_of(spot.node, "id"))}
    known = Known(
        metrics={**BUILT_IN, **{metric.id: own_metric(metric) for metric in own}},
        sources=None if sources_unread else sources.names,
        bringing=sources.bringing,
        doubtful=named - {metric.id for metric in own},
        all_read=not (sources_unread or metrics_unread),
    )
    for draft in drafts:
        folder.problems += file_problems(draft, known)
    written = [Spot(draft.spot.document, draft.spot.document.root) for draft in drafts]
    folder.problems += zone_disagreements(written, project.timezone)
    folder.problems += rename_problems(written)
    folder.problems += parent_problems(written)
    folder.problems += duplicate_ids(written, sources.spots, metrics.spots)
    folder.problems += metric_problems(metrics.read, None if sources_unread else sources.bringing)
