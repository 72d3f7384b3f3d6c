"""Commands that show what has been published."""

import os
import sys
from datetime import date, datetime
from pathlib import Path

import click

from flows.commands._options import INSTANT, json_option, project_at, project_options, published_of
from okr_config.errors import UsageError


@click.command()
@project_options
@json_option
@click.option("--period", "period_id", metavar="ID", help="The period to show (default: the one under way).")
@click.option("--exit-code", is_flag=True, help="Exit 1 when a key result is off track or missed.")
@click.option(
    "--watch",
    type=click.FloatRange(min=0.2),
    is_flag=False,
    flag_value=2.0,
    metavar="[SECONDS]",
    help="Keep the scoreboard on the screen and draw it again after each run; look every SECONDS (2).",
)
def status(home: Path | None, *, as_json: bool, period_id: str | None, exit_code: bool, watch: float | None) -> None:
    """Show the scoreboard: objectives and key results, worst first."""
    from flows.commands import status as views

    published = published_of(home)
    if watch is not None:
        if as_json or exit_code or period_id:
            others = "--json, --exit-code, --period"
            raise UsageError("--watch goes with no other option", where=others, next_step="okr status --watch")
        views.watch_status(published, watch)
        return
    bad = views.show_status(published, as_json=as_json, period_id=period_id)
    sys.exit(1 if exit_code and bad else 0)


@click.command()
@click.argument("key_result")
@project_options
@json_option
def explain(key_result: str, home: Path | None, *, as_json: bool) -> None:
    """Show the arithmetic of KEY_RESULT's score, down to the loads and rows it came from; or of an objective's."""
    from flows.commands import status as views

    views.show_explanation(published_of(home), key_result, as_json=as_json)


@click.command()
@click.argument("query", required=False)
@project_options
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def sql(query: str | None, home: Path | None, *, as_json: bool, as_csv: bool) -> None:
    r"""
    Run QUERY, read-only, on the published copy; without it, list the tables.

    \b
    Example: okr sql "select key_result_id, value, target, probability from scoreboard"
    """
    from flows.commands import status as views

    if query:
        views.show_query(published_of(home), query, as_json=as_json, as_csv=as_csv)
    else:
        views.show_tables(published_of(home), as_json=as_json)


@click.command("open")
@project_options
def open_newest(home: Path | None) -> None:
    """Open the newest page in a browser."""
    import webbrowser

    from flows.commands import status as views

    # without these, Python would start a browser inside the terminal
    has_display = sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    views.open_page(published_of(home), webbrowser.open, has_display=has_display)


@click.command()
@project_options
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the page.")
@click.option("--lang", type=click.Choice(["en", "nb"]), help="Its language (default: the objective file's).")
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
    output: Path | None,
    lang: str | None,
    period_id: str | None,
    as_of: date | datetime | None,
    known_at: date | datetime | None,
    png: bool,
    folder: Path | None,
) -> None:
    r"""
    Write the page: one HTML file that needs nothing else.

    \b
    Example: okr report --lang nb --as-of 2026-10-31 -o october.html
    """
    from flows.commands import report as reporting

    if folder and (output or period_id or as_of or known_at or png):
        others = "-o, --period, --as-of, --known-at, --png"
        raise UsageError("--all goes with --lang alone", where=others, next_step=f"okr report --all {folder}")
    if known_at and not as_of:
        raise UsageError("--known-at goes with --as-of", where=str(known_at), next_step="name the day to show too")
    with project_at(home) as project:
        if folder:
            reporting.report_all(project, folder, language=lang)
            return
        reporting.report(
            project,
            output,
            language=lang,
            period_id=period_id,
            past=reporting.past_of(as_of, known_at, project),
            png=png,
        )


COMMANDS = (status, explain, sql, report, open_newest)
