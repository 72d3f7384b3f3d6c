"""Reads sources.yaml: each entry by its connector's own settings, as far as it can be read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from okr_config.checks.sources import Draft, source_problems
from okr_config.documents import Block, Node, Spot, text_of
from okr_config.environment import Variables, values_filled
from okr_config.errors import Problem
from okr_config.hints import name_hint
from okr_config.metrics import BUILT_IN
from okr_config.models import SourceSettings, TeamMetric
from okr_config.secrecy import literal_secrets, unsendable_secrets
from okr_config.shaping import Shaped, shape
from okr_config.team_metrics import BringingSources
from okr_config.tokens import quoted

_DECLARED = {"metric", "unit", "currency", "additive", "grain"}


@dataclass(frozen=True)
class Sources:
    """
    What sources.yaml gives.

    settings: as far as they could be read. spots: where each entry stands. metrics: those that sources declare.
    bringing: ids of the sources that bring metrics under their own name.
    """

    settings: tuple[SourceSettings, ...]
    spots: tuple[Spot, ...]
    metrics: tuple[TeamMetric, ...]
    bringing: BringingSources
    problems: tuple[Problem, ...]

    @property
    def names(self) -> frozenset[str]:
        """Ids of all entries, right or not."""
        return frozenset(filter(None, (text_of(spot.node, "id") for spot in self.spots)))


def read_sources(
    spots: Sequence[Spot], connectors: Mapping[str, type[SourceSettings]], variables: Variables
) -> Sources:
    """Read every entry by its connector's settings."""
    drafts = [_read_entry(spot, connectors) for spot in spots]
    problems = [problem for draft in drafts for problem in _entry_problems(draft, connectors, variables)]
    told = {(problem.line, problem.column) for problem in problems}
    problems += [problem for problem in source_problems(drafts) if (problem.line, problem.column) not in told]
    settings = tuple(
        draft.own.model.with_filled(values_filled(draft.spot.node, variables))
        for draft in drafts
        if draft.own and draft.own.model
    )
    return Sources(settings, tuple(spots), _declared_metrics(spots), _bringing(spots, connectors), tuple(problems))


def read_sources_leniently(spots: Sequence[Spot], connectors: Mapping[str, type[SourceSettings]]) -> Sources:
    """Read only what all sources have in common: no variables are needed, no connector is looked up."""
    common = tuple(filter(None, (_common(spot).model for spot in spots)))
    return Sources(common, tuple(spots), _declared_metrics(spots), _bringing(spots, connectors), ())


def _bringing(spots: Sequence[Spot], connectors: Mapping[str, type[SourceSettings]]) -> BringingSources:
    named = ((text_of(spot.node, "id"), text_of(spot.node, "connector")) for spot in spots)
    return BringingSources({source: connector for source, connector in named if source and connector}, connectors)


def _read_entry(spot: Spot, connectors: Mapping[str, type[SourceSettings]]) -> Draft:
    model = connectors.get(text_of(spot.node, "connector") or "")
    return Draft(spot, model, _common(spot), shape(model, spot.node, spot.document) if model else None)


def _entry_problems(
    draft: Draft, connectors: Mapping[str, type[SourceSettings]], variables: Variables
) -> Iterator[Problem]:
    spot, connector = draft.spot, text_of(draft.spot.node, "connector")
    for scalar in spot.missing():
        yield variables.missing(spot.document, scalar)
    yield from literal_secrets(spot, draft.model, connector if connector and draft.model else "")
    yield from unsendable_secrets(spot, draft.model)
    if draft.own:
        yield from draft.own.problems
        return
    yield from draft.common.problems
    if connector is not None:
        at, hint = spot.at("connector"), name_hint(connector, sorted(connectors))
        yield from at.tell(f"unknown connector{quoted(at)}", hint=hint, next_step="okr connectors")


def _common(spot: Spot) -> Shaped[SourceSettings]:
    """Read the settings that every source takes."""
    return shape(SourceSettings, _only(spot.node, SourceSettings.model_fields), spot.document)


def _only(node: Node, keys: Collection[str]) -> Node:
    if not isinstance(node, Block):
        return node
    return replace(node, values={key: value for key, value in node.values.items() if key in keys})


def _declared_metrics(spots: Sequence[Spot]) -> tuple[TeamMetric, ...]:
    """Return what sources declare of themselves: `metric: <source>.<name>`, with unit, currency, additive and grain."""
    metrics: list[TeamMetric] = []
    for spot in spots:
        name, declared = text_of(spot.node, "metric"), _only(spot.node, _DECLARED)
        if name and name not in BUILT_IN and isinstance(declared, Block):
            values = {**declared.values, "id": declared.values["metric"]}
            del values["metric"]
            if model := shape(TeamMetric, replace(declared, values=values), spot.document).model:
                metrics.append(model)
    return tuple(metrics)
