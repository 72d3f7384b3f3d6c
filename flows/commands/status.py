"""What `okr status`, `okr explain`, `okr sql` and `okr open` show, all from the published copy alone."""

import csv
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.console import output
from flows.project.paths import Published
from okr_config.errors import UsageError

if TYPE_CHECKING:
    from flows.console.terminal import Terminal
    from flows.project.board import Board
    from scorecard.score_row import ScoreRow
    from warehouse.reading import BoardPeriod


def show_status(published: Published, *, as_json: bool, period_id: str | None = None) -> bool:
    """Show the newest scoreboard; tell whether a key result of what is shown is off track or missed."""
    from flows.console.scoreboard import shown_periods
    from flows.project.board import TREND, read_board
    from scorecard.status import BAD

    board = read_board(published.scored(), days=TREND)
    periods = shown_periods(board, published.world.clock(), period_id)
    if period_id and not periods:
        raise UsageError(
            f"no period called {period_id} has been scored",
            where=f"scored: {', '.join(period.id for period in board.periods) or 'none'}",
            next_step="okr status",
        )
    shown = board.of(periods)
    if as_json:
        output.put_json([row.as_row() for row in (shown if period_id else board.key_results)])
    else:
        _put_board(board, periods, published.world.clock())
        output.next_step(f"okr explain {_worst(shown)}" if shown else "okr run")
    return any(row.status in BAD for row in shown)


def show_board(published: Published, judged_at: datetime) -> str | None:
    """Show the scoreboard just published, of the periods under way when it was judged; return its worst key result."""
    from flows.project.board import TREND, read_board

    return put_board(read_board(published.scored(), days=TREND), judged_at, published.world.clock())


def put_board(board: "Board", judged_at: datetime, now: datetime) -> str | None:
    """Show a board's periods that were under way at an instant; return the worst key result of what is shown."""
    from flows.console.scoreboard import shown_periods

    periods = shown_periods(board, judged_at)
    _put_board(board, periods, now)
    shown = board.of(periods)
    return _worst(shown) if shown else None


def watch_status(published: Published, every: float) -> None:
    """Show the scoreboard on a screen of its own and draw it again after each run, until interrupted."""
    from flows.console.terminal import terminal_of
    from flows.console.watch import Screen, watch

    if not sys.stdout.isatty():
        raise UsageError("--watch needs a terminal", where="this is a pipe or a file", next_step="okr status --json")
    watch(
        published.copy,
        lambda terminal: _watched(published, terminal, every),
        Screen(sys.stdout, lambda: terminal_of(sys.stdout)),
        world=published.world,
        every=every,
    )


def _watched(published: Published, terminal: "Terminal", every: float) -> list[str]:
    from flows.console.scoreboard import draw, shown_periods
    from flows.project.board import TREND, read_board

    ending = terminal.paint(terminal.cut(f"looking every {every:g} s, Ctrl-C ends it", terminal.width or 80), dim=True)
    if not published.copy.exists():
        return ["nothing has been published yet: waiting for a run", "", ending]
    board, now = read_board(published.copy, days=TREND), published.world.clock()
    periods = shown_periods(board, now)
    told = (terminal.cut(terminal.text(line), terminal.width or 80) for line in _told(board, periods, now))
    return [*draw(board, periods, terminal, now), "", *told, ending]


def _put_board(board: "Board", periods: "Sequence[BoardPeriod]", now: datetime) -> None:
    from flows.console.scoreboard import draw
    from flows.console.terminal import terminal_of

    for line in draw(board, periods, terminal_of(sys.stdout), now):
        output.put_drawn(line)
    for line in _told(board, periods, now):
        output.say(line)


def _told(board: "Board", periods: "Sequence[BoardPeriod]", now: datetime) -> list[str]:
    """Say when each period was judged and how long it still lasts, and which others there are."""
    told = []
    for period in periods:
        zone = ZoneInfo(period.timezone)
        left = (period.end - now.astimezone(zone).date()).days
        rest = f"ended {period.end}" if left < 0 else "last day" if not left else f"{left} day{'s' * (left > 1)} left"
        if period.start > now.astimezone(zone).date():
            rest = f"begins {period.start}"
        told.append(f"{period.id}  as of {_instant(period.as_of, zone)} ({period.timezone}), {rest}")
    if any(row.probability_raw not in {None, row.probability} for row in board.key_results):
        told.append("chances are adjusted by what closed key results have taught (okr calibration)")
    others = [period.id for period in board.periods if period not in periods]
    if not board.key_results:
        told.append("no key result has been scored yet")
    if others:
        told.append(f"also scored: {', '.join(others)} (okr status --period ID)")
    return told


