"""
What the page says about one key result in whole sentences: where it stands, and where it is likely to end.

Status follows from the chance and pace from the day, and they may point different ways: the words then say which one
counts.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from okr_config.kinds import RULES
from okr_config.metrics import BUILT_IN
from okr_config.models import Kind
from scorecard.i18n.formats import Unit, day_long, grade_text, moment, number, percent, way_text
from scorecard.i18n.page_messages import count, say
from scorecard.page.steps import StepRow
from scorecard.page.story import Story, metric_name
from scorecard.span import judged_day
from scorecard.status import BAD, Status


def sentences(story: Story) -> tuple[str, ...]:
    """Say where it stands, where it is likely to end and what it takes; nothing where the score explains itself."""
    if story.explained or story.score.value is None:
        return ()
    value = float(story.score.value)
    # the outlook says what it takes, and more
    said = (_stands(story, value), _forecast(story), "" if story.score.outlook else _rate(story, value))
    return tuple(sentence for sentence in said if sentence)


def figures(story: Story, steps: Sequence[StepRow] = ()) -> tuple[str, ...]:
    """Write what stands beside the value: of which target, from where, how much of the way in how much of the time."""
    language, score, bare = story.language, story.score, story.unit.bare
    target, noun, time = bare.short(score.target, score.value), noun_of(story), percent(language, story.span.elapsed)
    said = [say(language, "card.of", target=f"{target} {noun}" if noun else target)]
    if steps:
        done = sum(step.state == "done" for step in steps)
        said = [count(language, "card.steps_done", done, of=len(steps))]
    if score.progress is None:
        return tuple(said)
    if story.span.is_over:
        return (*said, say(language, "card.grade", grade=grade_of(story)))
    if steps:
        return (*said, say(language, "card.time", time=time))
    gone = way_text(language, score.progress)
    if story.series.baseline is None and score.baseline is not None and score.expected is not None:
        return (*said, say(language, "card.part", way=gone))
    if score.baseline:
        said.append(say(language, "card.from", baseline=bare.short(score.baseline)))
    return (*said, say(language, "card.way", way=gone, time=time))


def grade_of(story: Story) -> str:
    """Write the grade that its progress comes to, of 1; empty where it is not known."""
    progress = story.score.progress
    return "" if progress is None else grade_text(story.language, progress)


def noun_of(story: Story) -> str:
    """Name what is counted, with its window; empty where the number's own unit says it, or nothing is known of it."""
    score, language = story.score, story.language
    if not score.metric or "/" in score.metric or story.unit.is_share or story.unit.is_money:
        return ""
    known = BUILT_IN.get(score.metric)
    noun = score.unit if known is None else metric_name(language, score.metric)
    if not noun or noun == "count":
        return ""
    every = story.definition.key_result.every if story.definition else None
    return str(say(language, f"card.each.{every}", noun=noun)) if every else noun


def about(story: Story) -> tuple[str, ...]:
    """Say what is measured and where, when it was, whose it is, and what the team itself thinks."""
    score, language = story.score, story.language
    said = []
    if story.owner:
        said.append(say(language, "card.owner", owner=story.owner))
    if story.tags:
        said.append(say(language, "card.tags", tags=", ".join(story.tags)))
    if score.metric and not noun_of(story):
        names = " / ".join(metric_name(language, metric) for metric in score.metric.split("/"))
        said.append(say(language, "card.measure", metric=names))
    if story.sources:
        names = ", ".join(dict.fromkeys(row["source_id"] for row in story.sources))
        said.append(say(language, "card.source", sources=names))
    if score.observed_at is not None:
        said.append(say(language, "card.updated", when=when(story, score.observed_at)))
    if score.confidence_stated is not None and score.probability is None:
        said.append(say(language, "card.stated", n=number(language, Decimal(repr(score.confidence_stated)))))
    return tuple(said)


def when(story: Story, at: datetime) -> str:
    """Tell an instant in the page's zone; one of the judged day is told as of today."""
    local = at.astimezone(story.as_of.tzinfo)
    if judged_day(local, story.span.zone) != story.series.as_of:
        return moment(story.language, local)
    if local.date() != story.series.as_of:  # midnight ends it
        return str(say(story.language, "today"))
    clock = f"{local:%H.%M}" if story.language == "nb" else f"{local:%H:%M}"
    return str(say(story.language, "today.at", clock=clock))


def state_note(story: Story) -> str:
    """Say beside the status what it does not: too old to stand by, met for now, or too early to tell."""
    if story.is_lost:
        return say(story.language, "state.lost")
    if story.met:
        return say(story.language, f"state.{story.met}")
    return say(story.language, "state.early") if story.is_early else ""


def _stands(story: Story, value: float) -> str:
    """Hold the value against the target where it is met, else against the plan of the day."""
    series, expected, language = story.series, story.score.expected, story.language
    if story.met:
        return say(language, f"card.{story.met}", when=day_long(language, story.score.due))
    if series.baseline is None or series.target is None or expected is None or story.is_early:
        return ""
    ahead = value - (series.baseline + expected * (series.target - series.baseline))
    gap = story.unit.gap(ahead)
    if gap is None:
        return say(language, "card.on_plan" + _against(story, is_behind=False))
    is_behind = (ahead > 0) != (series.target > series.baseline)
    return say(language, ("card.behind" if is_behind else "card.ahead") + _against(story, is_behind=is_behind), gap=gap)


def _against(story: Story, *, is_behind: bool) -> str:
    """Return the ending of a text's key where the pace says another thing than the status."""
    if is_behind and story.score.status == Status.ON_TRACK:
        return ".near" if story.score.probability is None else ".still"
    return ".yet" if not is_behind and story.score.status in (Status.AT_RISK, *BAD) else ""


def _forecast(story: Story) -> str:
    middle, target = story.score.forecast_p50, story.series.target
    if middle is None or target is None or not story.foreseen:
        return ""
    return say(
        story.language, "card.forecast", value=Unit(story.language, story.unit.name).near(middle, middle - target)
    )


def _rate(story: Story, value: float) -> str:
    series = story.series
    days_left = (series.due - series.as_of).days
    is_sum = RULES[Kind(story.score.kind)].is_sum
    if not is_sum or series.baseline is None or series.target is None or not days_left:
        return ""
    rate = story.unit.rate((series.target - value) / days_left)
    return say(story.language, "card.rate", value=rate) if rate and series.target > value else ""
