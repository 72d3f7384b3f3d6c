"""The scoreboard in a terminal: what it says at which width (flows.project.board)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from flows.console.scoreboard import age, draw, shown_periods
from flows.console.terminal import Terminal, width_of
from flows.project.board import Board, read_board
from scorecard.score_row import ObjectiveRow, ScoreRow
from tests.flows.project_folder import Folder
from warehouse.reading import BoardPeriod

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
AUTUMN = BoardPeriod("autumn", date(2026, 10, 1), date(2026, 12, 31), "Europe/Oslo", "nb", NOW)
SPRING = BoardPeriod("spring", date(2026, 1, 1), date(2026, 6, 30), "Europe/Oslo", "nb", NOW)

OBJECTIVES = """\
period: {id: autumn, start: 2026-10-01, end: 2026-12-31}
timezone: Europe/Oslo
language: nb
objectives:
  - id: shop
    title: A shop
    key_results:
      - {id: ten, title: Ten, metric: shop.units_sold, kind: total, target: 10, confidence: 5}
      - {id: fans, title: Fans, metric: social.followers, kind: level, target: 20, confidence: 5}
"""
NUMBERS = """\
metric,day,value
shop.units_sold,2026-11-21,1
shop.units_sold,2026-11-22,2
social.followers,2026-11-20,7
"""


def _key_result(name: str, **changes: object) -> ScoreRow:
    row = {
        "period_id": "autumn",
        "objective_id": "shop",
        "key_result_id": name,
        "title": name,
        "unit": "count",
        "value": Decimal(40),
        "baseline": Decimal(0),
        "target": Decimal(100),
        "progress": 0.4,
        "probability": 0.5,
        "status": "on_track",
        "flags": [],
        "start": date(2026, 10, 1),
        "due": date(2026, 12, 31),
        "as_of": datetime(2026, 11, 15, 23, tzinfo=UTC),
        "observed_at": NOW,
    }
    return ScoreRow.of(row | changes)


def _objective(name: str, **changes: object) -> ObjectiveRow:
    row = {
        "period_id": "autumn",
        "objective_id": name,
        "title": f"Objective {name}",
        "score": 0.4,
        "coverage": 1.0,
        "status": "on_track",
        "probability_all": 0.25,
    }
    return ObjectiveRow.of(row | changes)


BOARD = Board(
    periods=(AUTUMN,),
    key_results=[
        _key_result("orders", title="Sell 100 mugs to people who drink tea", probability=0.61),
        _key_result(
            "revenue",
            title="Net revenue",
            unit="NOK",
            value=Decimal("123456.78"),
            target=Decimal(300000),
            status="off_track",
            probability=0.004,
            flags=["stale", "target_changed"],
            observed_at=datetime(2026, 11, 14, 9, tzinfo=UTC),
        ),
        _key_result(
            "returns",
            objective_id="service",
            title="Fewer returns",
            unit="share",
            value=Decimal("0.0325"),
            baseline=Decimal("0.05"),
            target=Decimal("0.02"),
            status="no_data",
            probability=None,
            observed_at=None,
        ),
    ],
    objectives=[
        _objective("service", status="no_data", score=None, coverage=0.5, probability_all=None),
        _objective("shop", status="off_track"),
    ],
    trends={"orders": [Decimal(10), Decimal(25), Decimal(40)], "revenue": [Decimal(5), Decimal(5)]},
)


def _lines(terminal: Terminal, board: Board = BOARD) -> list[str]:
    return draw(board, (AUTUMN,), terminal, NOW)


WIDE = """\
status       key result                                      value of target  trend   way  time  chance   data  flags              id
◆ off track  Objective shop                                       score 0.40                       25 %                            shop
◆ off track    Net revenue                            123 457 of 300 000 NOK  ▅▅     40 %  50 %    <1 %    9 d  stale, new target  revenue
● on track     Sell 100 mugs to people who drink tea               40 of 100  ▁▅█    40 %  50 %    61 %  today                     orders
○ no data    Objective service                                                                                  50 % covered       service
○ no data      Fewer returns                                      3.25 → 2 %         40 %  50 %       -      -                     returns
"""  # noqa: E501 - a wide terminal

AT_120 = """\
status       key result                         value of target  trend   way  time  chance   data  flags         id
◆ off track  Objective shop                          score 0.40                       25 %                       shop
◆ off track    Net revenue               123 457 of 300 000 NOK  ▅▅     40 %  50 %    <1 %    9 d  stale, new…   revenue
● on track     Sell 100 mugs to people…               40 of 100  ▁▅█    40 %  50 %    61 %  today                orders

○ no data    Objective service                                                                     50 % covered  service
○ no data      Fewer returns                         3.25 → 2 %         40 %  50 %       -      -                returns
"""

AT_80 = """\
status       key result                      value of target   way  time  chance
◆ off track  Objective shop                       score 0.40                25 %
◆ off track    Net revenue            123 457 of 300 000 NOK  40 %  50 %    <1 %
● on track     Sell 100 mugs to peo…               40 of 100  40 %  50 %    61 %

○ no data    Objective service
○ no data      Fewer returns                      3.25 → 2 %  40 %  50 %       -
"""

AT_60 = """\
   key result                        value of target  chance
◆  Objective shop                         score 0.40    25 %
◆    Net revenue              123 457 of 300 000 NOK    <1 %
●    Sell 100 mugs to peopl…               40 of 100    61 %

○  Objective service
○    Fewer returns                        3.25 → 2 %       -
"""

AT_40 = """\
   key result                     chance
◆  Objective shop                   25 %
◆    Net revenue                    <1 %
●    Sell 100 mugs to people wh…    61 %

