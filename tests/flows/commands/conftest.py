"""Fixtures of the commands' tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.made_once import MadeOnce
from tests.flows.project_folder import AUTUMN, FILE_SOURCE, Folder


@pytest.fixture
def shop(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder that has run on the 54th of 92 days."""
    return made_once.copy(_shop, tmp_path / "project", world, clock)


def _shop(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, still_world(clock))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    first = datetime(2026, 9, 20, tzinfo=UTC).date()
    rows = [f"sheet.{name},{first + timedelta(days=n)},2" for n in range(64) for name in ("sales", "calls")]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *rows]) + "\n")
    folder.write("okr_config/objectives/term.yaml", AUTUMN)
    folder.run()
    return folder
