"""ProjectSettings folders are written whole or not at all."""

from datetime import date
from pathlib import Path

import pytest

from flows.project.scaffold import quarter, write_project, write_schema
from okr_config.errors import UsageError
from okr_config.world import World

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 23), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_quarter(today: date, first: date, last: date) -> None:
    """A day's quarter, both ends inclusive."""
    assert (first, last) == quarter(today)


def test_a_project_is_never_written_over(tmp_path: Path, world: World) -> None:
    """A second init refuses, names what is there, and leaves every file as it was."""
    written = write_project(tmp_path, "nb", world)
    (tmp_path / "okr_config" / "sources.yaml").write_text("sources: []\n")

    with pytest.raises(UsageError, match="nothing was written"):
        write_project(tmp_path, "en", world)

    assert "sources: []\n" == (tmp_path / "okr_config" / "sources.yaml").read_text()
    assert tmp_path / "okr_config" / "objectives" / "2026-q4.yaml" in written


def test_a_repositorys_own_gitignore_is_kept(tmp_path: Path, world: World) -> None:
    """Init in a repository adds its files and leaves .gitignore alone."""
    (tmp_path / ".gitignore").write_text("mine\n")

    write_project(tmp_path, "en", world)

    assert "mine\n" == (tmp_path / ".gitignore").read_text()


def test_secrets_files_are_their_owners_alone(tmp_path: Path, world: World) -> None:
    """The .env file can be read by nobody else."""
    write_project(tmp_path, "en", world)

    assert 0o600 == (tmp_path / ".env").stat().st_mode & 0o777


def test_the_repositorys_schema_is_fresh(world: World) -> None:
    """schema.json is what the models say."""
    assert write_schema(ROOT, world, only_check=True)
