"""`okr status`: the scoreboard, from the published copy alone."""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from flows.commands._options import json_option, project_options, published_of
from flows.console import output
from flows.console.changes import as_before, in_short, put_changes
from flows.console.legend import flag_legend, legend
from flows.console.scoreboard import draw, shown_periods
from flows.console.terminal import Terminal, terminal_of
from flows.console.watch import Screen, watch
from flows.project.board import TREND, Board, Choice, read_before, read_board
from flows.project.paths import Published
from flows.run.cadence import lateness
from okr_config.errors import UsageError
from scorecard.parents import family_of, parents_first
from scorecard.score_row import ScoreRow, worst_objective_first, worst_of
from scorecard.span import judged_day
from scorecard.status import BAD, Status
from warehouse.reading import BoardPeriod


@click.command()
@project_options
@json_option
@click.option("--period", "period_id", metavar="ID", help="The period to show (default: the one under way).")
@click.option("--owner", help="Only key results of this owner.")
@click.option("--tag", help="Only key results with this tag.")
@click.option("--objective", metavar="ID", help="Only key results of this objective.")
@click.option("--objectives", "only_objectives", is_flag=True, help="Only objectives, those that others serve first.")
@click.option(
    "--since-last", is_flag=True, help="Show too what changed since a week ago, or since the last run before."
)
@click.option("--exit-code", is_flag=True, help="Exit 1 when a key result is off track or missed.")
@click.option("--legend", "only_legend", is_flag=True, help="Say what columns, statuses and flags mean.")
@click.option(
    "--watch",
    "every",
    type=click.FloatRange(min=0.2),
    is_flag=False,
    flag_value=2.0,
    metavar="[SECONDS]",
    help="Keep the scoreboard on the screen and draw it again after each run; look every SECONDS (2).",
)
def status(  # noqa: PLR0913 - a command has as many parameters as options
    home: Path | None,
    *,
    as_json: bool,
    period_id: str | None,
    owner: str | None,
    tag: str | None,
    objective: str | None,
    only_objectives: bool,
    since_last: bool,
    exit_code: bool,
    only_legend: bool,
    every: float | None,
) -> None:
    """
    Show the scoreboard: key results, worst first.

    Objective by objective, as wide as the terminal; in a pipe nothing is cut.
    """
    if only_legend:
        show_legend(as_json=as_json)
        return
    published = published_of(home)
    choice = Choice(owner, tag, objective)
    if every is not None:
        if as_json or exit_code or period_id or since_last or only_objectives or choice != Choice():
            others = "--json, --exit-code, --period, --owner, --tag, --objective, --objectives, --since-last"
            raise UsageError("--watch goes with no other option", where=others, next_step="okr status --watch")
        watch_status(published, every)
        return
    if only_objectives:
        if since_last or exit_code:
            others = "--since-last, --exit-code"
            raise UsageError("--objectives does not go with these", where=others, next_step="okr status --objectives")
        show_objectives(published, choice, as_json=as_json, period_id=period_id)
        return
    bad = show_status(published, choice, as_json=as_json, period_id=period_id, since_last=since_last)
    sys.exit(1 if exit_code and bad else 0)


def show_status(
    published: Published,
    choice: Choice | None = None,
    *,
    as_json: bool,
    period_id: str | None = None,
    since_last: bool = False,
) -> bool:
    """Show the newest scoreboard; tell whether a key result of what is shown is off track or missed."""
    whole, now = read_board(published.scored(), days=TREND), published.world.clock()
    board = whole.only(choice) if choice else whole
    periods = _periods(board, now, period_id)
    shown = board.of(periods)
    before = read_before(published.copy, board.periods) if since_last else {}
    if as_json:
        rows = shown if period_id else board.key_results
        output.put_json(
            [row.as_row() | (as_before(before.get(row.key_result_id)) if since_last else {}) for row in rows]
        )
        return any(row.status in BAD for row in shown)
    _put_board(board, periods, now)
    if shown:
        output.say(in_short(shown, {period.id: ZoneInfo(period.timezone) for period in periods}))
    if since_last:
        put_changes(shown, before)
    if late := lateness(published, ZoneInfo(board.periods[0].timezone) if board.periods else ZoneInfo("UTC")):
        output.say(late)
    output.next_step(f"okr explain {_worst(shown)}" if shown else "okr run")
    return any(row.status in BAD for row in shown)


