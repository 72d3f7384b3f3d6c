"""Writes project folders from the templates beside this module, and the schema that editors read."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import connectors
from flows.console import output
from okr_config import Config
from okr_config.errors import UsageError
from okr_config.schema import json_schema
from okr_config.world import World

_DOTTED = {"env": ".env", "gitignore": ".gitignore"}


def write_project(folder: Path, language: str, world: World, there: Config | None = None) -> list[Path]:
    """
    Write a project folder for the present quarter; it runs as it is, on numbers typed into a CSV file.

    `there`: the config of a folder that has objectives of earlier periods. Whatever is there already is kept.

    Raises:
        UsageError: when there are objectives for today already. Nothing is written then.
    """
    today = world.clock().date()
    start, end = quarter(today)
    period = f"{start.year}-q{(start.month + 2) // 3}"
    files_there = there.files if there else ()
    if running := [file.period.id for file in files_there if file.period.end >= today]:
        raise _refusal(folder, f"period {running[-1]} is not over")
    words = {
        "PERIOD": period,
        "START": start.isoformat(),
        "END": end.isoformat(),
        "LANGUAGE": language,
        "ZONE": there.timezone if there else "Europe/Oslo",
        "CURRENCY": files_there[-1].currency if files_there else "NOK",
        "SUFFIX": f"-{period}" if files_there else "",  # ids are never used twice
    }
    skip = [f".{'en' if language == 'nb' else 'nb'}.yaml"]
    if (folder / "okr_config" / "sources.yaml").exists():
        skip.append("numbers.csv")
    contents = _filled("init", folder, words, skip=tuple(skip))
    if (there_already := folder / "okr_config" / "objectives" / f"{period}.yaml").exists():
        raise _refusal(folder, str(there_already))
    return _write({path: text for path, text in contents.items() if not path.exists()}, world)


def write_template(
    name: str, folder: Path, world: World, words: Mapping[str, str], *, skip: tuple[str, ...] = ()
) -> list[Path]:
    """Fill in a template folder and write it, all of it or nothing."""
    contents = _filled(name, folder, words, skip=skip)
    # a repository's own list of what to leave out is kept
    contents = {path: text for path, text in contents.items() if path.name != ".gitignore" or not path.exists()}
    if there := [str(path) for path in contents if path.exists()]:
        raise _refusal(folder, ", ".join(sorted(there)))
    return _write(contents, world)


def _filled(name: str, folder: Path, words: Mapping[str, str], *, skip: tuple[str, ...] = ()) -> dict[Path, str]:
    contents = {
        folder / _target(path, words): Template(source.read_text(encoding="utf-8")).safe_substitute(words)
        for path, source in _walk(files("flows") / "templates" / name, Path())
        if not path.name.endswith(skip)
    }
    contents[folder / "okr_config" / "schema.json"] = json_schema(connectors.settings_models())
    return contents


def _write(contents: Mapping[Path, str], world: World) -> list[Path]:
    for path, content in contents.items():
        world.write(path, content.encode(), 0o600 if path.name == ".env" else 0o644)
    return sorted(contents)


def _refusal(folder: Path, there: str) -> UsageError:
    return UsageError(
        f"{folder} holds a project already; nothing was written",
        where=f"there are: {there}",
        next_step="choose another folder: okr init DIR",
    )


def write_schema(home: Path, world: World, *, only_check: bool) -> bool:
    """Write `schema.json`, or only tell whether it is fresh."""
    path = home / "okr_config" / "schema.json"
    text = json_schema(connectors.settings_models())
    if only_check:
        fresh = path.exists() and path.read_text(encoding="utf-8") == text
        output.say(f"{path} is fresh" if fresh else f"{path} is stale   next: okr schema")
        return fresh
    world.write(path, text.encode(), 0o644)
    output.say(f"wrote {path}")
    return True


def quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the quarter a day is in."""
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)


def _walk(folder: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, path / item.name)
        else:
            yield path / item.name, item


def _target(path: Path, words: Mapping[str, str]) -> Path:
    name = _DOTTED.get(path.name, path.name.replace("PERIOD", words.get("PERIOD", "")))
    return path.with_name(name.replace(".nb.yaml", ".yaml").replace(".en.yaml", ".yaml"))
