"""Fixtures of the flows' tests."""

from pathlib import Path

import pytest

from okr_config.world import World
from tests.flows.project_folder import FILE_SOURCE, Folder


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Folder:
    """Return a folder with one file source and no numbers."""
    made = Folder(tmp_path / "project", world)
    made.write("okr_config/sources.yaml", FILE_SOURCE)
    return made
