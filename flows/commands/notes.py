"""`okr notes`: what people have written, notes, check-ins and decisions, newest first."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from flows.commands._options import examples, json_option, project_options
from flows.commands._project import project_at
from flows.commands.note import days_in_words
from flows.console import output
from flows.project.project import Project
from warehouse.reader import read_warehouse


@click.command(epilog=examples("okr notes", "okr notes --json"))
@project_options
@json_option
def notes(home: Path | None, *, as_json: bool) -> None:
    """
    Show what people have written: notes and check-ins.

    Notes of what happened, check-ins and decisions; the newest first.
    """
    with project_at(home) as project:
        rows = read_notes(project)
        if as_json:
            output.put_json(rows)
            return
        if not rows:
            output.say("nobody has written anything yet, as far as is published")
            output.next_step('okr note "Campaign", okr checkin KEY_RESULT --note "..."')
            return
        output.put_table([_shown(row) for row in rows], ("of", "about", "author", "text"))


def read_notes(project: Project) -> list[dict[str, Any]]:
    """Return what people wrote as published, newest first: kind, first_day, last_day, about, author, text, at, ..."""
    zone = ZoneInfo(project.config(need_secrets=False).timezone)
    with read_warehouse(project.reading.scored(), world=project.world) as warehouse:
        written, said = warehouse.notes().to_dicts(), warehouse.check_ins().to_dicts()
        decided = warehouse.decisions().to_dicts()
    rows = [
        {
            "kind": "note",
            "first_day": row["first_day"],
            "last_day": row["last_day"],
            "about": row["key_result_id"] or row["metric"],
            "author": row["author"],
            "text": row["name"],
            "value": None,
            "confidence": None,
            "at": row["at"],
        }
        for row in written
    ]
    decisions = [{**row, "note": row["text"], "value": None, "confidence": None} for row in decided]
    for kind, row in (*(("check_in", row) for row in said), *(("decision", row) for row in decisions)):
        day = row["at"].astimezone(zone).date()
        rows.append(
            {
                "kind": kind,
                "first_day": day,
                "last_day": day,
                "about": row["key_result_id"],
                "author": row["author"],
                "text": row["note"],
                "value": row["value"],
                "confidence": row["confidence"],
                "at": row["at"],
            }
        )
    return sorted(rows, key=lambda row: (row["first_day"], row["at"]), reverse=True)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    parts = (
        f"decided: {row['text']}" if row["kind"] == "decision" else row["text"],
        "" if row["value"] is None else f"value {output.number(row['value'])}",
        "" if row["confidence"] is None else f"confidence {row['confidence']:g} of 10",
    )
    return {
        "of": days_in_words(row["first_day"], row["last_day"]),
        "about": row["about"] or "everything",
        "author": row["author"],
        "text": ", ".join(part for part in parts if part),
    }
