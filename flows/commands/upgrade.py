"""`okr upgrade`: bring the warehouse to this version of the program, or say what that would change."""

import shutil
import sys
from pathlib import Path

import click

from flows.commands._options import json_option, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.project.project import Project
from flows.project.version import VERSION
from flows.project.writing import write_warehouse
from okr_config.errors import UsageError, WarehouseError
from warehouse.migrating import Upgrade
from warehouse.upgrading import pending

_COPIES = 2
"""Room that an upgrade needs beside the file: the file as it was, and the copy for readers."""


@click.command()
@project_options
@json_option
@click.option("--check", is_flag=True, help="Only say what would change; exit 1 when something would.")
def upgrade(home: Path | None, *, as_json: bool, check: bool) -> None:
    """
    Bring the warehouse to this version, or say what would change.

    Every run does so by itself; by hand it can be seen before, with --check, which changes nothing. The file as it was
    is kept in .okr/backups.
    """
    with project_at(home) as project:
        if not project.warehouse.is_there:
            raise UsageError("nothing has been landed yet", where=str(project.warehouse), next_step="okr run")
        found = pending(project.warehouse)
        if as_json:
            output.put_json([_row(found)])
        else:
            _tell(project, found)
        if check:
            sys.exit(1 if found.is_needed else 0)
        if found.is_needed:
            _upgrade(project)


def _upgrade(project: Project) -> None:
    needed, free = _COPIES * project.warehouse.size, shutil.disk_usage(project.home).free
    if free < needed:
        raise WarehouseError(
            f"the disk has too little room: {free:,} bytes are free, {needed:,} are needed",
            where=str(project.home),
            next_step="make room, then okr upgrade",
        )
    before = set(project.backups.glob("before-schema-*"))
    with write_warehouse(project) as warehouse:
        warehouse.publish(project.published)
    output.say("done; what people read is of this version too")
    for path in sorted(set(project.backups.glob("before-schema-*")) - before):
        output.say(f"kept       {path}")
    output.next_step("okr run")


def _tell(project: Project, found: Upgrade) -> None:
    output.say(f"okr {VERSION}: warehouse of schema {found.version}, this program's is {found.newest}")
    for name, words in found.steps:
        output.say(f"{name:<22} {words}")
    if found.views:
        output.say("views                  are laid anew")
    if not found.is_needed:
        output.say("there is nothing to change")
        output.next_step("okr run")
    else:
        size = project.warehouse.size
        of_size = f", {size:,} bytes" if size else ""
        output.say(f"kept aside before      all as it is{of_size}, in {project.backups}")


def _row(found: Upgrade) -> output.Row:
    return {
        "program": VERSION,
        "version": found.version,
        "newest": found.newest,
        "migrations": [name for name, _ in found.steps],
        "views": found.views,
    }
