"""
One key result as the page tells it: the number, what it means, the picture, the chance, and the numbers again as a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from markupsafe import Markup

from okr_config.metrics import BUILT_IN
from scorecard.charts import FEWEST_FOR_FAN, Chart, Day, FanDay, Series, draw, observed_days
from scorecard.page_forms import Unit, chance, day_long, day_short, moment, month, number, percent
from scorecard.page_rows import PageData, Score
from scorecard.page_words import say

DOTS = 20
_DAILY_UP_TO = 14  # days; longer tables are told by the week
_WEEK = 7
_UNDECIDED = ("on_track", "at_risk", "off_track", "no_data")


@dataclass(frozen=True)
class Dots:
    """A chance as so many of twenty outcomes. `text` is what stands beside them, `label` what is read aloud."""

    hits: int
    text: str
    label: str
    chance: str


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


@dataclass(frozen=True)
class Table:
    """The chart's numbers by the week: day, value and, where there is a plan, the plan's value."""

    rows: tuple[tuple[str, str, str], ...]
    planned: bool
    forecast: str


@dataclass(frozen=True)
class Card:
    """Everything one key result's card and its row in the overview show, as text."""

    score: Score
    value: str
    target: str
    baseline: str
    way: str
    time: str
    chance: str
    week_change: int | None
    moved: str
    notes: tuple[str, ...]
    sentences: tuple[str, ...]
    dots: Dots | None
    picture: Picture | None
    no_picture: str
    about: tuple[str, ...]
    table: Table | None
    query: str


def build_cards(data: PageData) -> dict[str, Card]:
    """Build the cards of all key results, by id, worst first."""
    daily = _by_key_result(data.daily)
    fans = _by_key_result(data.forecast)
    before = {row["key_result_id"]: row["probability"] for row in data.week_ago.iter_rows(named=True)}
    return {
        score.key_result_id: _Teller(
            data, score, daily.get(score.key_result_id, []), fans.get(score.key_result_id, [])
        ).card(before.get(score.key_result_id))
        for score in data.scores
    }


def judged_day(at: datetime) -> date:
    """Return the day an instant judges: midnight is the end of the day before."""
    return (at - timedelta(microseconds=1)).date()


