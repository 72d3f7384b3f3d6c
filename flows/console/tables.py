"""
Rows as an aligned table: numbers to the right, a rule below the head.

A pipe gets every cell whole, on one line. On a terminal that is too narrow, instants become days, heads of numbers and
then the widest texts are cut, and a text in the last column, or in one that is chosen, goes on in the line below. A
number is never cut; columns that may fall away do so before anything else does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flows.console.terminal import Terminal, pad, width_of, wrap
from scorecard.status import LOOKS

_GAP = 2
_DAY = len("2026-11-23")
_LEAST, _LEAST_HEAD, _LEAST_WRAPPED = 8, 5, 24


@dataclass(frozen=True)
class Fall:
    """
    What a narrow terminal does to a table.

    away: columns it does without, first to last, before any is cut. wraps: the column whose texts go on in the line
    below, before any other is cut; by default the last, which does so as others are cut.
    """

    away: tuple[str, ...] = ()
    wraps: str | None = None


@dataclass(frozen=True)
class _Column:
    """A column's cells as text, the head first, and what they are."""

    name: str
    cells: Sequence[str]
    number: bool
    instant: bool
    wraps: bool

    @property
    def wanted(self) -> int:
        """Cells of the terminal that show it whole."""
        return max(map(width_of, self.cells))

    @property
    def least(self) -> int:
        """Cells of the terminal that it can do with."""
        if self.number:
            return max(_LEAST_HEAD, *map(width_of, self.cells[1:]))
        return min(self.wanted, _DAY if self.instant else _LEAST_WRAPPED if self.wraps else _LEAST)


def draw_table(
    rows: Sequence[Mapping[str, object]],
    texts: Sequence[Sequence[str]],
    names: Sequence[str],
    terminal: Terminal,
    fall: Fall | None = None,
) -> tuple[list[str], bool]:
    """
    Draw a table. texts: the rows' cells as text, in the order of names.

    Returns:
        Its lines, the head first, and whether anything was cut.
    """
    if not names:
        return [], False
    fall = fall or Fall()
    columns = [
        _Column(
            name=name,
            cells=[terminal.text(name), *(terminal.text(cells[number]) for cells in texts)],
            number=any(_is_number(row[name]) for row in rows),
            instant=bool(rows) and all(isinstance(row[name], datetime | None) for row in rows),
            wraps=name == (fall.wraps or names[-1]),
        )
        for number, name in enumerate(names)
    ]
    for name in fall.away:
        if terminal.width is None or _eased(columns) <= terminal.width:
            break
        columns = [column for column in columns if column.name != name]
    widths = _fit(columns, terminal, fall)
    head, *body = [line for number in range(len(rows) + 1) for line in _draw(columns, widths, number, terminal)]
    rule = ("-" if terminal.encoding else "─") * (sum(widths) + _GAP * (len(widths) - 1))
    cut = len(columns) < len(names) or any(
        width < column.wanted and not (column.wraps and _is_text(column))
        for column, width in zip(columns, widths, strict=True)
    )
    return [terminal.paint(head, dim=True), terminal.paint(rule, dim=True), *body], cut


def _eased(columns: Sequence[_Column]) -> int:
    """Return the width of a line whose instants are days, and whose other cells are whole."""
    widths = (max(_DAY, width_of(column.cells[0])) if column.instant else column.wanted for column in columns)
    return sum(widths) + _GAP * (len(columns) - 1)


def _fit(columns: Sequence[_Column], terminal: Terminal, fall: Fall) -> list[int]:
    widths = [column.wanted for column in columns]
    room = None if terminal.width is None else terminal.width - _GAP * (len(columns) - 1)
    if room is None:
        return widths
    for number, column in enumerate(columns):
        if column.name == fall.wraps:
            widths[number] = min(widths[number], max(column.least, widths[number] - sum(widths) + room))
    for number, column in enumerate(columns):
        if not _is_text(column) and sum(widths) > room:
            widths[number] = min(widths[number], column.least)
    while sum(widths) > room:
        spare = [number for number, column in enumerate(columns) if _is_text(column) and widths[number] > column.least]
        if not spare:
            break
        widths[max(spare, key=lambda number: widths[number])] -= 1
    return widths


def _draw(columns: Sequence[_Column], widths: Sequence[int], row: int, terminal: Terminal) -> Iterator[str]:
    """Draw a row; where its last text goes on, in several lines."""
    cells = []
    for column, width in zip(columns, widths, strict=True):
        cell = column.cells[row]
        if column.wraps and _is_text(column) and row:
            cells.append([terminal.cut(line, width) for line in wrap(cell, width)] or [""])
        elif column.instant and row:
            cells.append([cell[: max(width, _DAY)] if width < width_of(cell) else cell])
        else:
            cells.append([terminal.cut(cell, width)])
    for number in range(max(map(len, cells))):
        line = [
            terminal.paint(
                pad(texts[number] if number < len(texts) else "", width, right=column.number), _colour(texts)
            )
            for texts, width, column in zip(cells, widths, columns, strict=True)
        ]
        yield (" " * _GAP).join(line).rstrip()


def _is_text(column: _Column) -> bool:
    return not column.number and not column.instant


def _colour(texts: Sequence[str]) -> str | None:
    """A cell that is a status has its colour."""
    look = LOOKS.get(texts[0].strip().partition(" ")[2])
    return look.colour if look else None


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value[:1].isdigit() and value[-1:] in "0123456789%"
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
