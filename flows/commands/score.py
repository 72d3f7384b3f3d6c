"""`okr score`: scores again from the warehouse alone."""

import sys
from datetime import date, datetime
from pathlib import Path

import click

from flows.commands._options import INSTANT, json_option, project_options
from flows.commands._project import instant_of, project_at
from flows.commands.run import tell_json, tell_line, tell_outcome
from flows.commands.status import put_board, show_board
from flows.console import output
from flows.project.board import board_of
from flows.project.project import Project
from flows.project.version import VERSION
from flows.project.writing import write_warehouse
from flows.report.pages import write_page
from flows.run import runner, steps
from flows.run.events import Tell
from flows.run.sources import register_sources
from flows.run.steps import Options
from flows.scoring import judge_all
from flows.sources.missing import config_of, require_config
from okr_config.errors import UsageError

LOOK_BACK = "score --as-of"
"""What the run of a day gone by is called; the views leave it out of the newest scores."""


@click.command()
@project_options
@click.option("--as-of", type=INSTANT, help="Judge as of this day's end or this instant (default: now).")
@click.option("--known-at", type=INSTANT, help="Use only what had been landed by then (default: now).")
@click.option("--restate", is_flag=True, help="Apply later restatements to grades that are frozen.")
@click.option("--derive", is_flag=True, help="First work out what follows from what okr pull has landed.")
@json_option
def score(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    as_of: date | datetime | None,
    known_at: date | datetime | None,
    restate: bool,
    derive: bool,
    as_json: bool,
) -> None:
    """
    Score again from the warehouse alone, any past day.

    As it was known then, with --known-at; no source is asked. With --derive it is the second half of okr run, after okr
    pull, and --json prints one object a line, as okr run does.
    """
    if derive and (as_of or known_at or restate):
        raise UsageError(
            "--derive is of the present: it goes with no past day",
            next_step="okr score --derive, then okr score --as-of DAY",
        )
    with project_at(home) as project:
        if derive:
            sys.exit(score_pulled(project, tell_json if as_json else tell_line))
        at, known = instant_of(as_of, project), instant_of(known_at, project)
        score_again(project, at, known, restate=restate, as_json=as_json)


def score_pulled(project: Project, tell: Tell) -> int:
    """Do the second half of a run, tell how it went, and return the exit code."""
    _require_landed(project, "okr pull")
    outcome = runner.score(project, Options(), tell)
    if tell is not tell_json:
        tell_outcome(project, outcome)
    return 0 if outcome.complete else 1


def _require_landed(project: Project, next_step: str) -> None:
    if not project.warehouse.is_there and not project.published.exists():
        raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step=next_step)


def score_again(
    project: Project, as_of: datetime | None, known_at: datetime | None, *, restate: bool, as_json: bool
) -> None:
    """Score from the warehouse alone, keep the scores and publish them."""
    config = config_of(project, need_secrets=False)
    _require_landed(project, "okr run")
    with write_warehouse(project) as warehouse:
        require_config(project, warehouse)
        is_present = as_of is None and known_at is None
        command = "score" if is_present else LOOK_BACK
        run_id = warehouse.start_run(command=command, version=VERSION, config_hash=config.fingerprint)
        context = steps.RunContext(project, config, warehouse, run_id, Options(as_of=as_of))
        for sentence in register_sources(context)[1]:
            output.say(sentence)
        judged_at = as_of or warehouse.now()
        judged = judge_all(warehouse, config, as_of=judged_at, known_at=known_at, restate=restate)
        scores, known = judged.scores, judged.known_at
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
