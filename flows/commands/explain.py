"""`okr explain`: the arithmetic of a score, down to the loads it rests on."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.commands._options import DAY, json_option, project_options, published_of
from flows.commands._project import project_at
from flows.console import output
from flows.console.tables import Fall
from flows.project.board import Board, Choice, read_board
from flows.project.paths import Published
from okr_config.errors import UsageError
from scorecard.explain.arithmetic import arithmetic, objective_arithmetic
from warehouse.reading import lineage, missing_days, restatements

_FALL = Fall(away=("requests", "load_id", "window_from", "rows_read", "window_to", "source_id"))
"""Columns of the loads that a narrow terminal does without, first to last."""
_RESTATED_FALL = Fall(away=("run_id", "progress_before", "progress_after", "restated_at", "stream", "rows", "load_id"))
"""The same of what was restated."""
_MOST_RUNS = 5


@click.command()
@click.argument("key_result")
@project_options
@click.option("--since", type=DAY, help="Show what changed since this day of what had been told before.")
@json_option
def explain(key_result: str, home: Path | None, *, since: datetime | None, as_json: bool) -> None:
    """
    Show the arithmetic of a score, down to its loads.

    KEY_RESULT may be an objective too: its score, and the chance of at least one, two, ... of its key results.
    """
    if since is None:
        show_explanation(published_of(home), key_result, effects=lambda: effects_of(home, key_result), as_json=as_json)
    else:
        show_restatements(published_of(home), key_result, since, as_json=as_json)


def effects_of(home: Path | None, key_result: str) -> list[str]:
    """Say what noted events brought a key result; nothing, and at no cost, where nothing is noted of it."""
    from flows.goals.effects import effects_on_key_results, read_notes  # noqa: PLC0415 - only notes need the forecast

    with project_at(home) as project:
        names = [note.name for note in read_notes(project)]
        found = effects_on_key_results(project, names) if names else []
    return [f"«{name}»: {text}" for about, name, text in found if about == key_result]


def show_explanation(
    published: Published, key_result: str, *, effects: Callable[[], Sequence[str]] = tuple, as_json: bool
) -> None:
    """Show how a score came about: its arithmetic, what events brought, then the loads it rests on; objectives too."""
    path = published.scored()
    board = read_board(path, days=1)
    found = [row for row in board.key_results if row.key_result_id == key_result]
    if not found:
        _explain_objective(board, key_result, as_json=as_json)
        return
    loads = lineage(path, key_result)
    if as_json:
        output.put_json([{**found[0].as_row(), "loads": loads.to_dicts()}])
        return
    zone = next(ZoneInfo(period.timezone) for period in board.periods if period.id == found[0].period_id)
    for text in arithmetic(found[0], zone):
        output.put_prose(text)
    if "partial" in (found[0].flags or ()) and not found[0].reason:
        for text in _missing(path, key_result):
            output.put_prose(text)
    for text in effects():
        output.put_prose(text)
    output.put("")
    output.put_table(loads.to_dicts(), loads.columns, fall=_FALL)
    output.next_step(f"okr sql \"from key_result_daily where key_result_id = '{key_result}' order by day\"")


def _missing(path: Path, key_result: str) -> Iterator[str]:
    """Name the days of which a source told nothing, where a score says no other reason why it is partial."""
    runs = missing_days(path, key_result).rows()
    for series, source, first, last in runs[:_MOST_RUNS]:
        span = str(first) if first == last else f"{first} .. {last}"
        yield f"missing      {series} of {source}, {span}: unknown is not 0"
    if len(runs) > _MOST_RUNS:
        yield f"missing      {len(runs) - _MOST_RUNS} more spans of days"


def show_restatements(published: Published, key_result: str, since: datetime, *, as_json: bool) -> None:
    """Show which past values and scores changed since a day began, by how much, and which landings brought it."""
    path = published.scored()
    board = read_board(path, days=1)
    found = next((row for row in board.key_results if row.key_result_id == key_result), None)
    if found is None:
        names = [row.key_result_id for row in board.key_results]
        raise UsageError.unknown("key result", key_result, names, next_step="okr status")
    zone = next(ZoneInfo(period.timezone) for period in board.periods if period.id == found.period_id)
    changed = restatements(path, key_result, since.replace(tzinfo=zone))
    if as_json:
        output.put_json(changed.to_dicts())
        return
    if changed.is_empty():
        output.say(f"nothing of before has changed since {since:%Y-%m-%d}")
        output.next_step(f"okr explain {key_result}")
        return
    output.put_table(changed.to_dicts(), changed.columns, fall=_RESTATED_FALL)
    load = next((number for number in changed["load_id"] if number is not None), None)
    output.next_step(f'okr sql "from load where load_id = {load}"' if load else f"okr explain {key_result}")


def _explain_objective(board: Board, objective: str, *, as_json: bool) -> None:
    found = [row for row in board.objectives if row.objective_id == objective]
    if not found:
        names = [row.key_result_id for row in board.key_results] + [row.objective_id for row in board.objectives]
        raise UsageError.unknown("key result or objective", objective, names, next_step="okr status")
    if as_json:
        output.put_json([row.as_row() for row in found])
        return
    for row in found:
        members = board.only(Choice(objective=row.objective_id)).key_results
        below = [one for one in board.objectives if one.parent == row.objective_id]
        for text in objective_arithmetic(row, members, below):
            output.put_prose(text)
    output.next_step("okr explain KEY_RESULT, for the arithmetic of one of them")
