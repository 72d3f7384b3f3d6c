"""Writes project folders from the templates beside this module, and the schema that editors read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

import connectors
from flows.console import messages, output
from flows.scaffold.beginning import WEEKS, Beginning
from okr_config import Config
from okr_config.errors import UsageError
from okr_config.models import ObjectiveFile
from okr_config.schema import json_schema
from okr_config.world import World
from okr_config.yaml_text import flow

_ZONE = "Europe/Oslo"
_DOTTED = {"env": ".env", "gitignore": ".gitignore"}


@dataclass(frozen=True)
class Extent:
    """A period to come: its id, first and last day."""

    period: str
    start: date
    end: date


def write_project(folder: Path, beginning: Beginning, world: World, there: Config | None = None) -> list[Path]:
    """
    Write a project folder for a period from today on; it runs as it is, on numbers typed into a CSV file.

    `there`: the config of a folder that has objectives of earlier periods. Whatever is there already is kept.

    Raises:
        UsageError: when there are objectives for today already. Nothing is written then.
    """
    refuse_running(folder, there, world)
    extent = next_extent(there, beginning.weeks, world)
    skip = () if not (folder / "okr_config" / "sources.yaml").exists() else ("numbers.csv",)
    words = {**_words(beginning, extent), **_inherited(there, extent)}
    contents = _filled(f"init/{beginning.language}", folder, words, skip=skip)
    if (there_already := folder / "okr_config" / "objectives" / f"{extent.period}.yaml").exists():
        raise _refusal(folder, str(there_already))
    return _write({path: text for path, text in contents.items() if not path.exists()}, world)


def refuse_running(folder: Path, there: Config | None, world: World) -> None:
    """
    Refuse to begin a period before the last one is over.

    Raises:
        UsageError: when it is not.
    """
    today = _today(there, world)
    if running := [file.period.id for file in _planned(there) if file.period.end >= today]:
        raise _refusal(folder, f"period {running[-1]} is not over")


def next_extent(there: Config | None, weeks: int | None, world: World) -> Extent:
    """Return the period from today on: of so many weeks, else as long as the last one, else of six weeks."""
    start = _today(there, world)
    last = max((file.period for file in _planned(there)), key=lambda period: period.end, default=None)
    length = timedelta(weeks=weeks or WEEKS)
    if last and not weeks:
        length = last.end - last.start + timedelta(days=1)
    year, week, _ = start.isocalendar()
    return Extent(f"{year}-w{week:02}", start, start + length - timedelta(days=1))


def _planned(there: Config | None) -> list[ObjectiveFile]:
    """Return the files that plan one period after the other: not a year that objectives of its quarters serve."""
    files = there.files if there else ()
    served = {
        objective.parent
        for file in files
        for objective in file.objectives
        if objective.parent not in {one.id for one in file.objectives}
    }
    return [file for file in files if not served & {one.id for one in file.objectives}]


def _today(there: Config | None, world: World) -> date:
    return world.clock().astimezone(ZoneInfo(there.timezone if there else _ZONE)).date()


def _words(beginning: Beginning, extent: Extent) -> dict[str, str]:
    """Return what the templates leave open."""
    language = beginning.language
    measured = {name for connector in beginning.connectors for name in connectors.load(connector).metrics}
    things = beginning.things or messages.text("units", language)
    return {
        "PERIOD": extent.period,
        "START": extent.start.isoformat(),
        "END": extent.end.isoformat(),
        "DAY": extent.start.isoformat(),
        "MONDAY": (extent.start - timedelta(days=extent.start.weekday() + 7)).isoformat(),
        "SALES_TITLE": flow(messages.text("sales", language, target=beginning.sales, things=things)),
        "SALES": str(beginning.sales),
        "VISITORS": str(beginning.visitors),
        "FOLLOWERS": str(beginning.followers),
        "PRODUCTS": _step("shop.products_published", measured),
        "PAYMENTS": _step("shop.payments_enabled", measured),
        "SOURCES": "".join(
            f"   - {connectors.load(name).title}: `okr connect {name}`\n" for name in beginning.connectors
        ),
    }


def _step(probe: str, measured: Collection[str]) -> str:
    """Return what decides a step: the source's word where one will give it, else a hand."""
    return f"probe: {probe}" if probe in measured else "done: null"


def _inherited(there: Config | None, extent: Extent) -> dict[str, str]:
    last = there.files[-1] if there and there.files else None
    return {
        "ZONE": there.timezone if there else _ZONE,
        "CURRENCY": last.currency if last else "NOK",
        "SUFFIX": f"-{extent.period}" if last else "",  # ids are never used twice
    }


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


def _walk(folder: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, path / item.name)
        else:
            yield path / item.name, item


def _target(path: Path, words: Mapping[str, str]) -> Path:
    name = _DOTTED.get(path.name, path.name.replace("PERIOD", words.get("PERIOD", "")))
    return path.with_name(name)
