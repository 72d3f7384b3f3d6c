"""`okr connectors`: every connector, and one of them with what may be set (flows.sources.catalogue)."""

import json

import pytest

import connectors
from flows.sources.catalogue import describe, settings_of, variable_name
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


@pytest.mark.parametrize("name", connectors.names())
def test_secrets_are_settings_that_are_its_own(name: str) -> None:
    """A secret is one of the settings; those that every source takes are not told again."""
    facts, settings = describe(name), list(settings_of(connectors.load(name)))

    assert [one.name for one in settings] == facts["settings"]
    assert [one.name for one in settings if one.is_secret] == facts["secrets"]
    assert not {"id", "connector", "since", "timeout", "enabled"} & {one.name for one in settings}


@pytest.mark.parametrize(
    ("source", "setting", "name"),
    [
        ("shop", "access_token", "SHOP_ACCESS_TOKEN"),
        ("my-shop", "key", "MY_SHOP_KEY"),
        ("no.2 shop", "key", "NO_2_SHOP_KEY"),
    ],
)
def test_a_secret_has_a_variable_of_its_own(source: str, setting: str, name: str) -> None:
    """In letters that every shell takes."""
    assert name == variable_name(source, setting)
