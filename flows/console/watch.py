"""`okr status --watch`: lines on a screen of their own, drawn again when a run has published or the window changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from flows.console.terminal import Terminal
from okr_config.world import World

_ENTER = "\x1b[?1049h\x1b[?25l"
"""A screen of its own, without a cursor."""

_LEAVE = "\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[H\x1b[J"
_AT_LEAST_EVERY = 60.0
"""Seconds: ages and days left move on though nothing was published."""


@dataclass(frozen=True)
class _Sight:
    """What a drawing depends on; drawn again when it changes."""

    copy: tuple[int, int, int] | None
    size: tuple[int | None, int | None]


@dataclass(frozen=True)
class Screen:
    """Where to draw, and a look at how large it is now."""

    stream: TextIO
    look: Callable[[], Terminal]


def watch(copy: Path, draw: Callable[[Terminal], Sequence[str]], screen: Screen, *, world: World, every: float) -> None:
    """
    Draw until interrupted, and leave the terminal as it was.

    copy: the file whose replacement is a new board. draw: the lines for a terminal. every: seconds between two looks.
    """
    stream = screen.stream
    stream.write(_ENTER)
    try:
        drawn, at = None, world.monotonic()
        while True:
            terminal = screen.look()
            lookahead = _Sight(_identity(copy), (terminal.width, terminal.height))
            if lookahead != drawn or world.monotonic() - at >= _AT_LEAST_EVERY:
                stream.write(_screen(draw(terminal), terminal.height))
                stream.flush()
                drawn, at = lookahead, world.monotonic()
            world.sleep(every)
    except KeyboardInterrupt:
        return
    finally:
        stream.write(_LEAVE)
        stream.flush()


def _screen(lines: Sequence[str], height: int | None) -> str:
    """Return the lines after clearing, in one piece so that nothing flickers; what does not fit is counted."""
    if height is not None and len(lines) > height:
        lines = [*lines[: height - 1], f"and {len(lines) - height + 1} more lines: make the window higher"]
    return _CLEAR + "\r\n".join(lines)


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
