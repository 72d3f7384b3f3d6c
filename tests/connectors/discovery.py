"""
Google's own description of its APIs, to hold requests and sample answers against.

    ga4 = Discovery("analyticsdata.v1beta")
    ga4.check_request("properties.runReport", request)      # a request as the loopback server saw it
    ga4.check_answer("properties.runReport", {"rows": []})

The discovery documents come with the package google-api-python-client.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator

from tests.connectors.loopback import Request

_PLAIN = ("type", "description", "pattern")
_LARGE = {"int64", "uint64"}


class Discovery:
    """One API. `revision` is the day of its description."""

    def __init__(self, name: str) -> None:
        self._document = _read(name)
        self.revision: str = self._document["revision"]
        self._schemas = {key: _as_json_schema(schema) for key, schema in self._document["schemas"].items()}

    def check_request(self, method: str, request: Request) -> None:
        """Fail where a request is not one of a method: its verb, path, parameters and body."""
        declared = self._method(method)
        template = self._document["servicePath"] + declared.get("flatPath", declared["path"])
        path = re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(template))
        assert declared["httpMethod"] == request.method
        assert re.fullmatch(f"/{path}", request.path), f"{request.path} is not {template}"
        known = {**self._document["parameters"], **declared.get("parameters", {})}
        _check_parameters(known, request.query)
        if "request" in declared:
            self._check(declared["request"]["$ref"], request.body)
        else:
            assert request.body is None

    def check_answer(self, method: str, answer: object) -> None:
        """Fail where an answer is not one that a method gives; it may not have a field that is not declared."""
        self._check(self._method(method)["response"]["$ref"], answer)

    def _method(self, method: str) -> Mapping[str, Any]:
        *path, name = method.split(".")
        resource = self._document
        for part in path:
            resource = resource["resources"][part]
        found: Mapping[str, Any] = resource["methods"][name]
        return found

    def _check(self, schema: str, value: object) -> None:
        whole = {"$ref": f"#/$defs/{schema}", "$defs": self._schemas}
        errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]
        assert [] == errors


@cache
def _read(name: str) -> dict[str, Any]:
    documents = resources.files("googleapiclient") / "discovery_cache" / "documents"
    document: dict[str, Any] = json.loads((documents / f"{name}.json").read_text())
    return document


def _check_parameters(known: Mapping[str, Mapping[str, Any]], query: Mapping[str, str]) -> None:
    """Hold a query against the parameters of a method and of the whole API."""
    assert [] == [name for name in query if name not in known]
    needed = [name for name, one in known.items() if one.get("location") == "query" and one.get("required")]
    assert [] == [name for name in needed if name not in query]
    for name, value in query.items():
        allowed = known[name].get("enum")
        assert allowed is None or value in allowed, f"{name} is not one of {allowed}"


def _as_json_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """
    Translate a schema of a discovery document.

    Whole numbers of 64 bits are texts in JSON, though plain numbers are taken too; Google compares names of constants
    without their case; an object has no fields but its own.
    """
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    made: dict[str, Any] = {name: schema[name] for name in _PLAIN if name in schema}
    if schema.get("type") == "any":
        return {}
    if schema.get("format") in _LARGE:
        made = {"type": ["string", "integer"], "pattern": r"^-?\d+$"}
    if "enum" in schema:
        made["pattern"] = f"^(?i:{'|'.join(map(re.escape, schema['enum']))})$"
    if "items" in schema:
        made["items"] = _as_json_schema(schema["items"])
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        made["properties"] = {name: _as_json_schema(field) for name, field in fields.items()}
        others = schema.get("additionalProperties")
        made["additionalProperties"] = _as_json_schema(others) if others else False
    return made
