"""
JSON to frames of text, straight from bytes to columns, by a declared wire schema.

A wire schema has the vendor's names and shapes with text at every leaf, so that nothing is changed in silence on the
way: 1.5 stays "1.5" until `_fit` refuses it as a count. A row whose shape differs is set apart.
"""

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.http.response import Exact, parse_json
from connectors.records import RecordKind
from connectors.rows.validate import Fitted, Misfit, refuse

Wire = Mapping[str, pl.DataType | type[pl.DataType]]

TEXT = pl.String


def shape(**fields: pl.DataType | type[pl.DataType]) -> pl.Struct:
    """Shape of a nested object, for wire schemas."""
    return pl.Struct(dict(fields))


def decode(
    kind: RecordKind, bodies: Sequence[bytes], path: Sequence[str], wire: Wire, *, single: bool = False
) -> Fitted:
    """
    Read the rows that lie at a path in each body.

    Args:
        kind: what the rows are, for refusals.
        bodies: JSON answers, known to parse.
        path: names from the top of a body to the list of rows; empty when the body is that list.
        wire: names and shapes of a row's fields; other fields are left out.
        single: at the path lies one row, not a list.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not have this shape.
    """
    try:
        return Fitted(_decode_at_once(bodies, path, wire, single=single))
    except pl.exceptions.PolarsError:
        return frame_of(kind, [row for body in bodies for row in _rows_at(parse_json(body, ""), path)], wire)


def frame_of(kind: RecordKind, rows: Sequence[object], wire: Wire) -> Fitted:
    """Read rows that are Python values already, one by one, so that one that does not fit spoils no other."""
    good, misfits, known = [], [], []
    for row in rows:
        try:
            good.append(_text(row, pl.Struct(dict(wire)), "row"))
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


def _rows_at(value: Any, path: Sequence[str]) -> Iterator[object]:  # noqa: ANN401 - JSON is anything
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    yield from (row for row in (value if isinstance(value, list) else [value]) if row is not None)


class _ShapeError(Exception):
    def __init__(self, field: str, found: str, expected: str) -> None:
        super().__init__(field)
        self.misfit = Misfit(field, found, expected)


def _text(value: Any, dtype: Any, field: str) -> Any:  # noqa: ANN401 - JSON is anything
    if value is None:
        return None
    if isinstance(dtype, pl.Struct):
        if isinstance(value, dict):
            return {inner.name: _text(value.get(inner.name), inner.dtype, inner.name) for inner in dtype.fields}
        raise _ShapeError(field, _name(value), "an object")
    if isinstance(dtype, pl.List):
        if isinstance(value, list):
            return [_text(item, dtype.inner, field) for item in value]
        raise _ShapeError(field, _name(value), "a list")
    if isinstance(value, dict | list):
        raise _ShapeError(field, _name(value), "a plain value")
    return value if isinstance(value, str) else _number(value, field)


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
