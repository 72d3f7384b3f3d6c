"""Fixtures of the flows' tests."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from okr_config.world import World
from tests.flows.project_folder import FILE_SOURCE, HALFWAY, SPRING, TERM, TERM_NUMBERS, Folder

FIRST = date(2020, 3, 30)
SALES = [1, 0, 1, 0, 0, 2, 0] * 7


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Folder:
    """Return a folder with one file source and no numbers."""
    made = Folder(tmp_path / "project", world)
    made.write("okr_config/sources.yaml", FILE_SOURCE)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder of YAML and one CSV file."""
    (tmp_path / "okr_config" / "objectives").mkdir(parents=True)
    (tmp_path / "numbers").mkdir()
    (tmp_path / "okr_config" / "sources.yaml").write_text(FILE_SOURCE)
    (tmp_path / "okr_config" / "objectives" / "term.yaml").write_text(TERM)
    (tmp_path / "numbers" / "numbers.csv").write_text(TERM_NUMBERS)
    return tmp_path


@pytest.fixture
def halfway(folder: Folder, world: World) -> Folder:
    """Return a folder that ran halfway through its term, with seven weeks of sales."""
    folder.world = World(**{**vars(world), "clock": lambda: HALFWAY})
    days = [f"sheet.sales,{FIRST + timedelta(days=number)},{sold}" for number, sold in enumerate(SALES)]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.write("okr_config/objectives/term.yaml", SPRING)
    folder.run()
    return folder
