"""
YAML text into trees.

Plain scalars stay text: whether `010`, `no` or `1e3` is a text, a number or a yes is for the model to decide that
takes it. Only `null`, `~` and nothing at all are read as no value. Aliases, tags and deep nesting are refused while
reading, so that a hostile file costs no more than its length.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from okr_config.documents import Block, Document, Extent, Items, Node, Place, Scalar
from okr_config.errors import Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_KEPT = 64
"""Texts whose trees are kept: those of a large folder."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADVICE = {
    "mapping values are not allowed": "a text that holds ': ' needs quotes; else look at the indentation",
    "cannot start any token": "indent with spaces, and put quotes round a text that begins with a special character",
    "expected <block end>": "the indentation does not fit the lines above",
    "could not find expected ':'": "a key needs a ':' after it",
    "expected ',' or": "a bracket is not closed, or a ${NAME} within brackets lacks its quotes",
}


def read_text(path: Path, file: str) -> str | Problem:
    """Return the text of a UTF-8 file of at most 1 MB, or what is wrong with it."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Problem(file, 0, 0, f"cannot be read: {error.strerror}")
    if len(content) > MAX_BYTES:
        return Problem(file, 0, 0, "larger than 1 MB, which no config file needs to be")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        return Problem(file, line, column, "not UTF-8", next="save the file as UTF-8")


def read_document(path: Path, file: str) -> tuple[Document | None, list[Problem]]:
    """Read a YAML file; None where it cannot be read, with the reason among the problems."""
    text = read_text(path, file)
    return (None, [text]) if isinstance(text, Problem) else parse_document(text, file)


def parse_document(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Read a YAML text. A key given twice is a problem and keeps its first value; an empty file is an empty mapping."""
    document, problems = _parsed(text, file)
    return document, [*problems]


@lru_cache(maxsize=_KEPT)
def _parsed(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read a text once: a command that writes into a file asks for it again and again, and nobody changes a tree."""
    composer = _Composer(file, text)
    try:
        root = composer.compose()
    except _RefusedError as refusal:
        return None, (*composer.problems, refusal.problem)
    except YAMLError as error:
        return None, (*composer.problems, _syntax_problem(error, text, file))
    return Document(file, root), tuple(composer.problems)


class _RefusedError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class _Composer:
    """Builds the tree from the parser's events."""

    def __init__(self, file: str, text: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._events = YAML(typ="safe", pure=True).parse(text)

    def compose(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self._refusal(event, "a second document begins here; a file holds one")
                root = self._node(next(self._events), 1)
        if root is None or (isinstance(root, Scalar) and root.text is None):
            return Block(Place(1, 1), {}, {})
        return root

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401 - the parser's events have no common typed base
        if isinstance(event, AliasEvent):
            raise self._refusal(event, "aliases (*name) are not read", "write the value out")
        if event.tag is not None:
            raise self._refusal(event, "tags (!name) are not read", "remove the tag")
        if depth > MAX_DEPTH:
            raise self._refusal(event, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, ScalarEvent):
            text = None if not event.style and event.value in _NULLS else self._text(event)
            return Scalar(_place(event), text, text, extent=_extent(event, event))
        if isinstance(event, SequenceStartEvent):
            return self._list(event, depth)
        return self._block(event, depth)

    def _text(self, event: ScalarEvent) -> str:
        """Return a scalar's text; JSON writes what lies beyond 16 bits as two escapes, which are one character."""
        try:
            text = str(event.value).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise self._refusal(
                event, "half a character (such as \\ud83d alone)", "write the character itself"
            ) from None
        if _CONTROL.search(text):
            raise self._refusal(event, "a control character in a text", "remove it")
        return text

    def _list(self, start: SequenceStartEvent, depth: int) -> Items:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, depth + 1))
        return Items(_place(start), tuple(items), extent=_extent(start, event, items))

    def _block(self, start: MappingStartEvent, depth: int) -> Block:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if isinstance(value, Scalar) and value.text is None:
                # the parser puts nothing where the next thing begins
                value = replace(value, place=key.place, extent=key.extent)
            if not isinstance(key, Scalar):
                raise self._refusal(event, "a key must be a text")
            name = key.text or ""
            if name in keys:
                first = keys[name]
                self.problems.append(
                    Problem(
                        self._file,
                        *key.place,
                        f"key '{name}' is given twice",
                        f"first on line {first.line}",
                        "keep one of them",
                    )
                )
            else:
                keys[name], values[name] = key.place, value
        return Block(_place(start), values, keys, extent=_extent(start, event, values.values()))

    def _refusal(self, event: Any, what: str, next_step: str = "") -> _RefusedError:  # noqa: ANN401 - as above
        return _RefusedError(Problem(self._file, *_place(event), what, next=next_step))


def _place(event: Any) -> Place:  # noqa: ANN401 - as above
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _extent(start: Any, end: Any, parts: Iterable[Node] = ()) -> Extent:  # noqa: ANN401 - as above
    """Return where a value stands; what has no brackets ends with its last part, not where the next thing begins."""
    last = end.end_mark.index
    if isinstance(end, SequenceEndEvent | MappingEndEvent) and not start.flow_style:
        last = max((part.extent.end for part in parts), default=start.start_mark.index)
    return Extent(start.start_mark.index, last)


def _syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        return Problem(file, line, column, "not valid YAML: a control character", next="remove it")
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(file, 0, 0, "not valid YAML")
    mark, said = error.problem_mark, error.problem or ""
    # the parser quotes tag handles; whatever else it quotes is one character or a name of its own
    said = "tags (!name) are not read" if "tag" in said else re.sub(r"'<?stream end>?'", "the end of the file", said)
    hint = next((advice for known, advice in _ADVICE.items() if known in said), "")
    began = error.context_mark
    if began is not None and began.line != mark.line:
        hint = "; ".join(filter(None, [hint, f"what it belongs to began on line {began.line + 1}"]))
    return Problem(file, mark.line + 1, mark.column + 1, f"not valid YAML: {said}", hint)
