"""`okr warehouse move` and `tidy` (flows.commands.warehouse, flows.run.housekeeping)."""

from pathlib import Path

import pytest

from okr_config.world import World
from tests.flows.project_folder import Folder
from tests.flows.two_sheets import two_sheets

FILE, LAKE = "duckdb:///warehouse/okr.duckdb", "ducklake:lake/okr.ducklake"


def _ran(home: Path, world: World) -> Folder:
    folder = two_sheets(home, world)
    folder.run()
    return folder


@pytest.mark.slow
def test_a_folder_goes_on_in_a_lake(tmp_path: Path, world: World) -> None:
    """Moved and named in project.yaml, the next run finds nothing new; tidied, the scores are the same."""
    folder = _ran(tmp_path / "project", world)
    before = folder.query("select key_result_id, value from scoreboard order by 1").rows()

    moved = folder.ask("warehouse", "move", FILE, LAKE)
    folder.write("okr_config/project.yaml", f"warehouse: {LAKE}\n")
    again = folder.ask("run")
    tidied = folder.ask("warehouse", "tidy")

    assert [0, 0, 0] == [one.exit_code for one in (moved, again, tidied)], [
        one.output for one in (moved, again, tidied)
    ]
    assert "counted and hashed, the same on both sides" in moved.stderr
    assert f"next: warehouse: {LAKE} in okr_config/project.yaml, then okr run" in moved.stderr
    assert [(0, 0)] == folder.query("select rows_new, rows_changed from load order by load_id desc limit 1").rows()
    assert "what stays was counted and hashed: the same" in tidied.stderr
    assert before == folder.query("select key_result_id, value from scoreboard order by 1").rows()
    assert 0 == folder.ask("verify").exit_code


def test_addresses_that_will_not_do_are_told(tmp_path: Path, world: World) -> None:
    """The same twice, one that is there, one that is not, and one of a kind that nobody knows."""
    folder = _ran(tmp_path / "project", world)

    results = [
        folder.ask("warehouse", "move", *addresses)
        for addresses in ((FILE, FILE), ("duckdb:///no.duckdb", LAKE), (FILE, "md:shop"))
    ]
    nothing = two_sheets(tmp_path / "new", world).ask("warehouse", "tidy")

    assert [2, 3, 2, 2] == [result.exit_code for result in (*results, nothing)]
    for result, words in zip(
        (*results, nothing),
        ("both addresses are the same", "no such warehouse", "md: is not one", "nothing has been landed yet"),
        strict=True,
    ):
        assert words in result.stderr
        assert "next: " in result.stderr


def test_a_file_is_tidied(tmp_path: Path, world: World) -> None:
    """Rows and bytes are told before and after."""
    folder = _ran(tmp_path / "project", world)

    tidied = folder.ask("warehouse", "tidy")

    assert 0 == tidied.exit_code, tidied.output
    assert "files      1 before, 1 after" in tidied.stderr
    assert "next: okr verify" in tidied.stderr
    assert 0 == folder.ask("verify").exit_code
