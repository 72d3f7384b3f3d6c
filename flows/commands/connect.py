"""`okr connect`: step by step to credentials that work, tried before anything is written."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from flows.commands._options import examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.console.messages import text
from flows.console.questions import Lines, Person
from flows.project.language import language_of
from flows.project.project import Project
from flows.sources.asking import Asker, ask_again, ask_settings
from flows.sources.catalogue import find_connector
from flows.sources.credentials import (
    browser_login,
    obtained_by_login,
    show_steps,
    show_success,
    try_credentials,
)
from flows.sources.entries import free_id, settings_from, write_source
from flows.sources.renewal import is_configured, renew_source
from okr_config.accounts import account_of
from okr_config.errors import ConfigError, OkrError, UsageError
from okr_config.models import SourceSettings
from scorecard.i18n.language import Language

_PENDING = "pending"


@click.command(epilog=examples("okr connect plausible --set site_id=my-shop.example"))
@click.argument("name", metavar="CONNECTOR|SOURCE")
@project_options
@click.option("--id", "source_id", help="Name of the source in every table (default: the connector's).")
@click.option(
    "--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting, so that it is not asked for; no secrets."
)
@click.option(
    "--paste/--no-paste", default=None, help="The browser runs elsewhere: paste the address that it ended at."
)
def connect(name: str, home: Path | None, *, source_id: str | None, given: tuple[str, ...], paste: bool | None) -> None:
    """
    Lead to working credentials for a connector, or renew a source's.

    What to click at the vendor, a test call, then the lines in sources.yaml and .env; with the id of a source only its
    secrets in .env are replaced. Secrets are asked for without an echo, or read from standard input a line each, and
    never shown again.
    """
    settings = dict(setting.partition("=")[::2] for setting in given)
    with project_at(home, reach_sources=True) as project:
        asker = (Person if is_terminal() else Lines)(_language(project))
        pastes = not _has_browser(os.environ) if paste is None else paste
        if source_id is None and not settings and is_configured(project, name):
            renew_source(project, name, asker, paste=pastes)
        else:
            connect_source(project, name, Choice(source_id, settings, pastes), asker)


def is_terminal() -> bool:
    """Tell whether someone can be asked."""
    return sys.stdin.isatty()


def _language(project: Project) -> Language:
    """Return the language of the folder, where it has objectives; else the person's."""
    try:
        files = project.config(need_secrets=False).files
    except ConfigError:
        files = ()
    return files[-1].language if files else language_of(project.environ)


def _has_browser(environ: Mapping[str, str]) -> bool:
    """Tell whether a browser of this machine may be at hand: not over ssh, nor on a Unix without a screen."""
    if environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in {"win32", "darwin"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


@dataclass(frozen=True)
class Choice:
    """What the caller has decided already: the source's id, settings not to ask for, whether a login is pasted."""

    source_id: str | None
    given: Mapping[str, str]
    paste: bool = False


def connect_source(project: Project, connector: str, choice: Choice, asker: Asker) -> None:
    """
    Lead the owner to credentials, try them, and write the source.

    Raises:
        UsageError: when a setting is wrong; SourceError: when the test call fails. Nothing is written then.
    """
    source = find_connector(connector)
    config = project.config(need_secrets=False)
    source_id = choice.source_id or free_id(connector, {settings.id for settings in config.sources})
    if source_id in {settings.id for settings in config.sources}:
        raise UsageError(
            f"a source is called {source_id} already",
            where="okr_config/sources.yaml",
            next_step=f"okr connect {source_id} renews its credentials; for another account: --id ANOTHER",
        )
    for other in config.sources:
        if other.connector == connector:
            output.say(text("connect.configured", asker.language, source=other.id))
    show_steps(source)
    obtained = obtained_by_login(source)
    values = ask_settings(source, choice.given, obtained, asker)
    while True:
        if source.login and not obtained & set(values):
            # what the login brings is not there yet, and the settings may need it
            pending = settings_from(source, source_id, {**dict.fromkeys(obtained, _PENDING), **values})
            values |= browser_login(project, source, pending, asker, paste=choice.paste)
        settings = settings_from(source, source_id, values)
        _refuse_known_account(project, settings)
        try:
            checkup = try_credentials(project, source, settings, again=f"okr connect {connector}")
        except OkrError as error:
            if not asker.patient:
                raise
            output.say(str(error.what))
            output.say(text("connect.again", asker.language))
            values = ask_again(source, values, obtained, asker)
        else:
            break
    write_source(project, source, source_id, values)
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
