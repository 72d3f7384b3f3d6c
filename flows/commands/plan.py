"""
`okr plan`: what the edited config would change, before a run uses it.

Both configs, the one last used and the one in the folder, are judged at the same instant with the same evidence, so
that what differs comes from the edit alone. A change that is dated later moves nothing yet: what it will move the goal
to is told with the chance it would have if it held today. Nothing is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.goals.lookahead import Lookahead, look
from flows.project.project import Project
from flows.sources.leaving import leaving_at_next_run
from okr_config.definitions import definition_hash
from okr_config.models import Definition
from scorecard.score_row import ScoreRow
from scorecard.scoring import score
from scorecard.span import Span

_TOLD = ("target", "progress", "probability", "status")


@click.command()
@project_options
@json_option
def plan(home: Path | None, *, as_json: bool) -> None:
    """
    Show what the edited config would change; saves nothing.

    Goals, progress and chances stand side by side, by the config last used and by the one in the folder.
    """
    with project_at(home) as project:
        show_plan(project, as_json=as_json)


@dataclass(frozen=True)
class _Side:
    """One config's definitions and their scores, by key result."""

    definitions: Mapping[str, Definition]
    rows: Mapping[str, ScoreRow]


def show_plan(project: Project, *, as_json: bool) -> None:
    """Show each key result that is new, gone or changed, as it stands by the old config and by the new one."""
    now = project.world.clock()
    used = _side(look(project, since=now))
    lookahead = look(project, project.config(need_secrets=False).definitions(), since=now)
    edited = _side(lookahead)
    later = _later(lookahead, used, edited)
    rows = [
        {**row, "later": later.get(name, [])}
        for name in {**edited.rows, **used.rows}
        if (row := _compared(name, used, edited))
    ]
    if as_json:
        output.put_json(rows)
        return
    if rows:
        output.put_table([_cells(row, used, edited) for row in rows])
    for row in rows:
        unit = _unit(row["key_result_id"], used, edited)
        for coming in row["later"]:
            output.say(_in_words(row["key_result_id"], coming, unit))
    for sentence in leaving_at_next_run(project, lookahead.config):
        output.say(sentence)
    same = len(edited.rows) - sum(row["change"] != "gone" for row in rows)
    output.say(f"{same} key result{'s' * (same != 1)} unchanged; nothing was saved")
    output.next_step("okr run, to use it" if rows else "okr suggest")


def _side(lookahead: Lookahead) -> _Side:
    return _Side(
        {definition.key_result.id: definition for definition in lookahead.definitions},
        _scored(lookahead, lookahead.definitions),
    )


def _scored(lookahead: Lookahead, definitions: Sequence[Definition]) -> dict[str, ScoreRow]:
    scores = score(
        definitions,
        lookahead.evidence,
        as_of=lookahead.as_of,
        known_at=lookahead.as_of,
        metrics=lookahead.metrics,
        recalibration=lookahead.recalibration,
    )
    return {row.key_result_id: row for row in map(ScoreRow.of, scores.key_results.iter_rows(named=True))}


def _unit(name: str, used: _Side, edited: _Side) -> str | None:
    return {**used.rows, **edited.rows}[name].unit


def _compared(name: str, used: _Side, edited: _Side) -> dict[str, Any] | None:
    """Return what became of a key result, None where nothing did."""
    old, new = used.definitions.get(name), edited.definitions.get(name)
    if old and new and definition_hash(old) == definition_hash(new):
        return None
    before, then = used.rows.get(name), edited.rows.get(name)
    return {
        "key_result_id": name,
        "change": "new" if old is None else "gone" if new is None else "changed",
        "keys": _differing(old, new) if old and new else [],
        **{f"{key}_now": getattr(before, key, None) for key in _TOLD},
        **{f"{key}_then": getattr(then, key, None) for key in _TOLD},
    }


def _differing(old: Definition, new: Definition) -> Sequence[str]:
    """Return the keys that say something else, those of the key result first."""
    mine = [
        name
        for name in type(old.key_result).model_fields
        if getattr(old.key_result, name) != getattr(new.key_result, name)
    ]
    around = [
        name
        for name in type(old).model_fields
        if name not in {"key_result", *mine} and getattr(old, name) != getattr(new, name)
    ]
    return [*mine, *around]


def _cells(row: Mapping[str, Any], used: _Side, edited: _Side) -> output.Row:
    name = row["key_result_id"]
    unit = _unit(name, used, edited)

    def both(key: str, written: Any) -> str:  # noqa: ANN401 - how a value is written
        before, then = (written(row[f"{key}_{side}"]) for side in ("now", "then"))
        if row["change"] != "changed":
            return str(then if row["change"] == "new" else before)
        return str(then) if before == then else f"{before} → {then}"

    return {
        "key result": name,
        "change": f"{row['change']}: {', '.join(row['keys'])}" if row["keys"] else row["change"],
        "target": both("target", lambda value: output.amount(value, unit)),
        "progress": both("progress", output.percent),
        "chance": both("probability", output.percent),
        "status": both("status", lambda status: status.replace("_", " ") if status else "-"),
    }


def _later(lookahead: Lookahead, used: _Side, edited: _Side) -> Mapping[str, list[dict[str, Any]]]:
    """Return the edit's changes of later days by key result: from when, to what, and its chance if it held today."""
    coming: dict[str, list[dict[str, Any]]] = {}
    for name, definition in edited.definitions.items():
        old = used.definitions.get(name)
        today = Span.of(definition, lookahead.as_of).today
        known = old.key_result.changes if old else ()
        for change in definition.key_result.changes:
            if change.on <= today or change in known:
                continue
            row = _scored(lookahead, [_brought_forward(definition, change.on, today)])[name]
            found = coming.setdefault(name, [])
            before = found[-1]["target"] if found else edited.rows[name].target
            found.append(
                {
                    "on": change.on,
                    "target_before": before,
                    "target": row.target,
                    "probability": row.probability,
                    "reason": change.reason,
                }
            )
    return coming


def _brought_forward(definition: Definition, on: date, today: date) -> Definition:
    """Let the changes up to a later day hold from today on; the goal as first written stays what it was."""
    changes = tuple(
        change.model_copy(update={"on": min(change.on, today)})
        for change in definition.key_result.changes
        if change.on <= on
    )
    return definition.model_copy(update={"key_result": definition.key_result.model_copy(update={"changes": changes})})


def _in_words(name: str, coming: Mapping[str, Any], unit: str | None) -> str:
    before, then = (output.amount(coming[key], unit) for key in ("target_before", "target"))
    chance = coming["probability"]
    told = "" if chance is None else f"; if it held today, its chance would be {output.percent(chance)}"
    return f"{name}: from {coming['on']} on {before} → {then}{told}"
