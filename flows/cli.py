"""
The `okr` command: a thin shell over the library. Commands import what they need when they run.

Exit codes: 0 done; 1 ran, but something named failed; 2 wrong usage or config; 3 the warehouse cannot be used;
4 another run holds the lock; 130 and 143 on a signal.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from flows import show
from flows.shell import DAY, INSTANT, Shell, debug_option, json_option, on_terminate, project_options
from okr_config.errors import UsageError

if TYPE_CHECKING:
    from flows.workplace import Workplace


@click.group(cls=Shell, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="okr")
def okr() -> None:
    """Fills in a team's OKRs by itself: pulls live numbers, scores the key results, says how likely each is."""


@okr.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("okr-demo"))
@click.option(
    "--prefect/--no-prefect", default=False, help="Run the last day as a recorded Prefect flow run (20 s more)."
)
@debug_option
def demo(folder: Path, *, prefect: bool) -> None:
    """
    Show the whole pipeline on real data: no account, no network.

    Starts the sandbox APIs on 127.0.0.1, replays five weeks of a real shop against them week by week, and prints the
    scoreboard. FOLDER (default: okr-demo) is an ordinary project folder afterwards.
    """
    from flows.demo import play
    from okr_config.world import real_world

    play(folder, real_world(), prefect=prefect)


@okr.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--lang", type=click.Choice(["en", "nb"]), default="en", help="Language of texts and report.")
@debug_option
def init(folder: Path, *, lang: str) -> None:
    """Write a project folder: objectives, sources, metrics, .env. Overwrites nothing."""
    from flows.scaffold import write_project
    from okr_config.world import real_world

    for path in write_project(folder, lang, real_world()):
        show.say(f"wrote {path}")
    show.next_step("edit okr_config/objectives/, then okr check" if folder == Path() else f"cd {folder} && okr check")


@okr.command()
@project_options
@json_option
def check(home: Path | None, *, as_json: bool) -> None:
    """Check config, metrics, SQL and environment names; offline; every error at once."""
    from flows.checking import check_project

    with _workplace(home) as workplace:
        check_project(workplace, as_json=as_json)


@okr.command()
@click.argument("name", required=False)
@json_option
@debug_option
def sources(name: str | None, *, as_json: bool) -> None:
    """List the connectors, or show one with its settings, streams, metrics and limits."""
    from flows.catalogue import show_connector, show_connectors

    if name:
        show_connector(name, as_json=as_json)
    else:
        show_connectors(as_json=as_json)


@okr.command()
@project_options
@click.option("--only", multiple=True, metavar="SOURCE", help="Pull this source only; may be repeated.")
@click.option("--since", type=DAY, help="Read again from this day on.")
@click.option("--as-of", type=INSTANT, help="Judge as of this day's end or this instant (default: now).")
@click.option("--dry-run", is_flag=True, help="Show what would be pulled; pull nothing.")
@click.option(
    "--prefect/--no-prefect", default=None, help="Record the run in Prefect (default: if its API is configured)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: start, step, log, end.")
def run(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    only: tuple[str, ...],
    since: datetime | None,
    as_of: date | datetime | None,
    dry_run: bool,
    prefect: bool | None,
    as_json: bool,
) -> None:
    """Pull, land, score and publish, once."""
    from flows import running
    from flows.steps import Options

    with _workplace(home, reach_sources=True) as workplace:
        instant = _instant(as_of, workplace)
        options = Options(only=only, since=since.date() if since else None, as_of=instant)
        code = (
            running.preview(workplace, options, as_json=as_json)
            if dry_run
            else running.run_once(workplace, options, prefect=prefect, as_json=as_json)
        )
    sys.exit(code)


