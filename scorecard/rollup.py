"""
Objectives: what their key results, and the objectives that serve them, come to together.

Chances are joined by a Gaussian copula: each key result is reached when its own luck falls below its threshold, and
lucks share a common part (correlation 0.15), those on the same metric a larger one (0.5). Never multiplied, as they
would have to be if they had nothing to do with each other.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from scorecard.arrays import Floats
from scorecard.score_row import ObjectiveRow, ScoreRow
from scorecard.status import DECIDED, Status, worst

BETWEEN_ANY = 0.15
BETWEEN_SAME_METRIC = 0.5
_NODES = 48


def weighted(values: Sequence[tuple[float | None, Decimal]]) -> tuple[float | None, float]:
    """
    Return the weighted mean of the values that are known, and the share of the weight that they have.

    Reckoned in decimals, so that 0.3, 0.5 and twice 0.7 come to 0.55 and not to a hair less.
    """
    known = [(Decimal(str(value)), weight) for value, weight in values if value is not None]
    weight = sum((weight for _, weight in known), Decimal(0))
    every = sum((weight for _, weight in values), Decimal(0))
    mean = float(sum((value * weight for value, weight in known), Decimal(0)) / weight) if weight else None
    return mean, float(weight / every) if every else 0.0


def chance_of_all(chances: Sequence[tuple[float, str]]) -> float | None:
    """
    Return the chance that all are reached, from each one's chance and metric; None without any.

    Always within what any dependence allows: [max(0, sum P - (k - 1)), min P].
    """
    if not chances:
        return None
    values = [chance for chance, _ in chances]
    low, high = max(0.0, math.fsum(values) - (len(values) - 1)), min(values)
    groups: dict[str, list[float]] = defaultdict(list)
    for number, (chance, metric) in enumerate(chances):
        if chance < 1:
            groups[metric or str(number)].append(chance)
    if high <= 0 or not groups:
        return high
    luck, weights = _gauss()
    shared = math.sqrt(BETWEEN_ANY) * luck
    together = np.ones_like(luck)
    for group in groups.values():
        together *= _given(shared, group)
    return min(max(float(together @ weights), low), high)


def chances_of_at_least(chances: Sequence[tuple[float, str]]) -> list[float]:
    """
    Return the chance that at least one, two, ... all are reached, from each one's chance and metric.

    By the same luck as `chance_of_all`, which is the last of them; they never rise, and add up to the expected number.
    """
    sure = sum(chance >= 1 for chance, _ in chances)
    groups: dict[str, list[float]] = defaultdict(list)
    for number, (chance, metric) in enumerate(chances):
        if 0 < chance < 1:
            groups[metric or str(number)].append(chance)
    luck, weights = _gauss()
    shared = math.sqrt(BETWEEN_ANY) * luck
    counts = np.ones((luck.size, 1))
    for group in groups.values():
        counts = _added(counts, _counted(shared, group))
    at_least = np.cumsum((weights @ counts)[::-1])[::-1][1:]
    known = [1.0] * sure + [min(max(float(chance), 0.0), 1.0) for chance in at_least]
    known += [0.0] * (len(chances) - len(known))
    everything = chance_of_all(chances)
    return known if everything is None else [*known[:-1], everything]


@dataclass(frozen=True)
class Summed:
    """An objective that serves another: what it comes to, its weight there, and all key results at or below it."""

    row: ObjectiveRow
    weight: Decimal
    key_results: tuple[ScoreRow, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing at or below it is undecided."""
        return all(Status(row.status) in DECIDED for row in self.key_results)


