"""Bytes of a file to a table of text: every cell as it stands there, with the line or row it stands on."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from connectors.generic._file.places import Content
from connectors.generic._file.settings import FileSettings
from connectors.http.errors import RequestError
from connectors.http.response import parse_json
from okr_config.errors import SourceError
from okr_config.hints import did_you_mean

_DELIMITERS = ",;\t|"
_HEADER_WITHIN = 20
"""Lines: a title and notes may stand above the names of the columns."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WINDOWS_LETTERS = re.compile(
    "[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u00a0\u00a3\u00a7\u00b0\u20ac\u2013\u2019\u201c\u201d]"
)
_ASCII = 0x7F
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_SAVE = "save the sheet as CSV UTF-8, or as .xlsx"


@dataclass(frozen=True)
class Table:
    """
    Cells as text, blank ones null, and the row's number.

    place: what the number counts, line or row. local: whether numbers may have decimal commas.
    """

    frame: pl.DataFrame
    place: str
    local: bool
    notes: tuple[str, ...] = ()


def read_table(content: Content, settings: FileSettings) -> Table:
    """
    Read a file by its format, stated or told by its name.

    Raises:
        SourceError: when it cannot be read, or lacks a column; it says where, and what to do.
    """
    _refuse_strangers(content)
    kind = settings.format or content.suffix.removeprefix(".")
    match kind:
        case "parquet":
            return _parquet(content, settings)
        case "json":
            return _records(content, settings, _parsed(content.name, content.data, ""))
        case "ndjson" | "jsonl":
            lines = content.data.splitlines()
            records = [_parsed(content.name, line, f" line {n}") for n, line in enumerate(lines, 1) if line.strip()]
            return _records(content, settings, records)
        case "xlsx" | "xlsm":
            return _workbook(content, settings)
        case _:
            return _csv(content, settings, "\t" if kind in {"tsv", "tab"} else None)


def _refuse_strangers(content: Content) -> None:
    """Refuse what is no table at all, whatever it is called."""
    head = content.data[:512].lstrip().lower()
    if not head:
        raise SourceError(f"{content.name} is empty", reason="bad_answer", next_step="export it once more")
    if head.startswith((b"<!doctype html", b"<html")):
        step = "publish the sheet as CSV (File, Share, Publish to web), and use that address"
        raise SourceError(f"{content.name} is a web page and no table", reason="bad_answer", next_step=step)
    if head.startswith(b"version https://git-lfs"):
        what = f"{content.name} only points to a file that git LFS keeps"
        raise SourceError(what, reason="bad_answer", next_step="git lfs pull")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(f"{content.name} is a workbook of old", reason="bad_answer", next_step=_SAVE)
    if head.startswith(b"pk\x03\x04") and content.suffix in {".csv", ".tsv", ".txt"}:
        step = "call it .xlsx, or save the sheet as CSV UTF-8"
        raise SourceError(f"{content.name} is a workbook and no CSV", reason="bad_answer", next_step=step)


def _parsed(name: str, data: bytes, where: str) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return parse_json(data, "")
    except RequestError as error:
        raise SourceError(f"{name}{where} is not JSON", reason="bad_answer", next_step="export it once more") from error


def _records(content: Content, settings: FileSettings, records: Any) -> Table:  # noqa: ANN401 - JSON is anything
    if not isinstance(records, list):
        raise SourceError(
            f"{content.name} is an object and no list of records", reason="bad_answer", next_step="write [{...}, {...}]"
        )
    rows = [record if isinstance(record, dict) else {} for record in records]
    names = [str(name) for name in dict.fromkeys(name for row in rows for name in row)]
    used = _used(content.name, names, settings, "has")
    cells = {name: [_text(row.get(name)) for row in rows] for name in used}
    return Table(_numbered(pl.DataFrame(cells, dict.fromkeys(used, pl.String)), 1), "row", local=False)


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _parquet(content: Content, settings: FileSettings) -> Table:
    try:
        used = _used(content.name, list(pl.read_parquet_schema(io.BytesIO(content.data))), settings, "has")
        frame = pl.read_parquet(io.BytesIO(content.data), columns=used).cast(pl.String)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        what = f"{content.name} cannot be read as Parquet"
        raise SourceError(what, reason="bad_answer", next_step="write the file anew") from error
    return Table(_numbered(frame, 1), "row", local=False)


def _workbook(content: Content, settings: FileSettings) -> Table:
    try:
        import fastexcel  # noqa: PLC0415 - an extra
    except ImportError:
        what = f"{content.name} is a workbook, and okr is installed without what reads them"
        step = "pip install 'okr[xlsx]', or save the sheet as CSV UTF-8"
        raise SourceError(what, reason="bad_answer", next_step=step) from None
    try:
        book = fastexcel.read_excel(content.data)
        sheet = settings.sheet or book.sheet_names[0]
        if sheet not in book.sheet_names:
            what = f"{content.name} has no sheet {sheet}; it has {', '.join(book.sheet_names)}"
            raise SourceError(what, reason="not_found", next_step="correct sheet in okr_config/sources.yaml")
        cells = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        what = f"{content.name} cannot be read as a workbook"
        raise SourceError(what, reason="bad_answer", next_step=_SAVE) from error
    lines = [(number, [cell or "" for cell in row]) for number, row in enumerate(cells.iter_rows(), 1)]
    return _laid_out(content.name, lines, settings, local=False)


