"""
Variables: the `.env` file, and `${NAME}` filled from the environment or from it.

An empty value counts as none, so that a fresh copy of `.env.example` is told apart from credentials.
"""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from okr_config.documents import Block, Document, Items, Node, Scalar, scalars
from okr_config.errors import Problem
from okr_config.hints import did_you_mean
from okr_config.yaml_files import read_text

VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^{}]*))?\}")

_ENTRY = re.compile(
    r"""
    [ \t]* (?: export [ \t]+ )? (?P<name> [A-Za-z_][A-Za-z0-9_]* ) [ \t]* =
    (?: [ \t]* (?= [^\s\#] ) | (?= [ \t]* (?: \# | \n | \Z ) ) )  # a comment begins at the blank before it
    (?: '(?P<single> [^']* )' | "(?P<double> (?: [^"\\] | \\. )* )" | (?P<bare> (?! ['"] ) [^\n]*? ) )
    (?: [ \t]+ \# [^\n]* | [ \t]* ) (?: \n | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


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


def parse_dotenv(text: str) -> tuple[dict[str, str], list[Problem]]:
    r"""
    Read lines of `NAME=value`.

    `export` before the name, blank lines and `# comments` are allowed. 'Single quotes' keep everything as it is,
    "double quotes" know \n, \t, \r, \" and \\; both may span lines. Of a name given twice the last counts.
    """
    text = text.replace("\r\n", "\n")
    values: dict[str, str] = {}
    problems: list[Problem] = []
    position = 0
    while position < len(text):
        if blank := _BLANK.match(text, position):
            position = blank.end()
        elif entry := _ENTRY.match(text, position):
            values[entry["name"]] = _value(entry)
            position = entry.end()
        else:
            line = text.count("\n", 0, position) + 1
            problems.append(Problem(".env", line, 1, "not a line of NAME=value", "a quote that opens must close"))
            position = text.find("\n", position) + 1 or len(text)
    return values, problems


def entry_of(text: str, name: str) -> tuple[int, int] | None:
    """Return where the last line that sets a variable begins and ends."""
    found, position = None, 0
    while position < len(text):
        if blank := _BLANK.match(text, position):
            position = blank.end()
        elif entry := _ENTRY.match(text, position):
            found = entry.span() if entry["name"] == name else found
            position = entry.end()
        else:
            position = text.find("\n", position) + 1 or len(text)
    return found


def _value(entry: re.Match[str]) -> str:
    if entry["double"] is not None:
        return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), entry["double"])
    return entry["single"] if entry["single"] is not None else entry["bare"]


def fill(document: Document, variables: Variables) -> Document:
    """
    Fill in `${NAME}` and `${NAME:-default}` in every value of a file.

    A value that lacks a variable keeps its written text and is marked `missing`, one that misspells `${...}` too.
    """
    return Document(document.file, _fill(document.root, variables))


def values_filled(node: Node, variables: Variables) -> tuple[str, ...]:
    """Return the values of all variables that the scalars of a tree name."""
    names = {found["name"] for _, scalar in scalars(node) for found in VARIABLE.finditer(scalar.written or "")}
    return tuple(filter(None, (variables.get(name) for name in sorted(names))))


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
