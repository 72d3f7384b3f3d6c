"""What is said of the keys of config files: every key has words, and every key is read by somebody."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

import connectors
from okr_config.models import ObjectiveFile, ProjectSettings, SourceSettings, TeamMetric
from okr_config.quality import TeamCheck
from okr_config.schema import json_schema

ROOT = Path(__file__).parents[2]
READ_OTHERWISE = {
    "access_token_secret": "one of the four that magento reads in a loop",
    "additive": "read by okr_config.sources_file, as the declaration of a metric",
}
SENTENCE = re.compile(r"[.!?](?=\s|$)")


def _properties() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = json.loads(json_schema({name: connectors.load(name).settings for name in connectors.names()}))
    for name, definition in schema["definitions"].items():
        for key, field in definition.get("properties", {}).items():
            yield f"{name}.{key}", field


def test_every_key_is_described_in_a_sentence_or_two() -> None:
    """Whatever an editor offers says what it is for, in words that end with a full stop."""
    counts = {key: len(SENTENCE.findall(field.get("description", ""))) for key, field in _properties()}

    assert len(counts) > 500
    assert {} == {key: count for key, count in counts.items() if count not in {1, 2}}


def _models(model: type[BaseModel], seen: dict[type[BaseModel], None]) -> dict[type[BaseModel], None]:
    """Return a model and those within it, in the order met."""
    if model not in seen:
        seen[model] = None
        for field in model.model_fields.values():
            for below in _within(field.annotation):
                _models(below, seen)
    return seen


def _within(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _within(part)


def _reads(*folders: str) -> set[str]:
    """Return every name that code reads behind a dot; what validates a model only says what may be written in it."""
    names: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        nodes: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
        while nodes:
            node = nodes.pop()
            if isinstance(node, ast.FunctionDef) and "validator" in "".join(map(ast.dump, node.decorator_list)):
                continue
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                names.add(node.attr)
            if isinstance(node, ast.MatchClass):
                names.update(node.kwd_attrs)
            nodes += ast.iter_child_nodes(node)
    return names


def test_every_key_is_read_outside_the_config() -> None:
    """A key that is accepted and changes nothing is worse than an unknown one: whoever writes it is not told."""
    roots = (ObjectiveFile, ProjectSettings, TeamMetric, TeamCheck, SourceSettings)
    models: dict[type[BaseModel], None] = {}
    for root in roots:
        _models(root, models)
    read = _reads("scorecard", "flows", "connectors", "warehouse")

    keys = {f"{model.__name__}.{name}" for model in models for name in model.model_fields}

    assert set() == {key for key in keys if key.partition(".")[2] not in read}


def test_every_setting_of_a_connector_is_read_by_connectors() -> None:
    """What a vendor's settings hold is asked for by whoever talks to the vendor."""
    read = _reads("connectors")
    models: dict[type[BaseModel], None] = {}
    for name in connectors.names():
        _models(connectors.load(name).settings, models)
    settings = {name for model in models for name in model.model_fields} - SourceSettings.model_fields.keys()

    assert READ_OTHERWISE.keys() == settings - read