def _csv(content: Content, settings: FileSettings, delimiter: str | None) -> Table:
    text, notes = _decoded(content, settings.encoding)
    if found := _SEP.match(text):
        delimiter = found[1]
    stated = settings.delimiter or delimiter
    ways = [stated] if stated else sorted(_DELIMITERS, key=lambda mark: -_most(text, mark))
    tables: list[list[tuple[int, list[str]]]] = []
    for way in ways:
        lines = list(_lines(content.name, text, way))
        if _header(lines, settings) is not None or way == ways[-1]:
            chosen = lines if _header(lines, settings) is not None else (tables or [lines])[0]
            laid = _laid_out(content.name, chosen, settings, local=way != ",")
            return Table(laid.frame, laid.place, laid.local, (*notes, *laid.notes))
        tables.append(lines)
    raise AssertionError


def _most(text: str, mark: str) -> int:
    return max(line.count(mark) for line in text[:10_000].splitlines()[:_HEADER_WITHIN] or [""])


def _decoded(content: Content, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    data = content.data
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    try:
        return data.decode(encoding or marked or "utf-8"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    odd = {bytes([byte]).decode("cp1252", "replace") for byte in set(data) if byte > _ASCII}
    if not encoding and not marked and all(map(_WINDOWS_LETTERS.fullmatch, odd)):
        return data.decode("cp1252"), (f"{content.name} is read as Windows-1252",)
    what = f"{content.name} line {line} is not {(encoding or marked or 'UTF-8').upper()}"
    raise SourceError(what, reason="bad_answer", next_step=f"{_SAVE}; or state encoding in okr_config/sources.yaml")


def _lines(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled lines with their numbers, up to a note behind the table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins, seen = 1, 0
    try:
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            trimmed = [cell.strip() for cell in cells]
            # an order is called #1001, but has more to say
            head, rest = trimmed[0] if trimmed else "", trimmed[1:]
            is_note = head.startswith("#") and (not any(rest) or (not seen and not head[1:2].isalnum()))
            if is_note and seen > 1:
                return
            if not any(trimmed) or is_note or (number == 1 and _SEP.fullmatch(delimiter.join(cells))):
                continue
            seen += 1
            yield number, trimmed
    except csv.Error:
        what = f"{name} line {begins} has a quote that is not closed, or goes on behind its end"
        raise SourceError(what, reason="bad_answer", next_step="correct that line, or export once more") from None


def _header(lines: Sequence[tuple[int, list[str]]], settings: FileSettings) -> int | None:
    """Return the place of the line with the names of the columns: the one stated, else the first that has them all."""
    if settings.header:
        return next((place for place, (number, _) in enumerate(lines) if number == settings.header), None)
    needed = set(settings.needed)
    return next((place for place, (_, cells) in enumerate(lines[:_HEADER_WITHIN]) if needed <= set(cells)), None)


def _laid_out(name: str, lines: Sequence[tuple[int, list[str]]], settings: FileSettings, *, local: bool) -> Table:
    place = _header(lines, settings)
    number, names = lines[place or 0] if lines else (1, [])
    used = _used(name, names, settings, f"line {number} has")
    places = {column: names.index(column) for column in used}
    cells: dict[str, list[str | None]] = {column: [] for column in used}
    numbers = []
    for row_number, row in lines[(place or 0) + 1 :]:
        if len(row) > len(names) and any(row[len(names) :]):
            raise SourceError(
                f"{name} line {row_number} has {len(row)} fields, and the header {len(names)}",
                reason="bad_answer",
                next_step="put quotes round a field that holds the mark between fields, or state delimiter",
            )
        numbers.append(row_number)
        for column, at in places.items():
            cells[column].append((row[at] if at < len(row) else "") or None)
    frame = pl.DataFrame(cells, dict.fromkeys(used, pl.String))
    return Table(frame.with_columns(pl.Series("row", numbers, pl.Int64)), "line", local)


def _used(name: str, names: Sequence[str], settings: FileSettings, has: str) -> list[str]:
    """Return the columns to read, once it is clear that those needed are there, and each once."""
    step = (
        "name the file's columns under columns, or what it does not say (metric, grain ...), in okr_config/sources.yaml"
    )
    for column in settings.needed:
        if column not in names:
            near = did_you_mean(column, names)
            shown = ", ".join(names[:12]) or "nothing"
            hint = f"; {near}" if near else f"; {has} {shown}"
            raise SourceError(f"{name} has no column {column}{hint}", reason="bad_rows", next_step=step)
    used = [column for column in settings.used if column in names]
    twice = next((column for column in used if Counter(names)[column] > 1), None)
    if twice:
        step = "give each column a name of its own"
        raise SourceError(f"{name} has two columns called {twice}", reason="bad_rows", next_step=step)
    return used


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    stripped = frame.select(pl.all().str.strip_chars().replace("", None))
    return stripped.with_row_index("row", offset=first).with_columns(pl.col("row").cast(pl.Int64))