def roll_up(  # noqa: PLR0913 - a name, and its parts
    title: str,
    rows: Sequence[tuple[ScoreRow, Decimal]],
    *,
    period_id: str,
    objective_id: str,
    parent: str | None = None,
    below: Sequence[Summed] = (),
) -> ObjectiveRow:
    """
    Return an objective's row: what its parts come to together, each with its weight.

    Its parts are its key results and the objectives that serve it. Of one that is covered in part the coverage tells,
    weight for weight; chances are those of all key results at or below it.
    """
    parts = [(row.score, row.progress_raw, float(row.score is not None), weight) for row, weight in rows]
    parts += [(one.row.score, one.row.score_raw, one.row.coverage or 0.0, one.weight) for one in below]
    score, _ = weighted([(score, weight) for score, _, _, weight in parts])
    score_raw, _ = weighted([(raw, weight) for _, raw, _, weight in parts])
    coverage, _ = weighted([(covered, weight) for _, _, covered, weight in parts])
    every = [row for row, _ in rows] + [row for one in below for row in one.key_results]
    # where nothing is scored, chances are the team's own words, and their sum says nothing new
    chances = [(row.probability, row.metric or "") for row in every if coverage and row.probability is not None]
    return ObjectiveRow(
        period_id=period_id,
        objective_id=objective_id,
        title=title,
        score=score,
        score_raw=score_raw,
        coverage=coverage or 0.0,
        status=_status(rows, below).value,
        probability_all=chance_of_all(chances),
        probability_at_least=chances_of_at_least(chances) or None,
        expected_hits=math.fsum(chance for chance, _ in chances) if chances else None,
        key_results=len(every),
        as_of=max(row.as_of for row in every),
        parent=parent,
    )


def _status(rows: Sequence[tuple[ScoreRow, Decimal]], below: Sequence[Summed]) -> Status:
    """Return the worst of the parts; an objective of before that is over decides nothing while another one lasts."""
    own = [Status(row.status) for row, _ in rows]
    lasting = [Status(one.row.status) for one in below if not one.is_over]
    return worst((own + lasting) or [Status(one.row.status) for one in below])


def _given(shared: Floats, chances: Sequence[float]) -> Floats:
    """Return the chance that all of one metric's are reached, for each common luck."""
    thresholds = np.array([NormalDist().inv_cdf(chance) for chance in chances])
    if len(chances) == 1:
        return _below((thresholds[0] - shared) / math.sqrt(1 - BETWEEN_ANY))
    luck, weights = _gauss()
    common = shared[:, None] + math.sqrt(BETWEEN_SAME_METRIC - BETWEEN_ANY) * luck
    own = (thresholds[:, None, None] - common) / math.sqrt(1 - BETWEEN_SAME_METRIC)
    both: Floats = _below(own).prod(axis=0) @ weights
    return both


def _counted(shared: Floats, chances: Sequence[float]) -> Floats:
    """Return the chances (luck, 0..k) of how many of one metric's are reached, for each common luck."""
    if len(chances) == 1:
        reached = _given(shared, chances)
        return np.stack([1.0 - reached, reached], axis=1)
    luck, weights = _gauss()
    common = shared[:, None] + math.sqrt(BETWEEN_SAME_METRIC - BETWEEN_ANY) * luck
    counts = np.ones((*common.shape, 1))
    for chance in chances:
        reached = _below((NormalDist().inv_cdf(chance) - common) / math.sqrt(1 - BETWEEN_SAME_METRIC))
        counts = _added(counts, np.stack([1.0 - reached, reached], axis=-1))
    together: Floats = np.einsum("ijk,j->ik", counts, weights)
    return together


def _added(counts: Floats, more: Floats) -> Floats:
    """Return the chances (..., 0..k) of a sum of two counts that are independent given the luck."""
    size = counts.shape[-1] + more.shape[-1] - 1
    total = np.zeros((*counts.shape[:-1], size))
    for number in range(more.shape[-1]):
        total[..., number : number + counts.shape[-1]] += counts * more[..., number : number + 1]
    return total


@lru_cache(maxsize=1)
def _gauss() -> tuple[Floats, Floats]:
    """Nodes and weights that turn an expectation over a standard normal into a sum."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()


@lru_cache(maxsize=1)
def _table() -> tuple[Floats, Floats]:
    """Return the normal distribution function on a fine grid: interpolated it is right to 1e-7."""
    grid = np.linspace(-8.0, 8.0, 16_001)
    return grid, np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in grid])


def _below(x: Floats) -> Floats:
    grid, values = _table()
    return np.interp(x, grid, values)
