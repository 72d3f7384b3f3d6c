"""The page from the published copy alone: written after each run, and by `okr report`."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from flows.project.project import Project
from flows.project.version import VERSION
from flows.scoring import Judged, judge_all
from okr_config.errors import ConfigError, OkrError, UsageError, way_out
from scorecard.effects.weeks import WeekOf
from scorecard.i18n.language import Language
from scorecard.page.render import PageData, PeriodInfo, render_index, render_page
from scorecard.span import judged_day
from warehouse.page_tables import PagePeriod, open_page_tables
from warehouse.reader import read_warehouse

SANDBOX_NOTE = {
    "en": "Demo: a real British shop of 2011, its customers as visitors, its first-time customers as followers.",
    "nb": "Demo: en ekte britisk butikk i 2011, kundene som besøkende, førstegangskundene som følgere.",
}
INDEX = "index.html"
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Past:
    """A day gone by to show instead of the newest: judged at `as_of`, with what was known at `known_at` (None: now)."""

    as_of: datetime
    known_at: datetime | None = None


def write_page(
    project: Project,
    target: Path,
    *,
    language: str | None = None,
    period_id: str | None = None,
    judged: Judged | None = None,
) -> PagePeriod:
    """
    Write the page of a period: the one asked for, else the one under way.

    `judged`: the scores published last, where they are at hand.

    Raises:
        UsageError: when nothing has been scored, or not that period.
    """
    page, period = make_page(project, language=language, period_id=period_id, judged=judged)
    write_text(project, target, page)
    return period


def page_problem(project: Project, judged: Judged | None = None) -> str | None:
    """
    Write the newest page, which is the last and least of a run; return why that could not be, None where it was.

    `judged`: what has just been published.
    """
    try:
        # whoever calls this holds the lock of the runs: nobody else is at a draft of it
        for leftover in project.page.parent.glob(f".{project.page.name}.*.tmp"):
            leftover.unlink(missing_ok=True)
        write_page(project, project.page, judged=judged)
    except OkrError as error:
        return f"{error.what}: {error.where}   next: {error.next_step}"
    except MemoryError:
        raise
    except Exception:
        logging.getLogger(__name__).debug("the page cannot be drawn", exc_info=True)
        return "the page cannot be drawn, by an error of this program   next: okr report --debug shows where"
    return None


def make_page(
    project: Project,
    *,
    language: str | None = None,
    period_id: str | None = None,
    past: Past | None = None,
    judged: Judged | None = None,
) -> tuple[str, PagePeriod]:
    """
    Return a page as text, and the period it shows.

    A page of the past is scored again from the published copy: nothing that was written down then is taken on trust,
    and nothing is written.

    Raises:
        UsageError: when nothing has been scored, or not that period.
    """
    with open_page_tables(project.published) as tables:
        period = _choose(tables.periods(), period_id, past)
        frames = tables.frames(period, known_at=past.known_at if past else None)
    if past:
        frames |= _scored_again(project, period, past, _other_language(period, language))
    return render_page(_page_data(project, period, frames, language, past=past, judged=judged)), period


def read_page(
    project: Project, *, language: str | None = None, period_id: str | None = None
) -> tuple[PageData, PagePeriod]:
    """
    Return what the page of a period shows.

    Raises:
        UsageError: when nothing has been scored, or not that period.
    """
    with open_page_tables(project.published) as tables:
        period = _choose(tables.periods(), period_id, None)
        frames = tables.frames(period)
    return _page_data(project, period, frames, language), period


def write_all(project: Project, folder: Path, *, language: str | None = None) -> Sequence[PagePeriod]:
    """
    Write a page for every period that has been scored, and `index.html` that leads to them; return the periods.

    The retrospectives of those that are closed come with them, as they were written.

    Raises:
        UsageError: when nothing has been scored.
    """
    with open_page_tables(project.published) as tables:
        scored = tables.periods()
        newest = _choose(scored, None, None)
        periods = sorted(scored, key=lambda period: period.start, reverse=True)
        pages = [_page_data(project, period, tables.frames(period), language or newest.language) for period in periods]
    for page in pages:
        write_text(project, folder / f"{page.period.id}.html", render_page(page, among=pages))
    looked_back = {period.id: f"{period.id}-retrospective.html" for period in periods}
    for period_id, name in [*looked_back.items()]:
        try:
            text = project.reading.retrospective(period_id).read_text("utf-8")
        except FileNotFoundError:
            del looked_back[period_id]
        else:
            write_text(project, folder / name, text)
    write_text(project, folder / INDEX, render_index(pages, retrospectives=looked_back))
    return periods


def day_of(period: PagePeriod, at: datetime) -> date:
    """Return the day that an instant judges in a period's zone."""
    return judged_day(at, ZoneInfo(period.timezone))


def write_text(project: Project, target: Path, text: str) -> None:
    """
    Write a page that its owner alone may read.

    Raises:
        OkrError: when it cannot be written; the one from before is as it was.
    """
    try:
        project.world.write(target, text.encode(), 0o600)
    except OSError as error:
        what = f"the page cannot be written: {error.strerror}"
        raise OkrError(what, where=str(target), next_step=way_out(error)) from error


def _choose(periods: Sequence[PagePeriod], period_id: str | None, past: Past | None) -> PagePeriod:
    chosen = [period for period in periods if period_id in (None, period.id)]
    if not chosen:
        if period_id is None:
            raise UsageError("nothing has been scored yet", next_step="okr run")
        raise UsageError.unknown("period", period_id, [period.id for period in periods], next_step="okr status")
    if past is None:
        return chosen[0]
    return replace(_under_way(chosen, past.as_of), as_of=past.as_of)


