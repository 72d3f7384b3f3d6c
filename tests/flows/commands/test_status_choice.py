"""`okr status` of some key results, and since the last time (flows.console.changes, flows.project.board)."""

import json
from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.made_once import MadeOnce
from tests.flows.notify.conftest import a_team
from tests.flows.project_folder import AUTUMN, Folder


@pytest.fixture
def run(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder after its second run, with owners, a tag and a second objective."""
    return made_once.copy(_run, tmp_path / "project", world, clock)


def _run(home: Path, clock: Clock) -> Folder:
    team = a_team(home, clock)
    text = AUTUMN.replace("title: Sales,", "title: Sales, owner: Kari, tags: [growth],").replace("200", "180")
    own = "  - id: team\n    title: A team\n    owner: Ola\n    key_results:\n"
    own += "      - {id: visits, title: Visits, metric: sheet.sales, kind: total, target: 90}\n"
    team.write("okr_config/objectives/term.yaml", text + own)
    team.run()
    return team


def shown(folder: Folder, *arguments: str) -> list[str]:
    """Return the ids that are shown."""
    return sorted(row["key_result_id"] for row in json.loads(folder.ask("status", "--json", *arguments).stdout))


def test_only_what_is_asked_for_is_shown(run: Folder) -> None:
    """By owner, who may be the objective's, by tag and by objective; all of them together narrow it further."""
    assert ["sales"] == shown(run, "--owner", "Kari")
    assert ["visits"] == shown(run, "--owner", "Ola")
    assert ["sales"] == shown(run, "--tag", "growth")
    assert ["calls", "members", "sales"] == shown(run, "--objective", "shop")
    assert [] == shown(run, "--objective", "team", "--owner", "Kari")


@pytest.mark.parametrize(("option", "near"), [("--owner", "Kary"), ("--tag", "growht"), ("--objective", "shopp")])
def test_a_name_that_nothing_has_is_told_with_the_nearest(run: Folder, option: str, near: str) -> None:
    """What, where, next."""
    result = run.ask("status", option, near)

    assert 2 == result.exit_code
    assert f"unknown {option.removeprefix('--')} '{near}'\n  did you mean" in result.stderr


def test_the_board_in_one_line(run: Folder) -> None:
    """Of what is shown, worst first."""
    assert "4 key results: 1 off track, 1 no data, 2 achieved\n" in run.ask("status").stderr
    assert "1 key result: 1 off track\n" in run.ask("status", "--owner", "Kari").stderr


def test_what_changed_since_a_week_ago(run: Folder) -> None:
    """A row for each key result that is called otherwise, or whose numbers moved; JSON has both sides."""
    result = run.ask("status", "--since-last")
    (row,) = json.loads(run.ask("status", "--json", "--since-last", "--owner", "Kari").stdout)

    assert "since 2026-11-16 09:00 UTC: 1 changed, 2 did not" in result.stderr
    assert "sales" in result.stdout.splitlines()[-1]
    assert "on track → off track" in result.stdout.splitlines()[-1]
    assert ("on_track", "off_track", 94) == (row["status_before"], row["status"], row["value_before"])


def test_without_an_earlier_score_there_is_nothing_to_compare(folder: Folder) -> None:
    """It says so."""
    folder.write("okr_config/objectives/term.yaml", AUTUMN)
    folder.write("numbers/numbers.csv", "metric,day,value\nsheet.sales,2026-11-20,2\n")
    folder.run()

    assert "there is no score of a week ago" in folder.ask("status", "--since-last").stderr
