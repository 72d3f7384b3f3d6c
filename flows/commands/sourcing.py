"""Commands about the sources: which there are and how to come by them."""

import sys
from pathlib import Path

import click

from flows.commands._options import debug_option, json_option, project_at, project_options, the_world


@click.command()
@click.argument("name", required=False)
@json_option
@debug_option
def sources(name: str | None, *, as_json: bool) -> None:
    """List the connectors, or show one with its settings, streams, metrics and limits."""
    from flows.sources.catalogue import show_connector, show_connectors

    if name:
        show_connector(name, as_json=as_json)
    else:
        show_connectors(as_json=as_json)


@click.command()
@click.argument("source", required=False)
@project_options
@json_option
def doctor(source: str | None, home: Path | None, *, as_json: bool) -> None:
    """Ask every source, or SOURCE, once: credentials, scopes, clock, quota, newest data; a fix for what is wrong."""
    from flows.commands.doctor import show_health

    with project_at(home, reach_sources=True) as project:
        healthy = show_health(project, source, as_json=as_json)
    sys.exit(0 if healthy else 1)


@click.command()
@click.argument("connector")
@project_options
@click.option("--id", "source_id", help="Name of the source in every table (default: the connector's).")
@click.option(
    "--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting, so that it is not asked for; no secrets."
)
def connect(connector: str, home: Path | None, *, source_id: str | None, given: tuple[str, ...]) -> None:
    r"""
    Lead to working credentials for CONNECTOR: what to click, a test call, then the lines in sources.yaml and .env.

    Secrets are asked for without an echo, or read from standard input a line each, and never shown again.

    \b
    Example: okr connect plausible --set site_id=my-shop.example
    """
    from flows.commands.connect import Choice
    from flows.commands.connect import connect as connect_source
    from flows.sources.catalogue import Setting

    def ask(asked: Setting) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline()
        label = f"{asked.name}{'' if asked.needed else ' (empty to leave out)'}"
        answer: str = click.prompt(
            label, default=None if asked.needed else "", hide_input=asked.is_secret, err=True, show_default=False
        )
        return answer

    settings = dict(setting.partition("=")[::2] for setting in given)
    with project_at(home, reach_sources=True) as project:
        connect_source(project, connector, Choice(source_id, settings), ask)


@click.group()
def new() -> None:
    """Begin something new in a checkout of this repository: `okr new connector NAME`."""


@new.command()
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(["shop", "analytics", "social"]), default="social", help="What it is read from."
)
@debug_option
def connector(name: str, *, kind: str) -> None:
    """Write a connector called NAME and its test, which pass the contract test; then make them the vendor's."""
    from flows.commands.new import write_connector
    from flows.console import output

    for path in write_connector(Path.cwd(), name, kind, the_world()):
        output.put(str(path))
    output.next_step(f"edit both, then uv run pytest tests/connectors -k {name} && just generate")


COMMANDS = (sources, connect, doctor, new)
