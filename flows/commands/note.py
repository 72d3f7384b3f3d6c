"""`okr note`: what happened on a day, kept as a mark in the charts and for the effect it had."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.commands._options import DAY, examples, json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.goals.lookahead import unknown
from flows.project.author import author_of
from flows.project.project import Project
from flows.project.writing import write_warehouse
from flows.run.backup import keep
from okr_config import Config
from okr_config.errors import UsageError
from okr_config.metrics import BUILT_IN
from warehouse import Warehouse
from warehouse.words import Note

_LONGEST = 200


@click.command(epilog=examples('okr note "Instagram campaign" --on 2026-10-12 --to 2026-10-25 --metric web.visitors'))
@click.argument("name")
@project_options
@json_option
@click.option("--on", "first", type=DAY, help="The day, or the first of several (default: today).")
@click.option("--to", "last", type=DAY, help="The last day, where it took several.")
@click.option("--metric", help="The metric it is about, such as web.visitors.")
@click.option("--key-result", help="The key result it is about.")
@click.option("--author", help="Who writes it (default: OKR_AUTHOR, git's user.name, the user).")
@click.option("--remove", is_flag=True, help="Take the note of this name back.")
def note(  # noqa: PLR0913 - a command has as many parameters as options
    name: str,
    home: Path | None,
    *,
    first: datetime | None,
    last: datetime | None,
    metric: str | None,
    key_result: str | None,
    author: str | None,
    remove: bool,
    as_json: bool,
) -> None:
    """
    Note what happened on a day, as a mark in the charts.

    A campaign, a price, a day that the shop was closed: it stands in the charts of what it is about, of everything
    where nothing is named. NAME is its words; of one name there is one note. Marks set on a vendor's own page are not
    read: what they stand for is noted here.
    """
    with project_at(home) as project:
        by = author_of(project.environ, project.home, author)
        if remove:
            _put(take_back(project, name, by), "taken back", as_json=as_json)
            return
        config = project.config(need_secrets=False)
        today = project.world.clock().astimezone(ZoneInfo(config.timezone)).date()
        begin = first.date() if first else today
        written = Note(name.strip(), begin, last.date() if last else begin, metric, key_result, by)
        _put(write(project, config, written), "noted", as_json=as_json)
    output.next_step("okr report, whose charts show it from now on")


def write(project: Project, config: Config, written: Note) -> Note:
    """
    Keep a note.

    Raises:
        UsageError: when its words, days or subject are not clear, or one of its name is there.
        LockHeldError: when a run is going on.
    """
    _require(config, written)
    with write_warehouse(project) as warehouse:
        if _standing(warehouse, written.name):
            raise UsageError(
                f"there is a note {written.name!r} already",
                next_step=f"another name, or okr note {written.name!r} --remove first",
            )
        warehouse.words.add_note(written)
        _publish(project, warehouse, config.timezone)
    return written


def take_back(project: Project, name: str, author: str) -> Note:
    """
    Take a note back.

    Raises:
        UsageError: when none is called so.
        LockHeldError: when a run is going on.
    """
    timezone = project.config(need_secrets=False).timezone
    with write_warehouse(project) as warehouse:
        standing = _standing(warehouse, name)
        if standing is None:
            names = [str(known) for known in warehouse.notes()["name"]]
            raise UsageError.unknown("note", name, names, next_step="okr notes")
        warehouse.words.remove_note(Note(**{**vars(standing), "author": author}))
        _publish(project, warehouse, timezone)
    return standing


def _require(config: Config, written: Note) -> None:
    if not written.name or len(written.name) > _LONGEST or not written.name.isprintable():
        raise UsageError(
            f"a note is one line of 1 to {_LONGEST} characters", where="NAME", next_step='okr note "Campaign"'
        )
    if written.last_day < written.first_day:
        raise UsageError(
            f"it ends on {written.last_day}, before it begins on {written.first_day}",
            where="--to",
            next_step="name a later day, or leave --to away",
        )
    metrics = {**BUILT_IN, **config.own_metrics()}
    if written.metric is not None and written.metric not in metrics:
        raise UsageError.unknown("metric", written.metric, list(metrics), next_step="okr suggest --help")
    known = [definition.key_result.id for definition in config.definitions()]
    if written.key_result_id is not None and written.key_result_id not in known:
        raise unknown(written.key_result_id, known)


def _standing(warehouse: Warehouse, name: str) -> Note | None:
    rows = warehouse.notes().filter(name=name).drop("at").to_dicts()
    return Note(**rows[0]) if rows else None


def _publish(project: Project, warehouse: Warehouse, timezone: str) -> None:
    warehouse.publish(project.published)
    problem = keep(project, timezone)
    if problem:
        output.say(problem)


def _put(written: Note, verb: str, *, as_json: bool) -> None:
    if as_json:
        output.put_json([vars(written)])
        return
    output.say(f"{verb}: «{written.name}», {days_in_words(written.first_day, written.last_day)}")


def days_in_words(first: date, last: date) -> str:
    """Return one day, or from when until when."""
    return str(first) if first == last else f"{first} to {last}"
