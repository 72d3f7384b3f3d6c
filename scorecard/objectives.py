"""Objectives summed up from below: each from its key results and from the objectives that serve it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from okr_config.models import Definition
from scorecard.i18n.messages import in_language
from scorecard.rollup import Summed, roll_up
from scorecard.score_row import ObjectiveRow, ScoreRow

Key = tuple[str, str]
"""An objective's period and id."""


@dataclass(frozen=True)
class Objective:
    """What summing up needs to know of an objective. parent: whom it serves, None where it stands on its own."""

    key: Key
    title: str
    weight: Decimal
    parent: Key | None


def objectives_of(definition: Definition) -> Iterator[Objective]:
    """Yield the objective that a key result measures, and all that this one serves, the nearest first."""
    above = definition.objective_parents
    keys: list[Key] = [(one.period_id, one.id) for one in above]
    own = Objective(
        key=(definition.period_id, definition.objective_id),
        title=in_language(definition.objective_title, definition.language),
        weight=definition.objective_weight,
        parent=keys[0] if keys else None,
    )
    yield own
    for one, parent in zip_longest(above, keys[1:]):
        yield Objective((one.period_id, one.id), in_language(one.title, definition.language), one.weight, parent)


def roll_up_all(
    objectives: Mapping[Key, Objective], key_results: Mapping[Key, Sequence[tuple[ScoreRow, Decimal]]]
) -> list[ObjectiveRow]:
    """Return the rows of objectives, in their order, from their own key results with their weights."""
    children: dict[Key, list[Objective]] = {}
    for one in objectives.values():
        if one.parent:
            children.setdefault(one.parent, []).append(one)
    found: dict[Key, Summed] = {}

    def summed(one: Objective) -> Summed:
        if one.key not in found:
            own, below = key_results.get(one.key, ()), [summed(child) for child in children.get(one.key, ())]
            period_id, objective_id = one.key
            row = roll_up(
                one.title,
                own,
                period_id=period_id,
                objective_id=objective_id,
                parent=one.parent[1] if one.parent else None,
                below=below,
            )
            every = [row for row, _ in own] + [row for part in below for row in part.key_results]
            found[one.key] = Summed(row, one.weight, tuple(every))
        return found[one.key]

    return [summed(one).row for one in objectives.values()]
