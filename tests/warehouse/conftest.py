"""Fixtures of the warehouse's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_config.world import World
from warehouse import Warehouse, open_warehouse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the warehouse lies."""
    return tmp_path / "warehouse" / "okr.duckdb"


@pytest.fixture
def warehouse(path: Path, world: World) -> Iterator[Warehouse]:
    """Return an open, empty warehouse; whatever a test did, every table must keep its grain."""
    with open_warehouse(path, world=world) as opened:
        yield opened
        assert [] == opened.check()


@pytest.fixture
def published(path: Path) -> Path:
    """Return where the copy for readers lies."""
    return path.parent / "published" / path.name
