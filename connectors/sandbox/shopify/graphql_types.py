"""
Answers GraphQL selections fast: a selection becomes a text template once, and each object fills it in.

A type names its fields and one function that turns an object into JSON texts by name. The template holds exactly what
was asked for, so an object costs one dictionary and one formatting, not a call for each field; and objects that never
change may remember what they were told as.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from connectors.sandbox.shopify.graphql import Field, GraphqlError, Variable

KindT = TypeVar("KindT")
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Plain:
    """A value without fields: its name among the object's JSON texts, or the text itself where it never varies."""

    name: str = ""
    text: str = ""


@dataclass(frozen=True)
class Inline:
    """An object whose values its parent holds."""

    name: str
    fields: Mapping[str, "Plain | Inline"]


@dataclass(frozen=True)
class Type:
    """
    An object: its fields, and its JSON texts by name.

    `memory` is where an object keeps its whole texts, by the template's signature.
    """

    name: str
    fields: Mapping[str, "Plain | Inline | Link"]
    values: Callable[[Any], dict[str, str]] = field(default=lambda _: {})
    memory: Callable[[Any], dict[str, str]] | None = None


@dataclass(frozen=True)
class Link:
    """
    A field that leads to another object, to null, or with `many` to a list of objects.

    `of` finds them, given the parent and the arguments; without the `scope` the field is null and an error.
    """

    type: Type
    of: Callable[[Any, Arguments], Any]
    arguments: tuple[str, ...] = ()
    many: bool = False
    scope: str = ""


@dataclass(frozen=True)
class Template:
    """
    A selection, ready to be filled in.

    `signature` is the same for the same selection; `cost` is what it may cost at most, in the vendor's points; `denied`
    are the fields left null for want of a scope.
    """

    kind: Type
    text: str
    signature: str
    links: tuple[tuple[str, Callable[[Any], str]], ...]
    cost: int
    denied: tuple[tuple[str, str], ...]

    def fill(self, source: object) -> str:
        """Return the JSON text of an object."""
        if self.kind.memory is None:
            return self._fill(source)
        memory = self.kind.memory(source)
        text = memory.get(self.signature)
        if text is None:
            text = memory[self.signature] = self._fill(source)
        return text

    def _fill(self, source: object) -> str:
        values = self.kind.values(source)
        for slot, render in self.links:
            values[slot] = render(source)
        return self.text % values


def compile_selection(
    asked: Sequence[Field], kind: Type, variables: Mapping[str, Any], scopes: Collection[str], *, sized: bool = False
) -> Template:
    """
    Turn a selection on a type into its template. `sized` says that it lies inside a list whose length counts already.

    Raises:
        GraphqlError: on a field or an argument the type does not have, or a value without its fields.
    """
    parts: list[str] = []
    links: list[tuple[str, Callable[[Any], str]]] = []
    denied: list[tuple[str, str]] = []
    cost = 0
    signature = ""
    for one in asked:
        if one.on not in (None, kind.name):
            continue
        found = _find(kind, one)
        if not isinstance(found, Link):
            parts.append(f'"{one.key}":{_text(one, found)}')
            continue
        arguments = _arguments(kind, one, found, variables)
        if found.scope and found.scope not in scopes:
            denied.append((one.key, found.scope))
            parts.append(f'"{one.key}":null')
            continue
        size = arguments.get("first")
        inner = compile_selection(one.fields, found.type, variables, scopes, sized=sized or size is not None)
        cost += _cost(size, inner.cost, sized=sized)
        denied.extend(inner.denied)
        slot = f"link {len(links)}"
        signature += f"{slot} {arguments} {inner.signature}"
        links.append((slot, _renderer(found, arguments, inner)))
        parts.append(f'"{one.key}":%({slot})s')
    text = "{" + ",".join(parts) + "}"
    return Template(kind, text, text + signature, tuple(links), cost, tuple(denied))


def _find(kind: Type, asked: Field) -> Plain | Inline | Link:
    if asked.name == "__typename":
        return Plain(text=f'"{kind.name}"')
    return _known(kind.name, kind.fields, asked)


def _known(name: str, fields: Mapping[str, KindT], asked: Field) -> KindT:
    found = fields.get(asked.name)
    if found is None:
        raise GraphqlError(
            f"Field '{asked.name}' doesn't exist on type '{name}'",
            "undefinedField",
            typeName=name,
            fieldName=asked.name,
        )
    if isinstance(found, Plain) == bool(asked.fields):
        must = "can't have" if isinstance(found, Plain) else "must have"
        raise GraphqlError(f"Field '{asked.name}' {must} selections", "selectionMismatch", nodeName=asked.name)
    return found


def _text(asked: Field, found: Plain | Inline) -> str:
    if isinstance(found, Plain):
        return found.text.replace("%", "%%") or f"%({found.name})s"
    parts = (f'"{one.key}":{_text(one, _known(found.name, found.fields, one))}' for one in asked.fields)
    return "{" + ",".join(parts) + "}"


def _arguments(kind: Type, asked: Field, link: Link, variables: Mapping[str, Any]) -> Arguments:
    for name in asked.arguments:
        if name not in link.arguments:
            raise GraphqlError(
                f"Field '{asked.name}' doesn't accept argument '{name}'",
                "argumentNotAccepted",
                name=asked.name,
                typeName=kind.name,
                argumentName=name,
            )
    return {
        name: variables.get(value.name) if isinstance(value, Variable) else value
        for name, value in asked.arguments.items()
    }


def _renderer(link: Link, arguments: Arguments, inner: Template) -> Callable[[Any], str]:
    def one(source: object) -> str:
        found = link.of(source, arguments)
        return "null" if found is None else inner.fill(found)

    def many(source: object) -> str:
        return "[" + ",".join(map(inner.fill, link.of(source, arguments))) + "]"

    return many if link.many else one


def _cost(size: object, inner: int, *, sized: bool) -> int:
    """Price a link: an outermost list by its length, one inside another by the logarithm of its length."""
    if not isinstance(size, int) or size < 1:
        return inner
    return inner + int(math.log2(size)) if sized else 2 + size * (1 + inner)
