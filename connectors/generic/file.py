"""
Numbers that only exist in a sheet: CSV, Parquet, JSON or NDJSON files of one observation a row.

The files are the whole truth: a row that is taken out of them is taken out of the warehouse. Columns are metric, day
and value, and maybe account, grain and currency. A CSV file may be separated by semicolons; its numbers may then have a
decimal comma. Days are written as 2026-11-23.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar

import polars as pl

from connectors.http.errors import RequestError
from connectors.http.response import parse_json
from connectors.records import KEYS, RecordKind
from connectors.rows.observations import ObservationSettings, observe
from connectors.rows.validate import Fitted
from connectors.source import Page, Pull, Source, Stream
from okr_config.errors import SourceError
from okr_config.models import Model

_DAY_AT_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[T ]00:00.*$"


class Columns(Model):
    """Names of the columns in the file; all but metric, day and value may be absent."""

    metric: str = "metric"
    day: str = "day"
    value: str = "value"
    account: str = "account"
    grain: str = "grain"
    currency: str = "currency"

    @property
    def needed(self) -> set[str]:
        """Columns that must be there: those without which no row can be read, and those that were named."""
        return {self.metric, self.day, self.value, *(getattr(self, name) for name in self.model_fields_set)}


class Settings(ObservationSettings):
    """`path`: a file or a pattern such as tall/*.csv, from the project folder. `columns`: their names in the file."""

    identity: ClassVar[tuple[str, ...]] = ("path",)
    follows_account: ClassVar[bool] = False
    brings_metrics: ClassVar[bool] = True

    path: str
    columns: Columns = Columns()


def _observations(pull: Pull[Settings]) -> Iterator[Page]:
    settings = pull.settings
    pages = [(path.name, _observe(settings, path)) for path in _files(pull.home, settings.path)]
    rows = pl.concat([fitted.frame for _, fitted in pages])
    repeated = rows.height - rows.n_unique(KEYS[RecordKind.OBSERVATIONS])
    yield Page(
        {RecordKind.OBSERVATIONS: rows},
        rows_read=rows.height + sum(len(fitted.refused) for _, fitted in pages),
        refused=tuple(refusal for _, fitted in pages for refusal in fitted.refused),
        notes=(f"{repeated} rows repeat a metric, account and day; the last one counts",) if repeated else (),
    )


def _files(home: Path, pattern: str) -> list[Path]:
    path = home / pattern
    pattern_below_root = str(path.relative_to(path.anchor))
    found = [path] if path.is_file() else sorted(filter(Path.is_file, Path(path.anchor).glob(pattern_below_root)))
    if not found:
        raise SourceError(
            f"there is no file {pattern}", reason="not_found", next_step="correct path in okr_config/sources.yaml"
        )
    return found


def _observe(settings: Settings, path: Path) -> Fitted:
    columns = settings.columns
    try:
        table = _read(path, columns)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError, RequestError) as error:
        what = f"{path.name} cannot be read as {path.suffix.removeprefix('.')} in UTF-8 ({type(error).__name__})"
        raise SourceError(what, reason="bad_answer") from error
    for name in sorted(columns.needed - set(table.columns)):
        near = get_close_matches(name, table.columns, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SourceError(
            f"{path.name} has no column {name}{hint}",
            reason="bad_rows",
            next_step="name the file's columns under columns in okr_config/sources.yaml",
        )
    named = {field: getattr(columns, field) for field in type(columns).model_fields}
    rows = table.with_row_index("row", offset=1).select(
        "row", *(pl.col(name).alias(field) for field, name in named.items() if name in table.columns)
    )
    fitted = observe(
        settings.id,
        rows.filter(~pl.all_horizontal(pl.exclude("row").is_null())).select(
            pl.exclude("day"),
            period_start=pl.col("day").str.replace(_DAY_AT_MIDNIGHT, "$1"),
            settled=pl.lit(value=True),
        ),
    )
    numbers = fitted.misfits["row"] if fitted.refused else ()
    return replace(
        fitted,
        refused=tuple(
            replace(refusal, reason=f"{path.name} row {number}: {refusal.reason}")
            for number, refusal in zip(numbers, fitted.refused, strict=True)
        ),
    )


def _read(path: Path, columns: Columns) -> pl.DataFrame:
    """Read a file as text, column by column."""
    match path.suffix.lower():
        case ".parquet":
            return pl.read_parquet(path).cast(pl.String)
        case ".json":
            return _table(parse_json(path.read_bytes(), ""))
        case ".ndjson" | ".jsonl":
            return _table([parse_json(line, "") for line in path.read_bytes().splitlines() if line.strip()])
        case _:
            return _read_csv(path, columns)


def _table(records: object) -> pl.DataFrame:
    if not isinstance(records, list):
        raise RequestError("bad_answer", "is not a list of records")
    rows = [record if isinstance(record, dict) else {} for record in records]
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(
        {name: [_text(row.get(name)) for row in rows] for name in names}, dict.fromkeys(names, pl.String)
    )


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _read_csv(path: Path, columns: Columns) -> pl.DataFrame:
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline()
    semicolons = header.count(";") > header.count(",")
    table = pl.read_csv(path, infer_schema=False, separator=";" if semicolons else ",").select(
        pl.all().str.strip_chars()
    )
    decimal_commas = semicolons and columns.value in table.columns
    return table.with_columns(pl.col(columns.value).str.replace(",", ".", literal=True)) if decimal_commas else table


SOURCE = Source(
    name="file",
    title="Files: CSV, Parquet, JSON, NDJSON",
    settings=Settings,
    streams=(
        Stream(
            "observations",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _observations,
            whole=lambda _: True,
            missing="zero",
        ),
    ),
    metrics=("any built-in metric", "<source>.<name>"),
    docs="README.md",
    url=lambda _: None,
    history="whatever the file holds",
    delay="none",
)
