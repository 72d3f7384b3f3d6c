"""`okr connectors`: every connector, and one of them with what may be set (flows.commands.connectors)."""

import json

import connectors
from tests.conftest import Clock, still_world
from tests.flows.command import invoke

WORLD = still_world(Clock())


def test_each_setting_is_told_in_words() -> None:
    """What it is, whether it is needed, and that a secret goes into .env; nothing is listed twice."""
    lines = invoke(WORLD, "connectors", "shopify", home=None).stdout.splitlines()

    assert "shop           Host of the shop, such as min-butikk.myshopify.com. Needed." in lines
    assert "client_secret  Client secret of that app. Secret, in .env." in lines
    assert ["settings:"] == [line for line in lines if line.startswith(("settings:", "secrets:", "words:"))]


def test_json_has_the_words_too() -> None:
    """By the name of the setting, beside the names of all settings and of those that are secret."""
    (facts,) = json.loads(invoke(WORLD, "connectors", "bluesky", "--json", home=None).stdout)

    assert ["account"] == facts["settings"]
    assert [] == facts["secrets"]
    assert {"account": "Handle without @, such as minbutikk.bsky.social, or the DID."} == facts["words"]


def test_every_connector_is_listed() -> None:
    """One row each, with what it measures."""
    rows = json.loads(invoke(WORLD, "connectors", "--json", home=None).stdout)

    assert list(connectors.names()) == [row["connector"] for row in rows]
    assert all(set(row["words"]) == set(row["settings"]) for row in rows)
