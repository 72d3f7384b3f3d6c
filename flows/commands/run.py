"""`okr run`: pull, land, score, publish; one line a stream, the scoreboard, and what to do next."""

import sys
from datetime import date, datetime
from pathlib import Path

import click

from flows.commands._options import INSTANT, project_options, pull_options, the_world
from flows.commands._project import instant_of, project_at
from flows.commands.status import show_board
from flows.console import output
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.run import prefect_settings, runner, steps
from flows.run.events import Event, Tell
from flows.run.logs import stderr_log
from flows.run.outcome import Outcome
from flows.run.steps import Options
from warehouse.extents import counted


@click.command()
@project_options
@pull_options
@click.option("--as-of", type=INSTANT, help="Judge as of this day's end or this instant (default: now).")
@click.option("--dry-run", is_flag=True, help="Show what would be pulled; pull nothing.")
@click.option(
    "--prefect/--no-prefect", default=None, help="Record the run in Prefect (default: if its API is configured)."
)
def run(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    only: tuple[str, ...],
    since: datetime | None,
    due: bool,
    reconcile: bool,
    as_of: date | datetime | None,
    dry_run: bool,
    prefect: bool | None,
    as_json: bool,
    log_as: str,
) -> None:
    """Pull, land, score and publish, once."""
    with stderr_log(log_as, the_world()) as log, project_at(home, reach_sources=True) as project:
        first = since.date() if since else None
        options = Options(only=only, since=first, as_of=instant_of(as_of, project), reconcile=reconcile, due=due)
        code = (
            preview(project, options, as_json=as_json)
            if dry_run
            else run_once(project, options, prefect=prefect, tell=tell_json if as_json else log.tell if log else None)
        )
    sys.exit(code)


def run_once(project: Project, options: Options, *, prefect: bool | None, tell: Tell | None = None) -> int:
    """Run, tell how it went, by events in JSON or in words, and return the exit code."""
    outcome = execute(project, options, prefect=prefect, tell=tell or tell_line)
    if tell is not tell_json:
        tell_outcome(project, outcome)
    return 0 if outcome.complete else 1


def execute(project: Project, options: Options, *, prefect: bool | None, tell: Tell) -> Outcome:
    """Run directly, or as a recorded Prefect flow run where that is asked for or an API is configured."""
    if prefect is None:
        prefect = prefect_settings.api_configured(project.environ)
    if not prefect:
        return runner.run(project, options, tell)
    prefect_settings.apply_defaults()
    from flows.pipeline import run_recorded  # noqa: PLC0415 - Prefect takes seconds to import

    return run_recorded(project, options, tell)


def preview(project: Project, options: Options, *, as_json: bool) -> int:
    """Show which streams a run would pull, and from when; pull nothing, write nothing."""
    config = project.config()
    with write_warehouse(project) as warehouse:
        jobs = steps.plan(steps.RunContext(project, config, warehouse, "", options), {})
    rows: list[output.Row] = [
        {
            "source": job.settings.id,
            "connector": job.settings.connector,
            "stream": job.stream.name,
            "from": job.window.start,
            "to": job.window.end,
        }
        for job in jobs
    ]
    if as_json:
        output.put_json(rows)
    else:
        output.put_table(rows)
        output.next_step("okr run")
    return 0


def tell_line(event: Event) -> None:
    """Show an event as one line of talk."""
    fields = event.fields
    if event.kind == "step" and event.what == "land":
        output.say(_stream_line(fields))
        for note in _texts(fields.get("notes")):
            output.say(f"           note: {note}")
        if fields.get("refused"):
            output.say(f'           {fields["refused"]} rows refused   next: okr sql "from quarantine"')
    elif event.kind == "step":
        output.say(f"scored {fields['key_results']} key results, {fields['observations']} observations new or changed")
    elif event.kind == "log":
        output.say(event.what)


def tell_json(event: Event) -> None:
    """Show an event as one JSON object on one line."""
    output.put_json_line(event.as_json())


def _stream_line(fields: dict[str, object]) -> str:
    head = f"{fields['source']!s:<10} {fields['stream']!s:<12} {_window(fields)}"
    if fields["state"] == "failed":
        return f"{head}  FAILED  {fields['error']}"
    return f"{head} {fields['rows']:>6} rows {fields['seconds']:>6.1f} s  ok"


def _window(fields: dict[str, object]) -> str:
    begin, end = fields["from"], fields["to"]
    if not isinstance(begin, datetime) or not isinstance(end, datetime):
        return f"{'now':<24}"
    return f"{begin:%Y-%m-%d} .. {end:%Y-%m-%d}"


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def tell_outcome(project: Project, outcome: Outcome) -> None:
    """Show the scoreboard, what could not be done, and what to do next."""
    worst = show_board(project.reading, outcome.as_of)
    if project.page.exists() and not outcome.page_problem:
        output.say(f"page       {project.page}")
    is_scored = not outcome.scoreboard.is_empty()
    output.say(f'query      okr sql "from {"scoreboard" if is_scored else "metric_daily"}"')
    if uncomputed := (*outcome.uncomputed, *outcome.broken_metrics):
        output.say(f"{len(uncomputed)} could not be computed: {', '.join(uncomputed)}")
    if errors := [finding.check_id for finding in outcome.findings if finding.is_error]:
        output.say(f"{len(errors)} of the checks failed: {', '.join(dict.fromkeys(errors))}   next: okr doctor")
    if failed := outcome.failed_sources:
        output.say(
            f"{counted(len(failed), 'source')} failed ({', '.join(failed)}): the scores say which numbers are old."
        )
        where = "okr doctor says" if outcome.failing else "the line above names"
        output.next_step(f"mend what {where}, then okr run: it goes on from where it got to")
        return
    if outcome.page_problem:
        output.say("there is no new page; everything else is done")
        output.next_step("mend what the line above names, then okr run")
        return
    if not is_scored:
        output.next_step("add key results in okr_config/objectives/, then okr check")
    elif outcome.is_first:
        output.next_step("okr suggest, for targets with an even chance; okr status at any time")
    else:
        output.next_step(f"okr explain {worst}" if worst else "okr status")
