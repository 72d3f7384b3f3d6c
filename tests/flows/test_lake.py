"""A folder whose warehouse is a lake, its catalogue a file: commands do as with a file (flows.project.writing)."""

from pathlib import Path

import pytest

from okr_config.world import World
from tests.conftest import Clock
from tests.flows.project_folder import Folder
from tests.flows.two_sheets import content, over_days, two_sheets

LAKE = "id: shop\nwarehouse: ducklake:lake/shop.ducklake\n"


def _lake(home: Path, world: World) -> Folder:
    folder = two_sheets(home, world)
    folder.write("okr_config/project.yaml", LAKE)
    return folder


@pytest.mark.slow
def test_runs_over_a_lake_leave_what_runs_over_a_file_leave(tmp_path: Path, world: World, clock: Clock) -> None:
    """Over days with a correction and a failure every table of the published copy is the same."""
    file, lake = two_sheets(tmp_path / "file", world), _lake(tmp_path / "lake", world)
    began = clock.now
    over_days(file, clock, file.run)
    clock.now = began

    over_days(lake, clock, lake.run)

    expected, found = content(file), content(lake)
    # days so far that later runs have told again stay in a lake until it is tidied
    days = "from key_result_daily order by all"
    assert file.query(days).rows() == lake.query(days).rows()
    assert expected.pop("key_result_day_version") != found.pop("key_result_day_version")
    assert expected == found
    assert not (lake.home / "warehouse" / "okr.duckdb").exists()
    assert list((lake.home / "lake").glob("shop.ducklake.files/**/*.parquet"))


@pytest.mark.slow
def test_what_fits_a_lake_works_and_what_does_not_is_refused(tmp_path: Path, world: World) -> None:
    """Look, check and copy; putting back and taking out name the way round."""
    lake = _lake(tmp_path / "lake", world)
    lake.run()

    copy = tmp_path / "copy.duckdb"
    good = [lake.ask(*words.split()) for words in ("status", "verify", "upgrade --check", f"backup {copy}", "repair")]
    bad = [
        lake.ask(*words.split())
        for words in ("restore --yes", "purge --older-than 1d --yes", "forget --customer 1 --yes")
    ]

    assert [0] * len(good) == [result.exit_code for result in good], [result.output for result in good]
    assert [2] * len(bad) == [result.exit_code for result in bad]
    for result in bad:
        assert "and this warehouse is a lake" in result.stderr
        assert "next: okr warehouse move" in result.stderr
