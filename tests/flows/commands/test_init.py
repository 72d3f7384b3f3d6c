"""`okr init`: a new folder, or the next quarter of one that is there (flows.commands.init)."""

from datetime import timedelta
from pathlib import Path

import pytest

from flows.goals.first_targets import propose_targets
from flows.project.scaffold import write_project
from okr_config.errors import UsageError
from okr_config.world import World
from tests.conftest import Clock
from tests.flows.command import invoke
from tests.flows.project_folder import Folder


def test_init_goes_on_when_the_quarter_is_over(tmp_path: Path, world: World, clock: Clock) -> None:
    """A new quarter gets a file of its own with new ids and targets from what is known; all else is kept."""
    folder = Folder(tmp_path, world)
    today = clock().date()
    days = [f"shop.units_sold,{today - timedelta(days=number)},{3 + number % 2}" for number in range(60)]
    write_project(tmp_path, "en", world)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.run()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    clock.move(days=60)
    folder.run()
    there = folder.project().config(need_secrets=False)
    written = write_project(tmp_path, "en", world, there)
    (said,) = propose_targets(tmp_path, written, {}, world)

    assert [tmp_path / "okr_config" / "objectives" / "2027-q1.yaml"] == written
    assert said.startswith("sales-2027-q1 ")
    assert {"2026-q4", "2027-q1"} == {file.period.id for file in folder.project().config(need_secrets=False).files}
    kept = [path for path in before if path.parent.name in {"okr_config", "objectives", "numbers"}]
    assert [before[path] for path in kept] == [path.read_bytes() for path in kept]
    with pytest.raises(UsageError, match="nothing was written"):
        write_project(tmp_path, "en", world, folder.project().config(need_secrets=False))


def test_init_keeps_the_sources_that_are_there(folder: Folder, world: World) -> None:
    """A folder with sources and no objectives gets what is missing, and no sheet of numbers."""
    sources = (folder.home / "okr_config/sources.yaml").read_bytes()

    written = [path.relative_to(folder.home).as_posix() for path in write_project(folder.home, "nb", world)]

    assert sources == (folder.home / "okr_config/sources.yaml").read_bytes()
    assert "okr_config/objectives/2026-q4.yaml" in written
    assert not any("numbers" in name or "sources" in name for name in written)
    assert {"salg", "besok", "folgere"} < {one.key_result.id for one in folder.project().config().definitions()}


@pytest.mark.parametrize("language", ["en", "nb"])
def test_a_new_folder_passes_its_own_check(tmp_path: Path, world: World, language: str) -> None:
    """What is written is told file by file, and so is what comes next."""
    made = invoke(world, "init", str(tmp_path / "shop"), "--lang", language)

    files = [path for path in (tmp_path / "shop").rglob("*") if path.is_file()]
    assert 0 == made.exit_code, made.output
    assert sorted(f"wrote {path}" for path in files) == sorted(made.stderr.splitlines()[:-1])
    assert f"next: cd {tmp_path / 'shop'} && okr check" == made.stderr.splitlines()[-1]
    assert 0 == invoke(world, "check", home=tmp_path / "shop").exit_code


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path, world: World) -> None:
    """Its period is not over: nothing changes, and the exit code is 2."""
    invoke(world, "init", str(tmp_path))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    again = invoke(world, "init", str(tmp_path))

    assert (2, True) == (again.exit_code, "nothing was written" in again.stderr)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
