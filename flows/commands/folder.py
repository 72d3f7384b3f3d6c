"""Commands that make and check a project folder."""

import os
import sys
from pathlib import Path

import click

from flows.commands._options import debug_option, json_option, project_at, project_options, the_world
from flows.console import output


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("okr-demo"))
@click.option(
    "--prefect/--no-prefect", default=False, help="Run the last day as a recorded Prefect flow run (20 s more)."
)
@debug_option
def demo(folder: Path, *, prefect: bool) -> None:
    """
    Show the whole pipeline on real data: no account, no network.

    Starts the sandbox APIs on 127.0.0.1, replays five weeks of a real shop against them week by week, and prints the
    scoreboard. FOLDER (default: okr-demo) is an ordinary project folder afterwards.
    """
    from flows.commands.demo import play

    play(folder, the_world(), prefect=prefect)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--lang", type=click.Choice(["en", "nb"]), default="en", help="Language of texts and report.")
@debug_option
def init(folder: Path, *, lang: str) -> None:
    """
    Write a project folder: objectives, sources, metrics, .env. Overwrites nothing.

    Once all periods in FOLDER are over, it writes the objectives of the present quarter beside them. Where numbers have
    been published in FOLDER before, targets are set so that what they say makes them an even chance.
    """
    from flows.project.project import open_project
    from flows.project.scaffold import write_project

    world = the_world()
    there = None
    if any((folder / "okr_config" / "objectives").glob("*.yaml")):
        project = open_project(folder, os.environ, world)
        there, world = project.config(need_secrets=False), project.world
    written = write_project(folder, lang, world, there)
    for path in written:
        output.say(f"wrote {path}")
    if (folder / "warehouse" / "published" / "okr.duckdb").exists():
        from flows.goals.first_targets import propose_targets

        if proposed := propose_targets(folder, written, os.environ, world):
            output.say(f"targets with an even chance, from what is published there: {', '.join(proposed)}")
    output.next_step("edit okr_config/objectives/, then okr check" if folder == Path() else f"cd {folder} && okr check")


@click.command()
@project_options
@json_option
def check(home: Path | None, *, as_json: bool) -> None:
    """Check config, metrics, SQL and environment names; offline; every error at once."""
    from flows.commands.check import check_project

    with project_at(home) as project:
        check_project(project, as_json=as_json)


@click.command()
@project_options
@click.option("--check", "only_check", is_flag=True, help="Exit 1 when the file is not what the models say.")
def schema(home: Path | None, *, only_check: bool) -> None:
    """Write okr_config/schema.json: completion and checks in an editor."""
    from flows.project.scaffold import write_schema

    with project_at(home) as project:
        fresh = write_schema(project.home, project.world, only_check=only_check)
    sys.exit(0 if fresh else 1)


COMMANDS = (demo, init, check, schema)
