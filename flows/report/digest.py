"""What a digest tells, from the published copy alone."""

from datetime import timedelta

from flows.project.project import Project
from flows.report.pages import read_page
from scorecard.digest.data import DigestData
from warehouse.page_tables import open_page_tables

_WEEK = timedelta(days=7)


def read_digest(project: Project, *, language: str | None = None, period_id: str | None = None) -> DigestData:
    """
    Read what the digest of a period tells: the one asked for, else the one under way.

    Raises:
        UsageError: when nothing has been scored, or not that period.
    """
    page, period = read_page(project, language=language, period_id=period_id)
    since = min((row["as_of"] for row in page.week_ago.iter_rows(named=True)), default=period.as_of - _WEEK)
    with open_page_tables(project.published) as tables:
        frames = tables.digest_frames(period, since)
    return DigestData(page=page, name=project.name or period.id, **frames)
