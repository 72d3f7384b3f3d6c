"""`okr add`: one more key result or source, written into the files for those who do not write YAML."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from flows.commands._options import DAY, examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.messages import text
from flows.console.questions import Judge, Lines, Person, UnfitError
from flows.project.project import Project
from flows.sources.asking import Asker, ask_settings
from flows.sources.catalogue import find_connector
from flows.sources.entries import free_id, settings_from, write_source
from okr_config.documents import child, text_of
from okr_config.editing import add_key_result
from okr_config.errors import ConfigError, UsageError
from okr_config.hints import nearest
from okr_config.kinds import FIRST_CHOICE
from okr_config.metrics import BUILT_IN, Metric
from okr_config.yaml_files import read_document
from okr_config.yaml_text import item_lines


@click.group()
def add() -> None:
    """Write one more key result or source into the files."""


@dataclass(frozen=True)
class Wish:
    """A key result to add, as far as options say it."""

    id: str
    title: str | None = None
    metric: str | None = None
    target: str | None = None
    due: datetime | None = None
    owner: str | None = None
    confidence: float = 5
    objective: str | None = None
    period: str | None = None


@add.command("key-result", epilog=examples("okr add key-result orders --metric shop.orders --target 100"))
@click.argument("key_result")
@project_options
@click.option("--title", help="What is to be reached.")
@click.option("--metric", help="What is counted: okr connectors lists them.")
@click.option("--target", metavar="N", help="The number to reach.")
@click.option("--due", type=DAY, help="The day to reach it by (default: the period's last).")
@click.option("--owner", help="Whose it is.")
@click.option(
    "--confidence", type=click.FloatRange(0, 10), default=5, metavar="0-10", help="Of reaching it; 5 is even."
)
@click.option("--objective", help="The objective it belongs to, where there are several.")
@click.option("--period", help="The period it belongs to (default: the newest).")
def key_result(key_result: str, home: Path | None, **options: Any) -> None:  # noqa: ANN401 - one an option
    """
    Write a key result into its objective file; every other byte of it stays.

    What no option says is asked for.
    """
    with project_at(home) as project:
        add_wish(project, Wish(key_result, **options))


@add.command("source", epilog=examples("okr add source file --id sheet --set 'path=numbers/*.csv'"))
@click.argument("connector")
@project_options
@click.option("--id", "source_id", help="Name of the source in every table (default: the connector's).")
@click.option("--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting, so that it is not asked for.")
def source(connector: str, home: Path | None, *, source_id: str | None, given: tuple[str, ...]) -> None:
    """
    Write a source into sources.yaml, its secrets into .env.

    Without a test call: `okr connect` makes one, `okr doctor` later.
    """
    with project_at(home) as project:
        found = find_connector(connector)
        config = project.config(need_secrets=False)
        taken = {settings.id for settings in config.sources}
        name = source_id or free_id(connector, taken)
        if name in taken:
            raise UsageError(
                f"a source is called {name} already", where="okr_config/sources.yaml", next_step="name another by --id"
            )
        if found.login:
            raise UsageError(
                f"{found.title} needs a login", where="nothing was written", next_step=f"okr connect {connector}"
            )
        known = dict(setting.partition("=")[::2] for setting in given)
        values = ask_settings(found, known, frozenset(), _asker(project))
        settings_from(found, name, values)
        write_source(project, found, name, values)
        output.next_step(f"okr doctor {name}")


def add_wish(project: Project, wish: Wish) -> None:
    """
    Ask for what is missing, and write the key result.

    Raises:
        UsageError: when it does not fit; the file is as it was then.
    """
    config, asker = project.config(need_secrets=False), _asker(project)
    files = {file.period.id: file for file in config.files}
    if not files:
        raise UsageError("there is no period to add to", where="okr_config/objectives/", next_step="okr init")
    period = wish.period or max(files.values(), key=lambda file: file.period.end).period.id
    if period not in files:
        raise UsageError.unknown("period", period, files, next_step="okr status")
    if wish.id in {definition.key_result.id for definition in config.definitions()}:
        raise UsageError(f"a key result is called {wish.id} already", where=period, next_step="choose another id")
    metrics = {**BUILT_IN, **config.own_metrics()}
    title = _answer(asker, "add.title", wish.title, _filled(asker))
    metric = _answer(asker, "add.metric", wish.metric, _metric(asker, metrics))
    target = Decimal(_answer(asker, "add.target", wish.target, _number(asker)))
    entry: dict[str, Any] = {"id": wish.id, "title": title, "metric": metric, **FIRST_CHOICE[metrics[metric].nature]}
    entry |= {"target": target, "confidence": wish.confidence}
    entry |= {"owner": wish.owner} if wish.owner else {}
    entry |= {"due": wish.due.date()} if wish.due else {}
    path = _file_of(project, period)
    name = f"okr_config/objectives/{path.name}"
    before = path.read_bytes()
    edited = add_key_result(before.decode("utf-8"), name, wish.objective, entry)
    project.world.write(path, edited.encode(), path.stat().st_mode & 0o777)
    try:
        project.config(need_secrets=False)
    except ConfigError as error:
        project.world.write(path, before, path.stat().st_mode & 0o777)
        raise UsageError(
            "; ".join(problem.what for problem in error.problems), where="nothing was written", next_step="okr check"
        ) from error
    output.say(f"wrote {name}:")
    for line in item_lines(entry, "  "):
        output.say(line)
    output.next_step("okr plan, to see what that changes")


def _asker(project: Project) -> Asker:
    files = project.config(need_secrets=False).files
    return (Person if sys.stdin.isatty() else Lines)(files[-1].language if files else "en")


def _answer(asker: Asker, key: str, stated: str | None, judge: Judge) -> str:
    """Return what an option said, judged; else ask."""
    if stated is None:
        return asker.ask(text(key, asker.language), judge, is_secret=False, may_be_empty=False)
    try:
        return judge(stated)
    except UnfitError as error:
        raise UsageError(
            str(error), where="nothing was written", next_step="the same once more, with that corrected"
        ) from error


def _filled(asker: Asker) -> Judge:
    def judge(answer: str) -> str:
        if not answer:
            raise UnfitError(text("wrong.empty", asker.language, name="title"))
        return answer

    return judge


def _metric(asker: Asker, metrics: Mapping[str, Metric]) -> Judge:
    def judge(answer: str) -> str:
        if answer in metrics:
            return answer
        near = nearest(answer, metrics)
        hint = text("wrong.near", asker.language, near=near) if near else ", ".join(sorted(metrics))
        raise UnfitError(hint if answer == "?" else text("wrong.metric", asker.language, name=answer, hint=hint))

    return judge


def _number(asker: Asker) -> Judge:
    def judge(answer: str) -> str:
        try:
            found = Decimal("".join(answer.split()).replace(",", "."))
        except InvalidOperation:
            found = Decimal("nan")
        if not found.is_finite():
            raise UnfitError(text("wrong.target", asker.language))
        return f"{found:f}"

    return judge


def _file_of(project: Project, period: str) -> Path:
    """Return the file of a period; what is in it is known to be right."""
    for path in sorted((project.home / "okr_config" / "objectives").glob("*.yaml")):
        document, _ = read_document(path, path.name)
        if document and text_of(child(document.root, "period") or document.root, "id") == period:
            return path
    raise UsageError(f"no file is about {period}", where="okr_config/objectives/", next_step="okr check")
