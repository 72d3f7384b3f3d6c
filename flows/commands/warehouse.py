"""`okr warehouse`: moved between a file and a lake, and tidied."""

from pathlib import Path

import click

from flows.commands._options import examples, project_options
from flows.commands._project import project_at
from flows.console import output
from flows.run.housekeeping import move_warehouse, tidy_warehouse
from warehouse.door import without_password
from warehouse.extents import counted


@click.group()
def warehouse() -> None:
    """
    Move the warehouse between file and lake, or tidy it.

    A file is one program's at a time; a lake several programs write, on several machines.
    """


@warehouse.command(
    epilog=examples(
        "okr warehouse move duckdb:///warehouse/okr.duckdb ducklake:lake/okr.ducklake",
        "okr warehouse move duckdb:///warehouse/okr.duckdb 'ducklake:postgres:host=db.example dbname=okr'",
    )
)
@click.argument("source")
@click.argument("target")
@project_options
def move(source: str, target: str, *, home: Path | None) -> None:
    """
    Copy the warehouse at SOURCE to TARGET, where there is none yet.

    Both are addresses as in okr_config/project.yaml, whose `lake` says where a lake keeps its rows. Every table is
    counted and hashed on both sides. SOURCE stays as it is, and is what runs use until project.yaml names TARGET.
    """
    with project_at(home) as project:
        held = move_warehouse(project, source, target)
    for table, content in held.items():
        if content.rows:
            output.say(f"{content.rows:>12,}  {table}")
    rows = sum(content.rows for content in held.values())
    output.say(f"moved      {counted(len(held), 'table')}, {rows:,} rows: counted and hashed, the same on both sides")
    output.next_step(f"warehouse: {without_password(target)} in okr_config/project.yaml, then okr run")


@warehouse.command()
@project_options
def tidy(home: Path | None) -> None:
    """
    Take out what later runs have taken the place of, and write small files together.

    What is told of the future stays for the last run of each day. Of a lake, states more than a day old can no longer
    be gone back to by DuckLake itself; okr's own looks back need none of them. Every night is often enough.
    """
    with project_at(home) as project:
        tidied = tidy_warehouse(project)
    for table, rows in tidied.thinned.items():
        output.say(f"{rows:>12,}  rows of {table} that later ones have taken the place of")
    before, after = tidied.before, tidied.after
    output.say(f"rows       {before.rows:,} before, {after.rows:,} after")
    output.say(f"files      {before.files:,} before, {after.files:,} after; {before.bytes:,} and {after.bytes:,} bytes")
    if before.states:
        output.say(f"states     {before.states:,} before, {after.states:,} after")
    same = "others wrote meanwhile: not compared" if tidied.others else "what stays was counted and hashed: the same"
    output.say(f"checked    {same}")
    output.next_step("okr verify")
