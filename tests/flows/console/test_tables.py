"""Tables in a terminal and in a pipe."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flows.console import output
from flows.console.tables import Fall, draw_table
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


LOADS: list[dict[str, object]] = [{"source": "shop", "stream": "orders", "rows": 12, "load": 7, "told": "all is well"}]


@pytest.mark.parametrize(
    ("width", "names", "cut"),
    [
        (46, ["source", "stream", "rows", "load", "told"], False),
        (39, ["source", "stream", "rows", "load", "told"], False),
        (38, ["source", "stream", "rows", "told"], True),
        (33, ["source", "stream", "rows", "told"], True),
        (32, ["source", "stream", "told"], True),
        (20, ["source", "stream", "told"], True),
    ],
)
def test_columns_fall_away_before_any_is_cut(width: int, names: list[str], *, cut: bool) -> None:
    """First to last of those that may, no more than are needed; the others stay, however narrow it gets."""
    head, was_cut = _fallen(width, Fall(away=("load", "rows")))

    assert (names, cut) == (head.split(), was_cut)


def test_a_pipe_keeps_every_column() -> None:
    """It has no width."""
    head, cut = _fallen(None, Fall(away=("load", "rows", "told")))

    assert (["source", "stream", "rows", "load", "told"], False) == (head.split(), cut)


def test_a_chosen_column_goes_on_below() -> None:
    """Its text wraps before any other is cut."""
    rows: list[dict[str, object]] = [{"what if": "the last fourteen days come once more", "chance": "62 %"}]
    lines, cut = draw_table(
        rows,
        [[output.cell(value) for value in rows[0].values()]],
        list(rows[0]),
        Terminal(width=34),
        Fall(wraps="what if"),
    )

    assert ["the last fourteen days        62 %", "come once more"] == lines[2:]
    assert not cut


def _fallen(width: int | None, fall: Fall) -> tuple[str, bool]:
    cells = [[output.cell(row[name]) for name in LOADS[0]] for row in LOADS]
    lines, cut = draw_table(LOADS, cells, list(LOADS[0]), Terminal(width=width), fall)
    return lines[0], cut
