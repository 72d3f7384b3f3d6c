"""One key result's row: what was measured, what it is worth, how likely it is, and the words for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

import numpy as np

from okr_config.definitions import definition_hash
from scorecard.explain.outlook import outlook
from scorecard.explain.sentences import explain, explain_settled, missing
from scorecard.forecast_inputs import Certainty
from scorecard.forecasting.pooling import METHOD
from scorecard.forecasting.recalibration import IDENTITY, Recalibration
from scorecard.forecasting.types import Forecast
from scorecard.i18n.messages import in_language
from scorecard.progress import Expected, Standing, clamped
from scorecard.score_row import ScoreRow
from scorecard.status import IN_PLAY, TOO_EARLY, Flag, Status, by_chance, by_pace, in_order

DISAGREEMENT = 3
"""Points of 10 between what the team states and what is measured, from which on a reader is told."""
HELD = 0.95
"""The chance from which on a target that is met counts as reached: below, it may well be lost again."""
FEWEST_OBSERVED = 5
"""A chance that rests on fewer observations is mostly the team's own estimate."""
_SIX_PLACES = Decimal("0.000001")
_LEAST_CHANCE = 0.0005
"""Half of one outcome of a thousand: what the forecast cannot tell from never."""
_UNDECIDED = (1, 9)
_ANEW = ("title", "as_of", "known_at", "definition_hash", "input_hash", "run_id")
"""What is not part of a settled grade."""
_GRADE = tuple(column for column in ScoreRow.columns() if column not in {*_ANEW, "explanation"})


@dataclass(frozen=True)
class Case:
    """
    A key result ready to be judged.

    stated: the team's own confidence (0-10), None where it states none. plan: the chance (0-1) that it stands for.
    certainty: the chance where it needs no forecast. late: flags of its sources. grade: its row once settled.
    """

    standing: Standing
    expected: Expected
    stated: float | None
    plan: float
    certainty: Certainty | None
    late: frozenset[Flag]
    grade: ScoreRow | None


def judge(
    case: Case, forecast: Forecast | None, known_at: datetime, recalibration: Recalibration = IDENTITY
) -> ScoreRow:
    """Return the key result's row."""
    standing, subject, measured = case.standing, case.standing.subject, case.standing.measured
    definition, key_result, span = subject.definition, subject.key_result, subject.span
    verdict = Verdict(case, forecast)
    progress = clamped(standing.progress_raw)
    p10, p50, p90 = _quantiles(forecast)
    row = ScoreRow(
        period_id=definition.period_id,
        objective_id=definition.objective_id,
        key_result_id=key_result.id,
        title=in_language(key_result.title, definition.language),
        kind=key_result.kind.value,
        metric=key_result.metric or "/".join(subject.parts() or ()) or None,
        unit=subject.unit,
        value=stored(measured.value),
        baseline=stored(standing.goal.baseline),
        target=stored(standing.target),
        target_original=stored(standing.target_original),
        progress=progress,
        progress_raw=None if standing.progress_raw is None else float(standing.progress_raw),
        score=progress,
        expected=verdict.expected,
        pace=verdict.pace,
        probability=verdict.probability,
        confidence=verdict.confidence,
        confidence_stated=case.stated,
        status=verdict.status.value,
        flags=in_order(verdict.flags),
        forecast_p10=p10,
        forecast_p50=p50,
        forecast_p90=p90,
        start=span.start,
        due=span.due,
        as_of=span.as_of,
        observed_at=measured.observed_at,
        known_at=known_at,
        explanation=explain(
            standing, verdict.status, verdict.probability, is_prior=verdict.is_prior, outlook=verdict.outlook
        ),
        outlook=verdict.outlook,
        probability_raw=verdict.probability_raw,
        reason=missing(standing) or " ".join(measured.caveats),
        definition_hash=definition_hash(definition),
        input_hash=input_hash(case, recalibration, is_pooled=forecast is not None and forecast.alone is not None),
    )
    return row if case.grade is None else _settled(case, case.grade, row)


