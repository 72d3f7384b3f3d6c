"""Checks of one key result: does it have what its kind needs, and does its metric fit."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from okr_config.checks.goals import day_problems, goal_problems
from okr_config.definitions import BOUNDS, metrics_of
from okr_config.documents import Spot
from okr_config.errors import Problem
from okr_config.hints import did_you_mean, listing, name_hint
from okr_config.metrics import Metric, Nature
from okr_config.models import Judge, KeyResult, Kind, Period, Thresholds
from okr_config.team_metrics import implied_metric, is_brought_by

_MEASURED = {Kind.TOTAL, Kind.LEVEL, Kind.WINDOW, Kind.RATIO}
_NATURES: Mapping[Kind, Collection[Nature]] = {
    Kind.TOTAL: {Nature.ADDITIVE},
    Kind.LEVEL: {Nature.LEVEL, Nature.PROBE},
    Kind.WINDOW: {Nature.ADDITIVE, Nature.DISTINCT},
    Kind.RATIO: {Nature.RATIO},
}
_PROBE = "a probe"
_ADVICE: Mapping[Nature, tuple[str, str]] = {
    Nature.ADDITIVE: ("adds up over days", "use kind: total, or kind: window with every"),
    Nature.DISTINCT: ("counts each person once and is never summed over days", "use kind: window with every"),
    Nature.LEVEL: ("is a level, known at moments", "use kind: level"),
    Nature.PROBE: ("is a level, known at moments", "use kind: level, or a milestone's probe"),
    Nature.RATIO: ("is a ratio", "use kind: ratio"),
}


@dataclass(frozen=True)
class Known:
    """
    What key results may name.

    sources: ids, None where sources.yaml cannot be read. bringing: sources that bring metrics under their own name.
    doubtful: metrics that are declared, but wrongly. all_read: whether every file that may declare metrics was read.
    """

    metrics: Mapping[str, Metric]
    sources: Collection[str] | None
    bringing: Collection[str]
    doubtful: Collection[str]
    all_read: bool

    def metric(self, name: str) -> Metric | None:
        """Return a metric by its name."""
        if name in self.metrics:
            return self.metrics[name]
        return implied_metric(name) if is_brought_by(name, self.bringing) and name not in self.doubtful else None

    def lacks(self, name: str) -> bool:
        """Whether there is surely no such metric."""
        return self.metric(name) is None and name not in self.doubtful and self.all_read


def key_result_problems(key_result: KeyResult, spot: Spot, period: Period | None, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with a key result; days are not judged without a period."""
    yield from _metric_problems(key_result, spot, known)
    yield from _shape_problems(key_result, spot)
    yield from goal_problems(key_result, spot)
    yield from _step_problems(key_result, spot, known)
    yield from _source_problems(key_result, spot, known)
    yield from threshold_problems(key_result.status, spot)
    if period and period.start <= period.end:
        yield from day_problems(key_result, spot, period)


def threshold_problems(thresholds: Thresholds | None, spot: Spot) -> Iterator[Problem]:
    """Yield a problem for each pair of thresholds that leaves no room between them."""
    for lower, upper in (("at_risk", "on_track"), ("pace_at_risk", "pace_on_track")) if thresholds else ():
        if getattr(thresholds, lower) >= getattr(thresholds, upper):
            yield from spot.at("status", lower).tell(f"{lower} must be less than {upper}")


def _metric_problems(key_result: KeyResult, spot: Spot, known: Known) -> Iterator[Problem]:
    kind, named = key_result.kind, metrics_of(key_result)
    allowed = {
        Kind.SQL: {"sql"},
        Kind.RATIO: {"metric", "numerator", "denominator"},
        Kind.MILESTONE: set[str](),
        Kind.MANUAL: set[str](),
    }.get(kind, {"metric"})
    for key in ("metric", "sql", "numerator", "denominator"):
        if getattr(key_result, key) is not None and key not in allowed:
            yield from spot.at(key).tell(f"{key} does not belong to kind: {kind}", hint="remove it, or change the kind")
    yield from _lack_problems(key_result, spot)
    if kind in _MEASURED:
        for key in ("metric", "numerator", "denominator"):
            name = getattr(key_result, key)
            if name is not None and key in allowed:
                natures = _NATURES[kind] if key == "metric" else {Nature.ADDITIVE}
                yield from _named_metric_problems(name, natures, f"kind: {kind}", spot.at(key), known)
    for filtered in key_result.where:
        dimensions = [set(metric.dimensions) for name in named if (metric := known.metric(name))]
        if not named:
            yield from spot.at("where").tell("where filters a metric, and this key result names none")
            return
        if dimensions and filtered not in (common := set.intersection(*dimensions)):
            hint = f"it can be filtered by {listing(sorted(common))}" if common else "it cannot be filtered"
            yield from spot.at("where", filtered).tell(f"{' / '.join(named)} has no dimension '{filtered}'", hint=hint)