def _instant(at: datetime, zone: ZoneInfo) -> str:
    """Midnight is the end of the day it judges."""
    from scorecard.span import judged_day

    local = at.astimezone(zone)
    return f"{judged_day(at, zone)} 24:00" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"


def _worst(rows: "Sequence[ScoreRow]") -> str:
    from scorecard.score_row import worst_of

    worst = worst_of(rows)
    return worst.key_result_id if worst else ""


def show_explanation(published: Published, key_result: str, *, as_json: bool) -> None:
    """Show how a score came about: its arithmetic, then the loads its observations came from; objectives too."""
    from flows.project.board import read_board
    from scorecard.explain.arithmetic import arithmetic
    from warehouse.reading import lineage

    path = published.scored()
    board = read_board(path, days=1)
    found = [row for row in board.key_results if row.key_result_id == key_result]
    if not found:
        _explain_objective(board, key_result, as_json=as_json)
        return
    loads = lineage(path, key_result)
    if as_json:
        output.put_json([{**found[0].as_row(), "loads": loads.to_dicts()}])
        return
    zone = next(ZoneInfo(period.timezone) for period in board.periods if period.id == found[0].period_id)
    for text in arithmetic(found[0], zone):
        output.put(text)
    output.put("")
    output.put_table(loads.to_dicts(), loads.columns)
    output.next_step(f"okr sql \"from key_result_daily where key_result_id = '{key_result}' order by day\"")


def _explain_objective(board: "Board", objective: str, *, as_json: bool) -> None:
    from scorecard.explain.arithmetic import objective_arithmetic

    found = [row for row in board.objectives if row.objective_id == objective]
    if not found:
        names = [row.key_result_id for row in board.key_results] + [row.objective_id for row in board.objectives]
        raise UsageError(
            f"no key result and no objective is called {objective}",
            where=f"scored: {', '.join(names) or 'none yet'}",
            next_step="okr status",
        )
    if as_json:
        output.put_json([row.as_row() for row in found])
        return
    for row in found:
        own = (row.period_id, row.objective_id)
        members = [one for one in board.key_results if (one.period_id, one.objective_id) == own]
        for text in objective_arithmetic(row, members):
            output.put(text)
    output.next_step("okr explain KEY_RESULT, for the arithmetic of one of them")


def show_query(published: Published, query: str, *, as_json: bool, as_csv: bool) -> None:
    """Run a query of the user's, walled off, and show its rows."""
    from flows.run.preload import import_ahead
    from warehouse.query_sandbox import run_query

    if not (as_json or as_csv):
        import_ahead("rich.table")
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
    from warehouse.reading import list_tables

    tables = list_tables(published.scored())
    if as_json:
        output.put_json(tables)
        return
    for table in tables:
        output.put(f"{table['table']}: one row per {table['grain']}")
        output.put(f"    {', '.join(_names(table['columns']))}")
    output.next_step('okr sql "from scoreboard"')


def open_page(published: Published, opener: Callable[[str], bool], *, has_display: bool) -> None:
    """
    Open the newest page in a browser; where there is none, its path has to do.

    Raises:
        UsageError: when no page has been written.
    """
    if not published.page.exists():
        raise UsageError("no page has been written yet", where=str(published.page), next_step="okr run, or okr report")
    output.put(str(published.page))
    if has_display and opener(published.page.as_uri()):
        output.say("opened in your browser")
        output.next_step("okr status, for the same in the terminal")
    else:
        output.say("no browser could be opened here")
        output.next_step("open the file in a browser, or okr serve to read it over the network")


def _names(columns: object) -> Sequence[str]:
    return [str(column) for column in columns] if isinstance(columns, list) else []


def _put_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([_inert(name) for name in columns])
    writer.writerows([[_inert(value) for value in row] for row in rows])


def _inert(value: object) -> object:
    """Text that a spreadsheet would run as a formula is quoted; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\0")) else value
