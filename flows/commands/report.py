"""What `okr report` writes and shows: a page, a picture of it, a page of the past, a page for every period."""

from datetime import date, datetime
from pathlib import Path

from flows.commands._options import instant_of
from flows.console import output
from flows.project.project import Project
from flows.report.pages import INDEX, Past, day_of, make_page, write_all


def past_of(as_of: date | datetime | None, known_at: date | datetime | None, project: Project) -> Past | None:
    """Return the day gone by that is asked for; None for now, and for today, which is not over yet."""
    at, known = instant_of(as_of, project), instant_of(known_at, project)
    if at is None and known is None:
        return None
    return Past(at or project.world.clock(), known)


def report(  # noqa: PLR0913 - one argument an option
    project: Project,
    destination: Path | None,
    *,
    language: str | None,
    period_id: str | None,
    past: Past | None,
    png: bool,
) -> None:
    """
    Write the page, or a picture of it, and say where it lies.

    Raises:
        UsageError: when nothing has been scored, not that period, or no browser is there to draw with.
    """
    project.reading.scored()
    if png:
        from flows.report.screenshot import find_browser

        browser = find_browser(project.environ)
    page, period = make_page(project, language=language, period_id=period_id, past=past)
    # the newest page stays what it is: a page of the past gets a name of its own
    usual = project.page.with_stem(f"okr-{day_of(period, past.as_of)}") if past else project.page
    target = destination or (usual.with_suffix(".png") if png else usual)
    if png:
        from flows.report.screenshot import draw_page

        content = draw_page(page, browser=browser, world=project.world)
    else:
        content = page.encode()
    project.world.write(target, content, 0o600)
    output.put(str(target))
    again = " (scored again)" if past else ""
    output.say(f"period {period.id}, as of {period.as_of:%Y-%m-%d %H:%M} UTC{again}")
    output.next_step(f"send {target}" if png else f"open {target} in a browser")


def report_all(project: Project, folder: Path, *, language: str | None) -> None:
    """
    Write a page for every period, and the index that leads to them.

    Raises:
        UsageError: when nothing has been scored.
    """
    project.reading.scored()
    periods = write_all(project, folder, language=language)
    for period in periods:
        output.put(str(folder / f"{period.id}.html"))
    output.put(str(folder / INDEX))
    output.next_step(f"open {folder / INDEX} in a browser")
