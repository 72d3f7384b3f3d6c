"""A config file as a tree: what stands where, and what is told of it."""

from pathlib import Path

import pytest

from okr_config.documents import Document, Spot, items_of, plain, scalars, text_of
from okr_config.environment import Variables, fill
from okr_config.yaml_files import read_document

TEXT = """\
name: shop
sources:
  - {id: a, key: "${KEY}"}
  - id: b
    nothing:
"""


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """Return the file with KEY not set."""
    path = tmp_path / "sources.yaml"
    path.write_text(TEXT)
    written, problems = read_document(path, "sources.yaml")
    assert [] == problems
    assert written
    return fill(written, Variables({}, {}))


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("name",), "sources.yaml:1:7"),
        (("sources", 1, "id"), "sources.yaml:4:9"),
        (("sources", 1, "no", "such"), "sources.yaml:4:5"),
        (("sources", 7), "sources.yaml:3:3"),
        (("name", "below"), "sources.yaml:1:7"),
    ],
)
def test_a_path_leads_to_the_nearest_there_is(document: Document, path: tuple[str | int, ...], where: str) -> None:
    """A problem of what is missing stands at what should hold it."""
    assert where == Spot(document, document.root).at(*path).where


def test_a_tree_is_plain_values_again(document: Document) -> None:
    """Null is None; as written, a variable stays its name."""
    first, second = items_of(document.root, "sources")

    assert {"id": "a", "key": "${KEY}"} == plain(first, as_written=True)
    assert {"id": "b", "nothing": None} == plain(second)
    assert () == items_of(document.root, "name")


def test_what_lacks_a_variable_is_no_text(document: Document) -> None:
    """It is found below its spot, and nobody reads it as a value."""
    spot = Spot(document, document.root)
    first, _ = items_of(document.root, "sources")

    assert [("KEY",)] == [scalar.missing for scalar in spot.missing()]
    assert [("sources", 0, "key")] == [path for path, scalar in scalars(document.root) if scalar.missing]
    assert ("a", None, None) == (text_of(first, "id"), text_of(first, "key"), text_of(first, "none"))


def test_a_problem_has_its_place(document: Document) -> None:
    """File, line and column, with what helps."""
    (problem,) = Spot(document, document.root).at("sources", 1).tell("is odd", hint="try c", next_step="okr check")

    assert ("sources.yaml", 4, 5, "is odd", "try c", "okr check") == (
        problem.file, problem.line, problem.column, problem.what, problem.hint, problem.next,
    )  # fmt: skip
