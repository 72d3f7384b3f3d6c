"""`okr report`: a page, a picture of it, a page of the past, a page for every period."""

import stat
import sys
from datetime import date, datetime
from pathlib import Path

import click

from flows.commands._options import INSTANT, Choice, examples, project_options
from flows.commands._project import instant_of, project_at
from flows.console import output
from flows.project.project import Project
from flows.report.pages import INDEX, Past, day_of, make_page, write_all
from flows.report.screenshot import draw_page, find_browser
from okr_config.errors import UsageError

STDOUT = "-"


@click.command(epilog=examples("okr report --lang nb --as-of 2026-10-31 -o october.html"))
@project_options
@click.option(
    "-o",
    "--output",
    "destination",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the page; - is the standard output.",
)
@click.option("--lang", type=Choice(["en", "nb"]), help="Its language (default: the objective file's).")
@click.option("--period", "period_id", help="The period to show (default: the one under way).")
@click.option("--as-of", type=INSTANT, help="A day gone by, scored again as of its end, or an instant.")
@click.option("--known-at", type=INSTANT, help="With --as-of: use only what had been landed by then (default: now).")
@click.option("--png", is_flag=True, help="Write it as a picture, drawn by the Chromium, Chrome or Edge you have.")
@click.option(
    "--all",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a page for every period and an index.html, into this folder.",
)
def report(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    destination: Path | None,
    lang: str | None,
    period_id: str | None,
    as_of: date | datetime | None,
    known_at: date | datetime | None,
    png: bool,
    folder: Path | None,
) -> None:
    """Write the page: one HTML file that needs nothing else."""
    if folder and (destination or period_id or as_of or known_at or png):
        others = "-o, --period, --as-of, --known-at, --png"
        raise UsageError("--all goes with --lang alone", where=others, next_step=f"okr report --all {folder}")
    if known_at and not as_of:
        raise UsageError("--known-at goes with --as-of", where=str(known_at), next_step="name the day to show too")
    with project_at(home) as project:
        if folder:
            report_all(project, folder, language=lang)
            return
        past = past_of(as_of, known_at, project)
        write_report(project, destination, language=lang, period_id=period_id, past=past, png=png)


def past_of(as_of: date | datetime | None, known_at: date | datetime | None, project: Project) -> Past | None:
    """Return the day gone by that is asked for; None for now, and for today, which is not over yet."""
    at, known = instant_of(as_of, project), instant_of(known_at, project)
    if at is None and known is None:
        return None
    return Past(at or project.world.clock(), known)


def write_report(  # noqa: PLR0913 - one argument an option
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
    browser = find_browser(project.environ) if png else None
    page, period = make_page(project, language=language, period_id=period_id, past=past)
    # the newest page stays what it is: a page of the past gets a name of its own
    usual = project.page.with_stem(f"okr-{day_of(period, past.as_of)}") if past else project.page
    target = destination or (usual.with_suffix(".png") if png else usual)
    content = draw_page(page, browser=browser, world=project.world) if browser else page.encode()
    if str(target) == STDOUT:
        sys.stdout.buffer.write(content)
        return
    kept = stat.S_IMODE(target.stat().st_mode) if destination and target.is_file() else 0o600
    project.world.write(target, content, kept)
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
