"""
`okr plan`: what the edited config would change, before a run uses it.

Both configs, the one last used and the one in the folder, are judged at the same instant with the same evidence, so
that what differs comes from the edit alone. A change that is dated later moves nothing yet: what it will move the goal
to is told with the chance it would have if it held today. Nothing is saved.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.goals.comparison import Side, compare
from flows.project.project import Project
from flows.sources.leaving import leaving_at_next_run


@click.command()
@project_options
@json_option
@click.option("--markdown", is_flag=True, help="Print a table in Markdown, for a pull request.")
@click.option("--check", is_flag=True, help="Exit with 1 when a goal under way changes without a reason.")
def plan(home: Path | None, *, as_json: bool, markdown: bool, check: bool) -> None:
    """
    Show what the edited config would change; saves nothing.

    Goals, progress and chances stand side by side, by the config last used and by the one in the folder: what is new,
    gone, changed, moved to another objective or period, or renamed (renamed_from).
    """
    with project_at(home) as project:
        unexplained = show_plan(project, as_json=as_json, markdown=markdown)
    sys.exit(1 if check and unexplained else 0)


def show_plan(project: Project, *, as_json: bool, markdown: bool = False) -> bool:
    """
    Show each key result that is new, gone or changed, as it stands by the old config and by the new one.

    Returns:
        Whether something changes under way for which no reason is given.
    """
    comparison = compare(project)
    rows, used, edited = comparison.rows, comparison.used, comparison.edited
    unexplained = [row for row in rows if row["without_reason"]]
    if as_json:
        output.put_json(rows)
        return bool(unexplained)
    cells = [_cells(row, used, edited) for row in rows]
    if markdown:
        _put_markdown(cells)
    elif cells:
        output.put_table(cells)
    told = output.put if markdown else output.say
    for row in rows:
        unit = _unit(row["key_result_id"], used, edited)
        for sentence in _sentences(row, unit):
            told(f"- {sentence}" if markdown else sentence)
    for sentence in leaving_at_next_run(project, comparison.config):
        told(f"- {sentence}" if markdown else sentence)
    same = len(edited.rows) - sum(row["change"] != "gone" for row in rows)
    output.say(f"{same} key result{'s' * (same != 1)} unchanged; nothing was saved")
    if unexplained:
        first = unexplained[0]["key_result_id"]
        output.next_step(f"give {first} a change with its day and a reason: okr suggest {first} --write --reason WHY")
    else:
        output.next_step("okr run, to use it" if rows else "okr suggest")
    return bool(unexplained)


def _unit(name: str, used: Side, edited: Side) -> str | None:
    return {**used.rows, **edited.rows}[name].unit


def _cells(row: Mapping[str, Any], used: Side, edited: Side) -> output.Row:
    name = row["key_result_id"]
    unit = _unit(name, used, edited)

    def both(key: str, written: Any) -> str:  # noqa: ANN401 - how a value is written
        before, then = (written(row[f"{key}_{side}"]) for side in ("now", "then"))
        if row["change"] in {"new", "gone"}:
            return str(then if row["change"] == "new" else before)
        return str(then) if before == then else f"{before} → {then}"

    target = both("target", lambda value: output.amount(value, unit))
    first = row["target_first"]
    if first is not None and first != row["target_then" if row["change"] != "gone" else "target_now"]:
        target += f" (first {output.amount(first, unit)})"
    return {
        "key result": name,
        "change": f"{row['change']}: {', '.join(row['keys'])}" if row["keys"] else row["change"],
        "target": target,
        "progress": both("progress", output.percent),
        "chance": both("probability", output.percent),
        "status": both("status", lambda status: status.replace("_", " ") if status else "-"),
    }


def _sentences(row: Mapping[str, Any], unit: str | None) -> Iterator[str]:
    """Yield what a table has no room for."""
    name = row["key_result_id"]
    if row["renamed_from"]:
        yield f"{name}: renamed from {row['renamed_from']}, whose history it carries on"
    if row["moved_from"]:
        yield f"{name}: moved here from {row['moved_from']}"
    if row["change"] == "gone":
        yield f"{name}: is no longer there; if it goes on under another id, write renamed_from: {name} there"
    for coming in row["later"]:
        yield _in_words(name, coming, unit)
    if row["without_reason"]:
        yield f"{name}: changes under way without a reason"


def _put_markdown(rows: Sequence[output.Row]) -> None:
    """Write the rows as a table in Markdown; nothing of a title can end a cell."""
    if not rows:
        output.put("No key result changes.")
        return
    heads = list(rows[0])
    output.put(f"| {' | '.join(heads)} |")
    output.put(f"|{'---|' * len(heads)}")
    for row in rows:
        output.put(f"| {' | '.join(str(row[head]).replace('|', chr(92) + '|') for head in heads)} |")


def _in_words(name: str, coming: Mapping[str, Any], unit: str | None) -> str:
    before, then = (output.amount(coming[key], unit) for key in ("target_before", "target"))
    chance = coming["probability"]
    told = "" if chance is None else f"; if it held today, its chance would be {output.percent(chance)}"
    return f"{name}: from {coming['on']} on {before} → {then}{told}"
