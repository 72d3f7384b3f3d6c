"""`okr init`: a project folder, or the next period's objectives in one that is there."""

import os
import sys
from pathlib import Path

import click

from flows.commands._beginning import ask_beginning
from flows.commands._options import Choice, debug_option, examples, the_world
from flows.console import output
from flows.goals.first_targets import propose_targets
from flows.project.language import language_of
from flows.project.project import open_project
from flows.scaffold.beginning import Beginning
from flows.scaffold.folder import write_project
from flows.scaffold.next_period import read_earlier, write_next_period
from flows.sources.catalogue import find_connector
from scorecard.i18n.language import Language


@click.command(epilog=examples("okr init my-shop --weeks 6 --shop shopify --social instagram --yes"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--lang", type=Choice(["en", "nb"]), help="Language of texts and report (default: your own).")
@click.option("--weeks", type=click.IntRange(1, 104), help="How long the period is, from today (default: 6).")
@click.option("--from", "previous", metavar="PERIOD", help="Go on from the key results of a period that is over.")
@click.option("--sells", metavar="TEXT", default="", help="What you sell, in the plural.")
@click.option("--shop", metavar="CONNECTOR", default="", help="The shop to connect.")
@click.option("--analytics", metavar="CONNECTOR", default="", help="What counts your visits.")
@click.option("--social", metavar="CONNECTOR", multiple=True, help="A social account to connect; as often as needed.")
@click.option("--yes/--ask", "ready", default=None, help="Ask nothing, or ask (default: ask at a terminal).")
@debug_option
def init(  # noqa: PLR0913 - one an option
    folder: Path,
    *,
    lang: Language | None,
    weeks: int | None,
    previous: str | None,
    sells: str,
    shop: str,
    analytics: str,
    social: tuple[str, ...],
    ready: bool | None,
) -> None:
    """
    Write a project folder; overwrites nothing.

    At a terminal it asks what for. Objectives, sources, metrics, a sheet for numbers, .env and a guide. Once all
    periods in FOLDER are over, it writes the objectives of the next one, from today on; with --from those of an earlier
    period, less the steps that are done. Where numbers have been published in FOLDER before, targets are set so that
    what they say makes them an even chance.
    """
    world, there = the_world(), None
    if any((folder / "okr_config" / "objectives").glob("*.yaml")):
        project = open_project(folder, os.environ, world)
        there, world = project.config(need_secrets=False), project.world
    own = there.files[-1].language if there and there.files else language_of(os.environ)
    beginning = Beginning(lang or own, sells, weeks, shop=shop, analytics=analytics, social=social)
    for name in beginning.connectors:
        find_connector(name)
    is_terminal = sys.stdin.isatty() and sys.stderr.isatty()
    if there is None and (is_terminal if ready is None else not ready):
        beginning = ask_beginning(beginning, world.clock().date(), lang)
    earlier = read_earlier(folder / "warehouse" / "published" / "okr.duckdb", previous) if previous else None
    if earlier:
        written = write_next_period(folder, earlier, beginning, world, there)
    else:
        written = write_project(folder, beginning, world, there)
    for path in written:
        output.say(f"wrote {path}")
    for name, times in earlier.too_low.items() if earlier else ():
        output.say(f"{name} was met {times} times over in {previous}: set the next target higher")
    if (folder / "warehouse" / "published" / "okr.duckdb").exists() and (
        proposed := propose_targets(folder, written, os.environ, world)
    ):
        output.say(f"targets with an even chance, from what is published there: {', '.join(proposed)}")
    first = beginning.connectors[0] if beginning.connectors and there is None else ""
    step = f"okr connect {first}" if first else "okr check"
    output.next_step(step if folder == Path() else f"cd {folder} && {step}")
