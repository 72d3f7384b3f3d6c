"""The page from the published copy alone: written after each run, and by `okr report`."""

from pathlib import Path

from flows.version import VERSION
from flows.workplace import Workplace
from okr_config.errors import UsageError
from scorecard.page import PageData, PeriodInfo, render_page
from scorecard.page_words import Language
from warehouse.page_tables import PagePeriod, page_periods, page_tables

SANDBOX_NOTE = {
    "en": "Demo: a real British shop of 2011, its customers as visitors, its first-time customers as followers.",
    "nb": "Demo: en ekte britisk butikk i 2011, kundene som besøkende, førstegangskundene som følgere.",
}


def write_page(
    workplace: Workplace, target: Path, *, language: str | None = None, period_id: str | None = None
) -> PagePeriod:
    """
    Write the page of a period: the one asked for, else the one under way.

    Raises:
        UsageError: when nothing has been scored, or not that period.
    """
    periods = page_periods(workplace.published)
    chosen = [period for period in periods if period_id in (None, period.id)]
    if not chosen:
        raise UsageError(
            f"no period called {period_id} has been scored" if period_id else "nothing has been scored yet",
            where=f"scored: {', '.join(period.id for period in periods) or 'none'}",
            next_step="okr run",
        )
    workplace.world.write(target, _render(workplace, chosen[0], language or chosen[0].language).encode(), 0o600)
    return chosen[0]


def _render(workplace: Workplace, period: PagePeriod, language: str) -> str:
    tables = page_tables(workplace.published, period)
    own, shown = _language(period.language), _language(language)
    data = PageData(
        scoreboard=tables.scoreboard,
        objectives=tables.objectives,
        daily=tables.daily,
        forecast=tables.forecast,
        week_ago=tables.week_ago,
        freshness=tables.freshness,
        definitions_changed=tables.definitions_changed,
        calibration=tables.calibration,
        period=PeriodInfo(period.id, period.start, period.end),
        language=shown,
        timezone=period.timezone,
        version=VERSION,
        run_id=period.run_id,
        demo_note=SANDBOX_NOTE[shown] if workplace.project.sandbox else "",
        text_language=None if shown == own else own,
    )
    return render_page(data)


def _language(word: str) -> Language:
    return "nb" if word == "nb" else "en"
