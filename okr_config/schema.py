"""
One JSON schema for all YAML files of a project folder, for completion and checks in an editor.

It allows a little more than the models: any number, day or switch may be a variable instead, and a secret must be one.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import AliasChoices, BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from okr_config.field_docs import docs_of
from okr_config.kinds import natures_of
from okr_config.metrics import BUILT_IN, Nature
from okr_config.models import ObjectiveFile, ProjectSettings, SourceSettings, TeamMetric
from okr_config.quality import TeamCheck

_VARIABLE = {
    "description": "Filled from the environment or .env.",
    "type": "string",
    "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^{}]*)?\}",
}
_TO_VARIABLE = {"$ref": "#/definitions/Variable"}


def json_schema(connectors: Mapping[str, type[SourceSettings]]) -> str:
    """Return the schema as text; the same connectors always give the same text."""
    models = {name: connectors[name] for name in sorted(connectors)}
    roots: list[type[BaseModel]] = [ObjectiveFile, ProjectSettings, TeamMetric, TeamCheck, *models.values()]
    refs, generated = models_json_schema(
        [(root, "validation") for root in roots],
        ref_template="#/definitions/{model}",
        schema_generator=_Generator,
    )
    definitions: dict[str, Any] = {"Variable": _VARIABLE, **_with_variables(generated["$defs"])}
    for model, key in _NAMES_OF_METRICS:
        _suggest(definitions[model]["properties"][key], natures_of(key))
    definitions["Source"] = {
        "type": "object",
        "required": ["id", "connector"],
        "properties": {"connector": {"enum": list(models), "description": docs_of(SourceSettings)["connector"]}},
        "allOf": [
            {
                "if": {"required": ["connector"], "properties": {"connector": {"const": name}}},
                "then": refs[model, "validation"],
            }
            for name, model in models.items()
        ],
    }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Files of an okr project folder",
        "anyOf": [
            refs[ObjectiveFile, "validation"],
            _list_file("sources", "#/definitions/Source"),
            _list_file("metrics", refs[TeamMetric, "validation"]["$ref"]),
            _list_file("checks", refs[TeamCheck, "validation"]["$ref"]),
            refs[ProjectSettings, "validation"],
        ],
        "definitions": definitions,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def model_schema(model: type[BaseModel]) -> JsonSchemaValue:
    """Return the schema of one model, for pages on what may be written."""
    return model.model_json_schema(schema_generator=_Generator)


_NAMES_OF_METRICS = (
    ("KeyResult", "metric"),
    ("KeyResult", "numerator"),
    ("KeyResult", "denominator"),
    ("Step", "probe"),
)


def _suggest(field: dict[str, Any], natures: set[Nature]) -> None:
    """Offer the built-in metrics that fit; a team's own are texts like any other."""
    field["anyOf"].insert(0, {"enum": [metric.id for metric in BUILT_IN.values() if metric.nature in natures]})


def _list_file(key: str, ref: str) -> JsonSchemaValue:
    return {
        "type": "object",
        "required": [key],
        "properties": {key: {"type": ["array", "null"], "items": {"$ref": ref}}},
        "additionalProperties": False,
    }


class _Generator(GenerateJsonSchema):
    """Schemas as people write YAML: a decimal is a number, a key is its own title, and the text under it is shown."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made, docs = super().model_schema(schema), docs_of(schema["cls"])
        for name, field in schema["cls"].model_fields.items():
            names = field.validation_alias
            key = names.choices[0] if isinstance(names, AliasChoices) else name
            if name in docs:
                made["properties"][key]["description"] = docs[name]
        return made

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        number: JsonSchemaValue = super().decimal_schema(schema)["anyOf"][0]
        return number

    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401 - pydantic's own signature
        if isinstance(dft, Decimal):
            return int(dft) if dft == dft.to_integral_value() else float(dft)
        return super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - as above
        del schema
        return False


def _with_variables(schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Allow a variable wherever something else than text is wanted, and only a variable where a secret is."""
    if isinstance(schema, list):
        return [_with_variables(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    around = {key: schema[key] for key in ("default", "description", "deprecated") if key in schema}
    if schema.get("format") == "password":
        return {**_TO_VARIABLE, **around}
    if schema.get("type") in ("integer", "number", "boolean") or schema.get("format") == "date":
        return {"anyOf": [{key: schema[key] for key in schema if key not in around}, _TO_VARIABLE], **around}
    return {key: _with_variables(part) for key, part in schema.items()}
