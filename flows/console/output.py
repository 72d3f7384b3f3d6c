"""
How the command line speaks: data on stdout, talk on stderr, colour only where it is wanted.

Tables fit the terminal and are never cut in a pipe; JSON is an array of objects with the table's own column names.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TextIO

from flows.console.json_forms import json_text, one_cell
from flows.console.tables import Fall, draw_table
from flows.console.terminal import terminal_of, wrap
from scorecard.i18n.numbers import chance_ends, figures, places_apart
from scorecard.status import LOOKS

Row = Mapping[str, object]
FORMULA = ("=", "+", "-", "@", "\t", "\0")
"""What a text begins with that a spreadsheet would run as a formula: a file for one has it quoted."""
_ALL_DIGITS = 1e16
"""From here on a float's digits are not all its own."""
_SMALL = 0.01
_MOST_DECIMALS = 6
_lost: list[str] = []

_otherwise: list[Callable[[str], None]] = []
"""How talk is written instead of plainly; the newest counts."""
_also: list[Callable[[str], None]] = []
"""Who else hears all talk."""


@contextmanager
def talk_by(way: Callable[[str], None]) -> Iterator[None]:
    """Have all talk of this process written in another way, for as long as the block lasts."""
    with _within(_otherwise, way):
        yield


@contextmanager
def talk_also(listener: Callable[[str], None]) -> Iterator[None]:
    """Have all talk of this process heard by one more, for as long as the block lasts."""
    with _within(_also, listener):
        yield


@contextmanager
def _within(ways: list[Callable[[str], None]], one: Callable[[str], None]) -> Iterator[None]:
    ways.append(one)
    try:
        yield
    finally:
        ways.remove(one)


def say(text: str) -> None:
    """Tell the person at the terminal; what is wider than it goes on below."""
    _talk(text, wraps=True)


def confide(text: str) -> None:
    """Tell the person at the terminal alone: nobody else hears it."""
    _talk(text, wraps=True, alone=True)


def _talk(text: str, *, wraps: bool, alone: bool = False) -> None:
    for listener in [] if alone else _also:
        listener(text)
    if _otherwise:
        _otherwise[-1](text)
    else:
        _print(text, sys.stderr, wraps=wraps)


def put(text: str) -> None:
    """Write a line of data."""
    _print(text, sys.stdout, wraps=False)


def put_prose(text: str) -> None:
    """Write a line of words; in a terminal, what is wider than it goes on below."""
    _print(text, sys.stdout, wraps=True)


def put_drawn(line: str) -> None:
    """Write a line that was drawn for this very terminal, with its colours."""
    _write(line, sys.stdout)


def next_step(command: str) -> None:
    """Name the next useful command: the last line of every command, whole, so that it can be copied."""
    _talk(f"next: {command}", wraps=False)


def put_json(rows: Iterable[Row]) -> None:
    """Write rows as a JSON array of objects."""
    _write(_json([dict(row) for row in rows], indent=2), sys.stdout)


def put_json_line(row: Row) -> None:
    """Write one object on one line, at once."""
    _write(_json(dict(row)), sys.stdout, flush=True)


def flush() -> None:
    """Hand on what has been written, to a reader that may have left."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            leave(stream)
        except OSError as error:
            _lose(stream, error)


def leave(stream: TextIO) -> None:
    """Let a stream lead nowhere from now on: its reader has left, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def put_table(
    rows: Sequence[Row], columns: Sequence[str] | None = None, *, stream: TextIO | None = None, fall: Fall | None = None
) -> None:
    """Write rows as an aligned table, and say where it had to be cut to fit. No rows: only the head."""
    stream = stream or sys.stdout
    names = list(columns) if columns is not None else list(rows[0]) if rows else []
    lines, was_cut = draw_table(
        rows, [[cell(row[name]) for name in names] for row in rows], names, terminal_of(stream), fall
    )
    _write("\n".join(lines), stream)
    if was_cut:
        say("cut to the width of the terminal; --json shows all")


