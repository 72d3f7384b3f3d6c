"""A score in one or two plain sentences."""

from decimal import Decimal

from okr_config.metrics import Nature
from okr_config.models import Every
from scorecard.explain.outlook import bounds_in_words
from scorecard.forecasting.types import Shape
from scorecard.i18n.formats import Unit, chance, day_long, grade_text, number, percent, way_text
from scorecard.i18n.language import Language
from scorecard.i18n.messages import count, say
from scorecard.progress import Standing, clamped
from scorecard.status import GOOD, Status

_NEVER = 0.001
"""A chance that is not decided is written as at least this, and as at most the rest."""


def explain(standing: Standing, status: Status, probability: float | None, *, is_prior: bool, outlook: str = "") -> str:
    """Say where a key result stands and what that means, in its file's language; `outlook` says it best if given."""
    subject = standing.subject
    language = subject.definition.language
    if status is Status.NOT_STARTED:
        return subject.say("then.not_started", day=day_long(language, subject.span.start))
    if is_prior and not standing.measured.is_usable:
        return f"{_now(standing)} {subject.say('then.prior.unusable', chance=chance(language, probability))}"
    if is_prior:
        return " ".join((subject.say("then.prior", chance=chance(language, probability)), *standing.measured.caveats))
    return " ".join((_now(standing), outlook or _then(standing, status, probability), *standing.measured.caveats))


def explain_settled(standing: Standing, settled: Decimal | None) -> str:
    """Say that a grade no longer moves though its numbers have; `settled` is the value it was given for."""
    subject, unit = standing.subject, _unit(standing)
    day = day_long(subject.definition.language, subject.span.settles_on)
    words = {"day": day, "grade": unit.short(settled, standing.measured.value, standing.goal.target)}
    if standing.measured.value is None:
        return subject.say("then.restated.unknown", **words)
    value = unit.short(standing.measured.value, settled, standing.goal.target)
    return subject.say("then.restated", value=value, **words)


def missing(standing: Standing) -> str:
    """Say why the value or the progress is not known; nothing where both are."""
    subject, measured = standing.subject, standing.measured
    if not subject.span.has_started:
        return subject.say("why.not_started")
    if measured.value is None or standing.progress_raw is not None:
        return measured.reason
    if standing.goal.need is not None:
        return subject.say("why.no_window")
    return subject.say("why.no_baseline" if standing.goal.baseline is None else "why.no_way")


def _unit(standing: Standing) -> Unit:
    return Unit(standing.subject.definition.language, standing.subject.unit)


def _now(standing: Standing) -> str:
    subject, measured, goal, unit = standing.subject, standing.measured, standing.goal, _unit(standing)
    if measured.value is None:
        return subject.say("now.unknown", reason=measured.reason)
    if goal.need is not None:
        return _kept(standing)
    value, when = unit.short(measured.value, *goal.marks), _tense(standing)
    if goal.high is not None and not (goal.is_falling and goal.target is not None):
        if goal.low is None:
            return subject.say(f"{when}.ceiling", value=value, limit=unit.short(goal.high, measured.value))
        return subject.say(f"{when}.range", value=value, bounds=bounds_in_words(goal, unit, measured.value))
    target = unit.short(goal.target, measured.value)
    if standing.progress_raw is None:
        return subject.say(f"{when}.no_way", value=value, target=target)
    return _on_the_way(standing, standing.progress_raw, value=value, target=target)


def _tense(standing: Standing) -> str:
    """Return how the texts begin that say where it stands, or where it ended."""
    return "ended" if standing.subject.span.is_over else "now"


def _on_the_way(standing: Standing, progress: Decimal, **words: str) -> str:
    subject, measured = standing.subject, standing.measured
    language = subject.definition.language
    shares = {
        "progress": way_text(language, float(max(progress, Decimal(0)))),
        "elapsed": percent(language, subject.span.elapsed),
    }
    if measured.steps is not None:
        steps = count(language, "count.step", measured.steps.all)
        return count(language, f"{_tense(standing)}.steps", measured.steps.done, counted=steps, **shares)
    if subject.metric is not None and subject.metric.nature is Nature.DISTINCT and len(measured.sources) > 1:
        return subject.say(f"{_tense(standing)}.target.sources", sources=len(measured.sources), **words, **shares)
    return subject.say(f"{_tense(standing)}.target", **words, **shares)


def _kept(standing: Standing) -> str:
    subject, goal, samples = standing.subject, standing.goal, standing.measured.samples
    language, unit = subject.definition.language, Unit(subject.definition.language, subject.metric_unit)
    windows = standing.spec.shape is Shape.WINDOW
    newest = samples[-1][1] if windows and samples else standing.measured.value
    words = {"value": unit.short(newest, *goal.marks), "bounds": bounds_in_words(goal, unit, newest)}
    if not samples:
        return subject.say(f"{_tense(standing)}.not_kept_yet", **words)
    counted = (subject.key_result.every or Every.WEEK) if windows else Every.DAY
    return subject.say(
        f"{_tense(standing)}.kept.{'window' if windows else 'day'}",
        met=number(language, Decimal(sum(goal.is_met(sample) for _, sample in samples))),
        counted=count(language, f"count.{counted}", len(samples)),
        **words,
    )


def _then(standing: Standing, status: Status, probability: float | None) -> str:
    subject = standing.subject
    language, left = subject.definition.language, subject.span.days_left
    if status is Status.ACHIEVED:
        day = standing.met_on
        return subject.say("then.achieved.on", day=day_long(language, day)) if day else subject.say("then.achieved")
    if status is Status.MISSED:
        score = clamped(standing.progress_raw)
        if score is not None and score >= GOOD and not subject.key_result.committed:
            return subject.say("then.missed.good", score=grade_text(language, score))
        return subject.say("then.missed")
    if subject.span.is_over:
        return subject.say("then.over")
    if probability is None:
        return _by_days("then.time", language, left)
    undecided = min(max(probability, _NEVER), 1 - _NEVER)
    key = "then.met" if standing.is_reached else "then.chance"
    return _by_days(key, language, left, chance=chance(language, undecided))


def _by_days(key: str, language: Language, left: int, **words: str) -> str:
    return count(language, key, left, **words) if left else say(language, f"{key}.none", **words)
