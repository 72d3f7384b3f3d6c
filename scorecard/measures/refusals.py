"""Rows that came in and are not counted: which key results rest on them, and how that is said."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from okr_config.definitions import probes_of
from okr_config.metrics import BUILT_IN, Metric, Nature
from scorecard.i18n.messages import count, say
from scorecard.measures.measurement import Measured, Subject

_STOCKS = (Nature.LEVEL, Nature.PROBE)


class Refusals:
    """The rows that are refused now, as `scorecard.schemas.REFUSED` has them."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._rows = tuple(frame.iter_rows(named=True))

    def sentences(self, subject: Subject, measured: Measured) -> tuple[str, ...]:
        """Say for each source how many rows of it a key result rests on and does not count, and by which fields."""
        if not self._rows:
            return ()
        by_source: dict[str, Counter[str]] = {}
        for row in self._resting(subject, measured):
            by_source.setdefault(row["source_id"], Counter())[row["field"] or ""] += 1
        return tuple(_sentence(subject, source, fields) for source, fields in sorted(by_source.items()))

    def _resting(self, subject: Subject, measured: Measured) -> Iterator[Mapping[str, Any]]:
        key_result, span = subject.key_result, subject.span
        metrics = [subject.metric_named(name) for name in _metrics_of(subject)]
        newest: dict[str, date] = {}
        for point in measured.points:
            newest[point.source_id] = max(point.day, newest.get(point.source_id, point.day))
        for row in self._rows:
            source = row["source_id"]
            if key_result.sources and source not in key_result.sources:
                continue
            if row["kind"] == "query":
                counted = row["metric"] == key_result.id or any(row["metric"] == metric.id for metric in metrics)
                since = span.start
            else:
                touched = [metric for metric in metrics if _is_of(row, metric)]
                counted = bool(touched)
                stocks = all(metric.nature in _STOCKS for metric in touched)
                # an older row of a stock would not be carried forward
                since = newest.get(source, span.start) if stocks else span.start
            first, last = row["first_day"], row["last_day"]
            if counted and (last is None or last >= since) and (first is None or first <= span.today):
                yield row


def _metrics_of(subject: Subject) -> list[str]:
    metric = subject.key_result.metric
    return [*(subject.parts() or ()), *([metric] if metric else ()), *probes_of(subject.key_result)]


def _is_of(row: Mapping[str, Any], metric: Metric) -> bool:
    """Whether a metric counts rows such as this one; a row that does not say which metric it is of may be of any."""
    match row["kind"]:
        case "orders" | "order_lines" | "refunds":
            return metric.id in BUILT_IN and metric.id.startswith("shop.") and metric.nature is not Nature.PROBE
        case "shop_state":
            return metric.nature is Nature.PROBE
        case "traffic":
            return metric.id in BUILT_IN and metric.id.startswith("web.")
        case "accounts":
            told = {row["metric"], "social.posts"} if row["metric"] == "social.followers" else {row["metric"]}
            return metric.nature is Nature.LEVEL and (row["metric"] is None or metric.id in told)
        case "observations":
            return row["metric"] is None or row["metric"] == metric.id
        case _:
            return False


def _sentence(subject: Subject, source: str, fields: Mapping[str, int]) -> str:
    language, rows = subject.definition.language, sum(fields.values())
    if set(fields) == {""}:
        return say(language, "refused.missing", source=source)
    named = [say(language, "refused.field", n=n, field=field) for field, n in fields.items() if field]
    return count(language, "refused", rows, source=source, fields=": " + ", ".join(named) if named else "")
