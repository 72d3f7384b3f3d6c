"""
The scoreboard as lines of text: an objective with its roll-up, its key results below it, worst first.

Where the terminal is narrow, columns fall away in a fixed order and long titles are cut; in a pipe nothing is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flows.console import output
from flows.console.legend import TOO_EARLY, flag_word
from flows.console.terminal import Terminal, pad, width_of
from flows.project.board import Board
from scorecard.parents import family_of, parents_first
from scorecard.score_row import ObjectiveRow, ScoreRow, worst_first, worst_objective_first
from scorecard.status import LOOKS, Flag
from warehouse.reading import BoardPeriod

_COLUMNS = ("status", "key result", "value", "trend", "way", "time", "chance", "data", "flags", "id")
_TO_THE_RIGHT = {"value", "way", "time", "chance", "data"}
_FALLING = ("id", "trend", "data", "flags", "time", "way", "word", "value", "chance")
"""What a narrow terminal does without, first to last; `word` leaves only the shape of a status."""

_LEAST = {"key result": 20, "flags": 12}
_WISHES = (("key result", 28), ("flags", None), ("key result", None))
"""Who gets the room that is left, up to which width; None: all it can use."""

_GAP = 2
_WEEK, _TWO_YEARS = 7, 730
_WHOLE_NUMBERS = 1000


@dataclass(frozen=True)
class _Line:
    """A row of the board: text by column."""

    status: str
    cells: Mapping[str, str]
    heading: bool = False


def draw(board: Board, periods: Sequence[BoardPeriod], terminal: Terminal, now: datetime) -> list[str]:
    """
    Draw the scores of some periods; `now` tells how old the data are.

    Returns:
        Lines without an end, none wider than the terminal.
    """
    groups = [group for period in periods for group in _groups(board, period, terminal, now)]
    lines = [line for group in groups for line in group]
    if not lines:
        return []
    widths = _widths(lines, terminal)
    head = _join({name: _heading(name) for name in widths if widths[name] > 1}, widths, terminal)
    drawn = [terminal.paint(head, dim=True)]
    for group in groups:
        if terminal.width is not None and len(drawn) > 1:
            drawn.append("")
        drawn += [_draw(line, widths, terminal) for line in group]
    return drawn


def shown_periods(board: Board, now: datetime, period_id: str | None = None) -> tuple[BoardPeriod, ...]:
    """Choose the periods to show: the one asked for, else those under way, else the newest."""
    if period_id:
        return tuple(period for period in board.periods if period.id == period_id)
    under_way = tuple(
        period
        for period in board.periods
        if period.start <= now.astimezone(ZoneInfo(period.timezone)).date() <= period.end
    )
    return under_way or board.periods[:1]


def age(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Say how many days ago something was, in few letters: today, 3 d, 5 w, 2 y."""
    if at is None:
        return "-"
    days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days <= 0:
        return "today"
    if days <= 2 * _WEEK:
        return f"{days} d"
    return f"{days // _WEEK} w" if days < _TWO_YEARS else f"{days // 365} y"


def _groups(board: Board, period: BoardPeriod, terminal: Terminal, now: datetime) -> Iterator[list[_Line]]:
    rows, zone = board.of([period]), ZoneInfo(period.timezone)
    family = family_of(sorted(board.objectives, key=worst_objective_first), period.id)
    for depth, objective in parents_first(family):
        own = sorted((row for row in rows if row.objective_id == objective.objective_id), key=worst_first)
        yield [
            _roll_up(objective, terminal, depth, period),
            *(_key_result(row, board.trends.get(row.key_result_id, ()), terminal, now, zone) for row in own),
        ]


def _roll_up(row: ObjectiveRow, terminal: Terminal, depth: int, period: BoardPeriod) -> _Line:
    """Draw an objective; one that serves another stands below it with as many arrows as there are above it."""
    coverage, notes = row.coverage, []
    if row.period_id != period.id:
        notes.append(row.period_id)
    if coverage is not None and coverage < 1:
        notes.append(f"{output.percent(coverage)} covered")
    cells = {
        "key result": f"{'> ' * depth}{row.title}",
        "value": "" if row.score is None else f"score {output.score(row.score)}",
        "chance": "" if row.probability_all is None else output.percent(row.probability_all),
        "flags": ", ".join(notes),
        "id": row.objective_id,
    }
    return _Line(row.status, _shown(cells, row.status, terminal), heading=True)


