"""The config of a project folder, read and found right."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from okr_config.definitions import measured_metrics, metrics_of, probes_of
from okr_config.fields import RefundDay
from okr_config.kinds import RULES, kinds_with
from okr_config.metrics import BUILT_IN, REFUND_METRICS, Metric, Nature
from okr_config.models import (
    Definition,
    Every,
    KeyResult,
    Kind,
    Objective,
    ObjectiveFile,
    ParentObjective,
    ProjectSettings,
    SourceSettings,
    TeamMetric,
)
from okr_config.quality import TeamCheck
from okr_config.team_metrics import implied_metric, is_brought_by, own_metric


@dataclass(frozen=True)
class Config:
    """
    Everything a project folder's YAML says.

    timezone: the project's, else the one its objective files agree on. sources: enabled or not. metrics: those of
    metrics.yaml. source_metrics: those that sources declare of themselves. bringing: ids of the sources that bring
    metrics under their own name. checks: what checks.yaml says. fingerprint: a hash of the content, secrets
    apart, that comments and layout do not change. warnings: what is not wrong, but should be known.
    """

    home: Path
    project: ProjectSettings
    timezone: str
    files: tuple[ObjectiveFile, ...]
    sources: tuple[SourceSettings, ...]
    metrics: tuple[TeamMetric, ...]
    source_metrics: tuple[TeamMetric, ...]
    bringing: Collection[str]
    fingerprint: str
    warnings: tuple[str, ...] = ()
    checks: tuple[TeamCheck, ...] = ()

    def definitions(self) -> tuple[Definition, ...]:
        """Return every key result with all that its scoring depends on, in the order written."""
        return self._definitions

    @cached_property
    def _definitions(self) -> tuple[Definition, ...]:
        return tuple(
            Definition(
                period_id=file.period.id,
                objective_id=objective.id,
                objective_title=objective.title,
                objective_weight=objective.weight,
                objective_owner=objective.owner,
                objective_tags=objective.tags,
                objective_parents=tuple(self._parents_of(objective)),
                timezone=file.timezone,
                week_start=file.week_start,
                currency=file.currency,
                language=file.language,
                start=key_result.start or file.period.start,
                due=key_result.due or file.period.end,
                status=file.status.model_copy(
                    update=key_result.status.model_dump(exclude_unset=True) if key_result.status else {}
                ),
                refunds_on=self._refunds_on(key_result),
                refunds_on_by_source=self._refunds_on_by_source(key_result),
                country=self._country(key_result),
                key_result=key_result,
            )
            for file in self.files
            for objective in file.objectives
            for key_result in objective.key_results
        )

    @cached_property
    def _by_objective(self) -> Mapping[str, tuple[ObjectiveFile, Objective]]:
        return {objective.id: (file, objective) for file in self.files for objective in file.objectives}

    def _parents_of(self, objective: Objective) -> Iterator[ParentObjective]:
        """Yield whom an objective serves, the nearest first; there is no circle, as loading has checked."""
        while objective.parent:
            file, objective = self._by_objective[objective.parent]
            yield ParentObjective(
                id=objective.id,
                period_id=file.period.id,
                start=file.period.start,
                end=file.period.end,
                title=objective.title,
                weight=objective.weight,
                owner=objective.owner,
                tags=objective.tags,
            )

    def definition_of(self, metric: Metric, kind: Kind, *, name: str, start: date, due: date) -> Definition:
        """Return what would ask for all of a metric, as a key result called `name` would that was written today."""
        file = self.files[0] if self.files else None
        key_result = KeyResult(
            id=name,
            title=metric.title_en,
            kind=kind,
            metric=metric.id,
            every=Every.WEEK if kind in kinds_with("every") else None,
            target=Decimal("1e-6"),
        )
        return Definition(
            period_id=name,
            objective_id=name,
            objective_title=metric.id,
            timezone=self.timezone,
            week_start=file.week_start if file else "monday",
            currency=file.currency if file else "NOK",
            language=file.language if file else "en",
            start=start,
            due=due,
            refunds_on=self._refunds_on(key_result),
            refunds_on_by_source=self._refunds_on_by_source(key_result),
            country=self._country(key_result),
            key_result=key_result,
        )

    def _refunds_on(self, key_result: KeyResult) -> RefundDay:
        knows_refunds = any(name in REFUND_METRICS for name in measured_metrics(key_result))
        return (key_result.refunds_on or self.project.refunds_on) if knows_refunds else "order"

    def _refunds_on_by_source(self, key_result: KeyResult) -> dict[str, RefundDay]:
        if key_result.refunds_on or not any(name in REFUND_METRICS for name in measured_metrics(key_result)):
            return {}
        return {
            source.id: source.refunds_on
            for source in self.sources
            if source.refunds_on
            and source.refunds_on != self.project.refunds_on
            and (not key_result.sources or source.id in key_result.sources)
        }

    def _country(self, key_result: KeyResult) -> str:
        """Return whose public holidays are taken to matter: to what comes in day by day, but for visits."""
        is_sold = Nature.ADDITIVE in RULES[key_result.kind].metrics.get("metric", ())
        is_visited = (key_result.metric or "").startswith("web.")
        return (self.project.country or "") if is_sold and not is_visited else ""

    @property
    def currency(self) -> str | None:
        """The currency that all objective files agree on."""
        found = {file.currency for file in self.files}
        return found.pop() if len(found) == 1 else None

    def own_metrics(self) -> Mapping[str, Metric]:
        """Return the metrics that are not built in: declared in metrics.yaml or by a source, or brought by one."""
        return self._own_metrics

    @cached_property
    def _own_metrics(self) -> Mapping[str, Metric]:
        own = {metric.id: own_metric(metric) for metric in (*self.source_metrics, *self.metrics)}
        named = [
            name
            for definition in self.definitions()
            for name in (*metrics_of(definition.key_result), *probes_of(definition.key_result))
        ]
        brought = (name for name in named if name not in own and is_brought_by(name, self.bringing))
        return {**{name: implied_metric(name) for name in brought}, **own}

    def metric(self, name: str) -> Metric | None:
        """Return a metric that key results may name, built in or the team's own."""
        known = BUILT_IN.get(name) or self.own_metrics().get(name)
        return known or (implied_metric(name) if is_brought_by(name, self.bringing) else None)

    def with_warnings(self, warnings: Iterable[str]) -> "Config":
        """Return the config with more warnings."""
        return replace(self, warnings=(*self.warnings, *warnings))
