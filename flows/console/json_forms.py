"""How values are written as JSON, the same wherever it is printed, served or handed to an assistant."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from uuid import UUID


def json_text(value: object, *, ascii_only: bool = False, indent: int | None = None) -> str:
    """
    Return a value as JSON that every reader takes (RFC 8259).

    Numbers stay numbers, times and spans are written by ISO 8601, bytes in base64. What JSON has no number for is text:
    "NaN", "Infinity", "-Infinity".
    """
    return json.dumps(_plain(value), ensure_ascii=ascii_only, indent=indent, allow_nan=False)


def one_cell(value: list[object] | tuple[object, ...] | Mapping[object, object] | bytes) -> str:
    """Return what a cell cannot hold as it is as one text."""
    return json_text(value).strip('"')


def _plain(value: object) -> object:  # noqa: PLR0911 - one form each
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if isfinite(value) else json.dumps(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | datetime() | time():
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case UUID():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case list() | tuple():
            return [_plain(item) for item in value]
        case Mapping():
            return {str(_plain(key)): _plain(item) for key, item in value.items()}
        case _:
            raise TypeError(f"no JSON form for {type(value).__name__}")


def _duration(span: timedelta) -> str:
    """Write a span as ISO 8601 has it, in days and seconds: `P3DT3600S`."""
    sign, size = ("-", -span) if span < timedelta(0) else ("", span)
    seconds = f"{size.seconds + size.microseconds / 1_000_000:f}".rstrip("0").rstrip(".")
    return f"{sign}P{size.days}DT{seconds}S"
