"""Tests of okr_config.yaml_files."""

from pathlib import Path
from time import process_time

import pytest

from okr_config.documents import plain
from okr_config.yaml_files import parse_document, read_document


def _value(text: str) -> object:
    document, problems = parse_document(text, "x.yaml")

    assert [] == problems
    assert document is not None
    return plain(document.root)


@pytest.mark.parametrize("word", ["no", "yes", "010", "1e3", "0x1F", "1_000", "12:30:00", "2020-04-27", ".nan", "true"])
def test_plain_scalars_stay_as_written(word: str) -> None:
    """What other readers turn into switches, octals, floats and seconds stays text."""
    assert {"a": word} == _value(f"a: {word}\n")


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_nothing_unless_quoted(word: str) -> None:
    """Null is None; in quotes it is a text."""
    assert {"a": None, "b": word} == _value(f"a: {word}\nb: '{word}'\n")


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "null\n"])
def test_an_empty_file_is_an_empty_mapping(text: str) -> None:
    """A file whose content is all commented out has no keys, and is no mistake."""
    assert {} == _value(text)


def test_lists_and_block_texts() -> None:
    """Nested lists and texts over several lines come through."""
    assert {"a": ["1", ["2"]], "sql": "select 1\nfrom x\n"} == _value("a: [1, [2]]\nsql: |\n  select 1\n  from x\n")


BAD = {
    "bracket": ("a: [1,\n", "x.yaml:2:1  not valid YAML: expected the node content, but found the end of the file"),
    "colon": (
        "a: b: c\n",
        (
            "x.yaml:1:5  not valid YAML: mapping values are not allowed here\n"
            "  a text that holds ': ' needs quotes; else look at the indentation"
        ),
    ),
    "variable in braces": (
        "a: {b: ${C}}\n",
        (
            "x.yaml:1:9  not valid YAML: expected ',' or '}', but got '{'\n"
            "  a bracket is not closed, or a ${NAME} within brackets lacks its quotes"
        ),
    ),
    "tab": (
        "a:\n\t- b\n",
        (
            "x.yaml:2:1  not valid YAML: found character '\\t' that cannot start any token\n"
            "  indent with spaces, and put quotes round a text that begins with a special character"
        ),
    ),
    "quote": (
        "a: 'x\n",
        "x.yaml:2:1  not valid YAML: found unexpected end of stream\n  what it belongs to began on line 1",
    ),
    "control character": ("a: b\nc: \x01\n", "x.yaml:2:4  not valid YAML: a control character\n  next: remove it"),
    "alias": ("a: &x 1\nb: *x\n", "x.yaml:2:4  aliases (*name) are not read\n  next: write the value out"),
    "tag": ("a: !!python/name:os.system x\n", "x.yaml:1:4  tags (!name) are not read\n  next: remove the tag"),
    "unknown tag": ("a: !SECRET!b c\n", "x.yaml:1:4  not valid YAML: tags (!name) are not read"),
    "two documents": ("a: 1\n---\nb: 1\n", "x.yaml:2:1  a second document begins here; a file holds one"),
    "key": ("? [1]\n: x\n", "x.yaml:1:3  a key must be a text"),
    "deep brackets": ("[" * 3000, "x.yaml:1:21  nested deeper than 20 levels"),
    "deep dashes": ("- " * 3000, "x.yaml:1:41  nested deeper than 20 levels"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_named_with_its_place(name: str) -> None:
    """A file that is no YAML, or more than plain YAML, gives one problem."""
    text, expected = BAD[name]

    document, problems = parse_document(text, "x.yaml")

    assert document is None
    assert [expected] == list(map(str, problems))


def test_a_key_given_twice_keeps_its_first_value() -> None:
    """A double key is a problem at the second, and reading goes on."""
    document, problems = parse_document("a: 1\nb: 2\na: 3\n", "x.yaml")

    assert ["x.yaml:3:1  key 'a' is given twice\n  first on line 1\n  next: keep one of them"] == list(
        map(str, problems)
    )
    assert document is not None
    assert {"a": "1", "b": "2"} == plain(document.root)


def test_alias_bombs_cost_nothing() -> None:
    """A file that would unfold to millions of values is refused at its first alias."""
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    began = process_time()

    _, problems = parse_document(bomb, "x.yaml")

    assert ["x.yaml:2:10  aliases (*name) are not read\n  next: write the value out"] == list(map(str, problems))
    assert process_time() - began < 5


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: \xff\n", "x.yaml:1:4  not UTF-8\n  next: save the file as UTF-8"),
        (b"#" * 1_000_001, "x.yaml  larger than 1 MB, which no config file needs to be"),
    ],
    ids=["not UTF-8", "too large"],
)
def test_bytes_that_are_no_text(tmp_path: Path, content: bytes, expected: str) -> None:
    """Other encodings and huge files are refused."""
    path = tmp_path / "x.yaml"
    path.write_bytes(content)

    document, problems = read_document(path, "x.yaml")

    assert document is None
    assert [expected] == list(map(str, problems))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """Files from editors that mark their encoding are read."""
    path = tmp_path / "x.yaml"
    path.write_bytes("\ufeffa: blåbær\n".encode())

    document, problems = read_document(path, "x.yaml")

    assert [] == problems
    assert document is not None
    assert {"a": "blåbær"} == plain(document.root)


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    """What is no file is named, not raised."""
    (tmp_path / "x.yaml").mkdir()

    _, problems = read_document(tmp_path / "x.yaml", "x.yaml")

    assert ["x.yaml  cannot be read: Is a directory"] == list(map(str, problems))


def test_two_escapes_of_json_are_one_character() -> None:
    """JSON is YAML, and writes an emoji as two halves."""
    document, problems = parse_document('title: "\\ud83d\\ude80 Launch"', "f.yaml")

    assert document is not None
    assert ([], "\N{ROCKET} Launch") == (problems, document.root.values["title"].text)  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "what"), [("\\ud83d", "half a character"), ("\\0", "a control character in a text")])
def test_what_no_table_holds_is_refused_with_its_place(text: str, what: str) -> None:
    """Half a character or a control character would break what comes after."""
    _, problems = parse_document(f'a: 1\nb: "x{text}"', "f.yaml")

    assert [(2, 4, True)] == [(one.line, one.column, one.what.startswith(what)) for one in problems]
