"""What the marks of the scoreboard mean, each in a line."""

import json
from pathlib import Path

import pytest

from flows.console.legend import FLAGS, STATUSES, TOO_EARLY, flag_legend, flag_word, legend
from flows.console.output import cell
from scorecard.status import WORST_FIRST, Flag, Status
from tests.conftest import Clock, still_world
from tests.flows.command import ask, invoke


def test_every_flag_and_status_is_explained() -> None:
    """One that is added and not explained is found here."""
    assert set(Flag) == set(FLAGS)
    assert set(Status) == set(STATUSES)


def test_statuses_come_worst_first() -> None:
    """As on the scoreboard; columns before them, flags after them."""
    rows = legend()

    assert ["column", "status", "flag"] == list(dict.fromkeys(row["what"] for row in rows))
    assert [*WORST_FIRST, TOO_EARLY] == [row["mark"] for row in rows if row["what"] == "status"]
    assert [flag_word(flag) for flag in FLAGS] == [row["mark"] for row in rows if row["what"] == "flag"]


def test_only_flags_that_are_shown_are_explained() -> None:
    """In the order of their declaration, each once; one that nobody knows is not made up."""
    line = flag_legend(["disagreement", "stale", "stale", "of_tomorrow"])

    assert (
        "stale: newer numbers are due and have not come; disagrees: the team and the numbers disagree about the chance"
    ) == line
    assert "" == flag_legend([])
    assert "of tomorrow" == flag_word("of_tomorrow")


def test_the_legend_needs_no_folder(tmp_path: Path) -> None:
    """`okr status --legend` explains before there is anything to explain."""
    shown = invoke(still_world(Clock()), "status", "--legend", home=tmp_path)
    rows = json.loads(invoke(still_world(Clock()), "status", "--legend", "--json", home=tmp_path).stdout)

    assert (0, "next: okr status\n") == (shown.exit_code, shown.stderr)
    assert legend() == rows
    marks = [cell(row["mark"]) for row in rows]
    assert marks == [line[8:][: len(mark)] for line, mark in zip(shown.stdout.splitlines()[2:], marks, strict=True)]


@pytest.mark.parametrize("option", [(), ("--period", "term")])
def test_the_scoreboard_explains_its_flags(home: Path, option: tuple[str, ...]) -> None:
    """A line under the table, for those flags alone that stand in it."""
    ask(home, "run", "--as-of", "2020-05-16")

    rows = json.loads(ask(home, "status", *option, "--json").stdout)
    told = ask(home, "status", *option).stderr.splitlines()

    shown = [flag for row in rows for flag in row["flags"]]
    assert {"met_now", "partial", "stale"} == set(shown)
    assert [f"flags  {flag_legend(shown)}"] == [line for line in told if line.startswith("flags")]
