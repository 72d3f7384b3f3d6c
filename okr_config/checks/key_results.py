"""Checks of one key result: does it have what its kind needs, and does its metric fit."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from okr_config.checks.goals import day_problems, goal_problems
from okr_config.definitions import BOUNDS, measured_metrics, metrics_of
from okr_config.documents import Spot
from okr_config.errors import Problem
from okr_config.hints import did_you_mean, listing, name_hint
from okr_config.kinds import OWN_KEYS, RULES, kinds_with
from okr_config.metrics import REFUND_METRICS, Metric, Nature
from okr_config.models import Judge, KeyResult, Period, Thresholds
from okr_config.team_metrics import implied_metric, is_brought_by

_NOTHING = (None, ())
_PROBE = "a probe"
_MEANING: Mapping[Nature, str] = {
    Nature.ADDITIVE: "adds up over days",
    Nature.DISTINCT: "counts each person once and is never summed over days",
    Nature.LEVEL: "is a level, known at moments",
    Nature.PROBE: "is a level, known at moments",
    Nature.RATIO: "is a ratio",
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
    yield from _key_problems(key_result, spot)
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


def _key_problems(key_result: KeyResult, spot: Spot) -> Iterator[Problem]:
    """Yield the keys that other kinds have, and those that its own kind lacks."""
    kind, rules = key_result.kind, RULES[key_result.kind]
    for key in OWN_KEYS:
        if getattr(key_result, key) not in _NOTHING and not rules.takes(key):
            hint = f"remove it, or change to kind: {listing(kinds_with(key))}"
            yield from spot.at(key).tell(f"{key} does not belong to kind: {kind}", hint=hint)
    for need in rules.needs:
        given = [[key for key in group if _is_written(key_result, key)] for group in need.groups]
        begun = [keys[0] for keys in given if keys]
        if len(begun) > 1:
            hint = f"keep {', or '.join(' and '.join(group) for group in need.groups)}"
            yield from spot.at(begun[0]).tell(f"{' and '.join(begun)} are both given", hint=hint)
        elif not any(len(keys) == len(group) for keys, group in zip(given, need.groups, strict=True)):
            at = spot.at(need.at) if need.at else spot
            yield from at.tell(f"kind: {kind} needs {need.words}", next_step=need.next_step)


def _is_written(key_result: KeyResult, key: str) -> bool:
    value = getattr(key_result, key)
    return bool(value.strip() if isinstance(value, str) else value)


def _metric_problems(key_result: KeyResult, spot: Spot, known: Known) -> Iterator[Problem]:
    named = metrics_of(key_result)
    for key, natures in RULES[key_result.kind].metrics.items():
        name = getattr(key_result, key)
        if name is not None:
            yield from _named_metric_problems(name, natures, f"kind: {key_result.kind}", spot.at(key), known)
    if key_result.refunds_on and not set(REFUND_METRICS).intersection(measured_metrics(key_result)):
        yield from spot.at("refunds_on").tell(
            "refunds_on belongs to a metric that refunds change", hint=f"these are {listing(REFUND_METRICS)}"
        )
    for filtered in key_result.where:
        dimensions = [set(metric.dimensions) for name in named if (metric := known.metric(name))]
        if not named:
            yield from spot.at("where").tell("where filters a metric, and this key result names none")
            return
        if dimensions and filtered not in (common := set.intersection(*dimensions)):
            hint = f"it can be filtered by {listing(sorted(common))}" if common else "it cannot be filtered"
            yield from spot.at("where", filtered).tell(f"{' / '.join(named)} has no dimension '{filtered}'", hint=hint)


def _named_metric_problems(
    name: str, natures: Collection[Nature], use: str, spot: Spot, known: Known
) -> Iterator[Problem]:
    metric = known.metric(name)
    if known.lacks(name):
        yield from spot.tell(f"unknown metric '{name}'", hint=_metric_hint(name, known), next_step="okr connectors")
    elif metric and metric.nature not in natures:
        advice = f"use {', or '.join(rules.advice for rules in RULES.values() if metric.nature in rules.natures)}"
        if use == _PROBE:
            advice = "a level is needed, such as social.followers or shop.products_published"
        elif name == "web.visitors":
            advice += ", or metric: web.visits"
        yield from spot.tell(f"{name} {_MEANING[metric.nature]}: it does not fit {use}", hint=advice)


def _metric_hint(name: str, known: Known) -> str:
    family = name.split(".", 1)[0]
    relatives = [metric.removeprefix(f"{family}.") for metric in known.metrics if metric.startswith(f"{family}.")]
    families = sorted({metric.split(".", 1)[0] for metric in known.metrics} | set(known.bringing))
    rest = (
        f"{family} metrics: {listing(relatives, at_most=6)}" if relatives else f"metrics begin with {listing(families)}"
    )
    return "  ".join(filter(None, [did_you_mean(name, known.metrics), rest]))


def _shape_problems(key_result: KeyResult, spot: Spot) -> Iterator[Problem]:
    has_band = any(getattr(key_result, bound) is not None for bound in BOUNDS[1:])
    if not key_result.title or (isinstance(key_result.title, dict) and not all(key_result.title.values())):
        yield from spot.at("title").tell("the title is empty")
    if key_result.judge is Judge.SHARE and RULES[key_result.kind].takes("judge") and not has_band:
        yield from spot.at("judge").tell(
            "judge: share needs a band", hint="use at_least, at_most or between in place of target"
        )
    if key_result.need is not None and not has_band:
        yield from spot.at("need").tell("need belongs to a band", hint="it goes with at_least, at_most or between")


def _step_problems(key_result: KeyResult, spot: Spot, known: Known) -> Iterator[Problem]:
    rules = RULES[key_result.kind]
    if not rules.takes("steps"):
        return
    if key_result.steps and not any(step.weight for step in key_result.steps):
        yield from spot.at("steps").tell("all steps weigh 0")
    for index, step in enumerate(key_result.steps):
        at = spot.at("steps", index)
        if step.probe is not None:
            yield from _named_metric_problems(step.probe, rules.probes, _PROBE, at.at("probe"), known)
            if step.done is not None:
                yield from at.at("done").tell("a step is done by its probe or by hand, not by both")
        elif "at_least" in step.model_fields_set:
            yield from at.at("at_least").tell("at_least belongs to a probe")


def _source_problems(key_result: KeyResult, spot: Spot, known: Known) -> Iterator[Problem]:
    for index, source in enumerate(key_result.sources):
        if known.sources is not None and source not in known.sources:
            hint = name_hint(source, sorted(known.sources))
            yield from spot.at("sources", index).tell(f"unknown source '{source}'", hint=hint)
