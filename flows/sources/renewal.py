"""New credentials for a source that is configured: in place, so that its history stays its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import connectors
from connectors.source import Source
from flows.console import output
from flows.console.messages import text
from flows.project.project import Project
from flows.sources.asking import Asker
from flows.sources.catalogue import find_connector, settings_of
from flows.sources.credentials import (
    browser_login,
    keep_secrets,
    obtained_by_login,
    show_steps,
    show_success,
    try_credentials,
)
from okr_config.documents import Spot, scalars, text_of
from okr_config.environment import VARIABLE
from okr_config.errors import ConfigError, UsageError
from okr_config.folder import SOURCES, Folder
from okr_config.models import SourceSettings
from okr_config.sources_file import read_sources

_PENDING = "pending"


def is_configured(project: Project, name: str) -> bool:
    """Tell whether a source of that id is configured."""
    return _entry(project, name) is not None


def renew_source(project: Project, source_id: str, asker: Asker, *, paste: bool = False) -> None:
    """
    Ask for a source's secrets anew, try them, and put them in place of the old ones in `.env`.

    Raises:
        UsageError: when there is nothing to renew, or not here; OkrError: when the test call fails. Nothing is written
            then.
    """
    entry = _entry(project, source_id)
    connector = text_of(entry.node, "connector") if entry else None
    if entry is None or connector is None:
        raise UsageError(f"source {source_id} names no connector", where=SOURCES, next_step="okr check")
    source = find_connector(connector)
    secrets = list(_secrets(entry, source))
    if not secrets:
        raise UsageError(
            f"source {source_id} has no credentials that could be renewed",
            where=entry.where,
            next_step=f"okr doctor {source_id}; for another account: okr connect {connector} --id ANOTHER",
        )
    if elsewhere := [secret.variable for secret in secrets if project.environ.get(secret.variable)]:
        raise UsageError(
            f"{', '.join(elsewhere)} comes from the environment, which counts before .env",
            where="nothing was written",
            next_step=f"set it there, then okr doctor {source_id}",
        )
    output.say(text("connect.renewing", asker.language, source=source_id))
    show_steps(source)
    values = _answers(project, source, secrets, asker)
    if login := {secret.variable: secret.setting for secret in secrets if secret.setting in obtained_by_login(source)}:
        pending = _settings(project, entry, dict.fromkeys(login, _PENDING) | values)
        filled = browser_login(project, source, pending, asker, paste=paste)
        values |= {variable: filled[setting] for variable, setting in login.items() if setting in filled}
    if not values:
        raise UsageError("nothing was typed", where="nothing was written", next_step=f"okr connect {source_id}")
    checkup = try_credentials(project, source, _settings(project, entry, values), again=f"okr connect {source_id}")
    keep_secrets(project, values)
    output.say(f"wrote .env: {', '.join(sorted(values))}")
    show_success(source_id, checkup)


@dataclass(frozen=True)
class _Secret:
    """A variable that holds a secret; `setting`: where it stands in the entry."""

    variable: str
    setting: str


def _entry(project: Project, source_id: str) -> Spot | None:
    entries = Folder(project.home, project.environ).entries(SOURCES, "sources")
    return next((spot for spot in entries if text_of(spot.node, "id") == source_id), None)


def _secrets(entry: Spot, source: Source[Any]) -> Iterator[_Secret]:
    """Yield the variables of an entry that hold secrets: of settings that are ones; where none is declared, all."""
    declared = {setting.name for setting in settings_of(source) if setting.is_secret}
    found: dict[str, _Secret] = {}
    for path, scalar in scalars(entry.node):
        if not declared or path[0] in declared:
            for match in VARIABLE.finditer(scalar.written or ""):
                found.setdefault(match["name"], _Secret(match["name"], str(path[0])))
    yield from found.values()


def _answers(project: Project, source: Source[Any], secrets: list[_Secret], asker: Asker) -> dict[str, str]:
    """Ask for what a login does not bring; of several, one that is known may stay."""
    variables = Folder(project.home, project.environ).variables
    values = {}
    for secret in secrets:
        if secret.setting in obtained_by_login(source):
            continue
        may_stay = len(secrets) > 1 and variables.get(secret.variable) is not None
        name = secret.setting if secret.setting in source.settings.model_fields else secret.variable
        label = f"{name} ({text('connect.keep', asker.language)})" if may_stay else name
        if answer := asker.ask(label, str, is_secret=True, may_be_empty=may_stay):
            values[secret.variable] = answer
    return values


def _settings(project: Project, entry: Spot, values: Mapping[str, str]) -> SourceSettings:
    """Return the source's settings with other values of its variables."""
    folder = Folder(project.home, {**project.environ, **values})
    spot = next(spot for spot in folder.entries(SOURCES, "sources") if spot.where == entry.where)
    read = read_sources((spot,), connectors.settings_models(), folder.variables)
    if read.problems:
        raise ConfigError(read.problems)
    return read.settings[0]