def cell(value: object) -> str:
    """Return a value as a table shows it: no noise zeros, dashes for what is not known."""
    match value:
        case None:
            text = "-"
        case bool():
            text = "yes" if value else "no"
        case float() if abs(value) >= _ALL_DIGITS:
            text = f"{value:g}"
        case Decimal() | float():
            text = number(value)
        case datetime():
            text = f"{value:%Y-%m-%d %H:%M}"
        case list() | tuple() if not any(isinstance(part, list | tuple | Mapping) for part in value):
            text = ", ".join(map(cell, value))
        case list() | tuple() | Mapping() | bytes():
            text = one_cell(value)
        case str() if value in LOOKS:
            text = f"{LOOKS[value].shape} {value}"
        case _:
            text = str(value)
    return text


def number(value: Decimal | float, *marks: Decimal | float | None) -> str:
    """
    Return a number with at most two decimals, a small one with its first two digits; thin groups of thousands.

    marks: what it may not be read as unless it is, such as its target.
    """
    places = min(1 - Decimal(value).adjusted(), _MOST_DECIMALS) if value and -_SMALL < value < _SMALL else 2
    return figures(value, places, marks=marks, group="\N{NO-BREAK SPACE}")


def whole(value: Decimal, *marks: Decimal | None) -> str:
    """Return a number without decimals, or with those that keep it apart from the marks; thin groups of thousands."""
    return figures(value, 0, marks=marks, group="\N{NO-BREAK SPACE}")


def amount(value: Decimal | float | None, unit: str | None, *marks: Decimal | float | None) -> str:
    """Return a value with its unit: money in its currency, a share as per cent, a count alone; marks as of a number."""
    if value is None:
        return "-"
    if unit == "share":
        return f"{number(100 * value, *(None if mark is None else 100 * mark for mark in marks))} %"
    return number(value, *marks) if unit in (None, "count") else f"{number(value, *marks)} {unit}"


def score(value: float | None) -> str:
    """Return a score (0-1) with two decimals, or those that keep it from being read as 1."""
    if value is None:
        return "-"
    places = places_apart(value, 2, (1,))
    return format(Decimal(figures(value, places)), f".{places}f")


def percent(share: float | None) -> str:
    """Return a share as whole per cent; the ends stay open, since nothing is certain."""
    if share is None:
        return "-"
    mark, written = chance_ends(share)
    return f"{mark}{figures(100 * Decimal(repr(written)), 0)} %"


def _print(text: str, stream: TextIO, *, wraps: bool) -> None:
    terminal = terminal_of(stream)
    lines = [terminal.text(line) for line in text.split("\n")]
    if wraps and terminal.width:
        lines = [part for line in lines for part in _wrapped(line, terminal.width)]
    _write("\n".join(lines), stream)


def _wrapped(line: str, width: int) -> list[str]:
    """Wrap below where the words began: behind a label and its gap, or the first letter. A command stays whole."""
    if line.lstrip().startswith("next: "):
        return [line]
    label = re.match(r"(?:\S+ {2,}| *)", line)
    indent = label.end() if label and label.end() < width // 2 else 0
    return wrap(line, width, indent=" " * indent) or [""]


def _write(text: str, stream: TextIO, *, flush: bool = False) -> None:
    """Write a line; whether somebody reads it is no matter of the work that it tells of."""
    try:
        print(text, file=stream, flush=flush)
    except BrokenPipeError:
        leave(stream)
    except OSError as error:
        _lose(stream, error)


def _lose(stream: TextIO, error: OSError) -> None:
    """Go on without a stream that takes no more, as on a full disk; the command ends by saying so."""
    _lost.append(f"what was to be written did not all go out: {error.strerror}")
    leave(stream)


def lost() -> str:
    """Return what became of the output, empty where all of it went out."""
    return _lost[0] if _lost else ""


def _json(value: object, indent: int | None = None) -> str:
    utf = (sys.stdout.encoding or "ascii").lower().startswith("utf")
    return json_text(value, ascii_only=not utf, indent=indent)
