"""Fixtures of the flows' tests."""

import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from okr_config.world import World, real_world
from tests.conftest import Clock, still_world
from tests.connectors.loopback import Loopback
from tests.flows.made_once import EmptyWarehouses, MadeOnce
from tests.flows.project_folder import FILE_SOURCE, HALFWAY, SPRING, TERM, TERM_NUMBERS, Folder
from warehouse import Warehouse, open_warehouse

FIRST = date(2020, 3, 30)
SALES = [1, 0, 1, 0, 0, 2, 0] * 7


@pytest.fixture(scope="session")
def empty_warehouses(tmp_path_factory: pytest.TempPathFactory) -> EmptyWarehouses:
    """Return what opens new warehouses."""
    return EmptyWarehouses(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module", autouse=True)
def _new_warehouses_are_copies(empty_warehouses: EmptyWarehouses) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warehouse.opening.connect_to", empty_warehouses.connect)
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Return the folders that are made once."""
    return MadeOnce(tmp_path_factory.mktemp("made-once"))


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
def halfway(made_once: MadeOnce, tmp_path: Path, world: World, clock: Clock) -> Folder:
    """Return a folder that ran halfway through its term, with seven weeks of sales."""
    world = World(**{**vars(world), "clock": lambda: HALFWAY})
    return made_once.copy(_halfway, tmp_path / "project", world, clock)


def _halfway(home: Path, clock: Clock) -> Folder:
    folder = Folder(home, World(**{**vars(still_world(clock)), "clock": lambda: HALFWAY}))
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    days = [f"sheet.sales,{FIRST + timedelta(days=number)},{sold}" for number, sold in enumerate(SALES)]
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.write("okr_config/objectives/term.yaml", SPRING)
    folder.run()
    return folder


@pytest.fixture
def warehouse(tmp_path: Path, world: World) -> Iterator[Warehouse]:
    """Return an open, empty warehouse; whatever a test does to it, every table must keep its grain."""
    with open_warehouse(tmp_path / "warehouse" / "okr.duckdb", world=world) as opened:
        yield opened
        assert [] == opened.check()


@pytest.fixture
def loopback(world: World, tmp_path: Path) -> Iterator[Loopback]:
    """Start a server that answers by script."""
    running = Loopback(world, tmp_path)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def prefect_environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """
    Start a real Prefect server on loopback, one a process: Prefect reads its settings once; yield how it is reached.

    The environment itself is left as it was, or every other run here would be recorded too.
    """
    from flows.serve.prefect_server import prefect_api as own_server

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PREFECT_API_URL", raising=False)
        patch.setenv("PREFECT_PROFILES_PATH", str(tmp_path_factory.mktemp("profiles") / "profiles.toml"))
        patch.setenv("PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS", "2")
        before = dict(os.environ)
        with own_server(tmp_path_factory.mktemp("prefect"), real_world(), lambda _text: None):
            settings = {name: value for name, value in os.environ.items() if name.startswith("PREFECT_")}
            os.environ.clear()
            os.environ.update(before)
            yield settings


@pytest.fixture(scope="module")
def prefect_api(prefect_environ: Mapping[str, str]) -> Iterator[str]:
    """Let the tests of a module use that server; yield its address."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in prefect_environ.items():
            patch.setenv(name, value)
        yield prefect_environ["PREFECT_API_URL"]
