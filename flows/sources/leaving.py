"""What no longer counts when a source is taken out of the config."""

from collections.abc import Sequence

from flows.project.project import Project
from okr_config import Config
from okr_config.errors import WarehouseError
from warehouse.reader import read_warehouse
from warehouse.sources import Leaving, SourceRegister


def leaving_at_next_run(project: Project, config: Config) -> list[str]:
    """Say what will no longer count from the next run on, by what is published; nothing where that cannot be read."""
    if not project.published.exists():
        return []
    try:
        with read_warehouse(project.published, world=project.world) as warehouse:
            return leaving_sentences(leaving_of(warehouse.sources, config))
    except WarehouseError:
        return []  # another version's, until the next run


def leaving_of(register: SourceRegister, config: Config) -> list[Leaving]:
    """Return what counts now and will not once the config is registered; what was renamed stays."""
    staying = {settings.id for settings in config.sources} | {settings.renamed_from for settings in config.sources}
    return register.leaving([name for name in staying if name])


def leaving_sentences(leaving: Sequence[Leaving]) -> list[str]:
    """Say of each source that is no longer configured what goes with it."""
    rows: dict[str, list[str]] = {}
    for one in leaving:
        rows.setdefault(one.source_id, []).append(f"{one.rows} {one.what}")
    return [
        f"source {source_id} is no longer configured: {' and '.join(counts)} no longer count"
        for source_id, counts in rows.items()
    ]
