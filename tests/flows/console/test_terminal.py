"""What a stream can show."""

from io import BytesIO, TextIOWrapper

import pytest

from flows.console.terminal import Terminal, pad, plain, terminal_of, width_of


class _Screen(TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({"TERM": "xterm"}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(environ: dict[str, str], colour: bool) -> None:
    """`NO_COLOR`, when it says anything, and a dumb terminal take none."""
    assert colour == terminal_of(_Screen(BytesIO(), encoding="utf-8"), environ).colour


def test_a_pipe_has_neither_width_nor_colour() -> None:
    """Nothing is cut or painted there."""
    assert Terminal() == terminal_of(TextIOWrapper(BytesIO(), encoding="utf-8"), {})


def test_the_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """`COLUMNS` and `LINES` count, as everywhere."""
    monkeypatch.setenv("COLUMNS", "57")
    monkeypatch.setenv("LINES", "11")

    terminal = terminal_of(_Screen(BytesIO(), encoding="utf-8"), {})

    assert (57, 11, None) == (terminal.width, terminal.height, terminal.encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_other_encodings_get_what_they_can_write(encoding: str) -> None:
    """Shapes, ellipsis and narrow spaces have a stand-in; every text can be encoded."""
    terminal = terminal_of(TextIOWrapper(BytesIO(), encoding=encoding), {})

    text = terminal.text("● on track 1\N{NO-BREAK SPACE}200 … → 北 👍")

    assert "* on track 1 200 ... to ? ?" == text
    assert text.encode(encoding)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\r\nlines\tand", "two  lines and"),
        ("\x1b]0;title\x07\x1b[2J\x9b1A", "]0;title[2J1A"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("👩\u200d👩\u200d👧 עברית", "👩\u200d👩\u200d👧 עברית"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    """One line, nothing that moves the cursor or turns the writing; letters of any script and joined emoji stay."""
    assert shown == plain(text)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("ab cdef", 4, "ab…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_cut(text: str, width: int, shown: str) -> None:
    """The ellipsis is inside the width; a wide character is whole or gone."""
    assert shown == Terminal().cut(text, width)


def test_pad_counts_cells() -> None:
    """Wide characters take two; text too long is left alone."""
    assert ["日  ", "  日", "long"] == [pad("日", 4), pad("日", 4, right=True), pad("long", 2)]
    assert 2 == width_of("👩\u200d👩\u200d👧")
