"""`okr explain`: the arithmetic of a score, and the loads it rests on (flows.commands.explain)."""

import json
from zoneinfo import ZoneInfo

import pytest

from flows.console import output
from flows.console.terminal import Terminal
from flows.project.board import read_board
from scorecard.explain.arithmetic import arithmetic, objective_arithmetic
from tests.flows.project_folder import Folder

OSLO = ZoneInfo("Europe/Oslo")


def test_a_key_result_has_its_arithmetic_and_its_loads(halfway: Folder) -> None:
    """Every line, a gap, then a row for each load whose observations it counts."""
    explained = halfway.ask("explain", "sales")
    (row,) = (
        one for one in read_board(halfway.project().published, days=1).key_results if one.key_result_id == "sales"
    )

    lines = list(arithmetic(row, OSLO))
    shown = explained.stdout.splitlines()
    assert [*lines, ""] == shown[: len(lines) + 1]
    assert "progress     (12 - 0) / (24 - 0) = 0.500" in shown
    assert "expected     0.50   planned share of the way by now; day 20 of 40, 2020-04-27 .. 2020-06-05" in shown
    head, _, *loads = shown[len(lines) + 1 :]
    assert 1 == len(loads)
    assert "sheet" in loads[0]
    assert {"source_id", "rows_read"} < set(head.split())
    assert explained.stderr.endswith(
        "next: okr sql \"from key_result_daily where key_result_id = 'sales' order by day\"\n"
    )


def test_an_objective_has_its_own(halfway: Folder) -> None:
    """What its key results come to together."""
    explained = halfway.ask("explain", "shop")
    board = read_board(halfway.project().published, days=1)

    assert list(objective_arithmetic(board.objectives[0], board.key_results)) == explained.stdout.splitlines()
    assert explained.stderr.endswith("next: okr explain KEY_RESULT, for the arithmetic of one of them\n")


def test_as_json_it_is_the_row_and_its_loads(halfway: Folder) -> None:
    """Numbers as numbers, for a key result and an objective."""
    (row,) = json.loads(halfway.ask("explain", "sales", "--json").stdout)
    (objective,) = json.loads(halfway.ask("explain", "shop", "--json").stdout)

    assert (12, 24, "sheet") == (row["value"], row["target"], row["loads"][0]["source_id"])
    assert ("shop", 3) == (objective["objective_id"], objective["key_results"])


def test_a_narrow_terminal_does_without_the_least(halfway: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 columns no line is wider, the number of rows stays, and that something is left out is told."""
    monkeypatch.setattr(output, "terminal_of", lambda _stream: Terminal(width=80))

    explained = halfway.ask("explain", "sales")

    assert [] == [line for line in explained.stdout.splitlines() if len(line) > 80]
    assert "cut to the width of the terminal; --json shows all" in explained.stderr