○  Objective service
○    Fewer returns                     -
"""


def _text(terminal: Terminal, board: Board = BOARD) -> str:
    return "".join(f"{line}\n" for line in _lines(terminal, board)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_pipe_cuts_nothing() -> None:
    """Every column, one line a row, worst first, whole titles."""
    assert WIDE == _text(Terminal())


@pytest.mark.parametrize(("width", "text"), [(40, AT_40), (60, AT_60), (80, AT_80), (120, AT_120)])
def test_columns_fall_away(width: int, text: str) -> None:
    """Status, title, value and chance stay longest; what is too long is cut with an ellipsis."""
    assert text == _text(Terminal(width=width))


def test_a_wide_terminal_shows_what_a_pipe_does() -> None:
    """At 200 cells nothing is cut; objectives stand apart."""
    assert WIDE.splitlines() == [line for line in _text(Terminal(width=200)).splitlines() if line]


@pytest.mark.parametrize("width", range(4, 220))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """From four cells on, with wide and long titles."""
    rows = [
        replace(row, title="日本語のとても長いタイトル 👩\u200d👩\u200d👧 and more and more")
        for row in BOARD.key_results
    ]

    lines = _lines(Terminal(width=width), replace(BOARD, key_results=rows))

    assert [] == [line for line in lines if width_of(line) > width]


def test_wide_characters_keep_the_columns() -> None:
    """A title of wide characters takes two cells for each, so that what follows stays in its column."""
    rows = [_key_result("a", title="日本"), _key_result("b", title="👍 ok"), _key_result("c", title="abcd")]

    lines = _lines(Terminal(), replace(BOARD, key_results=rows, objectives=[_objective("shop")]))

    assert 1 == len({width_of(line[: line.index("40 of 100")]) for line in lines[2:]})


def test_a_terminal_without_utf_gets_letters() -> None:
    """Shapes become ASCII marks, the chart falls away, what cannot be written is a question mark."""
    rows = [_key_result("a", title="Selg 10 kaffekopper på 北"), _key_result("b", status="missed", probability=None)]

    lines = _lines(
        Terminal(width=50, encoding="latin-1"),
        replace(BOARD, key_results=rows, objectives=[_objective("shop", title="A very long title", status="missed")]),
    )

    assert [
        "   key result              value of target  chance",
        "X  A very long title            score 0.40    25 %",
        "X    b                           40 of 100       -",
        "*    Selg 10 kaffekopp...        40 of 100    50 %",
    ] == lines


def test_a_title_cannot_steer_the_terminal() -> None:
    """Escape sequences, line ends and marks that turn the writing are taken out."""
    rows = [_key_result("a", title="red \x1b[31m\r\nnext\u202eline\u009b2J")]

    (line,) = [line for line in _lines(Terminal(), replace(BOARD, key_results=rows)) if "next" in line]

    assert "red [31m  nextline2J" in line


def test_colours_are_only_where_they_are_wanted() -> None:
    """A terminal with colour gets the status painted; the text is the same without."""
    painted, unpainted = (_lines(Terminal(width=80, colour=colour)) for colour in (True, False))

    assert "\x1b[31m◆ off track\x1b[0m" in painted[1]
    assert not any("\x1b" in line for line in unpainted)


def test_nothing_scored_is_no_line() -> None:
    """An empty board draws nothing, not a lonely head."""
    assert [] == draw(Board((), (), (), {}), (), Terminal(), NOW)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (None, "-"),
        (NOW, "today"),
        # half past midnight in Oslo is still yesterday in UTC
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "today"),
        (datetime(2026, 11, 22, 22, 30, tzinfo=UTC), "1 d"),
        (datetime(2026, 11, 9, 9, tzinfo=UTC), "14 d"),
        (datetime(2026, 11, 8, 9, tzinfo=UTC), "2 w"),
        (datetime(2024, 11, 25, 9, tzinfo=UTC), "104 w"),
        (datetime(2024, 11, 23, 9, tzinfo=UTC), "2 y"),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "today"),
    ],
)
def test_age(at: datetime | None, text: str) -> None:
    """Days by the calendar of the period's zone, then weeks, then years."""
    assert text == age(at, NOW, OSLO)


def test_the_period_under_way_is_shown() -> None:
    """Else the newest; any by name."""
    board = Board((AUTUMN, SPRING), (), (), {})

    assert (AUTUMN,) == shown_periods(board, NOW)
    assert (SPRING,) == shown_periods(board, datetime(2026, 3, 1, tzinfo=UTC))
    assert (AUTUMN,) == shown_periods(board, datetime(2027, 3, 1, tzinfo=UTC))
    assert (SPRING,) == shown_periods(board, NOW, "spring")
    assert () == shown_periods(board, NOW, "summer")


def test_the_board_is_read_from_the_published_copy(folder: Folder) -> None:
    """Periods with zone and language, rows of both scoreboards, and the newest observed days, oldest first."""
    folder.write("okr_config/objectives/autumn.yaml", OBJECTIVES)
    folder.write("numbers/numbers.csv", NUMBERS)
    folder.run()

    board = read_board(folder.project().published, days=3)

    # the warehouse's clock moves on by microseconds
    assert (AUTUMN,) == tuple(replace(period, as_of=NOW) for period in board.periods)
    assert ["fans", "ten"] == [row.key_result_id for row in board.key_results]
    assert ["shop"] == [row.objective_id for row in board.objectives]
    assert {"fans": [Decimal(7)] * 3, "ten": [Decimal(1), Decimal(3), Decimal(3)]} == {
        name: list(values) for name, values in board.trends.items()
    }