def _key_result(row: ScoreRow, trend: Sequence[Decimal], terminal: Terminal, now: datetime, zone: ZoneInfo) -> _Line:
    cells = {
        "key result": f"  {row.title}",
        "value": _value(row),
        "trend": "" if terminal.encoding else _chart(trend, terminal),
        "way": output.percent(row.progress),
        "time": output.percent(row.span(zone).elapsed),
        "chance": _chance(row),
        "data": age(row.observed_at, now, zone),
        "flags": ", ".join(flag_word(flag) for flag in row.flags or ()),
        "id": row.key_result_id,
    }
    return _Line(row.status, _shown(cells, row.status, terminal, is_early=row.is_early(zone)))


def _shown(cells: Mapping[str, str], status: str, terminal: Terminal, *, is_early: bool = False) -> Mapping[str, str]:
    words = {"status": f"{terminal.shape(status)} {TOO_EARLY if is_early else status.replace('_', ' ')}"}
    return words | {name: terminal.text(text) for name, text in cells.items()}


def _chance(row: ScoreRow) -> str:
    """Write a chance; one that is mostly the team's own estimate stands in brackets."""
    written = output.percent(row.probability)
    return f"({written})" if Flag.PRIOR_ONLY in (row.flags or ()) else written


def _value(row: ScoreRow) -> str:
    """Say where it stands and where it should get to, the unit once."""
    unit, factor = row.unit, 100 if row.unit == "share" else 1
    pair = [None if number is None else number * factor for number in (row.value, row.target)]
    now, goal = (None if number is None else _number(number, *pair) for number in pair)
    if goal is None or row.target is None:
        return output.amount(row.value, unit)
    way = "→" if row.baseline is not None and row.baseline > row.target else "of"
    tail = {"share": " %", "count": "", None: ""}.get(unit, f" {unit}")
    return f"{now or '-'} {way} {goal}{tail}"


def _number(value: Decimal, *marks: Decimal | None) -> str:
    """Write a number, a large one whole where that does not make a mark of it."""
    if abs(value) >= _WHOLE_NUMBERS:
        return output.whole(value, *marks)
    return output.number(value, *marks)


def _chart(values: Sequence[Decimal], terminal: Terminal) -> str:
    if not values:
        return ""
    low, high = min(values), max(values)
    room = high - low
    level = 0.5 if low else 0.0
    return "".join(terminal.sparkline(float((value - low) / room) if room else level) for value in values)


def _widths(lines: Sequence[_Line], terminal: Terminal) -> dict[str, int]:
    """Choose columns and their widths: all there is to show, or what fits."""
    widths = {
        name: max(width_of(_heading(name)), *(width_of(line.cells.get(name, "")) for line in lines))
        for name in _COLUMNS
        if any(line.cells.get(name) for line in lines)
    }
    if terminal.width is None:
        return widths
    for falling in (*_FALLING, ""):
        least = {name: min(width, _LEAST.get(name, width)) for name, width in widths.items()}
        spare = terminal.width - sum(least.values()) - _GAP * (len(least) - 1)
        if spare >= 0 or not falling:
            break
        if falling == "word":
            widths["status"] = 1
        else:
            widths.pop(falling, None)
    if spare < 0:
        least["key result"] = max(least["key result"] + spare, 1)
    for name, wish in _WISHES:
        if name in least:
            more = min(max(min(widths[name], wish or widths[name]) - least[name], 0), max(spare, 0))
            least[name], spare = least[name] + more, spare - more
    return least


def _draw(line: _Line, widths: Mapping[str, int], terminal: Terminal) -> str:
    painted: Mapping[str, Mapping[str, Any]] = {
        "status": {"colour": LOOKS[line.status].colour},
        "key result": {"bold": line.heading},
        "chance": {"bold": line.heading},
    }
    return _join(line.cells, widths, terminal, painted)


def _join(
    cells: Mapping[str, str],
    widths: Mapping[str, int],
    terminal: Terminal,
    painted: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    texts = []
    for name, width in widths.items():
        text = cells.get(name, "")
        fitted = text if terminal.width is None else _fit(name, text, width, terminal)
        padded = pad(fitted, width, right=name in _TO_THE_RIGHT)
        texts.append(terminal.paint(padded, **(painted or {}).get(name, {})))
    return (" " * _GAP).join(texts).rstrip()


def _fit(name: str, text: str, width: int, terminal: Terminal) -> str:
    """A status without its word is its shape; anything else too long is cut."""
    return text[:1] if name == "status" and width == 1 else terminal.cut(text, width)


def _heading(name: str) -> str:
    return "value of target" if name == "value" else name
