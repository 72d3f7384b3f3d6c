"""Entries of sources.yaml: their names, their settings, and how they are written."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from connectors.source import Source
from flows.console import output
from flows.project.project import Project
from flows.sources.catalogue import settings_of, variable_name
from flows.sources.credentials import keep_secrets, text_of_file
from okr_config.editing import add_source, source_lines
from okr_config.errors import UsageError
from okr_config.models import SourceSettings


def free_id(connector: str, taken: Collection[str]) -> str:
    """Return the name of a new source: its connector's, with a number where that is taken."""
    numbered = (f"{connector}-{number}" if number > 1 else connector for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def settings_from(source: Source[Any], source_id: str, values: Mapping[str, str]) -> SourceSettings:
    """
    Return settings as they were answered.

    Raises:
        UsageError: when they do not fit together; nothing of them is repeated.
    """
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


def write_source(project: Project, source: Source[Any], source_id: str, values: Mapping[str, str]) -> None:
    """
    Add a source to sources.yaml, and its secrets to `.env`; tell what was written.

    Raises:
        UsageError: when sources.yaml cannot be added to; nothing is written then.
    """
    secrets = {asked.name for asked in settings_of(source) if asked.is_secret}
    entry = {"id": source_id, "connector": source.name}
    entry |= {name: f"${{{variable_name(source_id, name)}}}" if name in secrets else values[name] for name in values}
    path = project.home / "okr_config" / "sources.yaml"
    added = add_source(text_of_file(path, "okr_config/sources.yaml") if path.exists() else None, entry)
    if added is None:
        raise UsageError(
            "sources.yaml is not a plain list that a source can be added to",
            where="\n  ".join(["add these lines, and the secrets to .env:", *source_lines(entry)]),
            next_step="okr check",
        )
    # secrets first: a source without them would be an error, they without a source are not
    keep_secrets(project, {variable_name(source_id, name): values[name] for name in secrets & set(values)})
    project.world.write(path, added.encode(), 0o644)
    output.say("wrote okr_config/sources.yaml:")
    for line in source_lines(entry):
        output.say(line)
    if secrets & set(values):
        output.say(f"wrote .env: {', '.join(variable_name(source_id, name) for name in sorted(secrets & set(values)))}")
