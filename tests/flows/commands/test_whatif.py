"""`okr whatif`: what becomes of a key result under assumptions (flows.commands.whatif)."""

import json

import pytest

from flows.console import output
from flows.console.terminal import Terminal
from tests.flows.project_folder import Folder


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("whatif", "nobody"), "unknown key result 'nobody'"),
        (("whatif", "by-hand"), "nothing is foreseen for by-hand"),
        (("whatif", "sales", "--repeat-last", "40"), "that cannot be assumed: there are not so many days left"),
        (("whatif", "later", "--per-day", "2"), "that cannot be assumed: only totals and levels"),
    ],
)
def test_what_cannot_be_asked(halfway: Folder, arguments: tuple[str, ...], what: str) -> None:
    """Wrong questions end with exit code 2, and say what, where and what next."""
    result = halfway.ask(*arguments)

    assert 2 == result.exit_code
    assert what in result.stderr.splitlines()[0]
    assert result.stderr.splitlines()[-1].startswith("  next: ")


def test_eighty_columns_are_enough(halfway: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Assumptions go on below; every number is whole, and nothing is cut."""
    whole = halfway.ask("whatif", "sales").stdout.splitlines()
    monkeypatch.setattr(output, "terminal_of", lambda _stream: Terminal(width=80))

    narrow = halfway.ask("whatif", "sales")

    lines = narrow.stdout.splitlines()
    assert [] == [line for line in lines if len(line) > 80]
    assert [] == [line for line in lines if "…" in line]
    assert "cut to the width" not in narrow.stderr
    assert ["what", "if", "lands", "at", "target", "chance", "comes", "true"] == lines[0].split()
    assert len(whole) <= len(lines)
    for line in whole[2:]:
        words = line.split()
        assert [] == [word for word in words if word not in " ".join(lines).split()], line


def test_a_pace_a_target_and_the_last_days_each_have_a_row(halfway: Folder) -> None:
    """First as it goes now, then what was asked, in the order of its options."""
    rows = json.loads(
        halfway.ask("whatif", "sales", "--per-day", "1", "--target", "20", "--repeat-last", "14", "--json").stdout
    )

    assert ["now", "per_day", "repeat_last", "target"] == [row["assumption"] for row in rows]
    now, pace, _, target = rows
    # twelve, and one a day for twenty days
    assert (32.0, 32.0, 32.0, 1.0) == (pace["lands_p10"], pace["lands_p50"], pace["lands_p90"], pace["probability"])
    assert (24.0, 20.0) == (now["target"], target["target"])
    assert now["probability"] < target["probability"]