@dataclass(frozen=True)
class Verdict:
    """Chance, status and flags of a key result."""

    case: Case
    forecast: Forecast | None

    @cached_property
    def expected(self) -> float | None:
        """The share of the way planned by now."""
        span = self.case.standing.subject.span
        return self.case.expected(span.as_of) if span.has_started else None

    @property
    def pace(self) -> float | None:
        """Progress against what was expected; None while nothing was."""
        progress = clamped(self.case.standing.progress_raw)
        return progress / self.expected if progress is not None and self.expected else None

    @property
    def probability(self) -> float | None:
        """The chance of reaching the goal (0-1); 0 or 1 only once it is decided."""
        if self.case.certainty is not None:
            return self.case.certainty.probability
        if self.forecast is None or self.forecast.probability is None:
            return None
        return undecided(self.forecast.probability)

    @property
    def probability_raw(self) -> float | None:
        """The same before closed key results had their say."""
        if self.case.certainty is not None or self.forecast is None or self.forecast.probability_raw is None:
            return self.probability
        return undecided(self.forecast.probability_raw)

    @cached_property
    def outlook(self) -> str:
        """What it takes and what there is, while that can still make a difference."""
        if self.forecast is None or self.status not in IN_PLAY:
            return ""
        middle = _quantiles(self.forecast)[1]
        return outlook(self.case.standing, self.probability, self.forecast, middle=middle)

    @property
    def is_prior(self) -> bool:
        """Whether the chance is the team's own word alone."""
        return self.case.certainty is not None and self.case.certainty.is_prior

    @property
    def is_decided(self) -> bool:
        """Whether nothing can change the outcome any more."""
        return self.case.certainty is not None and self.case.certainty.is_decided

    @property
    def confidence(self) -> int | None:
        """The chance of 10; neither 0 nor 10 until it is decided."""
        if self.probability is None:
            return None
        tenths = round(10 * self.probability)
        return tenths if self.is_decided else min(max(tenths, _UNDECIDED[0]), _UNDECIDED[1])

    @cached_property
    def status(self) -> Status:
        """The one word."""
        standing = self.case.standing
        span = standing.subject.span
        if not span.has_started:
            return Status.NOT_STARTED
        if not standing.measured.is_known:
            return Status.NO_DATA
        if span.is_over and standing.is_reached is None:
            return Status.NO_DATA
        if standing.is_reached and (span.is_over or self._is_held):
            return Status.ACHIEVED
        return Status.MISSED if span.is_over else self._in_play()

    @property
    def _is_held(self) -> bool:
        """Whether what is met now will hardly be lost again."""
        return self.is_decided or (self.probability is not None and self.probability >= HELD)

    @property
    def rests_on_little(self) -> bool:
        """Whether the chance is mostly the team's own estimate, for want of observations."""
        few = self.case.standing.measured.observed < FEWEST_OBSERVED
        return self.probability is not None and not self.is_decided and (self.is_prior or few)

    def _in_play(self) -> Status:
        """Judge what is not decided: by its chance, else by its pace."""
        standing, thresholds = self.case.standing, self.case.standing.subject.definition.status
        if self.probability is not None:
            return by_chance(self.probability, self.case.plan, thresholds)
        progress = clamped(standing.progress_raw)
        if progress is None:
            return Status.NO_DATA
        if standing.subject.span.elapsed < TOO_EARLY:
            return Status.ON_TRACK
        planned = self.expected if standing.goal.need is None else standing.goal.need
        return by_pace(progress / planned if planned else 1.0, thresholds)

    @property
    def flags(self) -> set[Flag]:
        """What to know beside the word."""
        standing = self.case.standing
        flags = {*standing.measured.flags, *self.case.late}
        if self.rests_on_little:
            flags.add(Flag.PRIOR_ONLY)
        if standing.is_reached and self.status in IN_PLAY:
            flags.add(Flag.MET_NOW)
        if standing.goal != standing.goals.original:
            flags.add(Flag.TARGET_CHANGED)
        measured = None if self.rests_on_little or self.is_decided else self.confidence
        if measured is not None and self.case.stated is not None and abs(measured - self.case.stated) >= DISAGREEMENT:
            flags.add(Flag.DISAGREEMENT)
        return flags


def undecided(chance: float) -> float:
    """Return a chance that is neither 0 nor 1: nothing is, before it is decided."""
    return min(max(chance, _LEAST_CHANCE), 1 - _LEAST_CHANCE)


def stored(value: Decimal | None) -> Decimal | None:
    """Return a value with the six decimals it is kept with."""
    return None if value is None else value.quantize(_SIX_PLACES)


def _quantiles(forecast: Forecast | None) -> list[float | None]:
    """Read 10, 50 and 90 % off the outcomes, which are ascending."""
    if forecast is None or forecast.outcomes is None:
        return [None, None, None]
    shares = np.linspace(0.0, 1.0, forecast.outcomes.size)
    return [float(np.interp(level, shares, forecast.outcomes)) for level in (0.1, 0.5, 0.9)]


def input_hash(case: Case, recalibration: Recalibration = IDENTITY, *, is_pooled: bool = False) -> str:
    """
    Return a hash of exactly what the score follows from: same inputs and method, same hash.

    is_pooled: the team's word was pooled with the numbers, which scores of before that method were not.
    """
    subject, measured = case.standing.subject, case.standing.measured
    digest = sha256(definition_hash(subject.definition).encode())
    digest.update(repr((subject.span.judged.isoformat(), measured.told, case.stated, sorted(case.late))).encode())
    digest.update(" ".join(measured.caveats).encode())
    digest.update("\n".join(point.mark for point in measured.points).encode())
    if not recalibration.is_identity:
        digest.update(repr((recalibration.shift, recalibration.slope)).encode())
    if is_pooled:
        digest.update(repr((METHOD, recalibration.word_shift, recalibration.word_slope)).encode())
    if case.grade is not None:
        digest.update(repr([getattr(case.grade, column) for column in _GRADE]).encode())
    return digest.hexdigest()


def _settled(case: Case, grade: ScoreRow, row: ScoreRow) -> ScoreRow:
    """Keep the grade as it was settled, and say so where the numbers have moved since."""
    kept = replace(grade, **{column: getattr(row, column) for column in _ANEW})
    if row.value != kept.value:
        return replace(kept, explanation=explain_settled(case.standing, kept.value))
    return replace(kept, explanation=row.explanation) if row.target == kept.target else kept
