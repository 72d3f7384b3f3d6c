"""
Numbers that only exist in a sheet: CSV, Excel, Parquet, JSON or NDJSON files, or a published sheet on the web.

The files are the whole truth: a row that is taken out of them is taken out of the warehouse. Columns are metric, day
and value, and maybe account, grain and currency; what a file does not say is said once for all of it (metric, unit,
currency, account, grain), and `values` takes several columns of numbers at once. A day without a row between the first
and the newest is 0 for what adds up over days (`missing: unknown` turns that off). Of the days before the first row a
sheet says nothing: where it begins after the period does, sums are marked as partial, until the period's first day has
a row (a 0 will do) or `before: zero` says that there was nothing.

Days are written as 2026-11-23, or as `day_format` says. Numbers may have thousands marks and decimal commas where all
of them can only be read in one way, or `number_format` says how. Separators, UTF-8, UTF-16 and Windows-1252, a title
above the columns' names, comments (#) and rows of totals are seen by themselves; hidden files are left out. Weeks
begin on Mondays, months on their first day. Money without a currency is in the project's.

Exports as they come:

    # Shopify, Orders, Export as CSV: a row an order line, the order's total on its first
    - {id: shopify-export, connector: file, path: numbers/orders_export*.csv, repeated: sum,
       columns: {day: Created at, currency: Currency}, day_format: "%Y-%m-%d %H:%M:%S %z",
       values: {Total: shop.gross_revenue, Lineitem quantity: shop.units_sold}}
    # Google Analytics 4, a free-form exploration by Date, Export data as CSV
    - {id: ga4-export, connector: file, path: numbers/ga4*.csv, columns: {day: Date}, day_format: "%Y%m%d",
       values: {Sessions: web.visits, Views: web.pageviews}}
    # YouTube Studio, Advanced mode, Export current view: Table data.csv
    - {id: youtube-export, connector: file, path: numbers/Table data.csv, columns: {day: Date},
       day_format: "%b %d, %Y", values: {Views: youtube-export.views}}
    # Plausible, Settings, Imports & exports: imported_visitors_*.csv
    - {id: plausible-export, connector: file, path: numbers/imported_visitors_*.csv, columns: {day: date},
       values: {visits: web.visits, pageviews: web.pageviews}}
    # Meta Business Suite, Insights, Export: UTF-16, with a title above the table
    - {id: meta-export, connector: file, path: numbers/Visits.csv, columns: {day: Date},
       day_format: "%Y-%m-%dT%H:%M:%S", values: {Primary: meta-export.visits}}
    # Google Sheets, File, Share, Publish to web, Comma-separated values
    - {id: sheet, connector: file, path: "https://docs.google.com/spreadsheets/d/e/${SHEET}/pub?output=csv"}
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from connectors.generic._file.days import offered_format, read_days
from connectors.generic._file.numbers import read_numbers
from connectors.generic._file.places import Content, origin, read_all
from connectors.generic._file.settings import FileSettings as Settings
from connectors.generic._file.tables import Table, read_table
from connectors.records import KEYS, RecordKind
from connectors.rows.observations import known_metrics, observe, unit_of
from connectors.rows.validate import Fitted
from connectors.source import Page, Pull, Source, Stream
from okr_config.delivery import Refusal
from okr_config.errors import SourceError
from okr_config.hints import did_you_mean

_TOTALS = ("total", "totals", "grand total", "totalt", "sum", "summe", "gesamt")
_LABELS = {"period_start": "day"}
_LONGEST_SHOWN = 40


def _observations(pull: Pull[Settings]) -> Iterator[Page]:
    settings, key = pull.settings, list(KEYS[RecordKind.OBSERVATIONS])
    read = [_observe(pull, content) for content in read_all(pull, settings.path)]
    rows = pl.concat([fitted.frame for fitted, _ in read])
    repeated = rows.height - rows.n_unique(key)
    notes = [note for _, told in read for note in told]
    if repeated and settings.repeated == "sum":
        kept = [name for name in rows.columns if name not in {*key, "value"}]
        summed = rows.group_by(key, maintain_order=True).agg(pl.col("value").sum(), pl.col(kept).last())
        rows = summed.select(rows.columns).cast(rows.schema)
    elif repeated:
        notes.append(f"{repeated} rows repeat a metric, account and day; the last one counts")
    yield Page(
        {RecordKind.OBSERVATIONS: rows},
        rows_read=sum(fitted.frame.height + len(fitted.refused) for fitted, _ in read),
        refused=tuple(refusal for fitted, _ in read for refusal in fitted.refused),
        notes=tuple(notes),
    )


def _observe(pull: Pull[Settings], content: Content) -> tuple[Fitted, tuple[str, ...]]:
    settings, name = pull.settings, content.name
    table = read_table(content, settings)
    cells = _cells(settings, table.frame)
    is_total = pl.col("raw_day").str.to_lowercase().is_in(_TOTALS)
    totals = cells.filter(is_total)["row"].n_unique()
    cells = cells.filter(is_total.fill_null(value=False).not_())
    days = read_days(cells["raw_day"].drop_nulls(), settings.day_format)
    numbers = read_numbers(cells["raw_value"].drop_nulls(), settings.number_format, local=table.local, where=name)
    _refuse_unlike(name, table, cells, days, numbers)
    units = {metric: unit_of(metric) for metric in cells["metric"].drop_nulls().unique()}
    money = [metric for metric, unit in units.items() if unit == "money"]
    # an export has its orders' currency beside counts too
    counts = [metric for metric, unit in units.items() if unit not in {None, "money"}]
    rows = cells.with_columns(
        pl.col("raw_day").replace_strict(days, default="", return_dtype=pl.String).alias("period_start"),
        pl.col("raw_value").replace_strict(numbers, default="", return_dtype=pl.String).alias("value"),
        pl.when(pl.col("metric").is_in(money))
        .then(pl.coalesce("currency", pl.lit(pull.currency, pl.String)))
        .when(pl.col("metric").is_in(counts))
        .then(pl.lit(None, pl.String))
        .otherwise("currency")
        .alias("currency"),
        settled=pl.lit(value=True),
    )
    try:
        fitted = observe(settings.id, rows)
    except SourceError as error:
        raise SourceError(f"{name}: {error.what}", reason=error.reason, next_step=error.next_step) from error
    misfits = fitted.misfits.iter_rows(named=True) if fitted.refused else ()
    refused = tuple(
        replace(refusal, reason=f"{name} {table.place} {row['row']}: {_reason(refusal, row)}")
        for row, refusal in zip(misfits, fitted.refused, strict=True)
    )
    notes = (f"{name}: {totals} row{'s' * (totals > 1)} of totals left out",) if totals else ()
    return replace(fitted, refused=refused), (*table.notes, *notes)


def _cells(settings: Settings, frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row a number: row, raw_day, raw_value, metric, and what else is said of it, in the file or for it."""
    columns, fixed = settings.columns, settings.fixed
    told = {
        field: pl.lit(fixed[field])
        if field in fixed
        else pl.col(column)
        if (column := getattr(columns, field, "")) in frame.columns
        else pl.lit(None, pl.String)
        for field in ("account", "grain", "currency", "unit")
    }
    metric = pl.lit(settings.metric) if settings.metric else pl.col(columns.metric)
    parts: Mapping[str, str | None] = settings.values or {columns.value: None}
    found = pl.concat(
        frame.select(
            "row",
            metric=metric if of is None else pl.lit(of),
            raw_day=pl.col(columns.day),
            raw_value=pl.col(column),
            **told,
        )
        for column, of in parts.items()
    ).sort("row", maintain_order=True)
    # where a metric is said for the whole column, a blank cell is no row at all
    is_blank = pl.col("raw_value").is_null()
    if not settings.metric and not settings.values:
        is_blank = is_blank & pl.col("raw_day").is_null() & pl.col("metric").is_null()
    return found.filter(~is_blank)


