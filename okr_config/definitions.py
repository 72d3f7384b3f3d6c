"""What a definition means: its hash, the goal in force on a day, the series it is measured by."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from okr_config.fields import RefundDay
from okr_config.metrics import BUILT_IN, REFUND_METRICS, REFUNDS_ON, Nature, series_name
from okr_config.models import Definition, KeyResult

BOUNDS = ("target", "at_least", "at_most", "between")
"""The keys that say what a key result is after; it has one of them, and so has each of its changes."""


def definition_hash(definition: Definition) -> str:
    """Return a hash of what a definition says; the order of keys, stated defaults and `10.0` for `10` do not matter."""
    return content_hash(definition.model_dump(exclude_defaults=True))


def content_hash(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold, with dates and decimals
    """Return a hash of nested plain values, the same whatever the order of their keys."""
    text = json.dumps(_comparable(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return sha256(text.encode()).hexdigest()


def _comparable(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    if isinstance(value, dict):
        return {str(key): _comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_comparable(item) for item in value]
    return value


def effective(definition: Definition, on: date) -> Definition:
    """Return the definition as in force on a day: each change up to it has moved the goal."""
    moved = {
        bound: value
        for change in sorted(definition.key_result.changes, key=lambda change: change.on)
        if change.on <= on
        for bound in BOUNDS
        if (value := getattr(change, bound)) is not None
    }
    if not moved:
        return definition
    return definition.model_copy(update={"key_result": definition.key_result.model_copy(update=moved)})


def series_of(definition: Definition) -> tuple[str, ...]:
    """
    Return the names of all series of observations a definition is measured by, sorted.

    A built-in ratio is measured by its two parts, a milestone by its probes; manual and SQL key results by none.
    """
    key_result = definition.key_result
    named = {
        series_name(name, refund_filter(key_result.where, day))
        for name in measured_metrics(key_result)
        for day in refund_days(definition, name)
    }
    return tuple(sorted({*named, *probes_of(key_result)}))


def refund_days(definition: Definition, metric: str) -> tuple[RefundDay, ...]:
    """Return the days that refunds count on in a metric: one for all sources, or the one and the other by source."""
    if metric not in REFUND_METRICS:
        return ("order",)
    return tuple(sorted({definition.refunds_on, *definition.refunds_on_by_source.values()}))


def refund_filter(where: Mapping[str, str], day: RefundDay) -> Mapping[str, str]:
    """Return filters of a series with the day that refunds count on, which needs no word where it is the order's."""
    return where if day == "order" else {**where, REFUNDS_ON: day}


def measured_metrics(key_result: KeyResult) -> tuple[str, ...]:
    """Return the metrics a key result is measured by, probes aside: of a built-in ratio its two parts."""
    return tuple(part for name in metrics_of(key_result) for part in _parts(name))


def metrics_of(key_result: KeyResult) -> tuple[str, ...]:
    """Return the metrics a key result names, probes aside."""
    return tuple(name for name in (key_result.metric, key_result.numerator, key_result.denominator) if name)


def probes_of(key_result: KeyResult) -> tuple[str, ...]:
    """Return the metrics that a milestone's steps look at."""
    return tuple(step.probe for step in key_result.steps if step.probe)


def _parts(name: str) -> tuple[str, ...]:
    metric = BUILT_IN.get(name)
    if metric and metric.nature is Nature.RATIO and metric.numerator and metric.denominator:
        return metric.numerator, metric.denominator
    return (name,)
