"""A config file as a tree that remembers where each value stands, and how to tell what is wrong there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from okr_config.errors import Problem


class Place(NamedTuple):
    """Where something stands in a file; both count from 1."""

    line: int
    column: int


class Extent(NamedTuple):
    """Where the text of something begins and ends in a file, as offsets."""

    begin: int
    end: int


_NOWHERE = Extent(0, 0)


@dataclass(frozen=True)
class Scalar:
    """
    One value. `written` is its text in the file, `text` the same with variables filled in; None is null.

    missing: variables that have no value; an empty name is one that was misspelt.
    """

    place: Place
    text: str | None
    written: str | None
    missing: tuple[str, ...] = ()
    extent: Extent = _NOWHERE


@dataclass(frozen=True)
class Items:
    """A list. `damaged`: something that does not fit was taken out of it."""

    place: Place
    items: tuple["Node", ...]
    damaged: bool = False
    extent: Extent = _NOWHERE


@dataclass(frozen=True)
class Block:
    """A mapping, with the places of its keys. `damaged`: something that does not fit was taken out of it."""

    place: Place
    values: Mapping[str, "Node"]
    keys: Mapping[str, Place]
    damaged: bool = False
    extent: Extent = _NOWHERE


Node: TypeAlias = Scalar | Items | Block
KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """One file as a tree; `file` is its name relative to the project folder."""

    file: str
    root: Node

    def problem(self, place: Place, what: str, *, hint: str = "", next_step: str = "") -> Problem:
        """Return a problem at a place of this file."""
        return Problem(self.file, place.line, place.column, what, hint, next_step)


@dataclass(frozen=True)
class Spot:
    """A value of a file, to tell problems of it and of what lies below it."""

    document: Document
    node: Node

    def at(self, *path: str | int) -> "Spot":
        """Return the spot at a path, or the nearest one above it that exists."""
        node = self.node
        for part in path:
            below = child(node, part)
            if below is None:
                break
            node = below
        return Spot(self.document, node)

    def tell(self, what: str, *, hint: str = "", next_step: str = "") -> list[Problem]:
        """
        Return the problem as a list, empty where the value is damaged.

        What was taken out of a damaged value has its own problem already, and may be the cause of this one.
        """
        if not isinstance(self.node, Scalar) and self.node.damaged:
            return []
        return [self.document.problem(self.node.place, what, hint=hint, next_step=next_step)]

    def missing(self) -> list[Scalar]:
        """Return the scalars at or below it that lack a variable."""
        return [scalar for _, scalar in scalars(self.node) if scalar.missing]

    @property
    def where(self) -> str:
        """The spot as file:line:column."""
        return f"{self.document.file}:{self.node.place.line}:{self.node.place.column}"


def child(node: Node, part: str | int) -> Node | None:
    """Return the value under a key or at an index, None where there is none."""
    if isinstance(node, Block) and isinstance(part, str):
        return node.values.get(part)
    if isinstance(node, Items) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def text_of(node: Node, key: str) -> str | None:
    """Return the text under a key, None where there is none or it lacks a variable."""
    value = child(node, key)
    return value.text if isinstance(value, Scalar) and not value.missing else None


def items_of(node: Node, key: str) -> tuple[Node, ...]:
    """Return the items of the list under a key, none where there is no list."""
    value = child(node, key)
    return value.items if isinstance(value, Items) else ()


def scalars(node: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Scalar]]:
    """Yield every scalar of a tree with its path."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Items):
        for index, item in enumerate(node.items):
            yield from scalars(item, (*path, index))
    else:
        for key, value in node.values.items():
            yield from scalars(value, (*path, key))


def plain(node: Node, *, as_written: bool = False) -> Any:  # noqa: ANN401 - what a model validates
    """Return a tree as dicts, lists, texts and None; with `as_written`, variables stay names."""
    if isinstance(node, Scalar):
        return node.written if as_written else node.text
    if isinstance(node, Items):
        return [plain(item, as_written=as_written) for item in node.items]
    return {key: plain(value, as_written=as_written) for key, value in node.values.items()}
