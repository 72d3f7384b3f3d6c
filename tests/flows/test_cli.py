"""The command as a user meets it: exit codes, and folders that are none (flows.project.version)."""

from pathlib import Path

import pytest

from flows.project.version import VERSION
from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.command import ask, invoke
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import FILE_SOURCE, TERM, TERM_NUMBERS, Folder


@pytest.fixture
def ran(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder of YAML and one CSV file that has run."""
    return made_once.copy(_ran, tmp_path / "project", world, clock)


def _ran(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, still_world(clock))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", TERM)
    folder.write("numbers/numbers.csv", TERM_NUMBERS)
    folder.run()
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["run", "--as-of", "2999-01-01"], 2, "in the future"),
        (["run", "--as-of", "yesterday"], 2, "neither a day"),
        (["run", "--only", "nobody"], 2, "unknown source 'nobody'"),
        (["sql", "drop table run"], 2, "next: "),
        (["explain", "nobody"], 2, "unknown key result or objective 'nobody'"),
        (["sql", "select * from scorebord"], 2, "scoreboard"),
        (["status", "--period", "nothing"], 2, "unknown period 'nothing'"),
        (["status", "--watch"], 2, "--watch needs a terminal"),
        (["status", "--watch", "3", "--json"], 2, "goes with no other option"),
        (["status", "--watch", "0"], 2, "0.2"),
        (["serve", "--host", "127.0.0.1", "--port", "70000"], 2, "65535"),
    ],
)
def test_wrong_usage_is_exit_code_2(ran: Folder, arguments: list[str], code: int, word: str) -> None:
    """What, where, next; no traceback."""
    result = ask(ran.home, *arguments)

    assert (code, True) == (result.exit_code, word in result.output), result.output
    assert "Traceback" not in result.output


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """Where it looked, and what makes a folder."""
    result = ask(tmp_path, "status")

    assert 2 == result.exit_code
    assert "okr init" in result.output


def test_the_version_is_told() -> None:
    """The one that every run notes."""
    result = invoke(still_world(Clock()), "--version")

    assert (0, True) == (result.exit_code, result.output.rstrip().endswith(VERSION)), result.output
