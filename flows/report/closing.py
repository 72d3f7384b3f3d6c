"""The close of a period: what is read for it, and the files that are written of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.project.project import Project
from flows.report.pages import day_of, read_page
from okr_config.errors import UsageError
from scorecard.closing.grades import Grade, grade_of
from scorecard.closing.page import retrospective_page
from scorecard.closing.retrospective import Closing, charts, retrospective
from scorecard.page.data import PageData
from scorecard.span import DAY, midnight
from warehouse.page_tables import PagePeriod, open_page_tables

_COLUMNS = Grade.__dataclass_fields__


@dataclass(frozen=True)
class Ended:
    """
    A period that is over, with what its close is made from.

    half: by key result what was said of it at half-time. closed: rows of `grade`, none while it is open.
    """

    period: PagePeriod
    page: PageData
    half: Mapping[str, Mapping[str, Any]]
    closed: tuple[Mapping[str, Any], ...]
    today: date

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed."""
        return next((row["closed_at"] for row in self.closed), None)

    def grades(self) -> Mapping[str, Grade]:
        """Return the grades that were taken down, else those of now."""
        if self.closed:
            rows = ({name: row[name] for name in _COLUMNS} for row in self.closed)
            return {row["key_result_id"]: Grade(**row) for row in rows}
        return {
            score.key_result_id: grade_of(
                score, self.page.defined.get(score.key_result_id), self.half.get(score.key_result_id)
            )
            for score in self.page.scores
        }


def read_ended(project: Project, period_id: str | None, language: str | None) -> Ended:
    """
    Read a period that is over: the one asked for, else the newest that nobody has closed.

    Raises:
        UsageError: when there is none, it is under way, or it has not been scored since it ended.
    """
    now = project.world.clock()
    with open_page_tables(project.published) as tables:
        periods = tables.periods()
        closed = {period.id: tables.closing_frames(period)["grades"] for period in periods}
        period = _choose(periods, period_id, {name for name, rows in closed.items() if rows.height}, now)
        half = tables.closing_frames(period)["half"]
    page, _ = read_page(project, language=language, period_id=period.id)
    return Ended(
        period,
        page,
        {row["key_result_id"]: row for row in half.iter_rows(named=True)},
        tuple(closed[period.id].to_dicts()),
        day_of(period, now),
    )


def write_retrospective(project: Project, closing: Closing) -> Sequence[tuple[Path, bool]]:
    """
    Write the retrospective, its charts in a folder of the period's name beside it, and its page.

    What is there already stays as it is, with the charts that it shows. Returned is where each lies, and whether it was
    written.
    """
    period, written = closing.page.period.id, []
    for target, text_of in (
        (retrospective_path(project, period), retrospective),
        (project.reading.retrospective(period), retrospective_page),
    ):
        written.append((target, not target.exists()))
        if not target.exists():
            project.world.write(target, text_of(closing).encode(), 0o644)
            if target.suffix == ".md":
                for name, drawing in charts(closing).items():
                    project.world.write(target.with_suffix("") / f"{name}.svg", drawing.encode(), 0o644)
    return written


def retrospective_path(project: Project, period_id: str) -> Path:
    """Return where a period's retrospective lies."""
    return project.reading.retrospective(period_id).with_suffix(".md")


def _choose(periods: list[PagePeriod], period_id: str | None, closed: set[str], now: datetime) -> PagePeriod:
    ended = [period for period in periods if period.end < day_of(period, now)]
    if period_id is None:
        chosen = max((one for one in ended if one.id not in closed), key=lambda one: one.end, default=None)
        if chosen is None:
            under_way = ", ".join(f"{one.id} until {one.end}" for one in periods if one not in ended) or "none"
            done = ", ".join(sorted(closed)) or "none"
            raise UsageError(
                "no period waits to be closed",
                where=f"under way: {under_way}; closed: {done}",
                next_step="okr review, while one is under way; okr close PERIOD, to see its grades again",
            )
    else:
        chosen = next((one for one in periods if one.id == period_id), None)
        if chosen is None:
            raise UsageError.unknown("period", period_id, [one.id for one in periods], next_step="okr status")
    if chosen not in ended:
        raise UsageError(
            f"{chosen.id} is under way until {chosen.end}: it cannot be closed yet",
            where=f"today is {day_of(chosen, now)}",
            next_step="okr review, until then; okr close on the day after it has ended",
        )
    if chosen.as_of < midnight(chosen.end + DAY, ZoneInfo(chosen.timezone)):
        raise UsageError(
            f"{chosen.id} has not been scored since it ended",
            where=f"its newest scores are of {day_of(chosen, chosen.as_of)}, it ended on {chosen.end}",
            next_step=f"okr run, then okr close {chosen.id}",
        )
    return chosen
