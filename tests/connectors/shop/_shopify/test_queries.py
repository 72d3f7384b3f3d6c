"""Every query the Shopify connector sends, against the official schema of each supported version."""

import gzip
import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema, parse, validate

from connectors.shop import shopify
from connectors.shop._shopify import bulk, graphql, queries, state

# `.ci/fetch` fills the folder
SCHEMAS = Path(os.environ.get("OKR_SHOPIFY_SCHEMAS", Path(__file__).parents[4] / ".cache" / "shopify"))
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all((SCHEMAS / f"admin_{version}.json.gz").exists() for version in VERSIONS),
        reason="Shopify's schemas are not here: run .ci/fetch, which needs npm",
    ),
]


@cache
def _schema(version: str) -> GraphQLSchema:
    told: Any = json.loads(gzip.decompress((SCHEMAS / f"admin_{version}.json.gz").read_bytes()))
    return build_client_schema(told["data"], assume_valid=True)


def _queries() -> Iterator[tuple[str, str]]:
    for module in (shopify, bulk, graphql, queries, state):
        for name, text in vars(module).items():
            if isinstance(text, str) and re.match(r"\s*(query|mutation)\b", text):
                yield name, text


@pytest.mark.parametrize("version", VERSIONS)
def test_every_query_is_valid(version: str) -> None:
    """No field, argument or type of ours is unknown to a version that Shopify still serves."""
    # customers are left out for an app that may not see them
    texts = {
        (name, customer): text.replace("CUSTOMER", customer)
        for name, text in _queries()
        for customer in ("customer { id }", "")
    }

    mistakes = {
        (name, error.message) for (name, _), text in texts.items() for error in validate(_schema(version), parse(text))
    }

    assert set() == mistakes
    assert {"SHOP", "_STATE", "_VITALS", "ORDERS", "LINES", "REFUNDS", "_RUN", "EXPORT"} <= {name for name, _ in texts}


def test_a_mistake_would_be_seen() -> None:
    """A field that the schema does not have is an error."""
    errors = validate(_schema(VERSIONS[-1]), parse("query { shop { ianaTimezone blood } }"))

    assert ["Cannot query field 'blood' on type 'Shop'."] == [error.message for error in errors]