def _lack_problems(key_result: KeyResult, spot: Spot) -> Iterator[Problem]:
    kind = key_result.kind
    if kind is Kind.SQL and not (key_result.sql or "").strip():
        yield from spot.at("sql").tell("kind: sql needs sql, a query that returns one number")
    elif kind is Kind.RATIO:
        parts = [key for key in ("numerator", "denominator") if getattr(key_result, key)]
        if parts and key_result.metric:
            yield from spot.at("metric").tell(
                f"metric and {parts[0]} are both given", hint="keep metric, or numerator and denominator"
            )
        elif not key_result.metric and not (key_result.numerator and key_result.denominator):
            yield from spot.tell("kind: ratio needs numerator and denominator, or a metric that is a ratio")
    elif kind in _MEASURED and not key_result.metric:
        yield from spot.tell(f"kind: {kind} needs a metric", next_step="okr connectors, to list what can be measured")


def _named_metric_problems(
    name: str, natures: Collection[Nature], use: str, spot: Spot, known: Known
) -> Iterator[Problem]:
    metric = known.metric(name)
    if known.lacks(name):
        yield from spot.tell(f"unknown metric '{name}'", hint=_metric_hint(name, known), next_step="okr connectors")
    elif metric and metric.nature not in natures:
        what, advice = _ADVICE[metric.nature]
        if use == _PROBE:
            advice = "a level is needed, such as social.followers or shop.products_published"
        elif name == "web.visitors":
            advice += ", or metric: web.visits"
        yield from spot.tell(f"{name} {what}: it does not fit {use}", hint=advice)


def _metric_hint(name: str, known: Known) -> str:
    family = name.split(".", 1)[0]
    relatives = [metric.removeprefix(f"{family}.") for metric in known.metrics if metric.startswith(f"{family}.")]
    families = sorted({metric.split(".", 1)[0] for metric in known.metrics} | set(known.bringing))
    rest = (
        f"{family} metrics: {listing(relatives, at_most=6)}" if relatives else f"metrics begin with {listing(families)}"
    )
    return "  ".join(filter(None, [did_you_mean(name, known.metrics), rest]))


def _shape_problems(key_result: KeyResult, spot: Spot) -> Iterator[Problem]:
    kind, has_band = key_result.kind, any(getattr(key_result, bound) is not None for bound in BOUNDS[1:])
    if not key_result.title or (isinstance(key_result.title, dict) and not all(key_result.title.values())):
        yield from spot.at("title").tell("the title is empty")
    if kind is Kind.WINDOW and key_result.every is None:
        yield from spot.tell("kind: window needs every: day, week or month")
    for key in ("every", "judge"):
        if kind is not Kind.WINDOW and getattr(key_result, key) is not None:
            yield from spot.at(key).tell(f"{key} belongs to kind: window, not to kind: {kind}")
    if kind is Kind.WINDOW and key_result.judge is Judge.SHARE and not has_band:
        yield from spot.at("judge").tell(
            "judge: share needs a band", hint="use at_least, at_most or between in place of target"
        )
    if key_result.need is not None and not has_band:
        yield from spot.at("need").tell("need belongs to a band", hint="it goes with at_least, at_most or between")


def _step_problems(key_result: KeyResult, spot: Spot, known: Known) -> Iterator[Problem]:
    if key_result.kind is not Kind.MILESTONE:
        if key_result.steps:
            yield from spot.at("steps").tell(f"steps belong to kind: milestone, not to kind: {key_result.kind}")
        return
    if not key_result.steps:
        yield from spot.at("steps").tell("a milestone needs at least one step")
    elif not any(step.weight for step in key_result.steps):
        yield from spot.at("steps").tell("all steps weigh 0")
    for index, step in enumerate(key_result.steps):
        at = spot.at("steps", index)
        if step.probe is not None:
            yield from _named_metric_problems(step.probe, {Nature.PROBE, Nature.LEVEL}, _PROBE, at.at("probe"), known)
            if step.done is not None:
                yield from at.at("done").tell("a step is done by its probe or by hand, not by both")
        elif "at_least" in step.model_fields_set:
            yield from at.at("at_least").tell("at_least belongs to a probe")


def _source_problems(key_result: KeyResult, spot: Spot, known: Known) -> Iterator[Problem]:
    for index, source in enumerate(key_result.sources):
        if known.sources is not None and source not in known.sources:
            hint = name_hint(source, sorted(known.sources))
            yield from spot.at("sources", index).tell(f"unknown source '{source}'", hint=hint)
