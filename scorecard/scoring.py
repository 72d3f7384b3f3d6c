"""Definitions and evidence in, scores out: measured, held against the goal, forecast, judged, rolled up."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

import polars as pl

from okr_config.kinds import Origin
from okr_config.metrics import Metric, Nature
from okr_config.models import Definition
from scorecard.forecast_inputs import ask, certainty_of, is_foreseeable, within_reach
from scorecard.forecasting.model import forecast as forecast_all
from scorecard.forecasting.protocol import Forecaster
from scorecard.forecasting.recalibration import IDENTITY, Recalibration
from scorecard.forecasting.types import Forecast, ForecastInput
from scorecard.goal import Goals
from scorecard.measures.kinds import Stated, measure
from scorecard.measures.lookup import Book
from scorecard.measures.measurement import Measured, Subject
from scorecard.measures.silence import why_silent
from scorecard.objectives import Objective, objectives_of, roll_up_all
from scorecard.progress import Standing, clamped, expected_of
from scorecard.scenarios import Asked, usual_rows
from scorecard.schemas import DAILY, FORECAST, KEY_RESULTS, OBJECTIVES, WHATIF, Evidence, Schema, Scores
from scorecard.score_row import ObjectiveRow, ScoreRow
from scorecard.span import Span
from scorecard.status import DECIDED, Flag
from scorecard.verdict import Case, input_hash, judge, stored

COIN_FLIP = 5.0
"""What a team that states no confidence is taken to mean, of 10."""

__all__ = ["Evidence", "Forecaster", "Foreseen", "Scores", "foresee", "score"]


@dataclass(frozen=True)
class Foreseen:
    """A key result measured, and what is foreseen for it; question and forecast are None where there is none."""

    case: Case
    question: ForecastInput | None
    forecast: Forecast | None


def foresee(  # noqa: PLR0913 - as `score`
    definitions: Sequence[Definition],
    evidence: Evidence,
    *,
    as_of: datetime,
    metrics: Mapping[str, Metric],
    forecaster: Forecaster = forecast_all,
    seed: int = 0,
    recalibration: Recalibration = IDENTITY,
    broken: Collection[str] = (),
) -> tuple[Foreseen, ...]:
    """
    Measure key results and ask the forecast about them, in the order of the definitions; arguments as `score`.

    Those named in `broken` are not measured: their numbers cannot be computed.
    """
    book = Book.of(evidence)
    cases = [_case(definition, book, as_of, metrics, broken) for definition in definitions]
    # A score that is kept of this instant and rests on the same is repeated by the method that it was made with.
    kept = set(evidence.kept_hashes.iter_rows())
    asked = {
        number: ask(
            case.standing,
            case.plan,
            is_heard=case.stated is not None and not (kept and _key(case, recalibration) in kept),
        )
        for number, case in enumerate(cases)
        if is_foreseeable(case.standing)
    }
    answers = forecaster(tuple(asked.values()), seed=seed, recalibration=recalibration)
    forecasts = {
        number: within_reach(cases[number].standing, answer) for number, answer in zip(asked, answers, strict=True)
    }
    return tuple(Foreseen(case, asked.get(number), forecasts.get(number)) for number, case in enumerate(cases))


def _key(case: Case, recalibration: Recalibration) -> tuple[str, str]:
    """Return what a score would be kept under that leaves the team's word out of the numbers' chance."""
    return case.standing.subject.key_result.id, input_hash(case, recalibration)


def score(  # noqa: PLR0913 - what a score depends on, and nothing hidden
    definitions: Sequence[Definition],
    evidence: Evidence,
    *,
    as_of: datetime,
    known_at: datetime,
    metrics: Mapping[str, Metric],
    forecaster: Forecaster = forecast_all,
    seed: int = 0,
    recalibration: Recalibration = IDENTITY,
) -> Scores:
    """
    Score key results and the objectives they belong to.

    Args:
        definitions: as written, changes included; those in force on the as-of day are applied here.
        evidence: what was known at `known_at`, already cut there.
        as_of: the instant judged; only data about times before it counts.
        known_at: is passed on to the rows.
        metrics: metrics by id, the team's own included.
        forecaster: answers what the future may bring.
        seed: of its dice.
        recalibration: what closed key results have taught.
    """
    words: _Words = {
        "as_of": as_of,
        "known_at": known_at,
        "metrics": metrics,
        "forecaster": forecaster,
        "seed": seed,
        "recalibration": recalibration,
    }
    try:
        return _score(definitions, evidence, **words)
    except Exception:  # numbers beyond any calendar or column: one key result's must not cost the others theirs
        broken = frozenset(one.key_result.id for one in definitions if not _is_computable(one, evidence, words))
        if not broken:
            raise
        return _score(definitions, evidence, broken=broken, **words)


class _Words(TypedDict):
    as_of: datetime
    known_at: datetime
    metrics: Mapping[str, Metric]
    forecaster: Forecaster
    seed: int
    recalibration: Recalibration


def _is_computable(definition: Definition, evidence: Evidence, words: _Words) -> bool:
    try:
        _score([definition], evidence, **words)
    except Exception:
        logging.getLogger(__name__).debug("%s cannot be computed", definition.key_result.id, exc_info=True)
        return False
    return True


def _score(
    definitions: Sequence[Definition],
    evidence: Evidence,
    *,
    broken: Collection[str] = (),
    **words: Unpack[_Words],
) -> Scores:
    forecaster, seed, recalibration = words["forecaster"], words["seed"], words["recalibration"]
    known_at = words["known_at"]
    foreseen = foresee(
        definitions,
        evidence,
        as_of=words["as_of"],
        metrics=words["metrics"],
        forecaster=forecaster,
        seed=seed,
        recalibration=recalibration,
        broken=broken,
    )
    rows = [judge(one.case, one.forecast, known_at, recalibration) for one in foreseen]
    asked = [
        Asked(one.case.standing, one.question, one.forecast)
        for one, row in zip(foreseen, rows, strict=True)
        if one.question and one.forecast and row.status not in DECIDED
    ]
    return Scores(
        key_results=_frame([row.as_row() for row in rows], KEY_RESULTS),
        objectives=_frame([row.as_row() for row in _objectives(definitions, rows)], OBJECTIVES),
        daily=_frame([row for one in foreseen for row in _days(one.case)], DAILY),
        forecast=_frame([row for one in foreseen if one.forecast for row in _fan(one.forecast)], FORECAST),
        whatif=_frame(usual_rows(asked, forecaster, seed=seed, recalibration=recalibration), WHATIF),
        broken=tuple(broken),
    )


def _case(
    definition: Definition, book: Book, as_of: datetime, metrics: Mapping[str, Metric], broken: Collection[str]
) -> Case:
    span, key_result = Span.of(definition, as_of), definition.key_result
    subject = Subject(definition, span, metrics, book.observations)
    said = book.said_by(key_result.id, span.as_of)
    answer, error = book.answers.get(key_result.id, (None, ""))
    if key_result.id in broken:
        measured = Measured(path=(None,) * len(span.days), is_usable=False, reason=subject.say("why.beyond"))
    else:
        measured = measure(subject, Stated(said, answer, error))
    if refused := book.refusals.sentences(subject, measured):
        measured = replace(measured, flags=measured.flags | {Flag.PARTIAL}, caveats=(*measured.caveats, *refused))
    elif silent := why_silent(subject, measured, book.freshness):
        sentence = f"{silent[0].upper()}{silent[1:]}."
        measured = replace(measured, reason=silent, caveats=(*measured.caveats, sentence))
    standing = Standing(subject, measured, Goals(definition, measured.at_start))
    stated = next((one.confidence for one in reversed(said) if one.confidence is not None), key_result.confidence)
    plan = (COIN_FLIP if stated is None else stated) / 10
    of_metric = subject.metric is not None and subject.metric.nature is Nature.PROBE
    probes = of_metric or subject.rules.origin is Origin.STEPS
    return Case(
        standing=standing,
        expected=expected_of(standing),
        stated=stated,
        plan=plan,
        certainty=certainty_of(standing, plan),
        late=frozenset(book.freshness.flags(measured.sources, key_result.sources, span.judged, probes=probes)),
        grade=book.grade(key_result.id, span),
    )


def _objectives(definitions: Sequence[Definition], rows: Sequence[ScoreRow]) -> list[ObjectiveRow]:
    members: dict[tuple[str, str], list[tuple[ScoreRow, Decimal]]] = defaultdict(list)
    known: dict[tuple[str, str], Objective] = {}
    for definition, row in zip(definitions, rows, strict=True):
        for objective in objectives_of(definition):
            known[objective.key] = objective
        members[definition.period_id, definition.objective_id].append((row, definition.key_result.weight))
    return roll_up_all(known, members)


def _days(case: Case) -> list[dict[str, Any]]:
    standing, span = case.standing, case.standing.subject.span
    return [
        {
            "key_result_id": standing.subject.key_result.id,
            "day": day,
            "value": stored(value),
            "progress": clamped(raw),
            "expected": case.expected(span.end_of(day)),
        }
        for day, value, raw in zip(span.days, standing.measured.path, standing.raw_by_day, strict=True)
    ]


def _fan(forecast: Forecast) -> list[dict[str, Any]]:
    if forecast.fan is None:
        return []
    return [
        {"key_result_id": forecast.key_result_id, "day": day}
        | dict(zip(("p05", "p25", "p50", "p75", "p95"), levels, strict=True))
        for day, levels in zip(forecast.days, forecast.fan.tolist(), strict=True)
    ]


def _frame(rows: Sequence[Mapping[str, Any]], schema: Schema) -> pl.DataFrame:
    return pl.DataFrame({name: [row[name] for row in rows] for name in schema}, schema=dict(schema))
