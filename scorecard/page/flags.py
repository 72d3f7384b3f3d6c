"""What each flag means for a key result: which days, which source, from what to what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from scorecard.i18n.formats import NOTHING, day_long, day_short, number
from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import count, say
from scorecard.page.charts import observed_days
from scorecard.page.sentences import when
from scorecard.page.story import Story
from scorecard.score_row import ScoreRow
from scorecard.span import judged_day
from scorecard.status import Flag

_MOST_RANGES = 3
_DAY = timedelta(days=1)


def notes(story: Story) -> tuple[str, ...]:
    """Say what each flag means for this key result, but for what its explanation or its sentences say already."""
    told = {Flag.PRIOR_ONLY} if story.explained else set()
    if story.explained and _is_lacking(story.score):
        told.add(Flag.PARTIAL)
    if story.score.outlook and not story.explained:
        told.add(Flag.PRIOR_ONLY)
    if story.met:
        told.add(Flag.MET_NOW)
    if story.is_lost:
        told.add(Flag.PROVISIONAL)
    return tuple(_note(story, Flag(flag)) for flag in story.score.flags or () if flag not in told)


def _note(story: Story, flag: Flag) -> str:
    if flag in _TOLD_BY:
        return _TOLD_BY[flag](story)
    return say(story.language, f"flag.{flag}")


def _is_lacking(score: ScoreRow) -> bool:
    """Whether the reason given is one why a value is not whole."""
    return bool(score.reason) and score.value is not None and Flag.PARTIAL in (score.flags or ())


def _partial(story: Story) -> str:
    language = story.language
    if _is_lacking(story.score):
        return say(language, "flag.partial.reason", reason=story.score.reason)
    for row in story.sources:
        told, first = set(row["days"] or ()), story.score.start
        last = min(row["newest_day"], story.series.as_of)
        missing = [day for day in _days(first, last) if day not in told]
        if told and missing:
            return say(language, "flag.partial.days", source=row["source_id"], days=_in_ranges(language, missing))
    return say(language, "flag.partial")


def _stale(story: Story) -> str:
    language, at = story.language, story.score.observed_at
    if at is None:
        return say(language, "flag.stale.unknown")
    days = (story.series.as_of - judged_day(at, story.span.zone)).days
    key = "flag.stale.lost" if story.is_lost else "flag.stale"
    late = [row["source_id"] for row in story.streams if row["state"] != "fresh"]
    oldest = min((row["newest_day"] for row in story.sources), default=None)
    names = late or [row["source_id"] for row in story.sources if row["newest_day"] == oldest]
    source = ", ".join(dict.fromkeys(names)) or say(language, "flag.source")
    return count(language, key, days, when=when(story, at), source=source)


def _provisional(story: Story) -> str:
    language = story.language
    for row in story.sources:
        first, last = row["unsettled_from"], row["unsettled_to"]
        if last is not None and last >= story.score.start:
            days = _in_ranges(language, list(_days(max(first, story.score.start), last)))
            return say(language, "flag.provisional.days", source=row["source_id"], days=days)
    every = story.definition.key_result.every if story.definition else None
    return say(language, f"flag.provisional.open.{every}" if every else "flag.provisional")


def _failing(story: Story) -> str:
    failing = [row for row in story.streams if row["state"] == "failing" and row["last_success_at"] is not None]
    if not failing:
        return say(story.language, "flag.failing_source")
    names = ", ".join(dict.fromkeys(row["source_id"] for row in failing))
    oldest = min(row["last_success_at"] for row in failing)
    return say(story.language, "flag.failing_source.since", source=names, when=when(story, oldest))


def _changed(story: Story) -> str:
    language, unit, edits = story.language, story.unit, story.edits
    if not edits or not story.series.targets:
        return say(language, "flag.target_changed", target=unit.short(story.score.target_original, story.score.target))
    day = day_long(language, edits[-1]["at"].astimezone(story.as_of.tzinfo).date())
    targets = edits[-1]["old_target"], edits[-1]["new_target"]
    old, new = (unit.short(target, *targets) for target in targets)
    return say(language, "flag.target_changed.on", when=day, old=old, new=new)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))


def _in_ranges(language: Language, days: Sequence[date]) -> str:
    """Write days as ranges; where there are many of those, how many days there are between the first and the last."""
    first, last = day_short(language, days[0]), day_short(language, days[-1])
    breaks = [at for at, (one, other) in enumerate(pairwise(days), 1) if other - one > _DAY]
    runs = [days[begin:end] for begin, end in pairwise((0, *breaks, len(days)))]
    if len(runs) > _MOST_RANGES:
        return say(language, "flag.days.more", n=len(days), first=first, last=last)
    return ", ".join(
        day_short(language, run[0])
        if len(run) == 1
        else say(language, "flag.days.range", first=day_short(language, run[0]), last=day_short(language, run[-1]))
        for run in runs
    )


def _prior(story: Story) -> str:
    if story.score.value is None:
        return say(story.language, "flag.prior_only")
    return count(story.language, "flag.prior_only.few", observed_days(story.series))


def _no_rate(story: Story) -> str:
    reason = story.score.reason
    return say(story.language, "flag.no_rate.reason", reason=reason) if reason else say(story.language, "flag.no_rate")


def _disagreement(story: Story) -> str:
    stated, language = story.score.confidence_stated, story.language
    said = NOTHING if stated is None else number(language, Decimal(repr(stated)))
    return say(language, "flag.disagreement", stated=said, measured=story.score.confidence or 0)


_TOLD_BY: Mapping[Flag, Callable[[Story], str]] = {
    Flag.NO_RATE: _no_rate,
    Flag.STALE: _stale,
    Flag.PARTIAL: _partial,
    Flag.PROVISIONAL: _provisional,
    Flag.PRIOR_ONLY: _prior,
    Flag.TARGET_CHANGED: _changed,
    Flag.DISAGREEMENT: _disagreement,
    Flag.FAILING_SOURCE: _failing,
}
