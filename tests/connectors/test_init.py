"""Finding connectors: by file name, and only when asked."""

import subprocess
import sys

import pytest

import connectors
from okr_config.models import SourceSettings

NAMES = ("bluesky", "file", "http_json", "mastodon", "plausible", "shopify")


def test_names_are_file_names() -> None:
    """Every file without a leading underscore is a connector, and nothing is registered."""
    assert set(NAMES) <= set(connectors.names())
    assert sorted(connectors.names()) == list(connectors.names())


def test_an_unknown_name_is_a_key_error() -> None:
    """There is no connector by any other name."""
    with pytest.raises(KeyError):
        connectors.load("_client")


def test_settings_models_are_looked_up_by_name() -> None:
    """The mapping has every connector and gives settings models."""
    models = connectors.settings_models()

    assert connectors.names() == tuple(models)
    assert len(connectors.names()) == len(models)
    assert all(issubclass(model, SourceSettings) for model in models.values())


def test_importing_and_listing_is_cheap() -> None:
    """Neither the package nor its list of names brings in what a connector needs."""
    heavy = {"httpx", "polars", "pydantic", "jmespath"}
    code = f"import sys, connectors; connectors.names(); print(sorted({heavy!r} & set(sys.modules)))"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == told.stdout.strip()


def test_connectors_with_metrics_of_their_own_are_known_to_the_config() -> None:
    """Who brings `<source>.<name>` without a setting that declares it says so where key results are checked."""
    sources = [connectors.load(name) for name in connectors.names()]
    bringing = {
        source.name
        for source in sources
        if any(metric.startswith("<source>.") for metric in source.metrics)
        and not ("metric" in source.settings.model_fields and source.settings.model_fields["metric"].is_required())
    }

    assert bringing == {source.name for source in sources if source.settings.brings_metrics}


def test_a_client_does_not_bring_in_a_terminal() -> None:
    """Reading needs neither rich nor pygments, though httpx loads them for a command of its own."""
    code = "import sys, connectors.pulling; print(sorted({'rich', 'pygments'} & set(sys.modules)))"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == told.stdout.strip()
