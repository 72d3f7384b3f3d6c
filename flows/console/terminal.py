"""
What a stream can show: how wide it is, whether it takes colour, and which characters.

A terminal has a width and lines are cut to it; a pipe has none and nothing is cut. Text from elsewhere is made plain
first, so that no title or error can move the cursor or turn the line round.
"""

import os
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

import click

from scorecard.status import LOOKS

_TO_ASCII = str.maketrans(
    {look.shape: look.ascii for look in LOOKS.values()} | {"\N{NO-BREAK SPACE}": " ", "…": "...", "→": "to"}
)
_STEPS = "▁▂▃▄▅▆▇█"
_BREAKS = "\n\r\t\v\f\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
_STEERING = {"Cc", "Cf", "Cs"}
_FIRST_OF_OTHER_WIDTH = "\u0300"
"""Characters before it take one cell each, once those that steer are taken out."""
_NARROW = frozenset({*(look.shape for look in LOOKS.values()), *_STEPS, *"─…→«»"})
_JOINER = "\N{ZERO WIDTH JOINER}"


@dataclass(frozen=True)
class Terminal:
    """Where lines go. width: cells a line has, None where nothing is cut. encoding: None where every character goes."""

    width: int | None = None
    height: int | None = None
    colour: bool = False
    encoding: str | None = None

    def shape(self, status: str) -> str:
        """Return the mark of a status."""
        look = LOOKS.get(status)
        if look is None:
            return " "
        return look.ascii if self.encoding else look.shape

    def sparkline(self, share: float) -> str:
        """Return the step of a small chart for a share (0-1) of its height."""
        return _STEPS[min(int(share * len(_STEPS)), len(_STEPS) - 1)]

    def text(self, value: str) -> str:
        """Return a text as it can be shown here."""
        shown = plain(value)
        if self.encoding is None:
            return shown
        return shown.translate(_TO_ASCII).encode(self.encoding, "replace").decode(self.encoding)

    def cut(self, value: str, width: int) -> str:
        """Shorten a text to a width in cells, with an ellipsis where something is missing."""
        if width_of(value) <= width:
            return value
        dots = "..." if self.encoding else "…"
        if width <= len(dots):
            return dots[:width]
        kept = value
        while width_of(kept) > width - len(dots):
            kept = kept[:-1]
        return kept.rstrip() + dots

    def paint(self, text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
        """Colour a text where colour is wanted; `colour` is one of click's names."""
        if not self.colour or not (colour or bold or dim):
            return text
        return click.style(text, fg=colour, bold=bold or None, dim=dim or None)


def terminal_of(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Terminal:
    """Look at a stream: `NO_COLOR` and a dumb terminal take no colour, another encoding than UTF no shapes."""
    encoding = stream.encoding or "ascii"
    unable = None if _writes_shapes(encoding) else encoding
    if not stream.isatty():
        return Terminal(encoding=unable)
    size = shutil.get_terminal_size()
    colour = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Terminal(width=size.columns, height=size.lines, colour=colour, encoding=unable)


def plain(text: str) -> str:
    """Return a text on one line, without characters that steer a terminal or turn the direction of writing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(character) for character in text)


def _seen(character: str) -> str:
    if character in _BREAKS:
        return " "
    return "" if unicodedata.category(character) in _STEERING and character != _JOINER else character


def width_of(text: str) -> int:
    """Return how many cells a text takes: wide characters two."""
    if text.isascii() or all(character < _FIRST_OF_OTHER_WIDTH or character in _NARROW for character in text):
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415 - its tables load for 50 ms, and few texts need them

    return max(wcswidth(text), 0)


def wrap(text: str, width: int, *, indent: str = "") -> list[str]:
    """
    Break a text between words; the first line begins as the text does, those after it indented.

    A word too long for a line has one of its own.
    """
    if width_of(text) <= width:
        return [text]
    words = text.lstrip(" ")
    first, *others = words.split(" ")
    lines = [" " * (len(text) - len(words)) + first]
    for word in others:
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(indent + word)
    return [line for line in lines if line.strip()]


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text with spaces up to a width in cells."""
    room = " " * max(width - width_of(text), 0)
    return room + text if right else text + room


def _writes_shapes(encoding: str) -> bool:
    try:
        "●▁…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
