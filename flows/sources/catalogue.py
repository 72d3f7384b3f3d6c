"""The connectors there are, what each declares of itself, and the settings it takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import connectors
from connectors.prompts import Prompt
from connectors.source import Source
from okr_config.errors import UsageError
from okr_config.field_docs import docs_of
from okr_config.models import SourceSettings


def find_connector(name: str) -> Source[Any]:
    """
    Return a connector's declaration.

    Raises:
        UsageError: when there is none of that name, with the nearest.
    """
    if name not in connectors.names():
        raise UsageError.unknown("connector", name, connectors.names(), next_step="okr connectors")
    return connectors.load(name)


def describe(name: str) -> dict[str, object]:
    """Return what a connector declares of itself as plain values."""
    source = connectors.load(name)
    return {
        "connector": source.name,
        "title": source.title,
        "settings": [setting.name for setting in settings_of(source)],
        "words": {setting.name: setting.words for setting in settings_of(source)},
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
    """
    A setting of a connector's own.

    needed: it may not stay empty. words: what it is for. may_be_left_out: it is nothing by default. example, prompt:
    how it is asked for.
    """

    name: str
    is_secret: bool
    needed: bool
    words: str = ""
    may_be_left_out: bool = False
    example: str = ""
    prompt: Prompt = field(default_factory=Prompt)

    def as_needed(self) -> "Setting":
        """Return the setting where it may not stay empty: a part of the way in that was chosen."""
        return replace(self, needed=True)

    @property
    def described(self) -> str:
        """What it is for, whether it is needed, and where it goes."""
        return f"{self.words}{' Needed.' * self.needed}{' Secret, in .env.' * self.is_secret}"


def settings_of(source: Source[Any]) -> Iterator[Setting]:
    """Yield the connector's own settings in their order."""
    docs = docs_of(source.settings)
    for name, declared in source.settings.model_fields.items():
        if name in SourceSettings.model_fields:
            continue
        yield Setting(
            name,
            "SecretStr" in str(declared.annotation),
            declared.is_required(),
            words=docs.get(name, ""),
            may_be_left_out=declared.default is None,
            example=str(declared.examples[0]) if declared.examples else "",
            prompt=next((mark for mark in declared.metadata if isinstance(mark, Prompt)), Prompt()),
        )


def variable_name(source_id: str, setting: str) -> str:
    """Return the name of the variable that holds a secret of a source."""
    return re.sub(r"\W+", "_", f"{source_id}_{setting}").upper()
