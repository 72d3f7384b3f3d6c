"""What the page says about one key result in whole sentences: plan, forecast, and what to mind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from okr_config.kinds import RULES
from okr_config.metrics import BUILT_IN
from okr_config.models import Kind
from scorecard.i18n.formats import NOTHING, Unit, day_long, moment, number
from scorecard.i18n.language import Language
from scorecard.i18n.page_messages import count, say
from scorecard.page.charts import FEWEST_FOR_FAN, Day, FanDay, Series, observed_days
from scorecard.page.data import PageData
from scorecard.score_row import ScoreRow
from scorecard.span import Span, judged_day
from scorecard.status import UNDECIDED

Rows = Sequence[Mapping[str, Any]]

QUANTILES = ("p05", "p25", "p50", "p75", "p95")


@dataclass(frozen=True)
class Story:
    """
    One key result with what its sentences, its chart and its table are made from.

    `as_of` is in the page's zone. `daily` are its rows of key_result_daily, oldest first. `owner` is empty where none
    is named. `is_lost`: its number is too old to stand by.
    """

    language: Language
    score: ScoreRow
    unit: Unit
    as_of: datetime
    series: Series
    daily: Rows
    owner: str
    tags: tuple[str, ...]
    is_lost: bool
    span: Span

    @classmethod
    def of(cls, data: PageData, score: ScoreRow, daily: Rows, fan: Rows) -> Self:
        """Gather one key result's rows."""
        as_of = data.local(score.as_of)
        series = Series(
            start=score.start,
            due=score.due,
            as_of=judged_day(as_of, data.zone),
            # without an expected share there is no plan to draw from the baseline
            baseline=None if score.baseline is None or score.expected is None else float(score.baseline),
            target=None if score.target is None else float(score.target),
            days=_without_holes(daily),
            fan=[FanDay(row["day"], tuple(row[name] for name in QUANTILES)) for row in fan],
        )
        unit = Unit(data.language, score.unit or "")
        definition = data.defined.get(score.key_result_id)
        owner = (definition.key_result.owner if definition else None) or ""
        tags = definition.key_result.tags if definition else ()
        is_lost, span = data.is_lost(score), score.span(data.zone)
        return cls(data.language, score, unit, as_of, series, daily, owner, tags, is_lost, span)

    @property
    def foreseen(self) -> bool:
        """Whether enough has been observed for a forecast to be shown."""
        return bool(self.series.fan) and observed_days(self.series) >= FEWEST_FOR_FAN

    @property
    def explained(self) -> bool:
        """Whether the score's own explanation says it best: nothing to compare with a plan, or nothing left to plan."""
        known = self.score.value is not None and self.series.baseline is not None and self.series.target is not None
        return not known or self.score.status not in UNDECIDED


def sentences(story: Story) -> tuple[str, ...]:
    """Say how far from plan, where the forecast points and what it takes; nothing where the score explains itself."""
    if story.explained or story.score.value is None:
        return ()
    value = float(story.score.value)
    # the outlook says what it takes, and more
    said = (_from_plan(story, value), _forecast(story), "" if story.score.outlook else _rate(story, value))
    return tuple(sentence for sentence in said if sentence)


def notes(story: Story) -> tuple[str, ...]:
    """Say what each flag means for this key result, but for what its explanation says already."""
    told = {"prior_only"} if story.explained else set()
    if story.explained and _is_lacking(story.score):
        told.add("partial")
    return tuple(_note(story, flag) for flag in story.score.flags or () if flag not in told)


def about(story: Story) -> tuple[str, ...]:
    """Say what is measured, when it was, and what the team itself thinks."""
    score, language = story.score, story.language
    said = []
    if story.owner:
        said.append(say(language, "card.owner", owner=story.owner))
    if story.tags:
        said.append(say(language, "card.tags", tags=", ".join(story.tags)))
    if score.metric:
        names = " / ".join(_metric_name(language, metric) for metric in score.metric.split("/"))
        said.append(say(language, "card.measure", metric=names))
    if score.observed_at is not None:
        said.append(say(language, "card.updated", when=_when(story, score.observed_at)))
    if score.confidence_stated is not None:
        said.append(say(language, "card.stated", n=_plain(story, score.confidence_stated)))
    return tuple(said)


def _metric_name(language: Language, metric: str) -> str:
    known = BUILT_IN.get(metric)
    if known is None:
        return metric
    return known.title_nb if language == "nb" else known.title_en


def _from_plan(story: Story, value: float) -> str:
    series, expected = story.series, story.score.expected
    if series.baseline is None or series.target is None or expected is None:
        return ""
    ahead = value - (series.baseline + expected * (series.target - series.baseline))
    gap = story.unit.gap(ahead)
    if gap is None:
        return say(story.language, "card.on_plan")
    rising = series.target > series.baseline
    return say(story.language, "card.ahead" if (ahead > 0) == rising else "card.behind", gap=gap)


def _forecast(story: Story) -> str:
    middle, target = story.score.forecast_p50, story.series.target
    if middle is None or target is None or not story.foreseen:
        return ""
    value = story.unit.near(middle, middle - target)
    return say(story.language, "card.forecast", value=value, when=day_long(story.language, story.score.due))


def _rate(story: Story, value: float) -> str:
    series = story.series
    days_left = (series.due - series.as_of).days
    is_sum = RULES[Kind(story.score.kind)].is_sum
    if not is_sum or series.baseline is None or series.target is None or not days_left:
        return ""
    rate = story.unit.rate((series.target - value) / days_left)
    return say(story.language, "card.rate", value=rate) if rate and series.target > value else ""


def _is_lacking(score: ScoreRow) -> bool:
    """Whether the reason given is one why a value is not whole."""
    return bool(score.reason) and score.value is not None and "partial" in (score.flags or ())


def _note(story: Story, flag: str) -> str:
    score, language = story.score, story.language
    if flag == "partial" and _is_lacking(score):
        return say(language, "flag.partial.reason", reason=score.reason)
    if flag == "stale" and score.observed_at is None:
        return say(language, "flag.stale.unknown")
    if flag == "stale" and score.observed_at is not None:
        days = (story.series.as_of - judged_day(score.observed_at, story.span.zone)).days
        key = "flag.stale.lost" if story.is_lost else "flag.stale"
        return count(language, key, days, when=_when(story, score.observed_at))
    key = "flag.prior_only.few" if flag == "prior_only" and score.value is not None else f"flag.{flag}"
    return say(
        language,
        key,
        target=story.unit.short(score.target_original),
        stated=NOTHING if score.confidence_stated is None else _plain(story, score.confidence_stated),
        measured=NOTHING if score.confidence is None else score.confidence,
    )


def _when(story: Story, at: datetime) -> str:
    return moment(story.language, at.astimezone(story.as_of.tzinfo))


def _plain(story: Story, value: float) -> str:
    return number(story.language, Decimal(repr(value)))


def _without_holes(daily: Rows) -> list[Day]:
    """Fill days that have no row, so that the line breaks there as it does at a null."""
    rows = {row["day"]: row for row in daily}
    if not rows:
        return []
    first, last = min(rows), max(rows)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [_day(day, rows.get(day, {})) for day in days]


def _day(day: date, row: Mapping[str, Any]) -> Day:
    value = row.get("value")
    return Day(day, None if value is None else float(value), row.get("expected"))
