"""Scoring, for a run and for a page of the past, and what scores follow from, asked of the warehouse."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from pydantic import ValidationError

from okr_config import Config
from okr_config.definitions import metrics_of, refund_filter, series_of
from okr_config.metrics import BUILT_IN, REFUND_METRICS, REFUNDS_ON, Metric, Nature, series_name
from okr_config.models import Definition
from scorecard.forecasting.calibration import learn
from scorecard.forecasting.recalibration import Recalibration
from scorecard.i18n.language import Language
from scorecard.schemas import REFUSED, Evidence
from scorecard.scoring import Scores, score
from warehouse import SeriesRequest, Warehouse


def gather(  # noqa: PLR0913 - what evidence depends on
    warehouse: Warehouse,
    config: Config,
    definitions: Sequence[Definition],
    *,
    as_of: datetime,
    known_at: datetime | None,
    restate: bool = False,
    all_metrics: bool = False,
) -> Evidence:
    """
    Return all that was known at an instant and that the scores of some definitions follow from.

    all_metrics: what is known of every metric besides.
    """
    counted = {name for one in definitions for name in (*series_of(one), *metrics_of(one.key_result))}
    queries = {
        definition.key_result.id: definition.key_result.sql for definition in definitions if definition.key_result.sql
    }
    frozen = warehouse.frozen_scores(known_at)
    return Evidence(
        observations=warehouse.observe(
            series_requests(config, definitions),
            known_at=known_at,
            series=None if all_metrics else counted,
        ),
        rates=warehouse.rates(known_at),
        freshness=warehouse.freshness(known_at),
        check_ins=warehouse.check_ins(known_at),
        sql_values=warehouse.sql_values(queries, as_of=as_of, known_at=known_at),
        frozen=frozen.clear() if restate else frozen,
        kept_hashes=warehouse.kept_hashes(as_of),
        refused=_refused(warehouse.refused(known_at), queries | {own.id: own.sql for own in config.metrics if own.sql}),
    )


_TABLES = {
    **dict.fromkeys(("orders", "order_lines", "refunds"), r"shop_order|shop_order_line|shop_refund"),
    "products": "shop_product",
    "shop_state": "shop_state",
    "traffic": "web_traffic",
    "accounts": "social_account",
    "observations": "stated_value",
    "rates": "exchange_rate",
}


def _refused(rows: pl.DataFrame, queries: Mapping[str, str]) -> pl.DataFrame:
    """Return refused rows once more for each query that names their table, or one made of all: it may rest on them."""
    rows = rows.select(*REFUSED)
    found = [rows]
    for name, sql in queries.items() if rows.height else ():
        kinds = [
            kind
            for kind, tables in _TABLES.items()
            if re.search(rf"\b({tables}|metric_daily|metric_observation)\b", sql)
        ]
        found.append(rows.filter(pl.col("kind").is_in(kinds)).with_columns(kind=pl.lit("query"), metric=pl.lit(name)))
    return pl.concat(found)


def series_requests(config: Config, definitions: Sequence[Definition]) -> list[SeriesRequest]:
    """List the series to derive: every built-in metric, the filtered ones key results ask for, the team's own."""
    own = {
        metric.id: SeriesRequest(
            series=metric.id,
            metric=metric.id,
            where={},
            unit=metric.unit,
            currency=metric.currency,
            grain=metric.grain,
            sql=metric.sql,
            additive=metric.additive,
        )
        for metric in config.metrics
        if metric.sql
    }
    asked = {name for definition in definitions for name in series_of(definition)}
    counted = {
        series_name(metric.id, filters): SeriesRequest(
            series=series_name(metric.id, filters),
            metric=metric.id,
            where=filters,
            unit=metric.unit,
            currency=None,
            additive=metric.nature is Nature.ADDITIVE,
            only_orders=REFUNDS_ON in filters and series_name(metric.id, filters) not in asked,
        )
        for metric, where in _counted(config, definitions)
        for filters in (where, *([refund_filter(where, "refund")] if metric.id in REFUND_METRICS else []))
    }
    series = counted | own
    return [series[name] for name in sorted(series)]


def _counted(config: Config, definitions: Sequence[Definition]) -> Iterator[tuple[Metric, Mapping[str, str]]]:
    """Yield metrics with their filters."""
    for metric in (*BUILT_IN.values(), *config.own_metrics().values()):
        if metric.nature is not Nature.RATIO:
            yield metric, {}
    for definition in definitions:
        key_result = definition.key_result
        for name in metrics_of(key_result):
            if key_result.where and name in BUILT_IN and BUILT_IN[name].nature is not Nature.RATIO:
                yield BUILT_IN[name], key_result.where


@dataclass(frozen=True)
class Judged:
    """Scores, and all that they follow from."""

    scores: Scores
    as_of: datetime
    known_at: datetime
    definitions: tuple[Definition, ...]
    evidence: Evidence
    recalibration: Recalibration


def judge_all(  # noqa: PLR0913 - what a score depends on, and the language it is told in
    warehouse: Warehouse,
    config: Config,
    *,
    as_of: datetime,
    known_at: datetime | None,
    restate: bool = False,
    language: Language | None = None,
) -> Judged:
    """
    Score every key result defined at `as_of` with what was known at `known_at` (default: all that is known now).

    `language` is what its sentences are said in, by default that of each key result's file.
    """
    now = warehouse.now()
    texts = warehouse.definitions(as_of=as_of, known_at=known_at)
    definitions = list(_readable(texts))
    if language:
        definitions = [definition.model_copy(update={"language": language}) for definition in definitions]
    evidence = gather(warehouse, config, definitions, as_of=as_of, known_at=known_at, restate=restate)
    metrics = {**BUILT_IN, **config.own_metrics()}
    recalibration, known = learn(warehouse.calibration(known_at)), known_at or now
    scores = score(
        definitions,
        evidence,
        as_of=as_of,
        known_at=known,
        metrics=metrics,
        recalibration=recalibration,
    )
    return Judged(scores, as_of, known, tuple(definitions), evidence, recalibration)


def _readable(texts: Sequence[str]) -> Iterator[Definition]:
    """Read definitions, less those of before a bound was set that they break."""
    for text in texts:
        try:
            yield Definition.model_validate_json(text)
        except ValidationError:
            logging.getLogger(__name__).warning("a definition of before cannot be read any more and is not scored")
