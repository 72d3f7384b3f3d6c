"""Adding to a team's files: every other byte stays as it was."""

import pytest

from okr_config.editing import add_source, set_variable
from okr_config.environment import parse_dotenv
from okr_config.yaml_files import parse_document

ENTRY = {"id": "shop", "connector": "shopify", "shop": "a.myshopify.com", "access_token": "${SHOP_ACCESS_TOKEN}"}
FLUSH = """\
- id: shop
  connector: shopify
  shop: a.myshopify.com
  access_token: ${SHOP_ACCESS_TOKEN}
"""
TILL = "sources:\n  # the till\n  - {id: a, connector: file}\n"
LINES = """\
  - id: shop
    connector: shopify
    shop: a.myshopify.com
    access_token: ${SHOP_ACCESS_TOKEN}
"""


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (None, "# yaml-language-server: $schema=schema.json\nsources:\n" + LINES),
        ("", "sources:\n" + LINES),
        ("# ours\n", "# ours\nsources:\n" + LINES),
        ("# ours\nsources: []\n", "# ours\nsources:\n" + LINES),
        ("sources:\n", "sources:\n" + LINES),
        (
            "sources:\n  # the till\n  - {id: a, connector: file}\n\n",
            "sources:\n  # the till\n  - {id: a, connector: file}\n" + LINES,
        ),
        (
            "sources:\n- id: a  # x\n  connector: file\n",
            "sources:\n- id: a  # x\n  connector: file\n" + LINES.replace("\n  ", "\n")[2:],
        ),
    ],
    ids=["no file", "empty", "comment", "empty list", "no list", "indented", "flush"],
)
def test_a_source_is_added_at_the_end(text: str | None, added: str) -> None:
    """In the list's own indentation; comments and spelling stay."""
    assert added == add_source(text, ENTRY)


@pytest.mark.parametrize("text", ["sources: [{id: a, connector: file}]\n", "sources: []\nmore: 1\n", "a: [", "- 1\n"])
def test_a_file_of_another_shape_is_left_alone(text: str) -> None:
    """Where a line cannot simply be added, nothing is guessed."""
    assert None is add_source(text, ENTRY)


@pytest.mark.parametrize("value", ["a: b", "# no", "007", "- x", 'say "hi"', "ja", "[1]", "line\nbreak", "", "å"])
def test_any_value_is_read_back_as_it_was(value: str) -> None:
    """Whatever has a meaning in YAML is quoted."""
    text = add_source(None, {"id": "a", "site": value})

    document, problems = parse_document(text or "", "sources.yaml")
    assert [] == problems
    assert document is not None
    assert value == document.root.values["sources"].items[0].values["site"].text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "value", ["abc-123_./+:=", "two words", "it's", 'a "b" \\ c', '{\n  "key": 1\n}', 'it\'s\n"x"', "#"]
)
def test_a_variable_is_read_back_as_it_was(value: str) -> None:
    """Whatever it holds, over several lines too."""
    values, problems = parse_dotenv(set_variable("A=1\n", "B", value))

    assert ({"A": "1", "B": value}, []) == (values, problems)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "B=new\n"),
        ("A=1", "A=1\nB=new\n"),
        ("# x\nB=\nC=3\n", "# x\nB=new\nC=3\n"),
        ("B='old\nvalue'\nC=3\n", "B=new\nC=3\n"),
        ("A=1\r\n\r\n  B=2 # x\r\nC=3", "A=1\r\n\r\n  B=new # x\r\nC=3"),
        ("export B = 'o\\'ld' # of the shop\nC=3\n", "export B = new # of the shop\nC=3\n"),
        ("A=1\nB", "A=1\nB=new\n"),
        ("A=1\r\n", "A=1\r\nB=new\r\n"),
        ("B=1\nB=2\n", "B=1\nB=new\n"),
    ],
)
def test_a_variable_is_set_in_its_place(before: str, after: str) -> None:
    """An old value goes; all else stays."""
    assert after == set_variable(before, "B", "new")
