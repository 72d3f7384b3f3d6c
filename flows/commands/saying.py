"""Commands by which people have their say."""

from pathlib import Path

import click

from flows.commands._options import json_option, project_at, project_options


@click.command()
@click.argument("key_result")
@project_options
@json_option
@click.option("--value", metavar="N", help="The value now, for key results that are told by hand.")
@click.option("--confidence", type=click.FloatRange(0, 10), metavar="0-10", help="How sure the team is of reaching it.")
@click.option("--note", default="", help="A few words.")
@click.option("--author", help="Who says so (default: OKR_AUTHOR, else USER).")
def checkin(  # noqa: PLR0913 - a command has as many parameters as options
    key_result: str,
    home: Path | None,
    *,
    value: str | None,
    confidence: float | None,
    note: str,
    author: str | None,
    as_json: bool,
) -> None:
    r"""
    Keep what a person says about KEY_RESULT; without an option, show what has been said.

    A value counts where the kind is manual; elsewhere it stands beside what is measured and never mixes with it.

    \b
    Example: okr checkin shop-ready --confidence 6 --note "terms are with the lawyer"
    """
    from flows.commands.checkin import Said, check_in

    with project_at(home) as project:
        check_in(project, key_result, Said(value, confidence, note, author), as_json=as_json)


COMMANDS = (checkin,)
