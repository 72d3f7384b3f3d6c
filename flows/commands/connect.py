"""`okr connect`: step by step to credentials that work, tried before anything is written."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from pydantic import ValidationError

from connectors.auth.browser_login import log_in
from connectors.probing import Checkup, check_up
from connectors.pulling import open_client
from connectors.source import Source
from flows.commands._options import examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.sources.catalogue import Setting, find_connector, settings_of, variable_name
from flows.sources.query import ask_database
from okr_config.accounts import account_of
from okr_config.editing import add_source, set_variable, source_lines
from okr_config.errors import ConfigError, OkrError, SourceError, UsageError
from okr_config.models import SourceSettings
from okr_config.yaml_files import read_text

Ask = Callable[[Setting], str]


@click.command(epilog=examples("okr connect plausible --set site_id=my-shop.example"))
@click.argument("connector")
@project_options
@click.option("--id", "source_id", help="Name of the source in every table (default: the connector's).")
@click.option(
    "--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting, so that it is not asked for; no secrets."
)
def connect(connector: str, home: Path | None, *, source_id: str | None, given: tuple[str, ...]) -> None:
    """
    Lead to working credentials for a connector.

    What to click at the vendor, a test call, then the lines in sources.yaml and .env. Secrets are asked for without an
    echo, or read from standard input a line each, and never shown again.
    """
    settings = dict(setting.partition("=")[::2] for setting in given)
    with project_at(home, reach_sources=True) as project:
        connect_source(project, connector, Choice(source_id, settings), _ask)


def _ask(asked: Setting) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    label = f"{asked.name}{'' if asked.needed else ' (empty to leave out)'}"
    answer: str = click.prompt(
        label, default=None if asked.needed else "", hide_input=asked.is_secret, err=True, show_default=False
    )
    return answer


@dataclass(frozen=True)
class Choice:
    """What the caller has decided already: the source's id, and settings that need not be asked for."""

    source_id: str | None
    given: Mapping[str, str]


def connect_source(project: Project, connector: str, choice: Choice, ask: Ask) -> None:
    """
    Lead the owner to credentials, try them, and write the source.

    Raises:
        UsageError: when a setting is wrong; SourceError: when the test call fails. Nothing is written then.
    """
    source = find_connector(connector)
    config = project.config(need_secrets=False)
    source_id = choice.source_id or _free_id(connector, {settings.id for settings in config.sources})
    if source_id in {settings.id for settings in config.sources}:
        raise UsageError(
            f"a source is called {source_id} already",
            where="okr_config/sources.yaml",
            next_step=f"okr connect {connector} --id ANOTHER, or okr doctor {source_id}",
        )
    _show_steps(source)
    values = dict(choice.given)
    obtained = set(source.login.keeps.values()) if source.login else set()
    for asked in settings_of(source):
        if asked.name not in values and asked.name not in obtained and (value := ask(asked).strip()):
            values[asked.name] = value
    if source.login and not obtained & set(values):
        values |= _log_in(project, source, source_id, values)
    settings = _settings(source, source_id, values)
    _refuse_known_account(project, settings)
    try:
        checkup = check_up(
            source,
            settings,
            zone=ZoneInfo(settings.timezone or config.timezone),
            world=project.world,
            home=project.home,
            customer_key=project.customer_key(),
            query=ask_database,
        )
    except SourceError as error:
        raise OkrError(
            f"the test call failed: {error.what}",
            where="nothing was written",
            next_step=f"correct what was typed, then okr connect {connector} again",
        ) from error
    _write(project, source, source_id, values)
    _show_success(source_id, checkup)


def _refuse_known_account(project: Project, settings: SourceSettings) -> None:
    """Refuse a second source for an account: it would count everything twice once the first is taken out."""
    account = account_of(settings)
    try:
        configured = project.config().sources
    except ConfigError:
        return  # what is wrong there is `okr check`'s to say; it also finds the account twice
    for other in configured:
        if account is not None and (other.connector, account_of(other)) == (settings.connector, account):
            raise UsageError(
                f"source {other.id} reads this account already",
                where="nothing was written",
                next_step=f"put the new credentials into .env in place of its old ones, then okr doctor {other.id}",
            )


def _show_steps(source: Source[Any]) -> None:
    output.say(f"{source.title}: {source.docs}")
    for number, step in enumerate(source.steps, start=1):
        output.say(f"  {number}. {step}")
    if source.scopes:
        output.say(f"  scopes: {', '.join(source.scopes)}")


def _free_id(connector: str, taken: set[str]) -> str:
    numbered = (f"{connector}-{number}" if number > 1 else connector for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def _log_in(project: Project, source: Source[Any], source_id: str, values: Mapping[str, str]) -> Mapping[str, str]:
    # what the login brings is not there yet, and the settings may need it
    pending = dict.fromkeys(source.login.keeps.values(), "pending") if source.login else {}
    settings = _settings(source, source_id, {**pending, **values})

    def invite(address: str) -> None:
        output.say("open this address in your browser and allow what it asks:")
        output.say(f"  {address}")

    with open_client(source, settings, world=project.world) as client:
        return log_in(source, settings, client, world=project.world, show=invite)


def _settings(source: Source[Any], source_id: str, values: Mapping[str, str]) -> SourceSettings:
    try:
        settings: SourceSettings = source.settings.model_validate(
            {**values, "id": source_id, "connector": source.name}, strict=False
        )
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or source.name}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise UsageError(
            f"these settings do not fit: {wrong}",
            where="nothing was written",
            next_step=f"okr connectors {source.name} tells what each is, then okr connect {source.name} again",
        ) from None
    return settings


def _write(project: Project, source: Source[Any], source_id: str, values: Mapping[str, str]) -> None:
    secrets = {asked.name for asked in settings_of(source) if asked.is_secret}
    entry = {"id": source_id, "connector": source.name}
    entry |= {name: f"${{{variable_name(source_id, name)}}}" if name in secrets else values[name] for name in values}
    path, dotenv = project.home / "okr_config" / "sources.yaml", project.home / ".env"
    text = add_source(_text(path, "okr_config/sources.yaml") if path.exists() else None, entry)
    if text is None:
        raise UsageError(
            "sources.yaml is not a plain list that a source can be added to",
            where="\n  ".join(["add these lines, and the secrets to .env:", *source_lines(entry)]),
            next_step="okr check",
        )
    kept = _text(dotenv, ".env") if dotenv.exists() else ""
    for name in sorted(secrets & set(values)):
        kept = set_variable(kept, variable_name(source_id, name), values[name])
    # secrets first: a source without them would be an error, they without a source are not
    project.world.write(dotenv, kept.encode(), 0o600)
    project.world.write(path, text.encode(), 0o644)
    output.say("wrote okr_config/sources.yaml:")
    for line in source_lines(entry):
        output.say(line)
    if secrets & set(values):
        output.say(f"wrote .env: {', '.join(variable_name(source_id, name) for name in sorted(secrets & set(values)))}")


def _text(path: Path, name: str) -> str:
    text = read_text(path, name)
    if not isinstance(text, str):
        raise UsageError(text.what, where=name, next_step="mend the file, then okr connect again")
    return text


def _show_success(source_id: str, checkup: Checkup) -> None:
    output.put(f"{source_id} works{f': {checkup.health.account}' if checkup.health.account else ''}")
    for scope, lost in checkup.health.lacking.items():
        output.say(f"warning: {scope} is missing: {lost}")
    for what, fix in checkup.health.warnings:
        output.say(f"warning: {what}{f'   next: {fix}' if fix else ''}")
    output.next_step(f"okr run --only {source_id}")
