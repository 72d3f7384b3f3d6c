"""`okr checkin`: what people say about a key result, kept beside what is measured."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from flows.commands._options import examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.goals.lookahead import unknown
from flows.project.project import Project
from okr_config.errors import UsageError
from okr_config.models import Kind
from warehouse import hold_run_lock, open_warehouse
from warehouse.reader import read_warehouse

_MOST = Decimal(10) ** 15
_LONGEST = 2000


@click.command(epilog=examples('okr checkin shop-ready --confidence 6 --note "terms are with the lawyer"'))
@click.argument("key_result")
@project_options
@json_option
@click.option("--value", metavar="N", help="The value now, for key results that are told by hand.")
@click.option("--confidence", type=click.FloatRange(0, 10), metavar="0-10", help="How sure the team is of reaching it.")
@click.option("--note", default="", help="A few words.")
@click.option("--author", help="Who says so (default: OKR_AUTHOR, else USER).")
def checkin(  # noqa: PLR0913 - a command has as many parameters as options
    key_result: str,
    home: Path | None,
    *,
    value: str | None,
    confidence: float | None,
    note: str,
    author: str | None,
    as_json: bool,
) -> None:
    """
    Keep what a person says about a key result.

    Without an option, what has been said is shown. A value counts where the kind is manual; elsewhere it stands beside
    what is measured and never mixes with it.
    """
    with project_at(home) as project:
        check_in(project, key_result, Said(value, confidence, note, author), as_json=as_json)


@dataclass(frozen=True)
class Said:
    """A person's word: a value, a confidence of 10, a note; what is not said is None or empty."""

    value: str | None
    confidence: float | None
    note: str
    author: str | None


def check_in(project: Project, key_result: str, said: Said, *, as_json: bool) -> None:
    """
    Keep what a person says, in one short transaction; with nothing said, show what has been.

    Raises:
        UsageError: when there is no such key result, or the value is no number.
        LockHeldError: when a run is going on.
    """
    known = {definition.key_result.id: definition for definition in project.config(need_secrets=False).definitions()}
    if key_result not in known:
        raise unknown(key_result, list(known))
    if said.value is None and said.confidence is None and not said.note:
        _show(project, key_result, as_json=as_json)
        return
    value = None if said.value is None else _number(said.value)
    if len(said.note) > _LONGEST:
        raise UsageError(f"the note is longer than {_LONGEST} characters", where="--note", next_step="write less")
    author = said.author or project.environ.get("OKR_AUTHOR") or project.environ.get("USER") or ""
    with (
        hold_run_lock(project.warehouse.parent, world=project.world),
        open_warehouse(project.warehouse, world=project.world) as warehouse,
    ):
        at = warehouse.add_check_in(key_result, author=author, value=value, confidence=said.confidence, note=said.note)
    row = {
        "key_result_id": key_result,
        "at": at,
        "author": author,
        "value": value,
        "confidence": said.confidence,
        "note": said.note,
    }
    if as_json:
        output.put_json([row])
        return
    output.say(f"kept for {key_result}: {_in_words(row)}")
    if value is not None and known[key_result].key_result.kind is not Kind.MANUAL:
        output.say("its value stays what is measured; yours is kept beside it")
    output.next_step("okr score, to see it on the scoreboard; the next run does the same")


def _show(project: Project, key_result: str, *, as_json: bool) -> None:
    with read_warehouse(project.reading.scored(), world=project.world) as warehouse:
        rows = [row for row in warehouse.check_ins().to_dicts() if row["key_result_id"] == key_result]
    if as_json:
        output.put_json(rows)
        return
    if rows:
        output.put_table(rows, ("at", "author", "value", "confidence", "note"))
    else:
        output.say(f"nobody has said anything about {key_result} yet, as far as is published")
    output.next_step(f"okr checkin {key_result} --confidence 6 --note '...'")


def _number(text: str) -> Decimal:
    """Read a number written with a point or, as in Norwegian, a comma."""
    try:
        value = Decimal(text.strip().replace(",", ".", 1))
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value) >= _MOST:
        raise UsageError(f"{text!r} is no number", where="--value", next_step="write it as 12.5, without a unit")
    return round(value, 6)


def _in_words(row: dict[str, Any]) -> str:
    parts = (
        "" if row["value"] is None else f"value {output.number(row['value'])}",
        "" if row["confidence"] is None else f"confidence {row['confidence']:g} of 10",
        f"note «{row['note']}»" if row["note"] else "",
    )
    by = f" by {row['author']}" if row["author"] else ""
    return ", ".join(part for part in parts if part) + by
