"""
One HTTP answer, and its JSON: a text that does not end is an answer not complete.

Of a large body no Python objects are made but those asked for: its rows go from bytes to columns (`_decode`).
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Self, TypeVar

import msgspec
import orjson

from connectors.http.errors import RequestError
from connectors.http.php import refusal

_CLOSING = {b"{": b"}", b"[": b"]"}
# passes over a text without making anything of it
_SKIM = msgspec.json.Decoder(msgspec.Raw)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LONG = 2**14

ShapeT = TypeVar("ShapeT", bound=msgspec.Struct)


class Exact(float):
    """A JSON number with the digits it was written in, for money; everything else sees a float."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Read a number's text."""
        number = super().__new__(cls, text)
        number.text = text
        return number


# JMESPath's functions know a number by the name of its type
Exact.__name__ = "float"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. Header names are in lower case; `url_path` is the path without its query."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url_path: str
    _glimpsed: dict[type[msgspec.Struct], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def _parsed(self) -> Any:  # noqa: ANN401 - JSON is anything
        return parse_json(self.body, self.headers.get("content-type", ""))

    def json(self, *, exact: bool = False) -> Any:  # noqa: ANN401 - JSON is anything
        """
        Return the body as JSON.

        Args:
            exact: fractional numbers come as `Exact`, with the digits they were written in.

        Raises:
            RequestError: incomplete, not_json, or bad_answer when it is nested too deep.
        """
        return _parse_slowly(self.body, self.headers.get("content-type", ""), Exact) if exact else self._parsed

    def check_json(self) -> None:
        """
        Pass over the body.

        Raises:
            RequestError: as `json`, when it is no JSON.
        """
        try:
            _SKIM.decode(self.body)
            if not self.body.isascii():
                self.body.decode()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self.json()

    def glimpse(self, shape: type[ShapeT]) -> ShapeT | None:
        """Return the fields that a shape names, without making anything of the others; None where they do not fit."""
        with suppress(msgspec.MsgspecError):
            found: ShapeT = _decoder(shape).decode(self.body)
            return found
        with suppress(msgspec.MsgspecError):
            # what is nearly JSON passes, as in `json`
            return msgspec.convert(self.json(), shape)
        return None

    def glimpse_rows(self, shape: type[ShapeT]) -> list[ShapeT] | None:
        """Return of each row of a list the fields that a shape names; None where the body is no list of such rows."""
        # how many rows, which ones, are they rows at all: a page is asked several times
        if shape not in self._glimpsed:
            self._glimpsed[shape] = self._rows(shape)
        found: list[ShapeT] | None = self._glimpsed[shape]
        return found

    def _rows(self, shape: type[ShapeT]) -> list[ShapeT] | None:
        with suppress(msgspec.MsgspecError):
            found: list[ShapeT] = _rows_decoder(shape).decode(self.body)
            return found
        with suppress(msgspec.MsgspecError):
            return msgspec.convert(self.json(), list[shape])  # type: ignore[valid-type]  # a type at run time
        return None

    def outline(self) -> "Answer":
        """
        Return the answer as one who looks for an error in it needs it: of a long one, without what is long.

        A list has no room for an error; of an object the long members are left out, but for those called errors.
        """
        if len(self.body) < _LONG:
            return self
        if self.body.lstrip()[:1] == b"[":
            return replace(self, body=b"[]")
        try:
            members = _MEMBERS.decode(self.body)
        except msgspec.MsgspecError:
            return self
        short = {
            name: value
            for name, value in members.items()
            if name.startswith("error") or len(memoryview(value)) < _LONG // 4
        }
        left_out = dict.fromkeys(members.keys() - short.keys())
        return replace(self, body=msgspec.json.encode({**short, **left_out}))


@cache
def _rows_decoder(shape: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(list[shape])  # type: ignore[valid-type]  # as above


@cache
def _decoder(shape: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def parse_json(body: bytes, content_type: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Parse a body; texts that are nearly JSON (NaN, 1e999) pass here, so that only their rows are refused later."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _parse_slowly(body, content_type, float)


def _parse_slowly(body: bytes, content_type: str, number: type[float]) -> Any:  # noqa: ANN401 - JSON is anything
    text = body.strip()
    try:
        return json.loads(text, parse_float=number)
    except RecursionError as error:
        raise RequestError("bad_answer", "sent JSON that is nested too deep") from error
    except ValueError as error:
        closing = None if refusal(text) else _CLOSING.get(text[:1])
        if closing and (text[-1:] != closing or getattr(error, "pos", 0) >= len(text)):
            what = f"sent an answer that is not complete: its JSON breaks off after {len(body)} bytes"
            raise RequestError("incomplete", what, again=True) from error
        if spoilt := refusal(text):
            raise spoilt from error
        raise RequestError("not_json", f"sent {_describe(text, content_type)} where JSON was promised") from error


def _describe(text: bytes, content_type: str) -> str:
    kind = re.match(r"[\w/+.-]{1,40}", content_type, re.ASCII)
    return f"{'a body' if text else 'an empty body'} of type {kind.group() if kind else 'unknown'}"