def _under_way(periods: Sequence[PagePeriod], at: datetime) -> PagePeriod:
    """Return the period that an instant lies in, else the newest one that had begun, else the first to come."""
    begun = [period for period in periods if period.start <= day_of(period, at)]
    lasting = [period for period in begun if period.end >= day_of(period, at)]
    return max(lasting or begun, key=lambda period: period.start, default=min(periods, key=lambda period: period.start))


def _other_language(period: PagePeriod, language: str | None) -> Language | None:
    """Return the language asked for, where it is not the period's own."""
    shown = None if language is None else _language(language)
    return None if shown == _language(period.language) else shown


def _said_anew(
    project: Project, period: PagePeriod, frames: Mapping[str, pl.DataFrame], language: Language
) -> Mapping[str, pl.DataFrame]:
    """
    Say what the scores say in another language: the same is scored once more, and nothing but its words is taken.

    Nothing is said anew where the config cannot be read, or where a score has not come out as it is published.
    """
    board = frames["scoreboard"]
    try:
        config = project.config(need_secrets=False)
    except ConfigError:
        return {}
    with read_warehouse(project.published, world=project.world) as warehouse:
        known_at = max(board["known_at"].to_list())
        scores = judge_all(warehouse, config, as_of=period.as_of, known_at=known_at, language=language).scores
    anew = board.join(scores.key_results, on=["key_result_id", "value", "probability", "status"], nulls_equal=True)
    if anew.height < board.height:
        return {}
    words = scores.key_results.select("key_result_id", "explanation", "outlook", "reason")
    supposed = scores.whatif.select("key_result_id", "assumption", "place", "text")
    return {
        "scoreboard": board.drop("explanation", "outlook", "reason").join(words, on="key_result_id"),
        "whatif": frames["whatif"].drop("text").join(supposed, on=["key_result_id", "assumption", "place"]),
    }


def _scored_again(
    project: Project, period: PagePeriod, past: Past, language: Language | None
) -> Mapping[str, pl.DataFrame]:
    """Score the day and the one a week before it, both with the same knowledge."""
    config = project.config(need_secrets=False)
    with read_warehouse(project.published, world=project.world) as warehouse:
        scores = judge_all(warehouse, config, as_of=past.as_of, known_at=past.known_at, language=language).scores
        before = judge_all(warehouse, config, as_of=past.as_of - _WEEK, known_at=past.known_at).scores
        definitions = warehouse.definitions(as_of=past.as_of, known_at=past.known_at)
    scoreboard = scores.key_results.filter(period_id=period.id)
    mine = pl.col("key_result_id").is_in(scoreboard["key_result_id"].to_list())
    text = pl.Series("definition", definitions, pl.String)
    return {
        "scoreboard": scoreboard,
        "objectives": scores.objectives,
        "daily": scores.daily.filter(mine),
        "forecast": scores.forecast.filter(mine),
        "whatif": scores.whatif.filter(mine),
        "week_ago": before.key_results.filter(period_id=period.id),
        "definitions": pl.DataFrame([text.str.json_path_match("$.key_result.id").alias("key_result_id"), text]).filter(
            mine
        ),
    }


def _page_data(  # noqa: PLR0913 - a period's tables, and how they are told
    project: Project,
    period: PagePeriod,
    frames: Mapping[str, pl.DataFrame],
    language: str | None,
    *,
    past: Past | None = None,
    judged: Judged | None = None,
) -> PageData:
    own = _language(period.language)
    other = _other_language(period, language)
    shown = other or own
    anew = _said_anew(project, period, frames, other) if other and not past else {}
    if judged and judged.as_of != period.as_of:  # a day gone by was judged, and the page shows the newest
        judged = None
    return PageData(
        **{**frames, **anew},
        period=PeriodInfo(period.id, period.start, period.end),
        language=shown,
        timezone=period.timezone,
        version=VERSION,
        run_id=period.run_id,
        config_hash=period.config_hash,
        name=project.settings.name or "",
        weeks={} if past or period.end < day_of(period, period.as_of) else _weeks(project, other, judged),
        effects={} if past else _effects(project, frames["notes"]["name"].to_list(), other),
        demo_note=SANDBOX_NOTE[shown] if project.settings.sandbox else "",
        text_language=None if shown == own else own,
        said_language=None if shown == own or anew or past else own,
        past_known_at=(past.known_at or project.world.clock()) if past else None,
        past_knows_all=past is not None and past.known_at is None,
    )


def _effects(project: Project, names: Sequence[str], language: Language | None) -> Mapping[tuple[str, str], str]:
    """Measure what was noted, by key result and note; nothing where the config cannot be read."""
    if not names:
        return {}
    from flows.goals.effects import effects_on_key_results  # only notes need the forecast

    try:
        found = effects_on_key_results(project, names, language)
    except (ConfigError, UsageError):
        return {}
    return {(key_result, name): text for key_result, name, text in found}


def _weeks(project: Project, language: Language | None, judged: Judged | None) -> Mapping[str, WeekOf]:
    """Compare the newest week of what key results count; nothing where the config cannot be read."""
    from flows.goals.lookahead import Lookahead, look
    from flows.goals.weeks import weeks_of_key_results

    try:
        lookahead = Lookahead.of(judged, project.config(need_secrets=False)) if judged else look(project)
        return weeks_of_key_results(lookahead, language)
    except (ConfigError, UsageError):
        return {}


def _language(word: str) -> Language:
    return "nb" if word == "nb" else "en"
