"""
Reads GraphQL queries: as much of the language as the vendors' documents use, and no more.

Known: one query with variables and their defaults, aliases, arguments, nested selections, inline fragments. Mutations,
named fragments and directives are errors.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""[\s,\ufeff]+ | \#[^\n]*                                # nothing
      | (?P<text> \"\"\".*?\"\"\" | "(?:[^"\\\n]|\\.)*" )
      | (?P<number> -?\d+(?:\.\d+)?(?:[eE][+-]?\d+)? )
      | (?P<name> [A-Za-z_]\w* )
      | (?P<mark> \.\.\. | [!$():=@\[\]{}|] )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


class GraphqlError(Exception):
    """A query that cannot be answered: `code` is the vendor's word for why, where it has one."""

    def __init__(self, message: str, code: str = "", **details: Any) -> None:  # noqa: ANN401 - any JSON
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code, **details} if code else details


@dataclass(frozen=True)
class Variable:
    """A `$name` where a value will be."""

    name: str


@dataclass(frozen=True)
class Field:
    """One asked-for field: `key` names it in the answer; `fields` is empty for a plain value."""

    key: str
    name: str
    arguments: Mapping[str, Any]
    fields: tuple["Field", ...]
    on: str | None = None


@dataclass(frozen=True)
class Query:
    """A whole document. `required` names the variables without a default that may not be null."""

    fields: tuple[Field, ...]
    defaults: Mapping[str, Any]
    required: tuple[str, ...]


def parse(text: str) -> Query:
    """
    Read a query.

    Raises:
        GraphqlError: on anything that is not one.
    """
    return _Reader(text).query()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = next(self._tokens)

    def query(self) -> Query:
        defaults: dict[str, Any] = {}
        required: list[str] = []
        if self._sees("query"):
            if self._kind() == "name":
                self._take()
            if self._sees("("):
                while not self._sees(")"):
                    self._variable(defaults, required)
        query = Query(self._selection(None), defaults, tuple(required))
        self._expect("")
        return query

    def _variable(self, defaults: dict[str, Any], required: list[str]) -> None:
        self._expect("$")
        name = self._name()
        self._expect(":")
        must = self._type()
        if self._sees("="):
            defaults[name] = self._value()
        elif must:
            required.append(name)

    def _type(self) -> bool:
        """Pass over a type and tell whether it refuses null."""
        if self._sees("["):
            self._type()
            self._expect("]")
        else:
            self._name()
        return self._sees("!")

    def _selection(self, on: str | None) -> tuple[Field, ...]:
        self._expect("{")
        fields: list[Field] = []
        while not self._sees("}"):
            if self._sees("..."):
                self._expect("on")
                fields.extend(self._selection(self._name()))
            else:
                fields.append(self._field(on))
        return tuple(fields)

    def _field(self, on: str | None) -> Field:
        key = name = self._name()
        if self._sees(":"):
            name = self._name()
        arguments = {}
        if self._sees("("):
            while not self._sees(")"):
                argument = self._name()
                self._expect(":")
                arguments[argument] = self._value()
        fields = self._selection(None) if self._next[1] == "{" else ()
        return Field(key, name, arguments, fields, on)

    def _value(self) -> Any:  # noqa: ANN401 - any JSON
        kind, token = self._take()
        match kind, token:
            case "text", _:
                return _plain(token)
            case "number", _:
                return float(token) if re.search(r"[.eE]", token) else int(token)
            case "name", _:
                return _WORDS.get(token, token)
            case _, "$":
                return Variable(self._name())
            case _, "[":
                items = []
                while not self._sees("]"):
                    items.append(self._value())
                return items
            case _, "{":
                entries = {}
                while not self._sees("}"):
                    name = self._name()
                    self._expect(":")
                    entries[name] = self._value()
                return entries
        raise _unexpected(token)

    def _kind(self) -> str:
        return self._next[0]

    def _take(self) -> tuple[str, str]:
        taken = self._next
        self._next = next(self._tokens, ("end", ""))
        return taken

    def _name(self) -> str:
        if self._kind() != "name":
            raise _unexpected(self._next[1])
        return self._take()[1]

    def _sees(self, token: str) -> bool:
        seen = self._next[1] == token and self._kind() != "end"
        if seen:
            self._take()
        return seen

    def _expect(self, token: str) -> None:
        if self._next[1] != token:
            raise _unexpected(self._next[1])
        self._take()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise _unexpected(text[place])
        if found.lastgroup:
            yield found.lastgroup, found[found.lastgroup]
        place = found.end()
    yield "end", ""


def _plain(token: str) -> str:
    if token.startswith('"""'):
        return token[3:-3]
    return _ESCAPE.sub(_unescape, token[1:-1])


def _unescape(found: re.Match[str]) -> str:
    what = found[1]
    return chr(int(what[1:], 16)) if len(what) > 1 else _ESCAPED.get(what, what)


def _unexpected(token: str) -> GraphqlError:
    return GraphqlError(f"syntax error, unexpected {token!r}" if token else "syntax error, unexpected end of file")
