"""`okr connect`: step by step to credentials that work, tried before anything is written."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from connectors.source import Source
from flows.commands._options import examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.sources.catalogue import Setting, find_connector, settings_of, variable_name
from flows.sources.credentials import (
    Ask,
    browser_login,
    keep_secrets,
    obtained_by_login,
    show_steps,
    show_success,
    text_of_file,
    try_credentials,
)
from flows.sources.renewal import is_configured, renew_source
from okr_config.accounts import account_of
from okr_config.editing import add_source, source_lines
from okr_config.errors import ConfigError, UsageError
from okr_config.models import SourceSettings

_PENDING = "pending"


@click.command(epilog=examples("okr connect plausible --set site_id=my-shop.example"))
@click.argument("name", metavar="CONNECTOR|SOURCE")
@project_options
@click.option("--id", "source_id", help="Name of the source in every table (default: the connector's).")
@click.option(
    "--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting, so that it is not asked for; no secrets."
)
def connect(name: str, home: Path | None, *, source_id: str | None, given: tuple[str, ...]) -> None:
    """
    Lead to working credentials for a connector, or renew a source's.

    What to click at the vendor, a test call, then the lines in sources.yaml and .env; with the id of a source only its
    secrets in .env are replaced. Secrets are asked for without an echo, or read from standard input a line each, and
    never shown again.
    """
    settings = dict(setting.partition("=")[::2] for setting in given)
    with project_at(home, reach_sources=True) as project:
        if source_id is None and not settings and is_configured(project, name):
            renew_source(project, name, _ask)
        else:
            connect_source(project, name, Choice(source_id, settings), _ask)


def _ask(asked: Setting) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    label = f"{asked.name}{'' if asked.needed else f' (empty {asked.if_empty})'}"
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
            next_step=f"okr connect {source_id} renews its credentials; for another account: --id ANOTHER",
        )
    for settings in config.sources:
        if settings.connector == connector:
            output.say(f"source {settings.id} is configured: okr connect {settings.id} renews its credentials")
    show_steps(source)
    values = dict(choice.given)
    obtained = obtained_by_login(source)
    for asked in settings_of(source):
        if asked.name not in values and asked.name not in obtained and (value := ask(asked).strip()):
            values[asked.name] = value
    if source.login and not obtained & set(values):
        # what the login brings is not there yet, and the settings may need it
        pending = _settings(source, source_id, {**dict.fromkeys(obtained, _PENDING), **values})
        values |= browser_login(project, source, pending)
    settings = _settings(source, source_id, values)
    _refuse_known_account(project, settings)
    checkup = try_credentials(project, source, settings, again=f"okr connect {connector}")
    _write(project, source, source_id, values)
    show_success(source_id, checkup)


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
                next_step=f"okr connect {other.id}",
            )


def _free_id(connector: str, taken: set[str]) -> str:
    numbered = (f"{connector}-{number}" if number > 1 else connector for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


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
    path = project.home / "okr_config" / "sources.yaml"
    text = add_source(text_of_file(path, "okr_config/sources.yaml") if path.exists() else None, entry)
    if text is None:
        raise UsageError(
            "sources.yaml is not a plain list that a source can be added to",
            where="\n  ".join(["add these lines, and the secrets to .env:", *source_lines(entry)]),
            next_step="okr check",
        )
    # secrets first: a source without them would be an error, they without a source are not
    keep_secrets(project, {variable_name(source_id, name): values[name] for name in secrets & set(values)})
    project.world.write(path, text.encode(), 0o644)
    output.say("wrote okr_config/sources.yaml:")
    for line in source_lines(entry):
        output.say(line)
    if secrets & set(values):
        output.say(f"wrote .env: {', '.join(variable_name(source_id, name) for name in sorted(secrets & set(values)))}")
