"""`okr schema`: the file by which an editor completes what is written (flows.commands.schema)."""

import json
from pathlib import Path

from tests.flows.command import ask


def test_a_fresh_schema_is_written_and_then_fresh(home: Path) -> None:
    """It names every connector's settings; a check of it is silent."""
    missing = ask(home, "schema", "--check").exit_code
    written = ask(home, "schema")
    text = (home / "okr_config" / "schema.json").read_text(encoding="utf-8")

    assert (1, 0, 0) == (missing, written.exit_code, ask(home, "schema", "--check").exit_code)
    assert "shopify" in json.dumps(json.loads(text))


def test_a_check_leaves_a_stale_schema_as_it_is(home: Path) -> None:
    """It tells by its exit code, and mends nothing."""
    path = home / "okr_config" / "schema.json"
    path.write_text("{}")

    assert 1 == ask(home, "schema", "--check").exit_code
    assert "{}" == path.read_text(encoding="utf-8")
