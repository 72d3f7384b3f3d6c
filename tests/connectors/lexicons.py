"""
The AT Protocol's own description of its calls, to hold requests and answers against.

    profile = Lexicons().query("app.bsky.actor.getProfile")
    profile.check_parameters({"actor": "shop.example"})
    profile.check_answer({"did": "did:plc:abc", "handle": "shop.example"})

`.ci/fetch` takes the lexicons from the package @atproto/api and puts them into `.cache/bluesky`; where that was not
done, tests that need them are skipped.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

PATH = Path(__file__).parents[2] / ".cache" / "bluesky" / "lexicons.json"

needs_lexicons = pytest.mark.skipif(not PATH.exists(), reason="the lexicons are not here: .ci/fetch gets them")

_FORMATS = {
    "did": r"^did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]$",
    "handle": r"^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$",
    "datetime": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
    "at-uri": r"^at://",
    "uri": r"^\w+:",
}
_FORMATS["at-identifier"] = f"{_FORMATS['did']}|{_FORMATS['handle']}"
_PLAIN = {"string", "integer", "boolean"}
_RANGES = {"minimum", "maximum", "minLength", "maxLength", "enum", "const"}


@dataclass(frozen=True)
class Query:
    """One call that reads."""

    parameters: Draft202012Validator
    answer: Draft202012Validator

    def check_parameters(self, query: Mapping[str, str]) -> None:
        """Fail where a query is not one that the call takes; it may have no parameter that is not declared."""
        assert [] == _errors(self.parameters, dict(query))

    def check_answer(self, answer: object) -> None:
        """Fail where an answer is not one that the call gives."""
        assert [] == _errors(self.answer, answer)


class Lexicons:
    """All that the network declares, as JSON schemas."""

    def __init__(self) -> None:
        documents: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))
        self._declared = {document["id"]: document["defs"] for document in documents}
        self._schemas = {
            _name(document, name): _as_json_schema(definition, document)
            for document, definitions in self._declared.items()
            for name, definition in definitions.items()
            if definition["type"] not in {"query", "procedure", "subscription", "record", "token", "permission-set"}
        }

    def query(self, name: str) -> Query:
        """Return a call by its name."""
        main = self._declared[name]["main"]
        parameters = {**main["parameters"], "type": "object"}
        return Query(
            self._validator({**_as_json_schema(parameters, name), "additionalProperties": False}),
            self._validator(_as_json_schema(main["output"]["schema"], name)),
        )

    def _validator(self, schema: Mapping[str, Any]) -> Draft202012Validator:
        return Draft202012Validator({**schema, "$defs": self._schemas})


def _errors(validator: Draft202012Validator, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _name(document: str, name: str) -> str:
    return f"{document}.{name}"


def _as_json_schema(definition: Mapping[str, Any], document: str) -> dict[str, Any]:
    """Translate a definition; a union is open: its members have a $type, and one that is not declared may come."""
    match definition["type"]:
        case "ref":
            where, _, name = definition["ref"].removeprefix("lex:").partition("#")
            return {"$ref": f"#/$defs/{_name(where or document, name or 'main')}"}
        case "object":
            fields = definition.get("properties", {})
            return {
                "type": "object",
                "required": definition.get("required", []),
                "properties": {name: _as_json_schema(field, document) for name, field in fields.items()},
            }
        case "array":
            return {"type": "array", "items": _as_json_schema(definition["items"], document)}
        case kind if kind in _PLAIN:
            made = {"type": kind, **{name: definition[name] for name in _RANGES & definition.keys()}}
            pattern = _FORMATS.get(definition.get("format", ""))
            return {**made, "pattern": pattern} if pattern else made
        case "union":
            return {"type": "object", "required": ["$type"]}
        case _:
            return {}
