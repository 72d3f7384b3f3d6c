"""A milestone as a check list: what is done, by which proof or by hand, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from okr_config.models import Step
from scorecard.i18n.formats import day_short, number
from scorecard.i18n.page_messages import say
from scorecard.page.data import PageData
from scorecard.page.story import Story, metric_name


@dataclass(frozen=True)
class StepRow:
    """A step: done, open or unknown; what is to be done; and the proof with its day."""

    state: str
    title: Markup
    proof: str


def step_rows(data: PageData, story: Story) -> tuple[StepRow, ...]:
    """List a milestone's steps in the order they are written; none for other kinds, and before it has begun."""
    if story.definition is None or not story.span.has_started:
        return ()
    return tuple(_row(data, story, step) for step in story.definition.key_result.steps)


def _row(data: PageData, story: Story, step: Step) -> StepRow:
    title = data.written(step.title)
    if step.probe is not None:
        return StepRow(*_proof(data, story, step, step.probe, title))
    language = story.language
    if step.done is None:
        return StepRow("open", title, say(language, "step.not_yet"))
    day = day_short(language, step.done)
    if step.done > story.series.as_of:
        return StepRow("open", title, say(language, "step.planned", when=day))
    return StepRow("done", title, say(language, "step.by_hand", when=day))


def _proof(data: PageData, story: Story, step: Step, probe: str, title: Markup) -> tuple[str, Markup, str]:
    language, metric = story.language, metric_name(story.language, probe)
    only = story.definition.key_result.sources if story.definition else ()
    values = _by_day(
        [
            row
            for row in data.probes.iter_rows(named=True)
            if row["metric"] == probe and (not only or row["source_id"] in only) and row["day"] <= story.series.as_of
        ]
    )
    if not values:
        return "unknown", title, say(language, "step.no_numbers", metric=metric)
    newest = number(language, values[-1][1].normalize())
    if values[-1][1] < step.at_least:
        wanted = number(language, step.at_least)
        return "open", title, say(language, "step.lacking", metric=metric, value=newest, wanted=wanted)
    since = values[-1][0]
    for day, value in reversed(values):
        if value < step.at_least:
            break
        since = day
    return "done", title, say(language, "step.proved", metric=metric, value=newest, when=day_short(language, since))


def _by_day(rows: list[Mapping[str, Any]]) -> list[tuple[date, Decimal]]:
    """Add up the newest values of all sources at the end of each day on which one of them told."""
    newest: dict[str, Decimal] = {}
    values: dict[date, Decimal] = {}
    for row in sorted(rows, key=lambda row: row["day"]):
        newest[row["source_id"]] = row["value"]
        values[row["day"]] = sum(newest.values(), Decimal(0))
    return sorted(values.items())
