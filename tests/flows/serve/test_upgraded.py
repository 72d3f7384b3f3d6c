"""A server whose program was replaced under it says so in plain words, and not 500."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.project.project import Project
from flows.serve import site
from flows.serve.bind import Door, open_site
from flows.serve.health import Report
from flows.serve.upgraded import OTHER, RESTART, Program
from okr_config.world import World
from tests.flows.project_folder import FILE_SOURCE, Folder
from tests.flows.serve.test_site import NUMBERS, OBJECTIVES, Browser


@pytest.fixture
def project(tmp_path: Path, world: World) -> Project:
    """Return a folder that has been run."""
    folder = Folder(tmp_path / "served", world)
    folder.write("okr_config/sources.yaml", FILE_SOURCE)
    folder.write("okr_config/objectives/term.yaml", OBJECTIVES)
    folder.write("numbers/numbers.csv", NUMBERS)
    folder.run()
    return folder.project()


@pytest.fixture
def ask(project: Project) -> Iterator[Browser]:
    """Return a browser on the served folder."""
    report = Report(healthy=True, facts={"schedule": "running"})
    with open_site(project.reading, Door(port=0), lambda: report) as address:
        yield Browser(int(address.link.rsplit(":", 1)[1].strip("/")))


def test_a_program_knows_that_its_files_changed(tmp_path: Path) -> None:
    """A file that was written anew, a new one, one that is gone; what is no part of a program is none of its matter."""
    (tmp_path / "a.py").write_text("a = 1")
    nowhere = tmp_path / "okr.duckdb"
    program = Program([tmp_path])
    (tmp_path / "a.pyc").write_text("")
    assert program.trouble(nowhere) is None

    (tmp_path / "a.py").write_text("a = 22")

    assert RESTART == program.trouble(nowhere)


def test_what_breaks_after_an_upgrade_is_told(ask: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and what to do, once the files are others; an error of the program stays one."""

    def broken(*_: object) -> None:
        raise ImportError("cannot import name 'wall'")

    monkeypatch.setattr(site, "wall_of", broken)
    assert 500 == ask("/wall").status

    monkeypatch.setattr("flows.serve.upgraded._stamp", lambda _: "another")
    got = ask("/wall")

    assert (503, f"Service Unavailable: {RESTART}\n") == (got.status, got.body.decode())


def test_what_a_newer_program_published_is_told(ask: Browser, project: Project) -> None:
    """Its copy has another schema than this server knows: which one to start stands in the answer."""
    with duckdb.connect(project.published) as connection:
        connection.execute("update schema_state set version = 9999; alter view scoreboard rename to board")

    got = ask("/status.json")

    assert (503, f"Service Unavailable: {OTHER}\n") == (got.status, got.body.decode())
