"""A config file that is missing is not an empty one (flows.sources.missing)."""

from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.command import invoke
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import Folder
from tests.flows.test_clock import a_folder, a_run_folder, tables

pytestmark = pytest.mark.slow


@pytest.fixture
def lived(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder after a run, an hour later."""
    made = made_once.copy(a_run_folder, tmp_path / "lived", world, clock)
    clock.move(hours=1)
    return made


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("sources.yaml", "okr_config/sources.yaml no such file before there was 1 source: sheet next: put it back"),
        ("objectives", "okr_config/objectives no such folder before there were 2 key results: mood, units next: put"),
    ],
)
@pytest.mark.parametrize("command", ["run", "score", "check"])
def test_what_was_there_before_is_told(lived: Folder, file: str, told: str, command: str) -> None:
    """Exit 2, nothing is closed or published; put back, all is well."""
    path = lived.home / "okr_config" / file
    path.rename(lived.home / "elsewhere")
    before = tables(lived.project().warehouse.path), lived.project().published.read_bytes()

    result = invoke(lived.world, command, home=lived.home)

    assert 2 == result.exit_code
    assert told in " ".join(result.stderr.split())
    assert before == (tables(lived.project().warehouse.path), lived.project().published.read_bytes())
    (lived.home / "elsewhere").rename(path)
    assert 0 == invoke(lived.world, command, home=lived.home).exit_code


@pytest.mark.parametrize("file", ["sources.yaml", "metrics.yaml", "objectives", "objectives/more.yaml"])
@pytest.mark.parametrize("target", ["nowhere", "itself"])
def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path, clock: Clock, file: str, target: str) -> None:
    """Also before the first run, and where it leads to itself."""
    made = a_folder(tmp_path / "new", clock)
    path = made.home / "okr_config" / file
    if path.exists():
        path.rename(made.home / "elsewhere")
    path.symlink_to(path if target == "itself" else "nowhere")

    result = invoke(made.world, "run", home=made.home)

    assert 2 == result.exit_code
    assert f"okr_config/{file} a link that leads nowhere" in " ".join(result.stderr.split())


def test_an_empty_one_is_the_owners_word(lived: Folder) -> None:
    """No sources any more, said in the file: the run says what leaves with them, and goes on."""
    lived.write("okr_config/sources.yaml", "sources: []\n")

    result = invoke(lived.world, "run", home=lived.home)

    assert 0 == result.exit_code
    assert "sheet is no longer configured" in " ".join(result.stderr.split())
