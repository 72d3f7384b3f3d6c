"""ProjectSettings folders are written whole or not at all."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.scaffold.beginning import Beginning
from flows.scaffold.folder import Extent, next_extent, write_project, write_schema
from okr_config.errors import UsageError
from okr_config.world import World
from tests.conftest import Clock

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (None, Extent("2026-w48", date(2026, 11, 24), date(2027, 1, 4))),
        (1, Extent("2026-w48", date(2026, 11, 24), date(2026, 11, 30))),
        (13, Extent("2026-w48", date(2026, 11, 24), date(2027, 2, 22))),
    ],
)
def test_a_period_begins_today(world: World, clock: Clock, weeks: int | None, expected: Extent) -> None:
    """As the day is in Oslo, late in the evening too; six weeks unless said otherwise."""
    clock.now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert expected == next_extent(None, weeks, world)


def test_a_project_is_never_written_over(tmp_path: Path, world: World) -> None:
    """A second init refuses, names what is there, and leaves every file as it was."""
    written = write_project(tmp_path, Beginning("nb"), world)
    (tmp_path / "okr_config" / "sources.yaml").write_text("sources: []\n")

    with pytest.raises(UsageError, match="nothing was written"):
        write_project(tmp_path, Beginning(), world)

    assert "sources: []\n" == (tmp_path / "okr_config" / "sources.yaml").read_text()
    assert tmp_path / "okr_config" / "objectives" / "2026-w48.yaml" in written


def test_a_repositorys_own_gitignore_is_kept(tmp_path: Path, world: World) -> None:
    """Init in a repository adds its files and leaves .gitignore alone."""
    (tmp_path / ".gitignore").write_text("mine\n")

    write_project(tmp_path, Beginning(), world)

    assert "mine\n" == (tmp_path / ".gitignore").read_text()


def test_secrets_files_are_their_owners_alone(tmp_path: Path, world: World) -> None:
    """The .env file can be read by nobody else."""
    write_project(tmp_path, Beginning(), world)

    assert 0o600 == (tmp_path / ".env").stat().st_mode & 0o777


def test_the_repositorys_schema_is_fresh(world: World) -> None:
    """schema.json is what the models say."""
    assert write_schema(ROOT, world, only_check=True)
