"""Commands that show what has been published."""

import sys
from pathlib import Path

import click

from flows.shell import json_option, project_options, workplace_at


@click.command()
@project_options
@json_option
@click.option("--exit-code", is_flag=True, help="Exit 1 when a key result is off track or missed.")
def status(home: Path | None, *, as_json: bool, exit_code: bool) -> None:
    """Show the scoreboard."""
    from flows import views

    with workplace_at(home) as workplace:
        bad = views.show_status(workplace, as_json=as_json)
    sys.exit(1 if exit_code and bad else 0)


@click.command()
@click.argument("key_result")
@project_options
@json_option
def explain(key_result: str, home: Path | None, *, as_json: bool) -> None:
    """Show the arithmetic of KEY_RESULT's score, down to the loads and rows it came from."""
    from flows import views

    with workplace_at(home) as workplace:
        views.show_explanation(workplace, key_result, as_json=as_json)


@click.command()
@click.argument("query", required=False)
@project_options
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def sql(query: str | None, home: Path | None, *, as_json: bool, as_csv: bool) -> None:
    r"""
    Run QUERY, read-only, on the published copy; without it, list the tables.

    \b
    Example: okr sql "select key_result_id, value, target, probability from scoreboard"
    """
    from flows import views

    with workplace_at(home) as workplace:
        if query:
            views.show_query(workplace, query, as_json=as_json, as_csv=as_csv)
        else:
            views.show_tables(workplace, as_json=as_json)


@click.command()
@project_options
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the page.")
@click.option("--lang", type=click.Choice(["en", "nb"]), help="Its language (default: the objective file's).")
@click.option("--period", "period_id", help="The period to show (default: the one under way).")
def report(home: Path | None, *, output: Path | None, lang: str | None, period_id: str | None) -> None:
    """Write the page: one HTML file that needs nothing else."""
    from flows import views

    with workplace_at(home) as workplace:
        views.report_page(workplace, output, language=lang, period_id=period_id)


COMMANDS = (status, explain, sql, report)
