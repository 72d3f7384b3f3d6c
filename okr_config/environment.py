"""
Variables: the `.env` file, and `${NAME}` filled from the environment or from it.

An empty value counts as none, so that a fresh copy of `.env.example` is told apart from credentials.
"""

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from okr_config.documents import Block, Document, Items, Node, Scalar, scalars
from okr_config.errors import Problem
from okr_config.hints import did_you_mean
from okr_config.yaml_files import read_text

VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^{}]*))?\}")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_GAP = 1000
_GAP = re.compile(r"(?<![^\S\r\n])[^\S\r\n]{%d,}" % (_LONGEST_GAP + 1))  # noqa: UP031 - braces are the pattern's


@dataclass(frozen=True)
class Variables:
    """Where values come from: the environment first, then `.env`. `dotenv` is None where there is no such file."""

    environ: Mapping[str, str] = field(repr=False)
    dotenv: Mapping[str, str] | None = field(repr=False)

    def get(self, name: str) -> str | None:
        """Return a value that is not empty, or None."""
        return self.environ.get(name) or (self.dotenv or {}).get(name) or None

    def missing(self, document: Document, scalar: Scalar) -> Problem:
        """Return the problem of a scalar whose variables have no value, with the places looked in."""
        name = scalar.missing[0]
        if not name:
            return document.problem(scalar.place, "not a variable", hint="write ${NAME} or ${NAME:-default}")
        empty = name in self.environ or name in (self.dotenv or {})
        dotenv = "in .env" if self.dotenv is not None else "in .env (there is no such file)"
        near = did_you_mean(name, self.dotenv or {}) if not empty else ""
        return document.problem(
            scalar.place,
            f"variable {name} {'is empty' if empty else 'is not set'}",
            hint="  ".join(filter(None, [f"looked in the environment and {dotenv}", near])),
            next_step=f"add {name}=... to .env",
        )


def read_dotenv(home: Path) -> tuple[Mapping[str, str] | None, list[Problem], list[str]]:
    """
    Read `.env` of a project folder.

    Returns:
        The values, None without the file; the problems; the warnings.
    """
    path = home / ".env"
    if not path.exists():
        return None, [], []
    warnings = []
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        warnings.append(".env can be read by other users of this machine   next: chmod 600 .env")
    text = read_text(path, ".env")
    if isinstance(text, Problem):
        return {}, [text], warnings
    values, problems = parse_dotenv(text)
    return values, problems, warnings


@dataclass(frozen=True)
class Entry:
    """
    A variable of `.env`, and where it is written: two offsets, and the line, which counts from 1.

    value: None where it cannot be read; `hint` has a reason then.
    """

    name: str
    value: str | None = field(repr=False)
    begin: int
    end: int
    line: int
    hint: str = ""


def parse_dotenv(text: str) -> tuple[dict[str, str], list[Problem]]:
    r"""
    Read lines of `NAME=value`, as python-dotenv does.

    `export` before the name, blank lines and `# comments` are allowed, a comment behind a blank after a value too. In
    'single quotes' \\ and \' are a character, in "double quotes" also \", \n, \t and the like; both may span lines. Of
    a name given twice the last counts.
    """
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for entry in entries(text.replace("\r\n", "\n")):
        if entry.value is None:
            problems.append(Problem(".env", entry.line, 1, "not a line of NAME=value", entry.hint))
        else:
            values[entry.name] = entry.value
    return values, problems


def entries(text: str) -> Iterator[Entry]:
    """Yield the variables of `.env` in their order, and each line that cannot be read; comments are neither."""
    # the parser's time grows with the square of a gap's length: a long one is made unreadable, its length kept
    legible = _GAP.sub(lambda gap: "\0" * len(gap[0]), text)
    end = 0
    for binding in parse_stream(StringIO(legible, newline="")):
        written = binding.original.string
        blank = len(written) - len(written.lstrip())
        begin, end = end + blank, end + len(written)
        if binding.key is None and not binding.error:
            continue
        name = binding.key or ""
        value, hint = binding.value, "a quote that opens must close"
        if "\0" in written:
            value, hint = None, f"no more than {_LONGEST_GAP} blanks in a row, and no control character"
        elif name and not _NAME.fullmatch(name):
            value, hint = None, "a name is of the letters A-Z, digits and _"
        yield Entry(name, value, begin, end, binding.original.line + written.count("\n", 0, blank), hint)


def fill(document: Document, variables: Variables) -> Document:
    """
    Fill in `${NAME}` and `${NAME:-default}` in every value of a file.

    A value that lacks a variable keeps its written text and is marked `missing`, one that misspells `${...}` too.
    """
    return Document(document.file, _fill(document.root, variables))


def values_filled(node: Node, variables: Variables) -> tuple[str, ...]:
    """Return the values of all variables that the scalars of a tree name."""
    return tuple(filter(None, (variables.get(name) for name in sorted(_names(node)))))


def unset_names(node: Node, variables: Variables) -> tuple[str, ...]:
    """Return the variables that the scalars of a tree name and nothing gives a value, those with a default too."""
    return tuple(name for name in sorted(_names(node)) if variables.get(name) is None)


def _names(node: Node) -> set[str]:
    return {found["name"] for _, scalar in scalars(node) for found in VARIABLE.finditer(scalar.written or "")}


def _fill(node: Node, variables: Variables) -> Node:
    if isinstance(node, Items):
        return replace(node, items=tuple(_fill(item, variables) for item in node.items))
    if isinstance(node, Block):
        return replace(node, values={key: _fill(value, variables) for key, value in node.values.items()})
    if node.written is None or "${" not in node.written:
        return node
    missing = tuple(
        found["name"]
        for found in VARIABLE.finditer(node.written)
        if variables.get(found["name"]) is None and found["default"] is None
    )
    if "${" in VARIABLE.sub("", node.written):
        missing = ("",)
    if missing:
        return replace(node, missing=missing)
    return replace(
        node, text=VARIABLE.sub(lambda found: variables.get(found["name"]) or found["default"], node.written)
    )
