"""
A glance at a project folder: what it has published, found without the config's loader where that can be.

A `project.yaml` of plain lines is read as it stands. Any other goes through the config's own loader, which knows every
form that YAML has, and takes half a second to import.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from flows.project.paths import (
    DEFAULT_CRON,
    Published,
    project_folder,
    published_copy,
    warehouse_address,
    world_of,
)
from okr_config.world import World
from warehouse.door import DEFAULT, file_of

_KEPT = ("warehouse", "sandbox")
_BLANK = re.compile(r"\s*(?:#.*)?")
_LINE = re.compile(r"(?P<key>[a-z_]+):(?: +(?P<value>[\w./:-]+))?\s*(?:\s#.*)?")
_OTHER = re.compile(r"(?P<key>name|timezone|country|schedule|backup|ping|notify|serve|lake):(?:\s.*)?")
_CRON = re.compile(r"""\bcron: +(?:"([^"\\]*)"|'([^']*)'|([^\s"'{},#&!|>%@`][^"'{},#]*?)) *(?=[,}#\n])""")


def published_at(home: Path | None, environ: Mapping[str, str], world: World) -> Published:
    """
    Find what a project folder has published, as cheaply as its `project.yaml` allows.

    Raises:
        UsageError: when it is no project folder.
        ConfigError: when its `project.yaml` is wrong.
    """
    folder = project_folder(home, environ)
    settings = _plain_settings(folder / "okr_config" / "project.yaml")
    if settings is None:
        from flows.project.project import open_project  # noqa: PLC0415 - half a second, saved by whoever can

        project = open_project(folder, environ, world)
        return project.reading
    if "sandbox" in settings:
        world = world_of(world, date.fromisoformat(settings["sandbox"]))
    address = warehouse_address(environ, settings.get("warehouse", DEFAULT))
    return Published(folder, published_copy(file_of(address, folder)), world, settings.get("cron", DEFAULT_CRON))


def _plain_settings(path: Path) -> Mapping[str, str] | None:
    """Return the settings kept here as text, or None where only the config's own loader can tell."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        return None
    found = _settings_of(text)
    if found is None:
        return None
    settings, schedule = found
    if "cron" in schedule:
        cron = _CRON.search(schedule)
        if not cron:
            return None
        settings["cron"] = next(filter(None, cron.groups()), "")
    try:
        date.fromisoformat(settings.get("sandbox", "2011-11-20"))
    except ValueError:
        return None
    return settings


def _settings_of(text: str) -> tuple[dict[str, str], str] | None:
    """Return the settings kept here, and the lines about the schedule; None where a line is none of the plain ones."""
    settings: dict[str, str] = {}
    block: str | None = None
    schedule = ""
    for line in text.splitlines():
        if _BLANK.fullmatch(line):
            continue
        if line.startswith(" ") and block is None:
            return None
        if not line.startswith(" "):
            other = _OTHER.fullmatch(line)
            block = other["key"] if other else None
        if block is not None:
            schedule += f"{line}\n" if block == "schedule" else ""
            continue
        found = _LINE.fullmatch(line)
        if not found or found["key"] not in _KEPT or found["key"] in settings or not found["value"]:
            return None
        settings[found["key"]] = found["value"]
    return settings, schedule
