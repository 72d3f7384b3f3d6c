"""
Rows as an aligned table: numbers to the right, a rule below the head.

A pipe gets every cell whole, on one line. On a terminal that is too narrow, instants become days, heads of numbers and
then the widest texts are cut, and a text in the last column goes on in the line below. A number is never cut.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flows.console.terminal import Terminal, pad, width_of
from scorecard.status import LOOKS

_GAP = 2
_DAY = len("2026-11-23")
_LEAST, _LEAST_HEAD, _LEAST_LAST = 8, 5, 24


@dataclass(frozen=True)
class _Column:
    """A column's cells as text, the head first, and what they are."""

    cells: Sequence[str]
    number: bool
    instant: bool
    last: bool

    @property
    def wanted(self) -> int:
        """Cells of the terminal that show it whole."""
        return max(map(width_of, self.cells))

    @property
    def least(self) -> int:
        """Cells of the terminal that it can do with."""
        if self.number:
            return max(_LEAST_HEAD, *map(width_of, self.cells[1:]))
        return min(self.wanted, _DAY if self.instant else _LEAST_LAST if self.last else _LEAST)


def draw_table(
    rows: Sequence[Mapping[str, object]], texts: Sequence[Sequence[str]], names: Sequence[str], terminal: Terminal
) -> tuple[list[str], bool]:
    """
    Draw a table. texts: the rows' cells as text, in the order of names.

    Returns:
        Its lines, the head first, and whether anything was cut.
    """
    if not names:
        return [], False
    columns = [
        _Column(
            cells=[terminal.text(name), *(terminal.text(cells[number]) for cells in texts)],
            number=any(_is_number(row[name]) for row in rows),
            instant=bool(rows) and all(isinstance(row[name], datetime | None) for row in rows),
            last=name == names[-1],
        )
        for number, name in enumerate(names)
    ]
    widths = _fit(columns, terminal)
    head, *body = [line for number in range(len(rows) + 1) for line in _draw(columns, widths, number, terminal)]
    rule = ("-" if terminal.encoding else "─") * (sum(widths) + _GAP * (len(widths) - 1))
    cut = any(
        width < column.wanted and not (column.last and _is_text(column))
        for column, width in zip(columns, widths, strict=True)
    )
    return [terminal.paint(head, dim=True), terminal.paint(rule, dim=True), *body], cut


def _fit(columns: Sequence[_Column], terminal: Terminal) -> list[int]:
    widths = [column.wanted for column in columns]
    room = None if terminal.width is None else terminal.width - _GAP * (len(columns) - 1)
    if room is None:
        return widths
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
        if column.last and _is_text(column) and row:
            cells.append(_wrap(cell, width, terminal) or [""])
        elif column.instant and row:
            cells.append([cell[: max(width, _DAY)] if width < width_of(cell) else cell])
        else:
            cells.append([terminal.cut(cell, width)])
    for number in range(len(cells[-1])):
        line = [
            terminal.paint(
                pad(texts[number] if number < len(texts) else "", width, right=column.number), _colour(texts)
            )
            for texts, width, column in zip(cells, widths, columns, strict=True)
        ]
        yield (" " * _GAP).join(line).rstrip()


def _wrap(text: str, width: int, terminal: Terminal) -> list[str]:
    """Break a text between words; a word too long for a line is cut there."""
    if width_of(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(terminal.cut(word, width))
    return [line for line in lines if line]


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
