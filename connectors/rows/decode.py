"""
JSON to frames of text, straight from bytes to columns, by a declared wire schema.

A wire schema has the vendor's names and shapes with text at every leaf, so that nothing is changed in silence on the
way: 1.5 stays "1.5" until `fit` refuses it as a count. A row whose shape differs is set apart. Of a name that comes
twice in an object the later value counts, as in JavaScript, PHP and Python; half of a surrogate pair becomes U+FFFD.
"""

import io
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import orjson
import polars as pl

from connectors.http.response import Exact, parse_json
from connectors.records import RecordKind
from connectors.rows.validate import Fitted, Misfit, refuse

Wire = Mapping[str, pl.DataType | type[pl.DataType]]

TEXT = pl.String
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def shape(**fields: pl.DataType | type[pl.DataType]) -> pl.Struct:
    """Shape of a nested object, for wire schemas."""
    return pl.Struct(dict(fields))


def decode(  # noqa: PLR0913 - where rows lie, and how they look
    kind: RecordKind,
    bodies: Sequence[bytes],
    path: Sequence[str],
    wire: Wire,
    *,
    single: bool = False,
    dispensable: Collection[str] = (),
) -> Fitted:
    """
    Read the rows that lie at a path in each body.

    Args:
        kind: what the rows are, for refusals.
        bodies: JSON answers, known to parse.
        path: names from the top of a body to the list of rows; empty when the body is that list.
        wire: names and shapes of a row's fields; other fields are left out.
        single: at the path lies one row, not a list.
        dispensable: fields that are left out where their shape differs, instead of their row.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not have this shape.
    """
    if all(_is_plain(body, path, single=single) for body in bodies):
        try:
            return Fitted(_decode_at_once(bodies, path, wire, single=single))
        except pl.exceptions.PolarsError:
            pass
    rows = [row for body in bodies for row in _rows_at(parse_json(body, ""), path)]
    return frame_of(kind, rows, wire, dispensable=dispensable)


def frame_of(kind: RecordKind, rows: Sequence[object], wire: Wire, *, dispensable: Collection[str] = ()) -> Fitted:
    """Read rows that are Python values already, one by one, so that one that does not fit spoils no other."""
    good, misfits, known = [], [], []
    for row in rows:
        try:
            good.append(_text(row, pl.Struct(dict(wire)), "row", dispensable))
        except _ShapeError as error:
            misfits.append(error.misfit)
            known.append(_readable(kind, row))
    return Fitted(pl.DataFrame(good, schema=dict(wire)), refuse(kind, misfits, len(rows), known))


def _readable(kind: RecordKind, row: object) -> dict[str, object]:
    """Return the plain fields of a row that has another shape; most vendors call an order's key id."""
    fields = row if isinstance(row, dict) else {}
    plain: dict[str, object] = {name: value for name, value in fields.items() if isinstance(value, str)}
    if kind is RecordKind.ORDERS and isinstance(number := fields.get("id"), str | int):
        plain.setdefault("order_id", str(number))
    return plain


def _decode_at_once(bodies: Sequence[bytes], path: Sequence[str], wire: Wire, *, single: bool) -> pl.DataFrame:
    layers: pl.DataType = pl.Struct(dict(wire)) if single else pl.List(pl.Struct(dict(wire)))
    for name in reversed(path):
        layers = pl.Struct({name: layers})
    tops = pl.read_json(io.BytesIO(b'[{"body":' + b'},{"body":'.join(bodies) + b"}]"), schema={"body": layers})
    rows = pl.col("body")
    for name in path:
        rows = rows.struct.field(name)
    return tops.select(row=rows if single else rows.explode()).drop_nulls().unnest("row")


def _is_plain(body: bytes, path: Sequence[str], *, single: bool) -> bool:
    """
    Whether readers of JSON agree on a body: no name twice in an object, no half of a surrogate pair.

    Polars takes the first of two values under one name, everybody else the last one. A row written anew has each name
    once: where the body has more of them, one came twice.
    """
    try:
        found: Any = _decoder(tuple(path), single=single).decode(body)
        for _ in path:
            found = found.below
        rows = [found] if single else found
        texts = (bytes(memoryview(row)) for row in rows or ())
        return all(_names(text) <= _names(orjson.dumps(orjson.loads(text))) for text in texts)
    except (msgspec.MsgspecError, orjson.JSONDecodeError, AttributeError, TypeError):
        return False


def _names(text: bytes) -> int:
    # what looks like a name inside a text does so in both writings
    return text.count(b'":') + text.count(b'" :')


@cache
def _decoder(path: tuple[str, ...], *, single: bool) -> msgspec.json.Decoder[Any]:
    """Build a reader that finds rows at a path and makes nothing of them."""
    found: Any = msgspec.Raw if single else list[msgspec.Raw]
    for name in reversed(path):
        found = msgspec.defstruct("Part", [("below", found | None, None)], rename={"below": name})
    return msgspec.json.Decoder(found)


def _rows_at(value: Any, path: Sequence[str]) -> Iterator[object]:  # noqa: ANN401 - JSON is anything
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    yield from (row for row in (value if isinstance(value, list) else [value]) if row is not None)


class _ShapeError(Exception):
    def __init__(self, field: str, found: str, expected: str) -> None:
        super().__init__(field)
        self.misfit = Misfit(field, found, expected)


def _text(value: Any, dtype: Any, field: str, dispensable: Collection[str]) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return _shaped(value, dtype, field, dispensable)
    except _ShapeError:
        if field in dispensable:
            return None
        raise


def _shaped(value: Any, dtype: Any, field: str, dispensable: Collection[str]) -> Any:  # noqa: ANN401 - JSON is anything
    if value is None:
        return None
    if isinstance(dtype, pl.Struct):
        if isinstance(value, dict):
            fields = dtype.fields
            return {inner.name: _text(value.get(inner.name), inner.dtype, inner.name, dispensable) for inner in fields}
        raise _ShapeError(field, _name(value), "an object")
    if isinstance(dtype, pl.List):
        if isinstance(items := listed(value), list):
            return [_shaped(item, dtype.inner, field, dispensable) for item in items]
        raise _ShapeError(field, _name(value), "a list")
    if isinstance(value, dict | list):
        raise _ShapeError(field, _name(value), "a plain value")
    return _HALF_A_PAIR.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else _number(value, field)


def listed(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the items of what PHP writes for a list with gaps, an object of numbered items; else the value itself."""
    if isinstance(value, dict) and value and all(name.isdecimal() for name in value):
        return list(value.values())
    return value


def _number(value: float, field: str) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _ShapeError(field, "a number out of range", "a finite number")
        if isinstance(value, Exact):
            return value.text
        if value.is_integer():
            return str(int(value))
    # as JSON writes it: true and false, and whole numbers of any length
    return json.dumps(value)


def _name(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a plain value"
