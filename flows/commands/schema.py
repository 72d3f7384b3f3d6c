"""`okr schema`: the file by which an editor completes and checks what is written."""

import sys
from pathlib import Path

import click

from flows.commands._options import project_options
from flows.commands._project import project_at
from flows.scaffold.folder import write_schema


@click.command()
@project_options
@click.option("--check", "only_check", is_flag=True, help="Exit 1 when the file is not what the models say.")
def schema(home: Path | None, *, only_check: bool) -> None:
    """Write okr_config/schema.json, for completion in editors."""
    with project_at(home) as project:
        fresh = write_schema(project.home, project.world, only_check=only_check)
    sys.exit(0 if fresh else 1)
