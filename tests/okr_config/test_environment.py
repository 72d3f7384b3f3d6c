"""Tests of okr_config.environment."""

import string
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okr_config.documents import Document, Place, Scalar, plain
from okr_config.environment import Variables, fill, parse_dotenv, read_dotenv

NAMES = st.text(string.ascii_letters + "_", min_size=1, max_size=8)
BACKSLASH = "\\"


def _filled(written: str, environ: Mapping[str, str], dotenv: Mapping[str, str] | None = None) -> Document:
    scalar = Scalar(Place(3, 7), written, written)
    return fill(Document("okr_config/sources.yaml", scalar), Variables(environ, dotenv))


def _problem(written: str, environ: Mapping[str, str], dotenv: Mapping[str, str] | None = None) -> str:
    document = _filled(written, environ, dotenv)
    assert isinstance(document.root, Scalar)
    return str(Variables(environ, dotenv).missing(document, document.root))


def test_lines_of_every_form() -> None:
    """Plain and quoted values, export, comments and blank lines are read as shells read them."""
    text = (
        "# secrets\n\nA=1\n  export B = two words  # said twice\nC='it # stays \\n'\n"
        'D="a \\"b\\"\\n\\tc"   # done\nE=\nF=a#b\r\nG="{\n  \\"k\\": 1\n}"\nA=last\nH=it\'s'
    )

    values, problems = parse_dotenv(text)

    assert [] == problems
    assert {
        "A": "last",
        "B": "two words",
        "C": "it # stays \\n",
        "D": 'a "b"\n\tc',
        "E": "",
        "F": "a#b",
        "G": '{\n  "k": 1\n}',
        "H": "it's",
    } == values


def test_a_bad_line_is_named_without_its_text() -> None:
    """The lines around it are read, its text is not repeated."""
    values, problems = parse_dotenv("A=1\nCANARY secret\nB='open\nC=3\n")

    what = "not a line of NAME=value\n  a quote that opens must close"
    assert [f".env:2:1  {what}", f".env:3:1  {what}"] == list(map(str, problems))
    assert {"A": "1", "C": "3"} == values


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(NAMES, st.text(st.characters(blacklist_characters="'\r\0", blacklist_categories=("Cs",)))))
def test_single_quotes_keep_everything(values: dict[str, str]) -> None:
    """Whatever stands in single quotes comes back as it is, a backslash written twice."""
    text = "".join(f"{name}='{value.replace(BACKSLASH, BACKSLASH * 2)}'\n" for name, value in values.items())

    assert (values, []) == parse_dotenv(text)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(NAMES, st.text(min_size=1, max_size=20), min_size=1), st.text(string.ascii_letters + " /:"))
def test_filling_puts_each_value_in_its_place(values: dict[str, str], between: str) -> None:
    """A text of variables is their values, whatever these hold; values are not filled again."""
    written = between + between.join(f"${{{name}}}" for name in values)

    filled = _filled(written, values)

    assert between + between.join(values.values()) == plain(filled.root)


def test_the_environment_comes_before_the_file() -> None:
    """A variable set in both has the environment's value; an empty one counts as not set."""
    assert "env" == plain(_filled("${A}", {"A": "env"}, {"A": "file"}).root)
    assert "file" == plain(_filled("${A}", {"A": ""}, {"A": "file"}).root)


def test_defaults() -> None:
    """A default stands in for a variable that is not set or empty; it may be empty itself."""
    assert "a-x--b" == plain(_filled("a-${X:-x}-${Y:-}-${Z:-z}", {"Z": "b"}).root)


def test_a_missing_variable_lists_where_it_was_looked_for() -> None:
    """The problem names the places, the nearest name there is, and what to do."""
    assert (
        "okr_config/sources.yaml:3:7  variable SHOP_TOKEN is not set\n"
        "  looked in the environment and in .env (there is no such file)\n"
        "  next: add SHOP_TOKEN=... to .env"
    ) == _problem("${SHOP_TOKEN}", {})
    assert (
        "okr_config/sources.yaml:3:7  variable SHOP_TOKEN is not set\n"
        "  looked in the environment and in .env  did you mean 'SHOP_TOKN'?\n"
        "  next: add SHOP_TOKEN=... to .env"
    ) == _problem("${SHOP_TOKEN}", {}, {"SHOP_TOKN": "CANARY"})


def test_an_empty_variable_is_told_apart() -> None:
    """A name that was copied but never given a value is called empty."""
    assert (
        "okr_config/sources.yaml:3:7  variable A is empty\n"
        "  looked in the environment and in .env\n"
        "  next: add A=... to .env"
    ) == _problem("x${A}", {}, {"A": ""})


@pytest.mark.parametrize("written", ["${", "${}", "${A B}", "${A:default}", "${A", "$${1}"])
def test_what_only_looks_like_a_variable(written: str) -> None:
    """A misspelt variable is not taken for text."""
    assert "okr_config/sources.yaml:3:7  not a variable\n  write ${NAME} or ${NAME:-default}" == _problem(
        written, {"A": "1"}
    )


def test_a_file_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    """Credentials that other users may read are not refused, but said."""
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)

    warning = ".env can be read by other users of this machine   next: chmod 600 .env"
    assert ({"A": "1"}, [], [warning]) == read_dotenv(tmp_path)

    path.chmod(0o600)
    assert ({"A": "1"}, [], []) == read_dotenv(tmp_path)


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    """A folder without .env lives on its environment."""
    assert (None, [], []) == read_dotenv(tmp_path)


def test_values_do_not_show_in_a_repr() -> None:
    """Variables can be printed without giving anything away."""
    assert "Variables()" == repr(Variables({"A": "CANARY"}, {"B": "CANARY"}))


def test_a_note_behind_nothing_is_no_value() -> None:
    """A comment begins at the blank before it, also where no value stands before that; without a blank it is one."""
    values, problems = parse_dotenv("A=   # paste it here\nB= #x\nC=#x\nD=\nE=e # note\n")

    assert ({"A": "", "B": "", "C": "#x", "D": "", "E": "e"}, []) == (values, problems)


def test_each_unreadable_line_has_its_number() -> None:
    """Blank lines and quotes over several lines count; a name that nothing could ask for is no name."""
    values, problems = parse_dotenv("\n\nA='x\ny'\n\nB\nC-D=1\n  # note\n\n=2\nE=3\n")

    assert {"A": "x\ny", "E": "3"} == values
    assert [6, 7, 10] == [problem.line for problem in problems]


@pytest.mark.parametrize("line", ["T={}x", "T=x{}y", "T=x{}# y", "T{}=x", "{0}T{0}", "T='x{}y", "T='x{0}y'{0}z"])
def test_a_gap_of_any_length_costs_no_more_than_its_length(line: str) -> None:
    """Quarter of a million blanks are read at once: there is room for no square of them."""
    values, problems = parse_dotenv(f"A=1\n{line.format(' ' * 250_000)}\nB=2\n")

    assert ({"A": "1", "B": "2"}, [2]) == (values, [problem.line for problem in problems])
