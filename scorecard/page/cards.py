"""One key result as the page shows it: number, meaning, picture, chance, and the numbers as a table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl
from markupsafe import Markup

from scorecard.i18n.formats import NOTHING, chance, day_long, day_short, moment, month, percent, way_text
from scorecard.i18n.page_messages import say
from scorecard.page.charts import Chart, draw
from scorecard.page.data import PageData
from scorecard.page.dots import Dots, dots_of
from scorecard.page.exact import Exact, exact_numbers
from scorecard.page.flags import notes
from scorecard.page.noted import Mark, marks, notes_about, told
from scorecard.page.scenarios import WhatIf, whatif
from scorecard.page.sentences import about, figures, grade_of, sentences, state_note
from scorecard.page.steps import StepRow, step_rows
from scorecard.page.story import Story, value_of
from scorecard.page.weeks import week_sentence
from scorecard.score_row import ScoreRow
from scorecard.status import UNDECIDED

_DAILY_UP_TO = 14  # days; longer tables are told by the week
_WEEK = 7
_WORTH_TELLING = 3  # percentage points; the overview has every one


@dataclass(frozen=True)
class Picture:
    """A chart with the words that stand in it."""

    chart: Chart
    target: str
    median: str
    today: str
    start: str
    due: str
    months: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Table:
    """The chart's numbers: day, value and, where there is a plan, the plan's value; then the forecast in words."""

    rows: tuple[tuple[str, str, str], ...]
    planned: bool
    forecast: str


@dataclass(frozen=True)
class Card:
    """
    Everything a key result's card and its row in the overview show.

    state_note: what stands beside its status. figures: what stands beside its value. is_estimate: its chance is the
    team's own. week_change: percentage points the chance moved in a week, None where it is not known.
    """

    score: ScoreRow
    state_note: str
    title: Markup
    value: str
    target: str
    figures: tuple[str, ...]
    way: str
    grade: str
    time: str
    chance: str
    is_estimate: bool
    week_change: int | None
    moved: str
    notes: tuple[str, ...]
    description: Markup | None
    sentences: tuple[str, ...]
    explanation: str
    dots: Dots | None
    steps: tuple[StepRow, ...]
    picture: Picture | None
    no_picture: str
    noted: tuple[Markup, ...]
    about: tuple[str, ...]
    week: str
    table: Table | None
    exact: tuple[Exact, ...]
    whatif: tuple[WhatIf, ...]
    queries: tuple[str, ...]


def build_cards(data: PageData) -> dict[str, Card]:
    """Build the cards of all key results by their ids, worst first."""
    daily = _by_key_result(data.daily)
    fans = _by_key_result(data.forecast)
    before = {row["key_result_id"]: row["probability"] for row in data.week_ago.iter_rows(named=True)}
    supposed = _by_key_result(data.whatif, "place")
    check_ins = {row["key_result_id"]: (_check_in(data, row),) for row in data.check_ins.iter_rows(named=True)}
    cards = {}
    for score in data.scores:
        name = score.key_result_id
        about_it = notes_about(data, score)
        story = Story.of(data, score, daily.get(name, []), fans.get(name, []), about_it)
        title, description = data.title_of(name, score.title), data.description_of(name)
        steps = step_rows(data, story)
        card = _card(story, title, description, check_ins.get(name, ()), before.get(name))
        outlook = (data.said(score.outlook),) if score.outlook and not story.explained else ()
        cards[name] = replace(
            card,
            sentences=(*card.sentences, *outlook),
            steps=steps,
            figures=figures(story, steps),
            picture=None if steps else card.picture,
            noted=told(data, score, about_it),
            week=week_sentence(data, name),
            whatif=whatif(data, story.unit, supposed.get(name, ())),
        )
    return cards


def _check_in(data: PageData, row: Mapping[str, Any]) -> str:
    when = moment(data.language, data.local(row["at"]))
    note, author = data.written(row["note"]), Markup("<bdi>{}</bdi>").format(row["author"])
    return say(data.language, "card.check_in", author=author, when=when, note=note)


def _card(
    story: Story, title: Markup, description: Markup | None, said: tuple[str, ...], chance_before: float | None
) -> Card:
    score, unit, language = story.score, story.unit, story.language
    chart = draw(story.series)
    change = _points_between(chance_before, score.probability)
    return Card(
        score=score,
        state_note=state_note(story),
        title=title,
        value=value_of(score, unit),
        target=unit.bare.short(score.target, score.value),
        figures=figures(story),
        way="" if score.progress is None else way_text(language, score.progress),
        grade=grade_of(story) or NOTHING,
        time=percent(language, story.span.elapsed),
        chance=chance(language, score.probability),
        is_estimate=story.rests_on_estimate and score.probability is not None,
        week_change=change,
        moved=_moved(story, chance_before, change),
        notes=(*notes(story), *said),
        description=description,
        sentences=sentences(story),
        explanation=(score.explanation or "") if story.explained else "",
        dots=dots_of(story),
        steps=(),
        picture=_picture(story, chart) if chart else None,
        no_picture=_what_is_missing(story, chart),
        noted=(),
        about=about(story),
        week="",
        table=_table(story) if chart else None,
        exact=exact_numbers(story),
        whatif=(),
        queries=(
            f"okr explain {score.key_result_id}",
            f"""okr sql "from key_result_daily where key_result_id = '{score.key_result_id}'\"""",
        ),
    )


