"""`okr sql`: people's own questions, asked of the published copy behind a wall."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from flows.commands._options import examples, json_option, project_options, published_of
from flows.console import output
from flows.console.json_forms import one_cell
from flows.project.paths import Published
from okr_config.errors import UsageError
from warehouse.query_sandbox import run_query


@click.command(epilog=examples('okr sql "select key_result_id, value, target, probability from scoreboard"'))
@click.argument("query", required=False)
@project_options
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def sql(query: str | None, home: Path | None, *, as_json: bool, as_csv: bool) -> None:
    """
    Run a query, read-only; without one, list the tables.

    QUERY is asked of the published copy: it holds up no run, and no run holds it up. The name of a table alone tells
    what its columns hold.
    """
    if query and query.isidentifier():
        show_columns(published_of(home), query, as_json=as_json)
    elif query:
        show_query(published_of(home), query, as_json=as_json, as_csv=as_csv)
    else:
        show_tables(published_of(home), as_json=as_json)


def show_query(published: Published, query: str, *, as_json: bool, as_csv: bool) -> None:
    """Run a query of the user's, walled off, and show its rows."""
    result = run_query(published.scored(), query)
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if as_json:
        output.put_json(rows)
    elif as_csv:
        _put_csv(result.columns, result.rows)
    else:
        output.put_table(rows, result.columns)
        output.say(f"{len(rows)} row{'s' * (len(rows) != 1)}")
        output.next_step("okr sql, to list tables and columns")


def show_tables(published: Published, *, as_json: bool) -> None:
    """List the tables that people query, each with its grain and columns."""
    from warehouse.reading import list_tables  # noqa: PLC0415 - a query opens DuckDB in its child only

    tables = list_tables(published.scored())
    if as_json:
        output.put_json(tables)
        return
    for table in tables:
        output.put(f"{table['table']}: one row per {table['grain']}")
        output.put_prose(f"    {', '.join(_names(table['columns']))}")
    output.next_step("okr sql scoreboard, to tell what its columns hold")


def show_columns(published: Published, name: str, *, as_json: bool) -> None:
    """
    Tell what one row of a table is, and what each of its columns holds.

    Raises:
        UsageError: when there is no such table.
    """
    from warehouse.reading import describe_tables  # noqa: PLC0415 - as above

    tables = {table.name: table for table in describe_tables(published.scored())}
    if name not in tables:
        raise UsageError.unknown("table", name, tables, next_step="okr sql, to list tables and columns")
    columns = tables[name].columns
    if as_json:
        output.put_json([asdict(column) for column in columns])
        return
    output.put(f"{name}: one row per {tables[name].grain}")
    width = max(len(column.name) for column in columns)
    for column in columns:
        output.put_prose(f"{column.name:<{width}}  {column.words}")
    output.next_step(f'okr sql "from {name}"')


def _names(columns: object) -> Sequence[str]:
    return [str(column) for column in columns] if isinstance(columns, list) else []


def _put_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a file of numbers is UTF-8 whatever the terminal takes: half of it would be worse than none
        sys.stdout.reconfigure(encoding="utf-8")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([_inert(name) for name in columns])
    writer.writerows([[_inert(value) for value in row] for row in rows])


def _inert(value: object) -> object:
    """Text that a spreadsheet would run as a formula is quoted, numbers stay numbers, and nested values are JSON."""
    if isinstance(value, list | tuple | dict | bytes):
        value = one_cell(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(output.FORMULA) else value
