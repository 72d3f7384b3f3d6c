"""Reads sources.yaml: each entry by its connector's own settings, as far as it can be read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from okr_config.checks_sources import Draft, source_problems
from okr_config.documents import Block, Node, Spot, text_of
from okr_config.environment import Variables
from okr_config.errors import Problem
from okr_config.hints import did_you_mean, listing
from okr_config.metrics import BUILT_IN
from okr_config.models import SourceSettings, TeamMetric
from okr_config.secrecy import literal_secrets
from okr_config.shaping import Shaped, shape
from okr_config.team_metrics import is_brought_by


@dataclass(frozen=True)
class Sources:
    """What sources.yaml gives: the settings, where each entry stands, and the metrics they declare."""

    settings: tuple[SourceSettings, ...]
    spots: tuple[Spot, ...]
    metrics: tuple[TeamMetric, ...]
    problems: tuple[Problem, ...]

    @property
    def names(self) -> frozenset[str]:
        """Ids of all entries, right or not."""
        return frozenset(filter(None, (text_of(spot.node, "id") for spot in self.spots)))

    @property
    def files(self) -> frozenset[str]:
        """Ids of the sources that bring metrics under their own name."""
        names = (text_of(spot.node, "id") for spot in self.spots if text_of(spot.node, "connector") == "file")
        return frozenset(filter(None, names))


def read_sources(
    spots: Sequence[Spot], connectors: Mapping[str, type[SourceSettings]], variables: Variables
) -> Sources:
    """Read every entry by its connector's settings."""
    problems: list[Problem] = []
    drafts, settings = [], []
    for spot in spots:
        draft, own, faults = _read_entry(spot, connectors, variables)
        drafts.append(draft)
        settings += own
        problems += faults
    problems += source_problems(drafts)
    metrics, faults = _declared_metrics(spots)
    return Sources(tuple(settings), tuple(spots), metrics, (*problems, *faults))


def read_sources_leniently(spots: Sequence[Spot]) -> Sources:
    """Read only what all sources have in common: neither variables nor connectors are needed."""
    shaped = [_common(spot) for spot in spots]
    metrics, _ = _declared_metrics(spots)
    return Sources(tuple(one.model for one in shaped if one.model), tuple(spots), metrics, ())


def _read_entry(
    spot: Spot, connectors: Mapping[str, type[SourceSettings]], variables: Variables
) -> tuple[Draft, list[SourceSettings], list[Problem]]:
    document, node = spot.document, spot.node
    connector = text_of(node, "connector")
    model = connectors.get(connector or "")
    common = _common(spot)
    problems = [variables.missing(document, scalar) for scalar in spot.missing()]
    problems += literal_secrets(node, document, model, connector if model and connector else "")
    if model is None:
        if connector is not None:
            hint = did_you_mean(connector, connectors) or f"there are: {listing(sorted(connectors), at_most=12)}"
            problems += spot.at("connector").tell("unknown connector", hint=hint, next_step="okr sources")
        return Draft(spot, None, common.model), [], [*problems, *common.problems]
    own = shape(model, node, document)
    return Draft(spot, model, common.model), [own.model] if own.model else [], [*problems, *own.problems]


def _common(spot: Spot) -> Shaped[SourceSettings]:
    """Read the settings that every source takes."""
    return shape(SourceSettings, _only(spot.node, SourceSettings.model_fields), spot.document)


def _only(node: Node, keys: Collection[str]) -> Node:
    if not isinstance(node, Block):
        return node
    return replace(node, values={key: value for key, value in node.values.items() if key in keys})


def _declared_metrics(spots: Sequence[Spot]) -> tuple[tuple[TeamMetric, ...], list[Problem]]:
    """Return what sources declare of themselves: `metric: <source>.<name>`, with unit, currency, additive and grain."""
    metrics: list[TeamMetric] = []
    problems: list[Problem] = []
    for spot in spots:
        name, source = text_of(spot.node, "metric"), text_of(spot.node, "id")
        if name is None or name in BUILT_IN or not isinstance(spot.node, Block):
            continue
        if not is_brought_by(name, {source or ""}):
            hint = did_you_mean(name, BUILT_IN) or "<source> is this source's id"
            problems += spot.at("metric").tell(
                "a source's metric is a built-in one, or named <source>.<name>", hint=hint
            )
            continue
        declared = _only(spot.node, TeamMetric.model_fields.keys() - {"id", "title", "sql"})
        values = {**declared.values, "id": spot.node.values["metric"]} if isinstance(declared, Block) else {}
        shaped = shape(TeamMetric, replace(spot.node, values=values), spot.document)
        if shaped.model:
            metrics.append(shaped.model)
    return tuple(metrics), problems
