"""Values and list items as YAML text, as a person would write them."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

_PLAIN = re.compile(r"(?=[^\W\d_])[\w./@-]+(?: [\w./@%-]+)*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def item_lines(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Write a mapping as an item of a list, its id first; lists of mappings have a line for each."""
    ordered = {"id": values["id"], **values}
    for number, (key, value) in enumerate(ordered.items()):
        head = f"{indent}{'- ' if number == 0 else '  '}{key}:"
        if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            yield head
            yield from (f"{indent}    - {flow(each)}" for each in value)
        else:
            yield f"{head} {flow(value)}"


def flow(value: Any) -> str:  # noqa: ANN401, PLR0911 - a value of a model; a form for each kind
    """Return a value on one line: lists and mappings in brackets, texts quoted where they must be."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat()
        case Decimal() | float() | int():
            return f"{Decimal(str(value)).normalize():f}"
        case Mapping():
            return "{" + ", ".join(f"{key}: {flow(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """Write a text as YAML takes it for one."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
