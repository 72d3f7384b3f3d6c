"""Compiled templates are kept, and whatever stands against that costs only time."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from scorecard.page.compiled import CompiledTemplates


def _filled(templates: Path) -> str:
    (templates / "greeting.j2").write_text("Hello {{ name }}", encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(templates), bytecode_cache=CompiledTemplates(templates), autoescape=True
    )
    return environment.get_template("greeting.j2").render(name="shop")


@pytest.fixture(autouse=True)
def _beside_the_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_code_is_kept_beside_the_template_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second environment compiles nothing."""
    _filled(tmp_path)
    monkeypatch.setattr(Environment, "_generate", None)

    assert [file.suffix for file in (tmp_path / "__pycache__").iterdir()] == [".jinja"]
    assert _filled(tmp_path) == "Hello shop"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A program that lies where its user may not write draws its page all the same."""
    (tmp_path / "__pycache__").write_text("no folder", encoding="utf-8")

    assert _filled(tmp_path) == "Hello shop"


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever forbids compiled modules has no compiled templates either."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert _filled(tmp_path) == "Hello shop"
    assert not (tmp_path / "__pycache__").exists()
