"""What `okr sources` shows: the connectors there are, and one of them in full."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import connectors
from flows.console import output
from okr_config.errors import UsageError
from okr_config.models import SourceSettings

if TYPE_CHECKING:
    from connectors.source import Source


def show_connectors(*, as_json: bool) -> None:
    """List every connector with what it gives."""
    rows = [describe(name) for name in connectors.names()]
    if as_json:
        output.put_json(rows)
        return
    output.put_table(
        [{"connector": row["connector"], "title": row["title"], "metrics": row["metrics"]} for row in rows]
    )
    output.next_step("okr sources NAME")


def find_connector(name: str) -> "Source[Any]":
    """
    Return a connector's declaration.

    Raises:
        UsageError: when there is none of that name, with the nearest.
    """
    if name not in connectors.names():
        near = difflib.get_close_matches(name, connectors.names(), n=1)
        raise UsageError(
            f"no connector is called {name}" + (f"; did you mean {near[0]}?" if near else ""),
            where=f"there are: {', '.join(connectors.names())}",
            next_step="okr sources",
        )
    return connectors.load(name)


def show_connector(name: str, *, as_json: bool) -> None:
    """Show one connector: settings, streams, metrics, limits."""
    find_connector(name)
    facts = describe(name)
    if as_json:
        output.put_json([facts])
        return
    for key, value in facts.items():
        if value not in ("", [], None):
            output.put(f"{key + ':':<12} {output.cell(value)}")
    output.next_step(f"okr connect {name}")


def describe(name: str) -> dict[str, object]:
    """Return what a connector declares of itself as plain values."""
    source = connectors.load(name)
    return {
        "connector": source.name,
        "title": source.title,
        "settings": [setting.name for setting in settings_of(source)],
        "secrets": [setting.name for setting in settings_of(source) if setting.is_secret],
        "streams": [stream.name for stream in source.streams],
        "metrics": list(source.metrics),
        "scopes": list(source.scopes),
        "version": source.version,
        "verified": list(source.verified),
        "history": source.history,
        "delay": source.delay,
        "limits": source.limits,
        "docs": source.docs,
    }


@dataclass(frozen=True)
class Setting:
    """A setting of a connector's own; `needed`: it may not stay empty."""

    name: str
    is_secret: bool
    needed: bool


def settings_of(source: "Source[Any]") -> Iterator[Setting]:
    """Yield the connector's own settings in their order."""
    for name, field in source.settings.model_fields.items():
        if name not in SourceSettings.model_fields:
            yield Setting(name, "SecretStr" in str(field.annotation), field.is_required())
