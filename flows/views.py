"""What `okr status`, `okr explain` and `okr sql` show, all from the published copy alone."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows import show
from flows.workplace import Workplace
from okr_config.errors import UsageError

_BAD = {"off_track", "missed"}


def scoreboard_rows(scoreboard: Iterable[Mapping[str, Any]]) -> list[show.Row]:
    """Return what a terminal has room for of the scoreboard's rows."""
    return [
        {
            "status": row["status"],
            "key result": row["title"],
            "value": show.amount(row["value"], row["unit"]),
            "target": show.amount(row["target"], row["unit"]),
            "progress": show.percent(row["progress"]),
            "expected": show.percent(row["expected"]),
            "probability": show.percent(row["probability"]),
            "id": row["key_result_id"],
            "flags": row["flags"] or "",
        }
        for row in scoreboard
    ]


def show_status(workplace: Workplace, *, as_json: bool) -> bool:
    """Show the newest scoreboard; tell whether a key result is off track or missed."""
    from warehouse.reading import read_scoreboard

    rows = read_scoreboard(published(workplace))
    if as_json:
        show.put_json(rows)
    else:
        show.put_table(scoreboard_rows(rows))
        if rows:
            show.say(f"as of {rows[0]['as_of']:%Y-%m-%d %H:%M} UTC")
        show.next_step(f"okr explain {rows[0]['key_result_id']}" if rows else "okr run")
    return any(row["status"] in _BAD for row in rows)


def show_explanation(workplace: Workplace, key_result: str, *, as_json: bool) -> None:
    """Show how a score came about: its arithmetic, then the loads its observations came from."""
    from scorecard.arithmetic import arithmetic
    from warehouse.reading import lineage, read_scoreboard

    path = published(workplace)
    board = read_scoreboard(path)
    found = [row for row in board if row["key_result_id"] == key_result]
    if not found:
        known = ", ".join(row["key_result_id"] for row in board) or "none yet"
        raise UsageError(f"no key result is called {key_result}", where=f"scored: {known}", next_step="okr status")
    loads = lineage(path, key_result)
    if as_json:
        show.put_json([{**found[0], "loads": loads.to_dicts()}])
        return
    for text in arithmetic(found[0]):
        show.put(text)
    show.put("")
    show.put_table(loads.to_dicts(), loads.columns)
    show.next_step(f"okr sql \"from key_result_daily where key_result_id = '{key_result}' order by day\"")


def show_query(workplace: Workplace, query: str, *, as_json: bool, as_csv: bool) -> None:
    """Run a query of the user's, walled off, and show its rows."""
    from warehouse.sandboxed import run_query

    result = run_query(published(workplace), query)
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if as_json:
        show.put_json(rows)
    elif as_csv:
        _put_csv(result.columns, result.rows)
    else:
        show.put_table(rows, result.columns)
        show.say(f"{len(rows)} rows")
        show.next_step("okr sql, to list tables and columns")


def show_tables(workplace: Workplace, *, as_json: bool) -> None:
    """List the tables that people query, each with its grain and columns."""
    from warehouse.reading import list_tables

    tables = list_tables(published(workplace))
    if as_json:
        show.put_json(tables)
        return
    for table in tables:
        show.put(f"{table['table']}: one row per {table['grain']}")
        show.put(f"    {', '.join(_names(table['columns']))}")
    show.next_step('okr sql "from scoreboard"')


def report_page(workplace: Workplace, output: Path | None, *, language: str | None, period_id: str | None) -> None:
    """Write the page and say where it lies."""
    from flows.rendering import write_page

    published(workplace)
    target = output or workplace.page
    period = write_page(workplace, target, language=language, period_id=period_id)
    show.put(str(target))
    show.say(f"period {period.id}, as of {period.as_of:%Y-%m-%d %H:%M} UTC")
    show.next_step(f"open {target} in a browser")


def published(workplace: Workplace) -> Path:
    """Return the published copy's path, or say what makes one."""
    if not workplace.published.exists():
        raise UsageError("nothing has been published yet", where=str(workplace.published), next_step="okr run")
    return workplace.published


def _names(columns: object) -> Sequence[str]:
    return [str(column) for column in columns] if isinstance(columns, list) else []


def _put_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([_inert(name) for name in columns])
    writer.writerows([[_inert(value) for value in row] for row in rows])


def _inert(value: object) -> object:
    """Text that a spreadsheet would run as a formula is quoted; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\0")) else value
