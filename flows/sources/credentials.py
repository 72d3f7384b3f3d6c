"""Coming by credentials: the vendor's steps, its login, a test call, and what goes into `.env`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.auth.browser_login import log_in
from connectors.credentials import Vault
from connectors.probing import Checkup, check_up
from connectors.pulling import open_client
from connectors.source import Source
from flows.console import output
from flows.console.messages import text
from flows.project.project import Project
from flows.sources.asking import Asker
from flows.sources.query import ask_database
from okr_config.editing import set_variable
from okr_config.errors import OkrError, SourceError, UsageError
from okr_config.models import SourceSettings
from okr_config.yaml_files import read_text

_BYTE_ORDER_MARK = "\ufeff".encode()


def show_steps(source: Source[Any]) -> None:
    """Tell what to click at the vendor."""
    output.say(f"{source.title}: {source.docs}")
    for number, step in enumerate(source.steps, start=1):
        output.say(f"  {number}. {step}")
    if source.scopes:
        output.say(f"  scopes: {', '.join(source.scopes)}")


def obtained_by_login(source: Source[Any]) -> frozenset[str]:
    """Return the settings that a login in the browser fills."""
    return frozenset(source.login.keeps.values()) if source.login else frozenset()


def browser_login(
    project: Project, source: Source[Any], settings: SourceSettings, asker: Asker, *, paste: bool
) -> Mapping[str, str]:
    """
    Send the owner to the vendor's page; return the settings that this filled.

    `paste`: the browser runs elsewhere, so that its answer is pasted back instead of coming here by itself.
    """

    def invite(address: str) -> None:
        output.say(text("connect.open", asker.language))
        output.say(f"  {address}")

    def pasted() -> str:
        return asker.ask(text("connect.paste", asker.language), str, is_secret=True, may_be_empty=False)

    with open_client(source, settings, world=project.world) as client:
        return log_in(source, settings, client, world=project.world, show=invite, answer=pasted if paste else None)


def try_credentials(project: Project, source: Source[Any], settings: SourceSettings, *, again: str) -> Checkup:
    """
    Make the test call; tokens that are kept for the source stay as they were where it fails.

    Args:
        project: the folder.
        source: the connector.
        settings: with the credentials to try.
        again: the command to call once more.

    Raises:
        OkrError: when the call fails.
    """
    zone = settings.timezone or project.config(need_secrets=False).timezone
    try:
        with Vault(project.home, project.world).restored_on_error(settings.id):
            return check_up(
                source,
                settings,
                zone=ZoneInfo(zone),
                world=project.world,
                home=project.home,
                customer_key=project.customer_key(),
                query=ask_database,
            )
    except SourceError as error:
        raise OkrError(
            f"the test call failed: {error.what}",
            where="nothing was written",
            next_step=f"correct what was typed, then {again} again",
        ) from error


def keep_secrets(project: Project, values: Mapping[str, str]) -> None:
    """Set variables in `.env`; every other byte of it stays."""
    path = project.home / ".env"
    if not values:
        return
    dotenv = text_of_file(path, ".env") if path.exists() else ""
    for name in sorted(values):
        dotenv = set_variable(dotenv, name, values[name])
    mark = _BYTE_ORDER_MARK if path.exists() and path.read_bytes().startswith(_BYTE_ORDER_MARK) else b""
    project.world.write(path, mark + dotenv.encode(), 0o600)


def text_of_file(path: Path, name: str) -> str:
    """
    Return the text of a file that is to be added to.

    Raises:
        UsageError: when it cannot be read.
    """
    found = read_text(path, name)
    if not isinstance(found, str):
        raise UsageError(found.what, where=name, next_step="mend the file, then okr connect again")
    return found


def show_success(source_id: str, checkup: Checkup) -> None:
    """Tell what the test call brought, and the next step."""
    output.put(f"{source_id} works{f': {checkup.health.account}' if checkup.health.account else ''}")
    for scope, lost in checkup.health.lacking.items():
        output.say(f"warning: {scope} is missing: {lost}")
    for what, fix in checkup.health.warnings:
        output.say(f"warning: {what}{f'   next: {fix}' if fix else ''}")
    output.next_step(f"okr run --only {source_id}")
