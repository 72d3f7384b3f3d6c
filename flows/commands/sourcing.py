"""Commands about the sources: which there are and how to come by them."""

import click

from flows.shell import debug_option, json_option


@click.command()
@click.argument("name", required=False)
@json_option
@debug_option
def sources(name: str | None, *, as_json: bool) -> None:
    """List the connectors, or show one with its settings, streams, metrics and limits."""
    from flows.catalogue import show_connector, show_connectors

    if name:
        show_connector(name, as_json=as_json)
    else:
        show_connectors(as_json=as_json)


COMMANDS = (sources,)
