"""One key result with all that its sentences, its chart and its tables are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from okr_config.kinds import RULES, Origin
from okr_config.metrics import BUILT_IN
from okr_config.models import Definition, Kind
from scorecard.i18n.formats import Unit
from scorecard.i18n.language import Language
from scorecard.page.charts import FEWEST_FOR_FAN, Day, FanDay, Series, observed_days
from scorecard.page.data import PageData
from scorecard.score_row import ScoreRow
from scorecard.span import Span, judged_day
from scorecard.status import IN_PLAY, UNDECIDED, Flag

Rows = Sequence[Mapping[str, Any]]

QUANTILES = ("p05", "p25", "p50", "p75", "p95")
_EVEN = 0.5
"""The chance that a team is taken to aim at where it states none."""


@dataclass(frozen=True)
class Story:
    """
    One key result's rows.

    `as_of` is in the page's zone. `daily` are its rows of key_result_daily, oldest first; `sources` those of the
    metrics it rests on, with what they told of; `streams` how fresh they are; `edits` its changed targets, oldest
    first. `owner` is empty where none is named. `is_lost`: its number is too old to stand by. `is_early`: its pace says
    nothing yet.
    """

    language: Language
    score: ScoreRow
    definition: Definition | None
    unit: Unit
    as_of: datetime
    series: Series
    daily: Rows
    sources: Rows
    streams: Rows
    edits: Rows
    owner: str
    tags: tuple[str, ...]
    is_lost: bool
    is_early: bool
    span: Span

    @classmethod
    def of(cls, data: PageData, score: ScoreRow, daily: Rows, fan: Rows, noted: Rows = ()) -> Self:
        """Gather one key result's rows."""
        as_of, name = data.local(score.as_of), score.key_result_id
        definition = data.defined.get(name)
        changes = data.definitions_changed.sort("at").iter_rows(named=True)
        edits = [row for row in changes if row["key_result_id"] == name and row["old_target"] != row["new_target"]]
        sources = _sources_of(data, score, definition)
        names = {row["source_id"] for row in sources}
        series = Series(
            start=score.start,
            due=score.due,
            as_of=judged_day(as_of, data.zone),
            baseline=float(score.baseline or 0) if _has_line(score, definition) else None,
            target=None if score.target is None else float(score.target),
            days=_without_holes(daily),
            fan=[FanDay(row["day"], tuple(row[level] for level in QUANTILES)) for row in fan],
            targets=_targets(data, score, edits),
            noted=[(row["first_day"], row["last_day"]) for row in noted],
        )
        return cls(
            language=data.language,
            score=score,
            definition=definition,
            unit=Unit(data.language, score.unit or ""),
            as_of=as_of,
            series=series,
            daily=daily,
            sources=sources,
            streams=[row for row in data.freshness.iter_rows(named=True) if row["source_id"] in names],
            edits=edits,
            owner=(definition.key_result.owner if definition else None) or "",
            tags=definition.key_result.tags if definition else (),
            is_lost=data.is_lost(score),
            is_early=data.is_early(score),
            span=score.span(data.zone),
        )

    @property
    def foreseen(self) -> bool:
        """Whether enough has been observed for a forecast to be shown."""
        return bool(self.series.fan) and observed_days(self.series) >= FEWEST_FOR_FAN

    @property
    def explained(self) -> bool:
        """Whether the score's own explanation says it best: nothing to compare with a target, or nothing left to do."""
        score = self.score
        known = None not in (score.value, score.baseline, score.target, score.expected)
        return not known or score.status not in UNDECIDED or self.span.is_over

    @property
    def met(self) -> str:
        """On which side of the target a value is that meets it and may be lost again: over, under or at; else empty."""
        score, flags = self.score, self.score.flags or ()
        if Flag.MET_NOW not in flags or score.status not in IN_PLAY or score.value is None or score.target is None:
            return ""
        return "at" if score.value == score.target else "over" if score.value > score.target else "under"

    @property
    def rests_on_estimate(self) -> bool:
        """Whether the chance is the team's own estimate, alone or mostly."""
        return Flag.PRIOR_ONLY in (self.score.flags or ())

    @property
    def aim(self) -> float:
        """The chance (0-1) that the team planned for."""
        stated = self.score.confidence_stated
        return _EVEN if stated is None else stated / 10


def _has_line(score: ScoreRow, definition: Definition | None) -> bool:
    """
    Whether a plan runs from the baseline to the target.

    What is a stock or a rate does not start from nothing because a period does: without a baseline that somebody wrote
    or measured, there is no line to be ahead of or behind.
    """
    if score.baseline is None or score.expected is None:
        return False
    rules = RULES[Kind(score.kind)]
    is_measured = definition is not None and definition.key_result.baseline == "measured"
    return bool(score.baseline) or rules.is_sum or rules.origin is not Origin.METRIC or is_measured


def value_of(score: ScoreRow, unit: Unit) -> str:
    """Write the value of a key result; one that falls short of its target is not written as the target."""
    write = unit.short if RULES[Kind(score.kind)].unit is None else unit.whole
    return write(score.value, score.target)


def metrics_of(score: ScoreRow, definition: Definition | None) -> tuple[str, ...]:
    """Name the metrics that a key result rests on: its own, those of a quotient, those that prove its steps."""
    named = (score.metric or "").split("/")
    parts = [
        part for name in named if name in BUILT_IN for part in (BUILT_IN[name].numerator, BUILT_IN[name].denominator)
    ]
    proofs = [step.probe for step in definition.key_result.steps] if definition else []
    return tuple(dict.fromkeys(name for name in (*named, *parts, *proofs) if name))


def metric_name(language: Language, metric: str) -> str:
    """Return a metric's name in a language; a team's own has the one it has."""
    known = BUILT_IN.get(metric)
    if known is None:
        return metric
    return known.title_nb if language == "nb" else known.title_en


def _sources_of(data: PageData, score: ScoreRow, definition: Definition | None) -> Rows:
    wanted, only = metrics_of(score, definition), definition.key_result.sources if definition else ()
    return [
        row
        for row in data.metric_sources.iter_rows(named=True)
        if row["metric"] in wanted and (not only or row["source_id"] in only)
    ]


def _targets(data: PageData, score: ScoreRow, edits: Rows) -> list[tuple[date, float]]:
    """Return each target with the day it took effect, oldest first; none where there was only one."""
    days = [(data.local(row["at"]).date(), float(row["new_target"])) for row in edits]
    if not days or score.target is None or days[-1][1] != float(score.target):
        return []
    return [(score.start, float(edits[0]["old_target"])), *days]


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
