"""First targets with an even chance, where numbers are known (flows.goals.first_targets)."""

import shutil
from datetime import timedelta
from pathlib import Path

from flows.goals.first_targets import propose_targets
from flows.project.project import open_project
from flows.scaffold.beginning import Beginning
from flows.scaffold.folder import write_project
from okr_config.world import World
from tests.flows.project_folder import Folder


def test_init_takes_its_targets_from_what_is_published(tmp_path: Path, world: World) -> None:
    """Where numbers are known, targets have an even chance and titles say them; the rest keeps its own."""
    folder = Folder(tmp_path, world)
    today = world.clock().date()
    days = [f"shop.units_sold,{today - timedelta(days=number)},{3 + number % 2}" for number in range(60)]
    write_project(tmp_path, Beginning(), world)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.run()
    shutil.rmtree(tmp_path / "okr_config")
    shutil.rmtree(tmp_path / "numbers")
    (tmp_path / ".env").unlink()

    written = write_project(tmp_path, Beginning(), world)
    (said,) = propose_targets(tmp_path, written, {}, world)
    sales = open_project(tmp_path, {}, world).config(need_secrets=False).definitions()[1].key_result

    assert f"sales {sales.target}" == said
    assert 120 < (sales.target or 0) < 200
    assert f"Sell {sales.target} units" == sales.title


def test_init_sets_no_target_far_above_the_best_so_far(tmp_path: Path, world: World) -> None:
    """Days like none before lead a forecast far away: the best of as long a time is the target, and it is said."""
    folder = Folder(tmp_path, world)
    today = world.clock().date()
    sold = [20] * 20 + [0] * 10 + [1] * 60
    days = [f"shop.units_sold,{today - timedelta(days=number)},{units}" for number, units in enumerate(sold)]
    write_project(tmp_path, Beginning(), world)
    folder.write("numbers/numbers.csv", "\n".join(["metric,day,value", *days]) + "\n")
    folder.run()
    shutil.rmtree(tmp_path / "okr_config")
    shutil.rmtree(tmp_path / "numbers")
    (tmp_path / ".env").unlink()

    written = write_project(tmp_path, Beginning(), world)
    (said,) = propose_targets(tmp_path, written, {}, world)
    sales = open_project(tmp_path, {}, world).config(need_secrets=False).definitions()[1].key_result

    assert said.startswith(f"sales {sales.target} (the best of as long a time so far; the forecast leads to ")
    assert 20 * 20 + 12 == sales.target  # six weeks of it
