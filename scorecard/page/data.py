"""Everything the page is made from: published tables as frames, and what follows from them as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl
from markupsafe import Markup

from okr_config.models import Definition, Every, Text
from scorecard.effects.weeks import WeekOf
from scorecard.i18n.language import Language
from scorecard.parents import family_of, parents_first
from scorecard.schemas import Schema
from scorecard.score_row import ObjectiveRow, ScoreRow, worst_first
from scorecard.span import DAY, midnight
from scorecard.status import UNDECIDED

_WINDOW_DAYS = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31}
_NO_ASSUMPTIONS = {"key_result_id": pl.String, "place": pl.Int32}
_NOTHING_RESTATED = {"key_result_id": pl.String, "status_before": pl.String, "status": pl.String}
_NOTHING_FOUND = dict.fromkeys(("check_id", "source_id", "subject", "state", "found", "expected", "reason"), pl.String)
_NOTHING_NOTED: Schema = {
    **dict.fromkeys(("name", "metric", "key_result_id", "author"), pl.String),
    **dict.fromkeys(("first_day", "last_day"), pl.Date),
}
_NO_SOURCES: Schema = {
    **dict.fromkeys(("metric", "source_id"), pl.String),
    **dict.fromkeys(("newest_day", "unsettled_from", "unsettled_to"), pl.Date),
    "days": pl.List(pl.Date),
}
_NOTHING_PROVED: Schema = {
    **dict.fromkeys(("metric", "source_id"), pl.String),
    "day": pl.Date,
    "value": pl.Decimal(24, 6),
}
_A_WEEK = timedelta(days=10)
"""How old a score may be to be one of a week ago."""
_USUAL_MAX_AGE = 3
_CADENCES_TO_WAIT = 2


@dataclass(frozen=True)
class PeriodInfo:
    """The period the page is about; both days inclusive."""

    id: str
    start: date
    end: date


@dataclass(frozen=True)
class PageData:
    """
    Everything the page shows, as the published tables have it.

    scoreboard, objectives: newest row per key result and per objective.
    daily: key_result_id, day, value, progress, expected. forecast: the newest run's key_result_id, day, p05 .. p95.
    week_ago: the scoreboard as it was a week earlier, or longer ago where nothing was scored then, maybe empty.
    quality: what looks wrong in what came, rows of quality_check.
    restated: key_result_id, day, before, after, source_id, at, status_before, status, of pasts found otherwise.
    freshness: source_freshness, and refused: rows that the newest landing could not take. repaired: source_id, at, of
    sources that answer again. definitions: key_result_id, definition (JSON), as scored.
    definitions_changed: key_result_id, at, reason, old_target, new_target. check_ins: key_result_id, at, author, note.
    effects: what was noted brought, in words, by key result and name of the note. weeks: the newest week of what a key
    result counts.
    notes: what was noted of days of the period, rows of the view note. metric_sources: metric, source_id, newest_day,
    days it told of, and unsettled_from and unsettled_to of those it may still revise. probes: metric, source_id, day,
    value of what proves steps.
    calibration: maybe empty. whatif: rows of key_result_whatif, maybe none. timezone: an IANA name, for instants.
    text_language: the language of titles and owners where it is not the page's; said_language: that of what scores
    say. name: of the team or shop, empty where none is written.
    demo_note: a sentence above everything, where the numbers are not live.
    past_known_at: where the page is about a day gone by, the instant whose knowledge it was scored again with;
    past_knows_all: whether that is all that is known.
    """

    scoreboard: pl.DataFrame
    objectives: pl.DataFrame
    daily: pl.DataFrame
    forecast: pl.DataFrame
    week_ago: pl.DataFrame
    freshness: pl.DataFrame
    repaired: pl.DataFrame
    definitions: pl.DataFrame
    definitions_changed: pl.DataFrame
    check_ins: pl.DataFrame
    calibration: pl.DataFrame
    period: PeriodInfo
    language: Language
    timezone: str
    version: str
    run_id: str
    config_hash: str = ""
    name: str = ""
    demo_note: str = ""
    text_language: Language | None = None
    said_language: Language | None = None
    whatif: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NO_ASSUMPTIONS))
    quality: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NOTHING_FOUND))
    effects: Mapping[tuple[str, str], str] = field(default_factory=dict)
    weeks: Mapping[str, WeekOf] = field(default_factory=dict)
    notes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NOTHING_NOTED))
    metric_sources: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NO_SOURCES))
    probes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NOTHING_PROVED))
    restated: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_NOTHING_RESTATED))
    past_known_at: datetime | None = None
    past_knows_all: bool = False

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which instants are told."""
        return ZoneInfo(self.timezone)

    @cached_property
    def scores(self) -> tuple[ScoreRow, ...]:
        """Key results, worst first; the least likely first among equals."""
        return tuple(sorted(map(ScoreRow.of, self.scoreboard.iter_rows(named=True)), key=worst_first))

    @cached_property
    def defined(self) -> Mapping[str, Definition]:
        """Definitions by key result."""
        return {name: Definition.model_validate_json(text) for name, text in self.definitions.iter_rows()}

    @cached_property
    def roll_ups(self) -> tuple[ObjectiveRow, ...]:
        """The period's objectives, in the order in which they are kept."""
        return tuple(row for row in self._every_objective if row.period_id == self.period.id)

    @cached_property
    def family(self) -> tuple[tuple[int, ObjectiveRow], ...]:
        """The same with those of other periods that they serve or that serve them; parents lead, 0 deep."""
        return tuple(parents_first(family_of(self._every_objective, self.period.id)))

    @cached_property
    def _every_objective(self) -> tuple[ObjectiveRow, ...]:
        return tuple(ObjectiveRow.of(row) for row in self.objectives.iter_rows(named=True))

    @cached_property
    def as_of(self) -> datetime | None:
        """The newest instant that was judged, in the page's zone."""
        return max((row.as_of for row in self.scores or self.roll_ups), default=None)

    @cached_property
    def is_over(self) -> bool:
        """Whether the period's last day has ended: what is told is told in the past tense."""
        return self.as_of is not None and self.as_of.astimezone(UTC) >= midnight(self.period.end + DAY, self.zone)

    @cached_property
    def days_since(self) -> int | None:
        """How many days ago was scored what this page compares with; None where that is a week, or is not known."""
        then = self.week_ago["as_of"].max()
        if self.as_of is None or not isinstance(then, datetime) or self.as_of - then <= _A_WEEK:
            return None
        return round((self.as_of - then) / timedelta(days=1))

    def local(self, at: datetime) -> datetime:
        """Tell an instant in the page's zone."""
        return at.astimezone(self.zone)

    def written(self, text: Text) -> Markup:
        """Mark a text that the team wrote: set apart from the words around it, and in its own language."""
        if isinstance(text, str):
            return _set_apart(text, None if self.text_language == self.language else self.text_language)
        if self.language in text:
            return _set_apart(text[self.language], None)
        language, other = next(iter(text.items()), (None, ""))
        return _set_apart(other, language)

    def said(self, text: str) -> Markup:
        """Mark a sentence of the scores: set apart, and in the language it was said in."""
        return _set_apart(text, None if self.said_language == self.language else self.said_language)

    def title_of(self, key_result_id: str, scored: str) -> Markup:
        """Return a key result's title in the page's language if it has one, else as it was scored."""
        definition = self.defined.get(key_result_id)
        return self.written(definition.key_result.title if definition else scored)

    def description_of(self, key_result_id: str) -> Markup | None:
        """Return what a key result's team wrote about it; None where it wrote nothing."""
        definition = self.defined.get(key_result_id)
        about = definition.key_result.description if definition else None
        return self.written(about) if about else None

    def objective_title(self, objective: ObjectiveRow) -> Markup:
        """Return an objective's title in the page's language if it has one, else as it was scored."""
        name = objective.objective_id
        own = (one.objective_title for one in self.defined.values() if one.objective_id == name)
        above = (up.title for one in self.defined.values() for up in one.objective_parents if up.id == name)
        return self.written(next(own, next(above, objective.title)))

    def is_lost(self, score: ScoreRow) -> bool:
        """Whether a number is older than two cadences: told as missing data, beside the status that was scored."""
        if "stale" not in (score.flags or ()) or score.observed_at is None or score.status not in UNDECIDED:
            return False
        return score.as_of - score.observed_at > _CADENCES_TO_WAIT * _cadence(self.defined.get(score.key_result_id))

    def is_committed(self, score: ScoreRow) -> bool:
        """Whether a key result is a promise."""
        definition = self.defined.get(score.key_result_id)
        return definition is not None and definition.key_result.committed

    def is_early(self, score: ScoreRow) -> bool:
        """Whether a pace says nothing yet: on track by default alone, and told as too early to tell."""
        return score.is_early(self.zone)


def _cadence(definition: Definition | None) -> timedelta:
    """How often a number is expected at the latest: the age it may have, after the window it is about."""
    if definition is None:
        return timedelta(days=_USUAL_MAX_AGE)
    wait = _WINDOW_DAYS[definition.key_result.every] if definition.key_result.every else 0
    return timedelta(days=definition.key_result.max_age + wait)


def _set_apart(text: str, language: Language | None) -> Markup:
    if language is None:
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup('<bdi lang="{}">{}</bdi>').format(language, text)
