"""One HTTP request and its answer, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """What a client asked a vendor; `path` begins after the vendor's prefix, header names are lower case."""

    vendor: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The query's parameters."""
        return parse_qs(self.query, keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_json(status: int, content: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, orjson.dumps(content), headers=headers or {})