def _refuse_unlike(name: str, table: Table, cells: pl.DataFrame, days: dict[str, str], numbers: dict[str, str]) -> None:
    """Refuse a file of which most days or numbers are written in another way: that is one thing to mend, not many."""
    for column, known, what, usual_step in (
        ("raw_day", days, "a day such as 2026-11-23", "say how days are written: day_format, such as %d.%m.%Y,"),
        ("raw_value", numbers, "a number", 'say how numbers are written: number_format, such as "1.234,5",'),
    ):
        odd = cells.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(list(known)))
        if 2 * odd.height <= cells.height or odd.is_empty():
            continue
        row, text = odd.select("row", column).row(0)
        offered = offered_format(odd[column]) if column == "raw_day" else None
        step = f'write day_format: "{offered}"' if offered else usual_step
        raise SourceError(
            f"{name} {table.place} {row}: {_shown(text)} is not {what}, as are {odd.height} of {cells.height} rows",
            reason="bad_rows",
            next_step=f"{step} in okr_config/sources.yaml",
        )


def _reason(refusal: Refusal, row: dict[str, object]) -> str:
    """Say what is wrong with a row: the value of a sheet is the team's own, and may be shown."""
    field = next(iter(json.loads(refusal.payload)))
    value = row.get({"period_start": "raw_day", "value": "raw_value"}.get(field, field))
    label, expected = _LABELS.get(field, field), refusal.reason.partition(" instead of ")[2]
    near = did_you_mean(str(value), known_metrics()) if field == "metric" else ""
    hint = f"; {near}" if near else ""
    if value is None:
        return f"{label} is missing; wanted is {expected}"
    return f"{label} is {_shown(value)}, not {expected}{hint}"


def _shown(value: object) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in str(value))
    return f"'{text[:_LONGEST_SHOWN]}{'...' * (len(text) > _LONGEST_SHOWN)}'"


SOURCE = Source(
    name="file",
    title="Files: CSV, Excel, Parquet, JSON, NDJSON",
    settings=Settings,
    streams=(
        Stream(
            "observations",
            (RecordKind.OBSERVATIONS,),
            "replace",
            _observations,
            whole=lambda _: True,
            missing=lambda settings: settings.meaning_of_missing("zero"),
        ),
    ),
    metrics=("any built-in metric", "<source>.<name>"),
    docs="README.md",
    url=lambda settings: origin(settings.path),
    hosts=(".googleusercontent.com",),
    history="whatever the file holds",
    delay="none",
)
