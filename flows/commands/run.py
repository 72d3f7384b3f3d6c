"""What `okr run` and `okr score` show: one line a stream, the scoreboard, and what to do next."""

from collections.abc import Callable
from datetime import datetime

from flows.commands.status import put_board, show_board
from flows.console import output
from flows.project.board import board_of
from flows.project.project import Project
from flows.project.version import VERSION
from flows.report.pages import write_page
from flows.run import prefect_settings, runner, steps
from flows.run.events import Event
from flows.run.steps import Options
from okr_config.errors import UsageError
from warehouse import hold_run_lock, open_warehouse

LOOK_BACK = "score --as-of"
"""What the run of a day gone by is called; the views leave it out of the newest scores."""


def run_once(project: Project, options: Options, *, prefect: bool | None, as_json: bool) -> int:
    """Run, tell how it went, and return the exit code."""
    outcome = execute(project, options, prefect=prefect, tell=tell_json if as_json else tell_line)
    if not as_json:
        worst = show_board(project.reading, outcome.as_of)
        _tell_end(project, outcome, worst)
    return 0 if outcome.complete else 1


def execute(
    project: Project, options: Options, *, prefect: bool | None, tell: Callable[[Event], None]
) -> runner.Outcome:
    """Run directly, or as a recorded Prefect flow run where that is asked for or an API is configured."""
    if prefect is None:
        prefect = prefect_settings.api_configured(project.environ)
    if not prefect:
        return runner.run(project, options, tell)
    prefect_settings.apply_defaults()
    from flows.pipeline import run_recorded

    return run_recorded(project, options, tell)


def preview(project: Project, options: Options, *, as_json: bool) -> int:
    """Show which streams a run would pull, and from when; pull nothing, write nothing."""
    config = project.config()
    with (
        hold_run_lock(project.warehouse.parent, world=project.world),
        open_warehouse(project.warehouse, world=project.world) as warehouse,
    ):
        jobs = steps.plan(steps.RunContext(project, config, warehouse, "", options))
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


def score_again(
    project: Project, as_of: datetime | None, known_at: datetime | None, *, restate: bool, as_json: bool
) -> None:
    """Score from the warehouse alone, keep the scores and publish them."""
    config = project.config(need_secrets=False)
    if not project.warehouse.exists():
        raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step="okr run")
    with (
        hold_run_lock(project.warehouse.parent, world=project.world),
        open_warehouse(project.warehouse, world=project.world) as warehouse,
    ):
        is_present = as_of is None and known_at is None
        command = "score" if is_present else LOOK_BACK
        run_id = warehouse.start_run(command=command, version=VERSION, config_hash=config.fingerprint)
        context = steps.RunContext(project, config, warehouse, run_id, Options(as_of=as_of))
        judged_at = as_of or warehouse.now()
        scores, known = steps.score_all(warehouse, config, as_of=judged_at, known_at=known_at, restate=restate)
        steps.save(context, scores, as_of=judged_at, known_at=known, is_present=is_present)
        definitions = warehouse.definitions(as_of=judged_at, known_at=known_at)
        warehouse.finish_run(run_id, "done")
        steps.publish(context)
    if is_present and not scores.key_results.is_empty():
        write_page(project, project.page)
    if as_json:
        output.put_json(scores.key_results.to_dicts())
        return
    instants = f"as of {judged_at:%Y-%m-%d %H:%M} UTC, known at {known:%Y-%m-%d %H:%M} UTC"
    output.say(f"scored {scores.key_results.height} key results {instants}")
    if is_present:
        worst = show_board(project.reading, judged_at)
        output.next_step(f"okr explain {worst or 'KEY_RESULT'}")
        return
    put_board(board_of(scores, definitions), judged_at, project.world.clock())
    output.say("kept beside the newest scores, which stay what everybody sees")
    output.next_step("okr status, for the newest")


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


def _tell_end(project: Project, outcome: runner.Outcome, worst: str | None) -> None:
    if project.page.exists():
        output.say(f"page       {project.page}")
    is_scored = not outcome.scoreboard.is_empty()
    output.say(f'query      okr sql "from {"scoreboard" if is_scored else "metric_daily"}"')
    if uncomputed := (*outcome.uncomputed, *outcome.broken_metrics):
        output.say(f"{len(uncomputed)} could not be computed: {', '.join(uncomputed)}")
    failed = sorted({load.source_id for load in outcome.failed})
    if failed:
        noun = "source" if len(failed) == 1 else "sources"
        output.say(f"{len(failed)} {noun} failed ({', '.join(failed)}): the scores say which numbers are old.")
        output.next_step("mend what the line above names, then okr run: it goes on from where it got to")
        return
    if not is_scored:
        output.next_step("add key results in okr_config/objectives/, then okr check")
    elif outcome.is_first:
        output.next_step("okr suggest, for targets with an even chance; okr status at any time")
    else:
        output.next_step(f"okr explain {worst}" if worst else "okr status")
