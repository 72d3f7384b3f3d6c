"""A config file that is missing is not an empty one: what it named before is told, and nothing is taken for gone."""

from flows.project.project import Project
from okr_config import Config
from okr_config.errors import ConfigError, Problem, WarehouseError
from okr_config.folder import OBJECTIVES, SOURCES
from warehouse import Warehouse
from warehouse.reader import read_warehouse

_SHOWN = 6


def require_config(project: Project, warehouse: Warehouse) -> None:
    """
    Make sure that what the config named before has not gone with its file.

    Raises:
        ConfigError: when sources.yaml or objectives/ is missing where sources or key results were known.
    """
    if problems := missing_config(project, warehouse):
        raise ConfigError(problems)


def config_of(project: Project, *, need_secrets: bool = True) -> Config:
    """
    Read the config; where it is wrong, what is missing of it is told too.

    Raises:
        ConfigError: with every problem of every file.
    """
    try:
        return project.config(need_secrets=need_secrets)
    except ConfigError as error:
        raise ConfigError([*error.problems, *missing_at_next_run(project)]) from error


def missing_at_next_run(project: Project) -> list[Problem]:
    """Return what a run would say is missing, by what is published; nothing where that cannot be read."""
    if not project.published.exists():
        return []
    try:
        with read_warehouse(project.published, world=project.world) as warehouse:
            return missing_config(project, warehouse)
    except WarehouseError:
        return []  # another version's, until the next run


def missing_config(project: Project, warehouse: Warehouse) -> list[Problem]:
    """Return the files that are missing though they were there before."""
    problems = []
    if not (project.home / SOURCES).exists() and (sources := warehouse.sources.registered()):
        back = "put it back; to have no sources, write one with sources: []"
        problems.append(Problem(SOURCES, 0, 0, "no such file", _before("source", sources), back))
    if not (project.home / OBJECTIVES).is_dir() and (key_results := warehouse.defined()):
        back = "put it back; to have no key results, make the folder and leave it empty"
        problems.append(Problem(OBJECTIVES, 0, 0, "no such folder", _before("key result", key_results), back))
    return problems


def _before(noun: str, names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"before there were {len(names)} {noun}s: {', '.join(names[:_SHOWN])}{more}".replace(
        f"were 1 {noun}s", f"was 1 {noun}"
    )