def show_objectives(published: Published, choice: Choice, *, as_json: bool, period_id: str | None) -> None:
    """Show what objectives come to; those that others serve lead, and each stands below the one that it serves."""
    board, now = read_board(published.scored(), days=0).only(choice), published.world.clock()
    periods = _periods(board, now, period_id)
    rows = sorted(board.objectives, key=worst_objective_first)
    family = [one for period in periods for one in parents_first(family_of(rows, period.id))]
    led = {row.objective_id: (depth, row) for depth, row in family}  # one that serves several periods stands once
    if as_json:
        output.put_json([row.as_row() for _, row in led.values()])
        return
    output.put_table(
        [
            {
                "objective": f"{'> ' * depth}{row.title}",
                "status": row.status.replace("_", " "),
                "score": output.score(row.score),
                "covered": output.percent(row.coverage),
                "expected": "-" if row.expected_hits is None else f"{row.expected_hits:.1f} of {row.key_results}",
                "owner": row.owner or "-",
                "period": row.period_id,
                "id": row.objective_id,
            }
            for depth, row in led.values()
        ]
    )
    output.next_step(f"okr explain {next(iter(led))}" if led else "okr run")


def show_legend(*, as_json: bool) -> None:
    """Show what every mark of the scoreboard means."""
    rows = legend()
    if as_json:
        output.put_json(rows)
        return
    output.put_table(rows)
    output.next_step("okr status")


def show_board(published: Published, judged_at: datetime) -> str | None:
    """Show the scoreboard just published, of the periods under way when it was judged; return its worst key result."""
    return put_board(read_board(published.scored(), days=TREND), judged_at, published.world.clock())


def put_board(board: Board, judged_at: datetime, now: datetime) -> str | None:
    """Show a board's periods that were under way at an instant; return the worst key result of what is shown."""
    periods = shown_periods(board, judged_at)
    _put_board(board, periods, now)
    shown = board.of(periods)
    return _worst(shown) if shown else None


def watch_status(published: Published, every: float) -> None:
    """Show the scoreboard on a screen of its own and draw it again after each run, until interrupted."""
    if not sys.stdout.isatty():
        raise UsageError("--watch needs a terminal", where="this is a pipe or a file", next_step="okr status --json")
    watch(
        published.copy,
        lambda terminal: _watched(published, terminal, every),
        Screen(sys.stdout, lambda: terminal_of(sys.stdout)),
        world=published.world,
        every=every,
    )


def _periods(board: Board, now: datetime, period_id: str | None) -> tuple[BoardPeriod, ...]:
    periods = shown_periods(board, now, period_id)
    if period_id and not periods:
        raise UsageError.unknown("period", period_id, [period.id for period in board.periods], next_step="okr status")
    return periods


def _watched(published: Published, terminal: Terminal, every: float) -> list[str]:
    ending = terminal.paint(terminal.cut(f"looking every {every:g} s, Ctrl-C ends it", terminal.width or 80), dim=True)
    if not published.copy.exists():
        return ["nothing has been published yet: waiting for a run", "", ending]
    board, now = read_board(published.copy, days=TREND), published.world.clock()
    periods = shown_periods(board, now)
    told = (terminal.cut(terminal.text(line), terminal.width or 80) for line in _told(board, periods, now))
    return [*draw(board, periods, terminal, now), "", *told, ending]


def _put_board(board: Board, periods: Sequence[BoardPeriod], now: datetime) -> None:
    for line in draw(board, periods, terminal_of(sys.stdout), now):
        output.put_drawn(line)
    for line in _told(board, periods, now):
        output.say(line)


def _told(board: Board, periods: Sequence[BoardPeriod], now: datetime) -> list[str]:
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
    if board.findings:
        names = ", ".join(dict.fromkeys(board.findings))
        told.append(f"{len(board.findings)} checks of the numbers found something: {names}   next: okr doctor")
    if explained := flag_legend(flag for row in board.of(periods) for flag in row.flags or ()):
        told.append(f"flags  {explained}")
    told += _silent(board.of(periods))
    others = [period.id for period in board.periods if period not in periods]
    if not board.key_results:
        told.append("no key result has been scored yet")
    if others:
        told.append(f"also scored: {', '.join(others)} (okr status --period ID)")
    return told


def _silent(rows: Sequence[ScoreRow]) -> Iterator[str]:
    """Say why key results have no number yet, where there is a command for it; those with the same reason together."""
    alike: dict[str, list[str]] = {}
    for row in rows:
        if row.status == Status.NO_DATA and row.reason and "(okr " in row.reason:
            alike.setdefault(row.reason, []).append(row.key_result_id)
    for text, names in alike.items():
        yield f"no data  {', '.join(names)}: {text}"


def _instant(at: datetime, zone: ZoneInfo) -> str:
    """Midnight is the end of the day it judges."""
    local = at.astimezone(zone)
    return f"{judged_day(at, zone)} 24:00" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"


def _worst(rows: Sequence[ScoreRow]) -> str:
    worst = worst_of(rows)
    return worst.key_result_id if worst else ""