class _Teller:
    """Tells one key result; what several of its sentences need is worked out once."""

    def __init__(
        self, data: PageData, score: Score, daily: Sequence[Mapping[str, Any]], fan: Sequence[Mapping[str, Any]]
    ) -> None:
        self.data, self.score = data, score
        self.language = data.language
        self.unit = Unit(data.language, "share" if score.kind == "milestone" else score.unit or "")
        self.as_of = data.local(score.as_of)
        self.daily = daily
        self.series = Series(
            start=score.start,
            due=score.due,
            as_of=judged_day(self.as_of),
            baseline=_float(score.baseline) if score.expected is not None else None,
            target=_float(score.target),
            days=_every_day(daily),
            fan=[FanDay(row["day"], tuple(row[name] for name in ("p05", "p25", "p50", "p75", "p95"))) for row in fan],
        )

    def card(self, probability_before: float | None) -> Card:
        score, language = self.score, self.language
        chart = draw(self.series)
        points = _points(probability_before, score.probability)
        return Card(
            score=score,
            value=self.unit.short(score.value),
            target=self.unit.short(score.target),
            baseline="" if score.baseline is None or score.expected is None else self.unit.short(score.baseline),
            way=percent(language, score.progress) if score.progress is not None else "",
            time=percent(language, self._elapsed()),
            chance=chance(language, score.probability),
            week_change=points,
            moved=say(language, "card.up" if points > 0 else "card.down", chance=chance(language, probability_before))
            if points
            else "",
            notes=tuple(self._note(flag) for flag in score.flags or ()),
            sentences=tuple(self._sentences()),
            dots=self._dots(),
            picture=self._picture(chart) if chart else None,
            no_picture=self._missing(chart),
            about=tuple(self._about()),
            table=self._table() if chart else None,
            query=f"""okr sql "from key_result_daily where key_result_id = '{score.key_result_id}'\"""",
        )

    def _elapsed(self) -> float:
        zone = self.data.zone
        begin = datetime.combine(self.score.start, time(), zone).timestamp()
        end = datetime.combine(self.score.due + timedelta(days=1), time(), zone).timestamp()
        return min(max((self.as_of.timestamp() - begin) / (end - begin), 0.0), 1.0)

    def _sentences(self) -> list[str]:
        """Say how far from plan, where the forecast points and what it takes; or why there is nothing to say."""
        score, series = self.score, self.series
        if score.value is None or score.target is None:
            return [score.explanation] if score.explanation else []
        said = []
        value, target = float(score.value), float(score.target)
        if score.status not in _UNDECIDED:
            return said
        if series.baseline is not None and score.expected is not None:
            ahead = value - (series.baseline + score.expected * (target - series.baseline))
            gap = self.unit.gap(ahead)
            if gap is None:
                said.append(say(self.language, "card.on_plan"))
            else:
                well = (ahead > 0) == (target > series.baseline)
                said.append(say(self.language, "card.ahead" if well else "card.behind", gap=gap))
        if score.forecast_p50 is not None and observed_days(series) >= FEWEST_FOR_FAN:
            near = self.unit.near(score.forecast_p50, target - score.forecast_p50)
            said.append(say(self.language, "card.forecast", value=near, when=day_long(self.language, score.due)))
        days_left = (score.due - series.as_of).days
        if score.kind == "total" and target > value and days_left:
            rate = self.unit.rate((target - value) / days_left)
            said.append(say(self.language, "card.rate", value=rate))
        return said

    def _note(self, flag: str) -> str:
        score, language = self.score, self.language
        if flag == "stale":
            if score.observed_at is None:
                return say(language, "flag.stale.never")
            return say(language, "flag.stale", when=moment(language, self.data.local(score.observed_at)))
        stated = NO_NUMBER if score.confidence_stated is None else number(language, Decimal(str(score.confidence_stated)))
        measured = NO_NUMBER if score.confidence is None else score.confidence
        return say(
            language, f"flag.{flag}", target=self.unit.short(score.target_original), stated=stated, measured=measured
        )

    def _dots(self) -> Dots | None:
        probability = self.score.probability
        if probability is None or self.score.status not in _UNDECIDED:
            return None
        hits = round(DOTS * probability)
        key = "card.dots"
        if hits == 0 and probability > 0:
            key = "card.dots.few"
        elif hits == DOTS and probability < 1:
            key = "card.dots.most"
        return Dots(
            hits=hits,
            text=say(self.language, key, n=hits),
            label=say(self.language, "card.dots.label", n=hits),
            chance=chance(self.language, probability),
        )

    def _picture(self, chart: Chart) -> Picture:
        score, language = self.score, self.language
        median = ""
        if chart.median is not None:
            middle, target = self.series.fan[-1].quantiles[2], self.series.target
            median = self.unit.near(middle, middle - target if target is not None else middle)
        return Picture(
            chart=chart,
            target=say(language, "card.chart.target", value=self.unit.short(score.target)),
            median=median,
            today=day_short(language, self.series.as_of),
            start=day_short(language, score.start),
            due=day_short(language, score.due),
            months=tuple((x, month(language, day)) for x, day in chart.months),
        )

    def _missing(self, chart: Chart | None) -> str:
        if chart is None:
            return say(self.language, "card.no_chart")
        undecided = self.score.status in _UNDECIDED and self.score.probability is not None
        return say(self.language, "card.no_fan") if undecided and not chart.fan_90 else ""

    def _about(self) -> list[str]:
        score, language = self.score, self.language
        about = []
        if score.metric:
            known = BUILT_IN.get(score.metric)
            name = (known.title_nb if language == "nb" else known.title_en) if known else score.metric
            about.append(say(language, "card.measure", metric=name))
        if score.observed_at is not None:
            about.append(say(language, "card.updated", when=moment(language, self.data.local(score.observed_at))))
        if score.confidence_stated is not None:
            stated = number(language, Decimal(str(score.confidence_stated)))
            about.append(say(language, "card.stated", n=stated))
        return about

    def _table(self) -> Table:
        language, series = self.language, self.series
        step = 1 if len(self.daily) <= _DAILY_UP_TO else _WEEK
        last = len(self.daily) - 1
        rows = [row for n, row in enumerate(self.daily) if n % step == step - 1 or n == last]
        return Table(
            rows=tuple((day_short(language, row["day"]), self.unit.exact(_decimal(row["value"])), self._planned(row)) for row in rows),
            planned=series.baseline is not None and series.target is not None,
            forecast=self._foreseen(),
        )

    def _planned(self, row: Mapping[str, Any]) -> str:
        score, expected = self.score, row["expected"]
        if score.baseline is None or score.target is None or expected is None:
            return self.unit.short(None)
        return self.unit.short(score.baseline + Decimal(str(expected)) * (score.target - score.baseline))

    def _foreseen(self) -> str:
        if not self.series.fan or observed_days(self.series) < FEWEST_FOR_FAN:
            return ""
        low, _, mid, _, high = (Decimal(str(value)) for value in self.series.fan[-1].quantiles)
        return say(
            self.language,
            "card.fan.90",
            when=day_long(self.language, self.score.due),
            low=self.unit.short(low),
            mid=self.unit.short(mid),
            high=self.unit.short(high),
        )
