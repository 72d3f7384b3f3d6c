"""`okr status --watch`: drawn again when something changed, and the terminal is left as it was."""

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from flows.console.terminal import Terminal
from flows.console.watch import Screen, watch
from okr_config.world import World
from tests.conftest import Clock

ENTER, LEAVE, CLEAR = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l", "\x1b[H\x1b[J"


def _after(steps: list[Callable[[], object]], clock: Clock) -> Callable[[float], None]:
    """Return a sleep that does one step each time, and is interrupted when there are none left."""

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if not steps:
            raise KeyboardInterrupt
        steps.pop(0)()

    return sleep


def test_it_draws_again_only_when_something_changed(tmp_path: Path, world: World, clock: Clock) -> None:
    """A copy that appears, one that is replaced, a window of another size: one drawing each, then out by Ctrl-C."""
    copy = tmp_path / "okr.duckdb"
    size = [Terminal(width=80, height=24)]
    stream = StringIO()
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: copy.write_text("first"),
        lambda: None,
        lambda: copy.write_text("second, longer"),
        lambda: size.append(Terminal(width=40, height=24)),
    ]

    watch(
        copy,
        lambda terminal: [copy.read_text() if copy.exists() else "nothing yet", f"{terminal.width} wide"],
        Screen(stream, lambda: size[-1]),
        world=replace(world, sleep=_after(steps, clock)),
        every=2,
    )

    drawn = ["nothing yet\r\n80 wide", "first\r\n80 wide", "second, longer\r\n80 wide", "second, longer\r\n40 wide"]
    assert ENTER + "".join(CLEAR + text for text in drawn) + LEAVE == stream.getvalue()
    assert [2.0] * 6 == clock.slept


def test_it_draws_again_after_a_minute(tmp_path: Path, world: World, clock: Clock) -> None:
    """Ages and days left move on though nothing was published."""
    drawn: list[object] = []
    steps: list[Callable[[], object]] = [lambda: None] * 6

    watch(
        tmp_path / "okr.duckdb",
        lambda _terminal: [str(drawn.append(clock.now))],
        Screen(StringIO(), Terminal),
        world=replace(world, sleep=_after(steps, clock)),
        every=20,
    )

    assert 3 == len(drawn)


def test_what_does_not_fit_is_counted(tmp_path: Path, world: World, clock: Clock) -> None:
    """A board higher than the window is cut, and says by how much."""
    stream = StringIO()

    watch(
        tmp_path / "okr.duckdb",
        lambda _terminal: ["one", "two", "three", "four"],
        Screen(stream, lambda: Terminal(width=80, height=3)),
        world=replace(world, sleep=_after([], clock)),
        every=1,
    )

    assert f"{ENTER}{CLEAR}one\r\ntwo\r\nand 2 more lines: make the window higher{LEAVE}" == stream.getvalue()


def test_an_error_leaves_the_terminal_as_it_was(tmp_path: Path, world: World) -> None:
    """Whatever happens, cursor and screen come back."""
    stream = StringIO()

    def fail(_terminal: Terminal) -> list[str]:
        raise ValueError("no board")

    with pytest.raises(ValueError, match="no board"):
        watch(tmp_path / "okr.duckdb", fail, Screen(stream, Terminal), world=world, every=1)

    assert ENTER + LEAVE == stream.getvalue()
