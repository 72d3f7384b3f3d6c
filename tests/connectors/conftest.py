"""Fixtures of the connectors' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_config.world import World
from tests.connectors.loopback import Loopback


@pytest.fixture
def loopback(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that answers by script."""
    running = Loopback(world, tmp_path)
    yield running
    running.stop()
