"""`okr init`: a project folder, or the next quarter's objectives in one that is there."""

import os
from pathlib import Path

import click

from flows.commands._options import Choice, debug_option, the_world
from flows.console import output
from flows.goals.first_targets import propose_targets
from flows.project.project import open_project
from flows.project.scaffold import write_project


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--lang", type=Choice(["en", "nb"]), default="en", help="Language of texts and report.")
@debug_option
def init(folder: Path, *, lang: str) -> None:
    """
    Write a project folder; overwrites nothing.

    Objectives, sources, metrics, .env. Once all periods in FOLDER are over, it writes the objectives of the present
    quarter beside them. Where numbers have been published in FOLDER before, targets are set so that what they say makes
    them an even chance.
    """
    world, there = the_world(), None
    if any((folder / "okr_config" / "objectives").glob("*.yaml")):
        project = open_project(folder, os.environ, world)
        there, world = project.config(need_secrets=False), project.world
    written = write_project(folder, lang, world, there)
    for path in written:
        output.say(f"wrote {path}")
    if (folder / "warehouse" / "published" / "okr.duckdb").exists() and (
        proposed := propose_targets(folder, written, os.environ, world)
    ):
        output.say(f"targets with an even chance, from what is published there: {', '.join(proposed)}")
    output.next_step("edit okr_config/objectives/, then okr check" if folder == Path() else f"cd {folder} && okr check")
