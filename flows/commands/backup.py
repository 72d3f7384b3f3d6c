"""`okr backup`: a whole copy of the warehouse, now."""

from pathlib import Path

import click

from flows.commands._options import project_options
from flows.commands._project import project_at
from flows.console import output
from flows.run.backup import back_up


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@project_options
def backup(file: Path | None, home: Path | None) -> None:
    """
    Copy the warehouse as it is now.

    To FILE, which must not be there yet; without one, as today's backup in .okr/backups, where every run keeps one:
    the newest of each of the last 7 days and 4 weeks, or as `backup` in okr_config/project.yaml says.
    """
    with project_at(home) as project:
        path, extent = back_up(project, file)
    output.say(f"backup     {path}")
    output.say(f"           {extent}, {path.stat().st_size:,} bytes, read back")
    output.next_step(f"okr restore --from {path}, should it ever be needed")
