"""`okr checkin`: what people say about a key result, kept beside what is measured."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from flows.commands._options import DAY, Choice, examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.confidence import Confidence
from flows.goals.lookahead import unknown
from flows.project.author import author_of
from flows.project.board import read_board
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.run.backup import keep
from okr_config.errors import UsageError
from okr_config.kinds import Origin, kinds_from
from scorecard.forecasting.pooling import Direction, confidence_by
from scorecard.status import DECIDED
from warehouse import Warehouse
from warehouse.reader import read_warehouse

_MOST = Decimal(10) ** 15
_LONGEST = 2000


@click.command(epilog=examples('okr checkin shop-ready --confidence 6/10 --note "terms are with the lawyer"'))
@click.argument("key_result")
@project_options
@json_option
@click.option("--value", metavar="N", help="The value now, for key results that are told by hand.")
@click.option("--confidence", type=Confidence(), help="How sure the team is of reaching it: 8 or 8/10.")
@click.option(
    "--direction",
    type=Choice([one.value for one in Direction]),
    help="Than the chance that stands there, in place of a confidence.",
)
@click.option("--note", default="", help="A few words.")
@click.option("--on", "day", type=DAY, help="The day it was so, for what is told later (default: now).")
@click.option("--author", help="Who says so (default: OKR_AUTHOR, git's user.name, the user).")
def checkin(  # noqa: PLR0913 - a command has as many parameters as options
    key_result: str,
    home: Path | None,
    *,
    value: str | None,
    confidence: float | None,
    direction: str | None,
    note: str,
    day: datetime | None,
    author: str | None,
    as_json: bool,
) -> None:
    """
    Keep what a person says about a key result.

    Without an option, what has been said is shown. A value counts where the kind is manual; elsewhere it stands beside
    what is measured and never mixes with it. How sure the team is moves the chance in the first two weeks of numbers;
    --direction better, same or worse says it in a word, of the chance that stands there.
    """
    if direction and confidence is not None:
        raise UsageError(
            "--direction and --confidence say the same thing twice",
            where="--direction",
            next_step="leave one of them out",
        )
    with project_at(home) as project:
        check_in(
            project,
            key_result,
            Statement(
                value,
                confidence,
                note,
                author,
                day.date() if day else None,
                Direction(direction) if direction else None,
            ),
            as_json=as_json,
        )


@dataclass(frozen=True)
class Statement:
    """
    A person's word: a value, a confidence of 10 or a direction in place of one, a note, of which day.

    What is not said is None or empty.
    """

    value: str | None
    confidence: float | None
    note: str
    author: str | None
    day: date | None = None
    direction: Direction | None = None


def check_in(project: Project, key_result: str, said: Statement, *, as_json: bool) -> None:
    """
    Keep what a person says, in one short transaction; with nothing said, show what has been.

    Raises:
        UsageError: when there is no such key result, the value is no number, or the day has not come.
        LockHeldError: when a run is going on.
    """
    config = project.config(need_secrets=False)
    known = {definition.key_result.id: definition for definition in config.definitions()}
    if key_result not in known:
        raise unknown(key_result, list(known))
    if said.value is None and said.confidence is None and said.direction is None and not said.note:
        _show(project, key_result, as_json=as_json)
        return
    value = None if said.value is None else _number(said.value)
    if len(said.note) > _LONGEST:
        raise UsageError(f"the note is longer than {_LONGEST} characters", where="--note", next_step="write less")
    definition = known[key_result]
    zone = ZoneInfo(definition.timezone)
    today = project.world.clock().astimezone(zone).date()
    if said.day and said.day > today:
        raise UsageError(f"{said.day} has not come yet", where="--on", next_step="name a day gone by, or today")
    author = author_of(project.environ, project.home, said.author)
    confidence = _confidence(project, key_result, said, today)
    with write_warehouse(project) as warehouse:
        at = _late_on(said.day, zone, warehouse, key_result) if said.day and said.day < today else None
        at = warehouse.words.add_check_in(
            key_result, author=author, value=value, confidence=confidence, note=said.note, at=at
        )
        warehouse.publish(project.published)
        problem = keep(project, config.timezone)
    if problem:
        output.say(problem)
    row = {
        "key_result_id": key_result,
        "at": at,
        "author": author,
        "value": value,
        "confidence": confidence,
        "note": said.note,
    }
    if as_json:
        output.put_json([row])
        return
    output.say(f"kept for {key_result}: {_in_words(row)}")
    if value is not None and definition.key_result.kind not in kinds_from(Origin.CHECK_INS):
        output.say("its value stays what is measured; yours is kept beside it")
    if at.astimezone(zone).date() > definition.due:
        output.say(f"it ended on {definition.due}: what is told of a later day does not count for it")
        output.next_step(f"the same with --on {definition.due}, for what was so on its last day")
        return
    output.next_step("okr score, to see it on the scoreboard; the next run does the same")


def _confidence(project: Project, key_result: str, said: Statement, today: date) -> float | None:
    """Return the confidence that was said, or that a direction states beside the chance of now."""
    if said.direction is None:
        return said.confidence
    if said.day and said.day < today:
        raise UsageError(
            f"a direction is about the chance of now, not of {said.day}",
            where="--direction",
            next_step=f"okr checkin {key_result} --on {said.day} --confidence 6/10",
        )
    return confidence_by(said.direction, _chance_there(project, key_result))


def _chance_there(project: Project, key_result: str) -> float:
    """Return the chance that everybody sees, which a direction is about."""
    rows = read_board(project.reading.scored(), days=1).key_results
    found = next((row for row in rows if row.key_result_id == key_result), None)
    if found is None or found.probability is None or found.status in DECIDED:
        raise UsageError(
            f"no chance stands at {key_result} that could be better or worse",
            where="--direction",
            next_step=f"okr checkin {key_result} --confidence 6/10, or okr run where it is new",
        )
    return found.probability


def _late_on(day: date, zone: ZoneInfo, warehouse: Warehouse, key_result: str) -> datetime:
    """Return an instant in a day's last second, after all that has been said of it."""
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    rows = warehouse.check_ins().filter(key_result_id=key_result)
    earlier = [at for at in rows["at"] if end - timedelta(seconds=1) <= at < end]
    return max(earlier, default=end - timedelta(seconds=1)) + timedelta(microseconds=1)


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
    output.next_step(f"okr checkin {key_result} --confidence 6/10 --note '...'")


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
