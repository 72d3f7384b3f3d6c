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
import polars as pl

from connectors.http.response import Exact, parse_json
from connectors.records import RecordKind
from connectors.rows.validate import Fitted, Misfit, refuse

Wire = Mapping[str, pl.DataType | type[pl.DataType]]

TEXT = pl.String
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
# begins with what is rare, so that the search for it is fast; a low half looks back for its high one
_HALF_A_PAIR_WRITTEN = re.compile(
    rb"\\u[dD](?:[89abAB]..(?!\\u[dD][c-fC-F])|[c-fC-F](?<!\\u[dD][89abAB]..\\u[dD][c-fC-F]))", re.DOTALL
)
_ENCODER = msgspec.json.Encoder()
_NULL = msgspec.Raw(b"null")


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
    try:
        return Fitted(_decode_at_once(bodies, path, wire, single=single))
    except (msgspec.MsgspecError, pl.exceptions.PolarsError, _HalfPairError):
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
    """
    Cut the fields that are wanted out of the bodies, without reading them, and make columns of these alone.

    That is twice as fast as to have Polars read all of it, and of a name that comes twice the last value is left;
    Polars would take the first.
    """
    row = pl.Struct(dict(wire))
    texts = [_cut_out(body, path, row, single=single) for body in bodies]
    return pl.read_json(io.BytesIO(b"[" + b",".join(filter(None, texts)) + b"]"), schema=dict(wire))


def _cut_out(body: bytes, path: Sequence[str], row: pl.Struct, *, single: bool) -> bytes:
    """Return the rows at a path, with their wanted fields alone, as items of a JSON list."""
    if _HALF_A_PAIR_WRITTEN.search(body):
        raise _HalfPairError
    found: Any = _decoder(tuple(path), row, single=single).decode(body)
    for _ in path:
        found = found and found.below
    rows = [found] if single else found or ()
    return _ENCODER.encode([one for one in rows if one is not None])[1:-1]


class _HalfPairError(Exception):
    """Half of a surrogate pair, which readers of JSON do not agree on."""


@cache
def _decoder(path: tuple[str, ...], row: pl.Struct, *, single: bool) -> msgspec.json.Decoder[Any]:
    """Build a reader that finds rows at a path and keeps of their fields the bytes."""
    found = _cuts(row) if single else list[_cuts(row)] | None  # type: ignore[misc]  # a type at run time
    for name in reversed(path):
        found = msgspec.defstruct("Part", [("below", found | None, None)], rename={"below": name}) | None
    return msgspec.json.Decoder(found)


def _cuts(dtype: Any) -> Any:  # noqa: ANN401 - types at run time
    """Return the type that has a wire's shape and raw bytes at every leaf."""
    if isinstance(dtype, pl.List):
        return list[_cuts(dtype.inner)] | None  # type: ignore[misc]  # a type at run time
    if not isinstance(dtype, pl.Struct):
        return msgspec.Raw
    names = {f"field_{number}": field.name for number, field in enumerate(dtype.fields)}
    shapes = [_cuts(field.dtype) for field in dtype.fields]
    fields = [(name, shape, _NULL if shape is msgspec.Raw else None) for name, shape in zip(names, shapes, strict=True)]
    return msgspec.defstruct("Cut", fields, rename=names, gc=False) | None


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
