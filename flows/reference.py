"""
The pages on what may be written and what may be asked, from models and tables themselves, so that they cannot go stale.

    python -m flows.reference           writes docs/key-results.md, docs/project-files.md and docs/tables.md
    python -m flows.reference --check   exits 1 when one is not what the code says
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

from flows.console import output
from okr_config.models import KeyResult, ObjectiveFile, ProjectSettings, SourceSettings, TeamMetric
from okr_config.quality import TeamCheck
from okr_config.schema import model_schema
from okr_config.world import World, real_world
from warehouse.reading import shipped_tables

FOLDER = Path("docs")
_PRIMITIVES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "",
    "object": "mapping",
}


@dataclass(frozen=True)
class Key:
    """One key of a block: what may be written behind it, what counts where it is left out, and what it is for."""

    name: str
    takes: str
    default: str
    words: str


@dataclass(frozen=True)
class Block:
    """A block of a file with its keys. name: of its model. title: the same in words."""

    name: str
    words: str
    keys: tuple[Key, ...]

    @property
    def title(self) -> str:
        """What it is called on a page."""
        return _title(self.name)


def blocks_of(model: type[BaseModel]) -> tuple[Block, ...]:
    """Return a model's block, then those that its keys lead to, each once."""
    schema = model_schema(model)
    definitions = schema.get("$defs", {})
    found: dict[str, Block] = {}

    def visit(name: str, block: Mapping[str, Any]) -> None:
        found[name] = Block(name, " ".join(block.get("description", "").split()), tuple(_keys(block, definitions)))
        for field in block["properties"].values():
            for below in _names_in(field):
                if "properties" in definitions[below] and below not in found:
                    visit(below, definitions[below])

    visit(model.__name__, schema)
    return tuple(found.values())


def pages() -> Mapping[str, str]:
    """Return every page by its file name."""
    # plain text, which nothing runs: no markup to escape
    templates = Environment(  # noqa: S701
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["in_cell"] = in_cell
    objectives = {block.name: block for block in blocks_of(ObjectiveFile)}
    first, *below_key_result = (block.name for block in blocks_of(KeyResult))
    return {
        "key-results.md": templates.get_template("key_results.md.j2").render(
            key_result=objectives[first],
            below=[objectives[name] for name in below_key_result],
            around=[block for name, block in objectives.items() if name not in {first, *below_key_result}],
        ),
        "project-files.md": templates.get_template("project_files.md.j2").render(
            sources=blocks_of(SourceSettings),
            metrics=blocks_of(TeamMetric),
            checks=blocks_of(TeamCheck),
            project=blocks_of(ProjectSettings),
        ),
        "tables.md": templates.get_template("tables.md.j2").render(tables=shipped_tables()),
    }


def write(root: Path, world: World, *, only_check: bool) -> bool:
    """Write the pages below a repository's root, or only tell whether they are fresh."""
    fresh = pages()
    paths = {name: root / FOLDER / name for name in fresh}
    stale = [
        name for name, path in paths.items() if not path.exists() or path.read_text(encoding="utf-8") != fresh[name]
    ]
    if not only_check:
        for name in stale:
            world.write(paths[name], fresh[name].encode(), 0o644)
    return not (only_check and stale)


def in_cell(text: str) -> str:
    """Return a text as a cell of a Markdown table takes it."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _keys(block: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[Key]:
    needed = {*block.get("required", ()), *(name for one in block.get("oneOf", ()) for name in one["required"])}
    for name, field in block["properties"].items():
        if not field.get("deprecated"):
            default = "needed" if name in needed else _default(field.get("default"))
            yield Key(name, _takes(field, definitions), default, field.get("description", ""))


def _default(value: object) -> str:
    if value is None or value in ([], {}, ""):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items() if part is not None)
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _takes(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return in words what may be written behind a key."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        if "properties" in definitions[name]:
            return f"[{_title(name)}](#{_title(name).replace(' ', '-')})"
        return _takes(definitions[name], definitions)
    choices = field.get("anyOf") or field.get("oneOf")
    if choices:
        return " or ".join(dict.fromkeys(filter(None, (_takes(choice, definitions) for choice in choices))))
    if "const" in field or "enum" in field:
        return ", ".join(map(str, field.get("enum") or [field["const"]]))
    if field.get("type") == "array":
        parts = field.get("prefixItems")
        return f"list of {len(parts)}" if parts else f"list of {_takes(field['items'], definitions)}"
    return "day" if field.get("format") == "date" else _PRIMITIVES[field["type"]]


def _title(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _names_in(field: object) -> Iterator[str]:
    """Yield the names of all definitions that a schema refers to, in their order."""
    if isinstance(field, dict):
        if "$ref" in field:
            yield str(field["$ref"]).rpartition("/")[2]
        for part in field.values():
            yield from _names_in(part)
    elif isinstance(field, list):
        for part in field:
            yield from _names_in(part)


if __name__ == "__main__":
    fresh = write(Path.cwd(), real_world(), only_check="--check" in sys.argv)
    output.say(f"the reference in {FOLDER} is {'fresh' if fresh else 'stale   next: just generate'}")
    sys.exit(0 if fresh else 1)
