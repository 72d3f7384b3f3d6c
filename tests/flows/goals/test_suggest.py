"""Targets worth setting, from what is published, into a team's files (.suggest, .edit_goal, .lookahead)."""

import json
from datetime import timedelta

import pytest

from flows.goals.suggest import suggest_for_key_result
from okr_config.errors import UsageError
from okr_config.world import World
from tests.flows.project_folder import HALFWAY, SPRING, Folder


def test_suggested_targets_and_the_scoreboard_agree(halfway: Folder) -> None:
    """Targets come with falling values and rising chances, and what-if says of each exactly that chance."""
    rows = json.loads(halfway.ask("suggest", "sales", "--json").stdout)
    targets = [option for row in rows for option in ("--target", str(row["target"]))]
    supposed = json.loads(halfway.ask("whatif", "sales", *targets, "--json").stdout)

    assert [0.1, 0.3, 0.5, 0.7, 0.9] == [row["level"] for row in rows]
    assert sorted((row["target"] for row in rows), reverse=True) == [row["target"] for row in rows]
    assert [row["probability"] for row in rows] == [row["probability"] for row in supposed[1:]]
    assert halfway.score("sales")["probability"] == supposed[0]["probability"]


def test_every_key_result_with_a_target_gets_suggestions(halfway: Folder) -> None:
    """Without a name all are told, and those that cannot be are named."""
    result = halfway.ask("suggest")

    assert 0 == result.exit_code
    assert "no target for by-hand: its steps are done or not" in result.stderr
    assert ["sales", "later"] == [line.split()[0] for line in result.stdout.splitlines()[2:]]
    assert result.stderr.endswith("next: okr suggest sales\n")


def test_a_target_under_way_is_written_as_a_change(halfway: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """The file gains one dated change, every other byte stays, and the next run takes it with the told chance."""
    suggest_for_key_result(halfway.project(), "sales", as_json=True, write=True, reason="Bedre: «nå»")
    captured = capsys.readouterr()
    even = next(row for row in json.loads(captured.out) if row["level"] == 0.5)
    written = (halfway.home / "okr_config/objectives/term.yaml").read_text(encoding="utf-8")
    added = f'        changes:\n          - {{on: 2020-05-16, target: {even["target"]}, reason: "Bedre: «nå»"}}\n'

    assert SPRING == written.replace(added, "")
    assert "its title still says 24" in captured.err
    halfway.world = World(**{**vars(halfway.world), "clock": lambda: HALFWAY + timedelta(minutes=1)})
    halfway.run()
    row = halfway.score("sales")
    assert (even["target"], 24, ["target_changed"]) == (row["target"], row["target_original"], row["flags"])
    assert even["probability"] == pytest.approx(row["probability"], abs=0.01)


def test_a_target_before_its_start_is_written_in_its_place(halfway: Folder) -> None:
    """Nothing has been judged by it yet: the number itself is another one."""
    suggest_for_key_result(halfway.project(), "later", as_json=True, write=True, reason="")
    written = (halfway.home / "okr_config/objectives/term.yaml").read_text(encoding="utf-8")

    changed = [line for line in written.splitlines() if line not in SPRING.splitlines()]
    assert 1 == len(changed)
    assert "{id: later, title: Later, metric: sheet.sales, kind: total, target: " in changed[0]
    assert "start: 2020-06-01}" in changed[0]


def test_writing_twice_writes_once(halfway: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that stands there already is not written again, and another one of that day is left to the team."""
    suggest_for_key_result(halfway.project(), "sales", as_json=True, write=True, reason="")
    once = (halfway.home / "okr_config/objectives/term.yaml").read_bytes()

    suggest_for_key_result(halfway.project(), "sales", as_json=True, write=True, reason="")

    assert once == (halfway.home / "okr_config/objectives/term.yaml").read_bytes()
    assert "nothing was written" in capsys.readouterr().err


def test_a_metric_is_suggested_for(halfway: Folder) -> None:
    """A metric and a day are enough; what it is asked is told."""
    result = halfway.ask("suggest", "--metric", "sheet.sales", "--due", "2020-06-30")
    rows = json.loads(halfway.ask("suggest", "--metric", "sheet.sales", "--due", "2020-06-30", "--json").stdout)

    assert 0 == result.exit_code
    assert "sheet.sales, 2020-05-17 .. 2020-06-30, from its history alone" in result.stderr
    assert 5 == len(rows)
    assert (None, "2020-05-17", "2020-06-30") == tuple(rows[0][name] for name in ("key_result_id", "start", "due"))
    assert "a day for the next 45 days; lately 0.6 a day" in rows[2]["text"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("suggest", "nobody"), "unknown key result 'nobody'"),
        (("suggest", "by-hand"), "no target can be suggested"),
        (("suggest", "--metric", "sheet.sales"), "--metric and --due go together"),
        (("suggest", "--write"), "--write needs a key result"),
        (("suggest", "sales", "--metric", "x"), "a key result and --metric are both given"),
        (("suggest", "--metric", "no.such", "--due", "2020-06-30"), "unknown metric 'no.such'"),
        (("suggest", "--metric", "shop.open", "--due", "2020-06-30"), "shop.open is on or off"),
        (("suggest", "--metric", "sheet.sales", "--due", "2020-05-01"), "2020-05-01 is over"),
    ],
)
def test_what_cannot_be_asked(halfway: Folder, arguments: tuple[str, ...], what: str) -> None:
    """Wrong questions end with exit code 2, and say what, where and what next."""
    result = halfway.ask(*arguments)

    assert 2 == result.exit_code
    assert what in result.stderr.splitlines()[0]
    assert result.stderr.splitlines()[-1].startswith("  next: ")


def test_nothing_published_nothing_suggested(folder: Folder) -> None:
    """Before the first run there is nothing to look ahead from."""
    folder.write("okr_config/objectives/term.yaml", SPRING)

    result = folder.ask("suggest")

    assert (2, "nothing has been published yet") == (result.exit_code, result.stderr.splitlines()[0])


def test_nothing_seen_no_empty_table(folder: Folder) -> None:
    """Where no key result has a suggestion there is talk and no table."""
    folder.write("okr_config/objectives/term.yaml", SPRING)
    folder.run()
    over = folder.ask("suggest")
    folder.write("okr_config/objectives/term.yaml", SPRING.replace("end: 2020-06-05", "end: 2026-12-31"))
    folder.run()

    unseen = folder.ask("suggest")

    assert [(0, "")] * 2 == [(result.exit_code, result.stdout) for result in (over, unseen)]
    assert over.stderr.endswith("next: okr init, for the next quarter\n")
    assert "no target for sales: nothing has been seen of it yet" in unseen.stderr
    assert unseen.stderr.endswith("next: okr run\n")


def test_a_goal_in_two_files_is_not_written(halfway: Folder) -> None:
    """A key result whose file is not clear is left alone."""
    with pytest.raises(UsageError):
        suggest_for_key_result(halfway.project(), "nobody", as_json=True, write=True, reason="")
