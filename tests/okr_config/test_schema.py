"""Tests of okr_config.schema."""

import json
from typing import Any

from okr_config.metrics import BUILT_IN
from okr_config.schema import json_schema
from tests.okr_config.config_folder import CONNECTORS

VARIABLE = {"$ref": "#/definitions/Variable"}


def _definitions() -> dict[str, Any]:
    definitions: dict[str, Any] = json.loads(json_schema(CONNECTORS))["definitions"]
    return definitions


def test_the_text_is_always_the_same() -> None:
    """The order in which connectors are found does not matter."""
    assert json_schema(CONNECTORS) == json_schema(dict(reversed(CONNECTORS.items())))


def test_every_reference_leads_somewhere() -> None:
    """No part points to a definition that is not there."""
    text = json_schema(CONNECTORS)
    definitions = _definitions()

    names = {part.split('"')[0] for part in text.split("#/definitions/")[1:]}

    assert set() == names - definitions.keys()


def test_a_file_is_one_of_five_kinds() -> None:
    """Objectives, sources, metrics, checks and project are told apart by their keys."""
    kinds = json.loads(json_schema(CONNECTORS))["anyOf"]

    assert [
        {"$ref": "#/definitions/ObjectiveFile"},
        ["sources"],
        ["metrics"],
        ["checks"],
        {"$ref": "#/definitions/ProjectSettings"},
    ] == [kind.get("required", kind) for kind in kinds]


def test_a_source_is_read_by_its_connector() -> None:
    """The connector's name decides which settings are offered."""
    source = _definitions()["Source"]

    assert ["file", "http_json", "shopify"] == source["properties"]["connector"]["enum"]
    assert {
        "file": "#/definitions/FileSettings",
        "http_json": "#/definitions/JsonSettings",
        "shopify": "#/definitions/ShopSettings",
    } == {rule["if"]["properties"]["connector"]["const"]: rule["then"]["$ref"] for rule in source["allOf"]}


def test_values_as_people_write_them() -> None:
    """Numbers and days are bare, or variables; a secret is always a variable; money has no text form."""
    definitions = _definitions()
    key_result, shop, period = (
        {key: {part: field[part] for part in field if part != "description"} for key, field in properties.items()}
        for properties in (definitions[name]["properties"] for name in ("KeyResult", "ShopSettings", "Period"))
    )

    assert {"anyOf": [{"format": "date", "type": "string"}, VARIABLE]} == period["start"]
    assert {"anyOf": [{"minimum": 0, "type": "number"}, VARIABLE], "default": 1} == key_result["weight"]
    assert {
        "anyOf": [{"anyOf": [{"type": "number"}, VARIABLE]}, {"const": "measured", "type": "string"}],
        "default": 0,
    } == key_result["baseline"]
    assert {"anyOf": [VARIABLE, {"type": "null"}], "default": None} == shop["access_token"]
    assert {"anyOf": [{"type": "boolean"}, VARIABLE], "default": True} == shop["enabled"]
    assert {"type": "string"} == shop["shop"]
    assert definitions["ShopSettings"]["additionalProperties"] is False


def test_built_in_metrics_are_offered() -> None:
    """An editor completes the metrics that fit, and takes any other text."""
    definitions = _definitions()

    assert [{"enum": list(BUILT_IN)}, {"type": "string"}, {"type": "null"}] == (
        definitions["KeyResult"]["properties"]["metric"]["anyOf"]
    )
    probes = definitions["Step"]["properties"]["probe"]["anyOf"][0]["enum"]
    assert "shop.open" in probes
    assert "shop.orders" not in probes


def test_words_stand_beside_what_they_are_about() -> None:
    """Also where a variable may stand in place of a number, and where a secret has to be one."""
    definitions = _definitions()

    weight, secret = definitions["KeyResult"]["properties"]["weight"], definitions["ShopSettings"]["properties"]
    assert "How much it counts beside the others of its objective" in weight["description"]
    assert [VARIABLE] == [part for part in weight["anyOf"] if "$ref" in part]
    assert {"enum"} < definitions["Source"]["properties"]["connector"].keys()
    assert "First day to pull." == secret["since"]["description"]


def test_an_old_name_is_taken_and_called_old() -> None:
    """An editor offers a curve's share, and does not strike out a value that has always been written."""
    point = _definitions()["PacePoint"]

    assert [{"required": ["share"]}, {"required": ["value"]}] == point["oneOf"]
    assert [None, None, True] == [point["properties"][key].get("deprecated") for key in ("on", "share", "value")]
