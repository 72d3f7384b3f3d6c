"""What people read of a folder is found in the same place by the short way and the long one (.paths, .project)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.project.project import open_project
from flows.project.quick_open import _plain_settings, published_at
from okr_config.errors import ConfigError, UsageError
from okr_config.world import World

PLAIN = {
    "": {},
    "# only words: of nothing\n\n": {},
    "schedule: {cron: '0 6 * * *'}\ntimezone: Europe/Oslo\n": {"cron": "0 6 * * *"},
    "schedule:\n  cron: 0 6 * * *  # early\n  timezone: Europe/Oslo\nsandbox: 2011-11-20\n": {
        "sandbox": "2011-11-20",
        "cron": "0 6 * * *",
    },
    'schedule: {timezone: UTC, cron: "0,30 */2 * * *"}\n': {"cron": "0,30 */2 * * *"},
    "schedule: {timezone: UTC}\n": {},
    "ping: {url: '${PING_URL:-}'}\n": {},
    "sandbox: 2011-11-20   # a Sunday\n": {"sandbox": "2011-11-20"},
    "warehouse: duckdb:///elsewhere/okr.duckdb\n": {"warehouse": "duckdb:///elsewhere/okr.duckdb"},
}
NOT_PLAIN = [
    "warehouse: duckdb:///elsewhere/okr.duckdb\nschedule: {cron: &often '0 * * * *'}\n",
    'warehouse: "duckdb:///elsewhere/okr.duckdb"\n',
    "warehouse: duckdb:///${PLACE:-elsewhere}/okr.duckdb\n",
    "warehouse:\n  duckdb:///elsewhere/okr.duckdb\n",
    "'warehouse': duckdb:///elsewhere/okr.duckdb\n",
    "{warehouse: duckdb:///elsewhere/okr.duckdb}\n",
    "--- \nwarehouse: duckdb:///elsewhere/okr.duckdb\n",
]
WRONG = [
    "sandbox: 2011-11-31\n",
    "wharehouse: duckdb:///elsewhere/okr.duckdb\n",
    "sandbox: 2011-11-20\nsandbox: 2011-11-21\n",
    "warehouse: [\n",
]


def _folder(home: Path, project: str | None) -> Path:
    (home / "okr_config").mkdir()
    if project is not None:
        (home / "okr_config" / "project.yaml").write_text(project)
    return home


@pytest.mark.parametrize(("project", "settings"), PLAIN.items())
def test_plain_lines_are_read_as_they_stand(
    tmp_path: Path, world: World, project: str, settings: dict[str, str]
) -> None:
    """The short way is taken, and ends where the config's own loader does."""
    home = _folder(tmp_path, project)

    short, long = published_at(home, {}, world), open_project(home, {}, world)

    assert settings == _plain_settings(home / "okr_config" / "project.yaml")
    assert (short.copy, short.page, short.cron) == (long.published, long.page, long.settings.schedule.cron)
    assert short.world.clock() == long.world.clock()


@pytest.mark.parametrize("project", NOT_PLAIN)
def test_other_forms_take_the_long_way(tmp_path: Path, world: World, project: str) -> None:
    """Whatever YAML allows is left to the config's own loader."""
    home = _folder(tmp_path, project)

    assert _plain_settings(home / "okr_config" / "project.yaml") is None
    assert home / "elsewhere" / "published" / "okr.duckdb" == published_at(home, {}, world).copy


@pytest.mark.parametrize("project", WRONG)
def test_what_is_wrong_is_told(tmp_path: Path, world: World, project: str) -> None:
    """A day that is none, an unknown key, a key said twice, broken YAML: the config's errors."""
    with pytest.raises(ConfigError):
        published_at(_folder(tmp_path, project), {}, world)


def test_no_project_file_means_the_defaults(tmp_path: Path, world: World) -> None:
    """The usual place, the real clock."""
    published = published_at(_folder(tmp_path, None), {}, world)

    assert tmp_path / "warehouse" / "published" / "okr.duckdb" == published.copy
    assert datetime(2026, 11, 23, 9, tzinfo=UTC) == published.world.clock()


def test_the_environment_names_folder_and_warehouse(tmp_path: Path, world: World) -> None:
    """`OKR_HOME` and `OKR_WAREHOUSE` count here too; another kind of address is refused."""
    home = _folder(tmp_path, None)

    named = published_at(None, {"OKR_HOME": str(home), "OKR_WAREHOUSE": "duckdb:///data/team.duckdb"}, world)

    assert home / "data" / "published" / "team.duckdb" == named.copy
    with pytest.raises(UsageError):
        published_at(home, {"OKR_WAREHOUSE": "md:team"}, world)


@pytest.mark.parametrize("name", ["demo", "init"])
def test_our_own_folders_take_the_short_way(tmp_path: Path, world: World, name: str) -> None:
    """What `okr demo` and `okr init` write is plain."""
    from flows.scaffold.folder import write_template

    write_template(name, tmp_path, world, {"LAST_DAY": "2011-11-20"}, skip=(".nb.yaml",))

    assert _plain_settings(tmp_path / "okr_config" / "project.yaml") is not None