def _moved(story: Story, before: float | None, change: int | None) -> str:
    if change is None or abs(change) < _WORTH_TELLING:
        return ""
    key = "card.up" if change > 0 else "card.down"
    return say(story.language, key, chance=chance(story.language, before))


def _picture(story: Story, chart: Chart) -> Picture:
    language, score, series = story.language, story.score, story.series
    middle = series.fan[-1].quantiles[2] if chart.median is not None else None
    aim, unit = series.target or 0.0, story.unit.bare
    return Picture(
        chart=chart,
        target=say(language, "card.chart.target", value=unit.short(score.target, score.value)),
        median="" if middle is None else unit.near(middle, middle - aim),
        today=day_short(language, series.as_of),
        start=day_short(language, score.start),
        due=day_short(language, score.due),
        months=tuple((x, month(language, day)) for x, day in chart.months),
        marks=marks(chart),
    )


def _what_is_missing(story: Story, chart: Chart | None) -> str:
    if story.score.value is None:
        return ""
    if chart is None:
        return say(story.language, "card.no_chart")
    if chart.is_cut:
        low, _, _, _, high = (story.unit.short(_decimal(value)) for value in story.series.fan[-1].quantiles)
        return say(story.language, "card.wide", low=low, high=high)
    wanted = story.score.status in UNDECIDED and story.score.probability is not None and not story.span.is_over
    return say(story.language, "card.no_fan") if wanted and not chart.fan_90 else ""


def _table(story: Story) -> Table:
    language, unit, daily, score = story.language, story.unit.bare, story.daily, story.score
    step = 1 if len(daily) <= _DAILY_UP_TO else _WEEK
    shown = [row for n, row in enumerate(daily, 1) if n % step == 0 or n == len(daily)]
    return Table(
        rows=tuple(
            (day_short(language, row["day"]), unit.worth(_decimal(row["value"]), score.target), _planned(story, row))
            for row in shown
        ),
        planned=story.series.baseline is not None and story.series.target is not None,
        forecast=_foreseen(story),
    )


def _planned(story: Story, row: Mapping[str, Any]) -> str:
    baseline, target, expected = story.series.baseline, story.series.target_on(row["day"]), row["expected"]
    if baseline is None or target is None or expected is None:
        return NOTHING
    return story.unit.bare.short(_decimal(baseline + expected * (target - baseline)))


def _foreseen(story: Story) -> str:
    if not story.foreseen:
        return ""
    low, _, middle, _, high = (story.unit.short(_decimal(value)) for value in story.series.fan[-1].quantiles)
    when = day_long(story.language, story.series.fan[-1].day)
    return say(story.language, "card.fan", when=when, low=low, mid=middle, high=high)


def _points_between(before: float | None, now: float | None) -> int | None:
    return None if before is None or now is None else round(now * 100) - round(before * 100)


def _decimal(value: Decimal | float | None) -> Decimal | None:
    return Decimal(repr(value)) if isinstance(value, float) else value


def _by_key_result(frame: pl.DataFrame, order: str = "day") -> dict[str, list[dict[str, Any]]]:
    """Rows of each key result in the order of their days, or of another column."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in frame.sort(order).iter_rows(named=True):
        rows.setdefault(row["key_result_id"], []).append(row)
    return rows
