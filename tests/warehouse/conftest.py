"""Fixtures of the warehouse's tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pytest

from okr_config.world import World
from tests.conftest import waiting_world
from tests.warehouse.deliveries import Fresh
from warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse file without rows, made once."""
    path = tmp_path_factory.mktemp("empty") / "okr.duckdb"
    with open_warehouse(path, world=waiting_world()):
        pass
    return path


@pytest.fixture(scope="session")
def fresh(empty: Path) -> Fresh:
    """Return what opens a warehouse without rows, by a clock that goes on, for each of many examples of one test."""

    @contextmanager
    def open_fresh() -> Iterator[Warehouse]:
        with TemporaryDirectory() as folder:
            path = Path(copyfile(empty, Path(folder) / "okr.duckdb"))
            with open_warehouse(path, world=waiting_world()) as opened:
                yield opened

    return open_fresh


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the warehouse lies, or will."""
    return tmp_path / "warehouse" / "okr.duckdb"


@pytest.fixture
def warehouse(path: Path, empty: Path, world: World) -> Iterator[Warehouse]:
    """Return an open, empty warehouse; whatever a test does to it, every table must keep its grain."""
    path.parent.mkdir()
    copyfile(empty, path)
    with open_warehouse(path, world=world) as opened:
        yield opened
        assert [] == opened.check()


@pytest.fixture
def published(path: Path) -> Path:
    """Return where the copy for readers lies."""
    return path.parent / "published" / path.name
