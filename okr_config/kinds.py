"""
What may be written of each kind of key result: one row a kind, which checks, goals and units are read from.

How each is measured and what its forecast is asked stands beside it, in `scorecard.measures.kinds`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from okr_config.metrics import Nature
from okr_config.models import Kind


class Origin(StrEnum):
    """What a value is made from."""

    METRIC = "metric"
    STEPS = "steps"
    CHECK_INS = "check_ins"
    QUERY = "query"


@dataclass(frozen=True)
class Need:
    """
    Keys that a kind cannot do without: all of at least one group, and of one group only.

    words: how a message names them. at: the key it points to, the key result itself without one.
    """

    groups: tuple[tuple[str, ...], ...]
    words: str
    at: str | None = None
    next_step: str = ""


@dataclass(frozen=True)
class KindRules:
    """
    One kind.

    origin: what its value is made from; with steps its goal is that they are done, and none is written.
    needs: keys that it must have.
    metrics: its keys that name a metric, each with the natures that fit.
    probes: the natures that fit a step's probe.
    others: keys that no other kind may have, metrics apart.
    is_sum: whether its days add up to it, from nothing: a target then lies above its baseline, and a bound is held
        against the whole sum and not against each day.
    unit: of its value, where that is not its metric's.
    advice: how a hint names it to those whose metric fits no other.
    """

    origin: Origin
    needs: tuple[Need, ...] = ()
    metrics: Mapping[str, Collection[Nature]] = field(default_factory=dict)
    probes: Collection[Nature] = ()
    others: tuple[str, ...] = ()
    is_sum: bool = False
    unit: str | None = None
    advice: str = ""

    def takes(self, key: str) -> bool:
        """Whether it may have a key that not every kind has."""
        return key in self.metrics or key in self.others

    @property
    def natures(self) -> Collection[Nature]:
        """Natures of the metrics that it can be about."""
        return (*self.metrics.get("metric", ()), *self.probes)


_A_METRIC = Need((("metric",),), "a metric", next_step="okr connectors, to list what can be measured")

RULES: Mapping[Kind, KindRules] = {
    Kind.TOTAL: KindRules(
        Origin.METRIC,
        needs=(_A_METRIC,),
        metrics={"metric": {Nature.ADDITIVE}},
        is_sum=True,
        advice="kind: total",
    ),
    Kind.LEVEL: KindRules(
        Origin.METRIC,
        needs=(_A_METRIC,),
        metrics={"metric": {Nature.LEVEL, Nature.PROBE}},
        advice="kind: level",
    ),
    Kind.WINDOW: KindRules(
        Origin.METRIC,
        needs=(_A_METRIC, Need((("every",),), "every: day, week or month")),
        metrics={"metric": {Nature.ADDITIVE, Nature.DISTINCT}},
        others=("every", "judge"),
        advice="kind: window with every",
    ),
    Kind.RATIO: KindRules(
        Origin.METRIC,
        needs=(
            Need((("metric",), ("numerator", "denominator")), "numerator and denominator, or a metric that is a ratio"),
        ),
        metrics={"metric": {Nature.RATIO}, "numerator": {Nature.ADDITIVE}, "denominator": {Nature.ADDITIVE}},
        advice="kind: ratio",
    ),
    Kind.MILESTONE: KindRules(
        Origin.STEPS,
        needs=(Need((("steps",),), "at least one step", at="steps"),),
        probes={Nature.PROBE, Nature.LEVEL},
        others=("steps",),
        unit="share",
        advice="a milestone's probe",
    ),
    Kind.MANUAL: KindRules(Origin.CHECK_INS),
    Kind.SQL: KindRules(
        Origin.QUERY,
        needs=(Need((("sql",),), "sql, a query that returns one number", at="sql"),),
        others=("sql",),
    ),
}

OWN_KEYS = tuple(dict.fromkeys(key for rules in RULES.values() for key in (*rules.metrics, *rules.others)))
"""The keys that not every kind has."""


def natures_of(key: str) -> set[Nature]:
    """Return the natures that fit a key that names a metric, for some kind."""
    return {
        nature
        for rules in RULES.values()
        for nature in (rules.probes if key == "probe" else rules.metrics.get(key, ()))
    }


def kinds_from(origin: Origin) -> tuple[Kind, ...]:
    """Return the kinds whose value is made from something."""
    return tuple(kind for kind, rules in RULES.items() if rules.origin is origin)


def kinds_with(key: str) -> tuple[Kind, ...]:
    """Return the kinds that may have a key."""
    return tuple(kind for kind, rules in RULES.items() if rules.takes(key))


def kind_for(nature: Nature) -> Kind | None:
    """Return the kind that suits metrics of a nature first."""
    return next((kind for kind, rules in RULES.items() if nature in rules.metrics.get("metric", ())), None)


def kind_of_days(nature: Nature) -> Kind:
    """Return the kind that counts the days of a metric as they are: what no kind suits is read as a level."""
    return kind_for(nature) or Kind.LEVEL


FIRST_CHOICE: Mapping[Nature, Mapping[str, str]] = {
    Nature.ADDITIVE: {"kind": "total"},
    Nature.DISTINCT: {"kind": "window", "every": "week"},
    Nature.LEVEL: {"kind": "level", "baseline": "measured"},
    Nature.PROBE: {"kind": "level"},
    Nature.RATIO: {"kind": "ratio"},
}
"""What a key result of a metric is unless its owner says so: visitors by the week, a stock from what it was."""
