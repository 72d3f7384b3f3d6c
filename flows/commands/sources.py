"""`okr sources`: what this folder has configured, and how each source did of late."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr

from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from okr_config.errors import ConfigError
from okr_config.models import SourceSettings
from warehouse.reading import read_published

_FRESHNESS = "from source_freshness order by source_id, stream"
_SHORTEST_SECRET = 6
_LOGIN = frozenset("@?")
_BEST_FIRST = ("fresh", "stale", "never", "failing")


@click.command()
@project_options
@json_option
def sources(home: Path | None, *, as_json: bool) -> None:
    """
    List the sources configured here, with their state.

    As of the newest run; nothing is asked of a vendor. What can be configured is listed by `okr connectors`.
    """
    with project_at(home) as project:
        show_sources(project, as_json=as_json)


def show_sources(project: Project, *, as_json: bool) -> None:
    """
    Show each source of sources.yaml: connector, account, state, newest data, last error.

    Raises:
        ConfigError: when the config cannot be read even without the secrets.
    """
    try:
        configured, is_whole = project.config().sources, True
    except ConfigError:
        configured, is_whole = project.config(need_secrets=False).sources, False
    freshness = read_published(project.published, _FRESHNESS).to_dicts() if project.published.exists() else []
    rows = [_row(settings, [row for row in freshness if row["source_id"] == settings.id]) for settings in configured]
    if as_json:
        output.put_json(rows)
        return
    output.put_table([{name.removesuffix("_at").replace("_", " "): row[name] for name in row} for row in rows])
    if not rows:
        output.say("no source is configured in okr_config/sources.yaml")
    if not is_whole:
        output.say("accounts are not shown: okr check tells what the config lacks")
    failing = next((str(row["source"]) for row in rows if row["state"] == "failing"), None)
    output.next_step(f"okr doctor {failing}" if failing else "okr doctor" if rows else "okr connect CONNECTOR")


def _row(settings: SourceSettings, streams: Sequence[dict[str, Any]]) -> output.Row:
    newest = [row["newest_data_at"] for row in streams if row["newest_data_at"]]
    errors = [row["last_error"] for row in streams if row["last_error"]]
    return {
        "source": settings.id,
        "connector": settings.connector,
        "account": _account(settings),
        "state": _state(settings, streams),
        "newest_data_at": max(newest, default=None),
        "last_error": errors[0] if errors else None,
    }


def _state(settings: SourceSettings, streams: Sequence[dict[str, Any]]) -> str:
    if not settings.enabled:
        return "not in use"
    if any(row["last_error"] for row in streams):
        return "failing"
    return max((row["state"] for row in streams), key=_BEST_FIRST.index, default="not run yet")


def _account(settings: SourceSettings) -> str | None:
    """Return what names the account, secrets apart; None where that is not known."""
    names = [getattr(settings, key) for key in settings.identity if key not in {"connector", "base_url"}]
    shown = (_without_secrets(str(name), settings) for name in names if name and not isinstance(name, SecretStr))
    return " ".join(shown) or None


def _without_secrets(name: str, settings: SourceSettings) -> str:
    """Return a name less what variables gave of it, which may be secret; a whole one without a login is not."""
    for value in sorted(settings.filled, key=len, reverse=True):
        if _LOGIN & set(name) if value == name else len(value) >= _SHORTEST_SECRET:
            name = name.replace(value, "***")
    return name
