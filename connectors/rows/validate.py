"""
Frames of text to canonical frames: every value is read strictly, and a row that does not fit is set apart.

A refusal names the field and the type met, never the value.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
import polars as pl

from connectors.records import KEYS, MONEY, SCHEMAS, TIME, VALUE, RecordKind
from okr_config.delivery import Refusal
from okr_config.errors import SourceError

_NEVER_NEGATIVE = frozenset(
    {"quantity", "current_quantity", "visitors", "visits", "pageviews", "followers", "posts", "precision"}
)
_EXPECTED: Mapping[pl.DataType | type[pl.DataType], str] = {
    pl.Int64: "a count",
    MONEY: "an amount",
    VALUE: "a number",
    SCHEMAS[RecordKind.RATES]["rate"]: "a rate",
    pl.Boolean: "true or false",
    pl.Date: "a day such as 2026-11-23",
    TIME: "a time with its zone",
    pl.String: "text",
}
_AS_IT_CAME = "as it came: "
_CHANGES = ("updated_at", "created_at", "paid_at")
"""When a row changed last, as far as it says; the last one known tells its day where no column does."""


_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_NUMBERS = ("a count", "an amount", "a number", "a rate")
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
_CALENDAR = (date(1900, 1, 1), date(2100, 12, 31))
"""Days that a record may be of: what lies outside is a slip of the pen, or a vendor's word for never."""


@dataclass(frozen=True)
class Fitted:
    """Rows that fit, the refusals of those that do not, and these as they came."""

    frame: pl.DataFrame
    refused: tuple[Refusal, ...] = ()
    misfits: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class Misfit:
    """Why a row is refused: the field, the type found there and the one expected."""

    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field} is {self.found} instead of {self.expected}"


def fit(kind: RecordKind, frame: pl.DataFrame, *, required: Collection[str]) -> Fitted:
    """
    Give a frame the columns and types of a kind.

    Args:
        kind: the record kind.
        frame: columns of the kind, as text or already typed; those it lacks become null, others are left out.
        required: columns that must not be null.

    Raises:
        SourceError: bad_rows, when more than half of the rows do not fit.
    """
    schema = SCHEMAS[kind]
    raw = frame.select(pl.col(name) if name in frame.columns else pl.lit(None).alias(name) for name in schema)
    fitted = raw.select(_read(name, raw.schema[name], wanted) for name, wanted in schema.items())
    both = pl.concat([fitted, raw.select(pl.all().name.prefix(_AS_IT_CAME))], how="horizontal")
    flaws = both.select(_is_flawed(name, required=name in required) for name in schema)
    bad = flaws.select(pl.any_horizontal(pl.all())).to_series()
    if not bad.any():
        return Fitted(fitted)
    reasons = [
        _first_misfit(kind, flawed, row)
        for flawed, row in zip(
            flaws.filter(bad).iter_rows(named=True), raw.filter(bad).iter_rows(named=True), strict=True
        )
    ]
    known = list(fitted.filter(bad).iter_rows(named=True))
    return Fitted(fitted.filter(~bad), refuse(kind, reasons, frame.height, known), frame.filter(bad))


def refuse(
    kind: RecordKind, misfits: Sequence[Misfit], rows: int, known: Sequence[Mapping[str, object]] = ()
) -> tuple[Refusal, ...]:
    """
    Return the refusals of rows that do not fit.

    Args:
        kind: the record kind.
        misfits: why, one a row.
        rows: how many rows came in all.
        known: what can be read of these rows, by canonical column; empty where that is nothing.

    Raises:
        SourceError: bad_rows, when they are more than half of all rows: then the source has changed, not a row.
    """
    if 2 * len(misfits) > rows:
        raise SourceError(f"{len(misfits)} of {rows} rows of {kind} do not fit: {misfits[0]}", reason="bad_rows")
    return tuple(
        Refusal(kind, str(misfit), _json({misfit.field: misfit.found}), **_identity(kind, row))
        for misfit, row in zip(misfits, known or [{}] * len(misfits), strict=True)
    )


def _identity(kind: RecordKind, row: Mapping[str, object]) -> dict[str, Any]:
    """Say which row it is: its key and its day, as far as they can be read, and when it changed last."""
    key = {name: row[name] for name in KEYS[kind] if row.get(name) is not None}
    instants = [value for name in _CHANGES if isinstance(value := row.get(name), datetime)]
    day = row.get("day") or row.get("period_start") or (instants[-1].date() if instants else None)
    counted = None if kind is RecordKind.REFUNDS else _day(day)  # a refund counts on the day of its order
    return {"row_key": _json(key), "day": counted, "changed_at": instants[0] if instants else None}


def _day(value: object) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _json(value: Mapping[str, object]) -> str:
    return orjson.dumps(value, default=str).decode()


def keep_whole(key: str, *families: Fitted) -> tuple[pl.DataFrame, ...]:
    """
    Return the frames without any row that shares its key with a refused one.

    An order without one of its lines would pass for an order that lost it: it is left as it was, until it fits.
    """
    broken = {value for fitted in families if not fitted.misfits.is_empty() for value in fitted.misfits[key]}
    return tuple(fitted.frame.filter(~pl.col(key).is_in(broken)) for fitted in families)


def describe(value: object) -> str:
    """Name the type of a value, as it looks to a reader of JSON or CSV."""
    if value is None:
        return "missing"
    text = str(value)
    if text in ("", "true", "false"):
        return "a boolean" if text else "empty"
    if not _NUMBER.fullmatch(text):
        if _NUMBER.fullmatch(text.strip()):
            return "a number with spaces around it"
        return "a number out of range" if text in ("NaN", "Infinity", "-Infinity", "inf", "-inf") else "text"
    number = float(text)
    if not math.isfinite(number):
        return "a number out of range"
    kind = "number" if number.is_integer() else "fraction"
    return f"a negative {kind}" if number < 0 else f"a {kind}"


def _first_misfit(kind: RecordKind, flawed: Mapping[str, bool], row: Mapping[str, object]) -> Misfit:
    name = next(name for name, is_flawed in flawed.items() if is_flawed)
    found, expected = describe(row[name]), _EXPECTED[SCHEMAS[kind][name]]
    # of the right type, and still not read
    is_too_long = found == "a number" and expected in _NUMBERS
    return Misfit(name, "a number with too many digits" if is_too_long else found, expected)


def _read(name: str, found: pl.DataType, wanted: pl.DataType | type[pl.DataType]) -> pl.Expr:
    column = pl.col(name)
    if found == pl.String and wanted == pl.Boolean:
        return column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    if found == pl.String and wanted == pl.Date:
        # polars takes one to four digits for a year
        column = pl.when(column.str.contains(_ISO_DAY)).then(column).str.to_date("%Y-%m-%d", strict=False)
    if wanted == pl.Date:
        column = column.cast(pl.Date, strict=False)
        return pl.when(column.is_between(*_CALENDAR)).then(column)
    if found == pl.String and wanted == TIME:
        return column.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
    return column.cast(wanted, strict=False)


def _is_flawed(name: str, *, required: bool) -> pl.Expr:
    """Say of each row whether a column's value is missing, could not be read, or is below zero where none can be."""
    value = pl.col(name)
    flawed = value.is_null() if required else value.is_null() & pl.col(_AS_IT_CAME + name).is_not_null()
    return flawed | (value < 0).fill_null(value=False) if name in _NEVER_NEGATIVE else flawed