@okr.command()
@project_options
@click.option("--as-of", type=INSTANT, help="Judge as of this day's end or this instant (default: now).")
@click.option("--known-at", type=INSTANT, help="Use only what had been landed by then (default: now).")
@click.option("--restate", is_flag=True, help="Apply later restatements to grades that are frozen.")
@json_option
def score(
    home: Path | None,
    *,
    as_of: date | datetime | None,
    known_at: date | datetime | None,
    restate: bool,
    as_json: bool,
) -> None:
    """Score again from the warehouse alone: any past day, as it was known then."""
    from flows import running

    with _workplace(home) as workplace:
        running.score_again(
            workplace, _instant(as_of, workplace), _instant(known_at, workplace), restate=restate, as_json=as_json
        )


@okr.command()
@project_options
@json_option
@click.option("--exit-code", is_flag=True, help="Exit 1 when a key result is off track or missed.")
def status(home: Path | None, *, as_json: bool, exit_code: bool) -> None:
    """Show the scoreboard."""
    from flows import views

    with _workplace(home) as workplace:
        bad = views.show_status(workplace, as_json=as_json)
    sys.exit(1 if exit_code and bad else 0)


@okr.command()
@click.argument("key_result")
@project_options
@json_option
def explain(key_result: str, home: Path | None, *, as_json: bool) -> None:
    """Show the arithmetic of KEY_RESULT's score, down to the loads and rows it came from."""
    from flows import views

    with _workplace(home) as workplace:
        views.show_explanation(workplace, key_result, as_json=as_json)


@okr.command()
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
    from flows import views

    with _workplace(home) as workplace:
        if query:
            views.show_query(workplace, query, as_json=as_json, as_csv=as_csv)
        else:
            views.show_tables(workplace, as_json=as_json)


@okr.command()
@project_options
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the page.")
@click.option("--lang", type=click.Choice(["en", "nb"]), help="Its language (default: the objective file's).")
@click.option("--period", "period_id", help="The period to show (default: the one under way).")
def report(home: Path | None, *, output: Path | None, lang: str | None, period_id: str | None) -> None:
    """Write the page: one HTML file that needs nothing else."""
    from flows import views

    with _workplace(home) as workplace:
        views.report_page(workplace, output, language=lang, period_id=period_id)


@okr.command()
@project_options
def serve(home: Path | None) -> None:
    """Run on schedule, one run at a time, with Prefect, until interrupted."""
    from flows.serving import serve_project

    with _workplace(home) as workplace:
        serve_project(workplace)


@okr.command()
@project_options
@click.option("--check", "only_check", is_flag=True, help="Exit 1 when the file is not what the models say.")
def schema(home: Path | None, *, only_check: bool) -> None:
    """Write okr_config/schema.json: completion and checks in an editor."""
    from flows.scaffold import write_schema

    with _workplace(home) as workplace:
        fresh = write_schema(workplace.home, workplace.world, only_check=only_check)
    sys.exit(0 if fresh else 1)


@contextmanager
def _workplace(home: Path | None, *, reach_sources: bool = False) -> Iterator["Workplace"]:
    from flows.workplace import open_workplace, sources_reachable
    from okr_config.world import real_world

    workplace = open_workplace(home, os.environ, real_world())
    if reach_sources:
        with sources_reachable(workplace) as reachable:
            yield reachable
    else:
        yield workplace


def _instant(value: date | datetime | None, workplace: "Workplace") -> datetime | None:
    """Return a day's end, or an instant, in UTC; a day that is not over yet means now."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UsageError(
                "the instant has no time zone", where=value.isoformat(), next_step="add +00:00 or the like"
            )
        return value.astimezone(UTC)
    zone = ZoneInfo(workplace.config(need_secrets=False).timezone)
    now = workplace.world.clock()
    today = now.astimezone(zone).date()
    if value > today:
        raise UsageError(f"{value} is in the future", where=f"today is {today}", next_step="name a day up to today")
    return None if value == today else datetime.combine(value + timedelta(days=1), time(), zone).astimezone(UTC)


def main() -> None:
    """Start the command: files are the owner's alone, and a termination is told."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, on_terminate)
    okr(prog_name="okr")
