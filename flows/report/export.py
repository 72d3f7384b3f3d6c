"""Every public table as a file of its own, or a sheet of one workbook, for other programs."""

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl
from polars import selectors

from flows.console import output
from flows.console.json_forms import json_text
from flows.project.paths import Published
from okr_config.errors import OkrError, UsageError, way_out
from warehouse.reading import read_tables

WORKBOOK = "okr.xlsx"
_MOST_ROWS = 1_048_575
_LONGEST = 32_767
"""What a sheet holds below its head, and a cell; what is beyond would be left out in silence."""


def export_tables(published: Published, folder: Path, kinds: Iterable[str]) -> list[output.Row]:
    """
    Write every public table as `parquet`, `csv` or `xlsx`; return each file's table, rows and path.

    Raises:
        UsageError: when nothing is published, the extra is missing, or a table is more than a workbook can hold.
        OkrError: when a file cannot be written.
    """
    path = published.scored()
    return [row for kind in kinds for row in _KINDS[kind](published, path, folder)]


def _export_parquet(published: Published, path: Path, folder: Path) -> Iterator[output.Row]:
    for name, frame in read_tables(path):
        content = io.BytesIO()
        frame.write_parquet(content)
        target = folder / f"{name}.parquet"
        _write(published, target, content)
        yield _row(target, name, frame)


def _export_csv(published: Published, path: Path, folder: Path) -> Iterator[output.Row]:
    for name, frame in read_tables(path):
        content = io.BytesIO()
        _inert(_flat(frame)).write_csv(content)
        target = folder / f"{name}.csv"
        _write(published, target, content)
        yield _row(target, name, frame)


def _export_xlsx(published: Published, path: Path, folder: Path) -> Iterator[output.Row]:
    try:
        import xlsxwriter  # type: ignore[import-untyped] # an extra, which ships no types
    except ImportError:
        raise UsageError(
            "okr is installed without what writes workbooks",
            where="--xlsx",
            next_step="pip install 'okr[xlsx]', or --csv",
        ) from None
    content, rows, target = io.BytesIO(), [], folder / WORKBOOK
    # text stays text, whatever it looks like
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(content, as_text | {"nan_inf_to_errors": True}) as book:
        book.set_properties({"created": published.world.clock().replace(tzinfo=None)})
        for name, frame in read_tables(path):
            _for_sheet(name, frame).write_excel(book, worksheet=name)
            rows.append(_row(target, name, frame))
    _write(published, target, content)
    yield from rows


_KINDS: dict[str, Callable[[Published, Path, Path], Iterator[output.Row]]] = {
    "parquet": _export_parquet,
    "csv": _export_csv,
    "xlsx": _export_xlsx,
}


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose lists are JSON, for files that have no lists."""
    lists = [name for name, kind in frame.schema.items() if kind.is_nested()]
    return frame.with_columns(
        pl.Series(name, [None if value is None else json_text(value) for value in frame[name].to_list()])
        .cast(pl.String)
        .alias(name)
        for name in lists
    )


def _inert(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose text no spreadsheet runs as a formula, as `okr sql --csv` prints it."""
    names = frame.select(selectors.string()).columns
    return frame.with_columns(
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(sign) for sign in output.FORMULA))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in names
    )


def _for_sheet(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame as a sheet can hold it: times in UTC without a zone, decimals as the floats that a sheet knows."""
    flat = _flat(frame)
    is_long = pl.any_horizontal(pl.lit(False), selectors.string().str.len_chars() > _LONGEST)
    if flat.height > _MOST_ROWS or flat.filter(is_long).height:
        raise UsageError(
            f"{name} has more rows, or a longer text, than a sheet can hold", where="--xlsx", next_step="--parquet"
        )
    return flat.with_columns(
        selectors.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None),
        selectors.decimal().cast(pl.Float64),
    )


def _write(published: Published, target: Path, content: io.BytesIO) -> None:
    try:
        published.world.write(target, content.getvalue(), 0o600)
    except OSError as error:
        what = f"the export cannot be written: {error.strerror}"
        raise OkrError(what, where=str(target), next_step=way_out(error)) from error


def _row(target: Path, name: str, frame: pl.DataFrame) -> output.Row:
    return {"table": name, "rows": frame.height, "file": str(target)}
