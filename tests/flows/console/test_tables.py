"""Tables in a terminal and in a pipe."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flows.console import output
from flows.console.tables import draw_table
from flows.console.terminal import Terminal, width_of

ROWS: list[dict[str, object]] = [
    {
        "series": "social.followers",
        "rows_read": 12345,
        "at": datetime(2026, 11, 23, 9, tzinfo=UTC),
        "state": "on_track",
        "told": "nothing to be done about it",
    },
    {"series": "a", "rows_read": None, "at": None, "state": "missed", "told": "日本語 words"},
]
NAMES = list(ROWS[0])

WHOLE = """\
series            rows_read  at                state       told
──────────────────────────────────────────────────────────────────────────────────────
social.followers      12345  2026-11-23 09:00  ● on_track  nothing to be done about it
a                         -  -                 ✗ missed    日本語 words
"""

AT_70 = """\
series         rows…  at          state       told
──────────────────────────────────────────────────────────────────────
social.follo…  12345  2026-11-23  ● on_track  nothing to be done about
                                              it
a                  -  -           ✗ missed    日本語 words
"""


def _draw(terminal: Terminal, rows: list[dict[str, object]] = ROWS) -> tuple[str, bool]:
    lines, cut = draw_table(rows, [[output.cell(row[name]) for name in NAMES] for row in rows], NAMES, terminal)
    return "".join(f"{line}\n" for line in lines), cut


def test_a_pipe_gets_every_cell_whole() -> None:
    """Numbers to the right, one line a row."""
    assert (WHOLE, False) == _draw(Terminal())


def test_a_narrow_terminal_cuts_what_it_can() -> None:
    """Instants become days, heads of numbers and long texts are cut, the last text goes on below."""
    assert (AT_70, True) == _draw(Terminal(width=70))


@pytest.mark.parametrize("width", range(68, 120))
def test_lines_fit(width: int) -> None:
    """From the least widths of the columns on, no line is wider than the terminal."""
    assert [] == [line for line in _draw(Terminal(width=width))[0].splitlines() if width_of(line) > width]


def test_no_number_is_ever_cut() -> None:
    """Not on a terminal too narrow for all: its lines go on."""
    assert all("12345" in _draw(Terminal(width=width))[0] for width in range(1, 60))


def test_no_rows_show_the_head() -> None:
    """And no columns show nothing."""
    assert ["a  b", "────"] == draw_table([], [], ["a", "b"], Terminal())[0]
    assert ([], False) == draw_table([], [], [], Terminal())


def test_statuses_have_their_colour() -> None:
    """Where colour is wanted; the shape says the same without."""
    text, _ = _draw(Terminal(width=120, colour=True))

    assert "\x1b[94m● on_track\x1b[0m" in text
    assert "\x1b[31m✗ missed" in text


def test_letters_stand_in_for_shapes() -> None:
    """A terminal without UTF gets a rule and marks it can write."""
    text, _ = _draw(Terminal(encoding="ascii"), ROWS[:1])

    assert "* on_track" in text
    assert text.isascii()


def test_hostile_cells_stay_text() -> None:
    """What a source sends moves no cursor."""
    lines, _ = draw_table([{"a": "x"}], [["\x1b[2Jgone\r\n"]], ["a"], Terminal())

    assert "[2Jgone" == lines[2]


def test_put_table_says_that_it_cut(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to see the rest."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("NO_COLOR", "1")

    output.put_table([{"long": "x" * 40, "value": Decimal("1.50")}])

    shown = capsys.readouterr()
    assert f"{'x' * 22}…    1.5" == shown.out.splitlines()[2]
    assert "cut to the width of the terminal; --json shows all\n" == shown.err
