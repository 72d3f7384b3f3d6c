"""The arithmetic of a stored score, line by line, with the numbers that were used: what `okr explain` shows."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from scorecard.i18n.numbers import figures, places_adding_up, places_apart
from scorecard.rollup import BETWEEN_ANY, BETWEEN_SAME_METRIC
from scorecard.score_row import ObjectiveRow, ScoreRow

_UNKNOWN = "not known"


def arithmetic(row: ScoreRow, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines that lead from a value to its status; `zone` is the one that its days are counted in."""
    yield f"{row.title} ({row.key_result_id})"
    yield row.explanation or ""
    yield ""
    yield f"value        {_number(row.value)} {row.unit or ''}".rstrip() + _of_metric(row)
    yield f"progress     {_progress(row)}"
    yield f"expected     {_share(row.expected)}   planned share of the way by now; {_elapsed(row, zone)}"
    if row.pace is not None:
        yield f"pace         {_share(row.progress)} / {_share(row.expected)} = {_share(row.pace)}"
    yield from _chance(row, zone)
    yield f"score        {_share(row.score)}" + _against_first(row)
    yield f"flags        {', '.join(row.flags) if row.flags else 'none'}"
    yield f"as of        {row.as_of:%Y-%m-%d %H:%M} UTC, known at {row.known_at:%Y-%m-%d %H:%M} UTC"
    yield f"definition   {row.definition_hash[:12]}   inputs {row.input_hash[:12]}   run {row.run_id}"


def objective_arithmetic(
    row: ObjectiveRow, key_results: Sequence[ScoreRow], below: Sequence[ObjectiveRow] = ()
) -> Iterator[str]:
    """
    Yield the lines that tell what an objective's parts come to together.

    Args:
        row: the objective.
        key_results: its own and those of all objectives below it.
        below: the objectives that serve it.
    """
    yield f"{row.title} ({row.objective_id})"
    yield ""
    yield f"score        {_mean(row.score)}   weighted mean, over {_share(row.coverage)} of the weight"
    for number, one in enumerate(below):
        weight, covered = 1 if one.weight is None else one.weight, _share(one.coverage)
        own = f"{one.objective_id} {_mean(one.score)}, weight {weight:g}, {covered} of its own weight scored"
        yield f"{'served by' if not number else '':<13}{own}"
    parts = f"{row.key_results} key results" + (", those of objectives that serve it among them" if below else "")
    yield f"status       {row.status}, the worst of its {parts}"
    known = [one.probability for one in key_results if one.probability is not None]
    if known and row.expected_hits is not None:
        places = places_adding_up(known, row.expected_hits, 2)
        *terms, total = (_share(chance, places) for chance in (*known, row.expected_hits))
        yield f"expected     {' + '.join(terms)} = {total} of {len(known)} reached"
        for number, chance in enumerate(row.probability_at_least or (), 1):
            yield f"{'at least' if number == 1 else '':<13}{number} of {len(known)}: {_share(chance)}"
        shared = f"correlation {BETWEEN_ANY:g}, {BETWEEN_SAME_METRIC:g} on the same metric"
        yield f"             not multiplied: key results share their luck ({shared})"
    without = [one.key_result_id for one in key_results if one.probability is None]
    if without:
        yield f"no chance    {', '.join(without)}"
    yield f"as of        {row.as_of:%Y-%m-%d %H:%M} UTC, run {row.run_id}"


def _of_metric(row: ScoreRow) -> str:
    seen = f", newest observation {row.observed_at:%Y-%m-%d %H:%M} UTC" if row.observed_at else ""
    return f"   {row.kind} of {row.metric}{seen}" if row.metric else f"   {row.kind}{seen}"


def _progress(row: ScoreRow) -> str:
    value, baseline, target = row.value, row.baseline, row.target
    if row.progress_raw is None:
        return _UNKNOWN
    whole = f"{_share(row.progress)}"
    if value is None or baseline is None or target is None or target == baseline:
        return f"{whole}   share of what was judged inside the bounds"
    ratio = f"({_number(value)} - {_number(baseline)}) / ({_number(target)} - {_number(baseline)})"
    if abs(float((value - baseline) / (target - baseline)) - row.progress_raw) > 1e-6:  # noqa: PLR2004 - rounding
        return f"{whole}   share of what was judged inside the bounds"
    cut = "" if row.progress_raw == row.progress else f", kept within 0 and 1: {whole}"
    return f"{ratio} = {_share(row.progress_raw, 3)}{cut}"


def _chance(row: ScoreRow, zone: ZoneInfo) -> Iterator[str]:
    stated = "none, so 5" if row.confidence_stated is None else f"{row.confidence_stated:g}"
    if row.probability is None:
        yield f"probability  {_UNKNOWN}: no model for this kind yet; the team states {stated} of 10"
        yield f"status       {row.status}, " + ("too early to tell by pace" if row.is_early(zone) else "by pace")
        return
    quantiles = [row.forecast_p10, row.forecast_p50, row.forecast_p90]
    known = [_number(Decimal(str(round(quantile, 2)))) for quantile in quantiles if quantile is not None]
    outlook = ""
    if len(known) == len(quantiles):
        low, middle, high = known
        outlook = f"   at the end 8 of 10 outcomes lie within {low} and {high}, half below {middle}"
    raw = row.probability_raw
    learnt = "" if raw is None or raw == row.probability else f", {_share(raw)} before closed key results had their say"
    yield f"probability  {_share(row.probability)}{learnt}{outlook}"
    plan = 0.5 if row.confidence_stated is None else row.confidence_stated / 10
    yield f"status       {row.status}" + (f", {_held(row.probability, plan)} (stated: {stated} of 10)" if plan else "")


def _held(chance: float, plan: float) -> str:
    return f"{_share(chance)} / {_share(plan)} = {_share(chance / plan)} of the chance planned"


def _against_first(row: ScoreRow) -> str:
    value, target, first, baseline = row.value, row.target, row.target_original, row.baseline
    if value is None or target is None or first is None or baseline is None or first in (target, baseline):
        return ""
    share = min(max((value - baseline) / (first - baseline), Decimal(0)), Decimal(1))
    return f"   against the target as first written, {_number(first)}: {_share(float(share))}"


def _elapsed(row: ScoreRow, zone: ZoneInfo) -> str:
    span = row.span(zone)
    return f"day {len(span.days)} of {span.length}, {row.start} .. {row.due}"


def _share(value: float | None, places: int = 2) -> str:
    """Write a share with so many decimals, or those that keep it from being read as all or nothing."""
    if value is None:
        return _UNKNOWN
    shown = places_apart(value, places, (0, 1))
    whole, _, rest = figures(value, shown).partition(".")
    return f"{whole}.{rest:0<{shown}}"


def _mean(score: float | None) -> str:
    """Write a mean with a third decimal where it has one: with two, those of whole parts do not come to it."""
    return _share(score, 3).removesuffix("0")


def _number(value: Decimal | None) -> str:
    return _UNKNOWN if value is None else figures(value)
