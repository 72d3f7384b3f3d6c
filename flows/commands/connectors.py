"""`okr connectors`: the connectors there are, and one of them in full."""

import click

from connectors import names
from flows.commands._options import debug_option, json_option
from flows.console import output
from flows.sources.catalogue import describe, find_connector, settings_of


@click.command()
@click.argument("name", required=False)
@json_option
@debug_option
def connectors(name: str | None, *, as_json: bool) -> None:
    """
    List the connectors, or show one in full.

    NAME's settings, streams, metrics and limits. What is configured in a folder is told by `okr sources`.
    """
    if name:
        show_connector(name, as_json=as_json)
    else:
        show_connectors(as_json=as_json)


def show_connectors(*, as_json: bool) -> None:
    """List every connector with what it gives."""
    rows = [describe(name) for name in names()]
    if as_json:
        output.put_json(rows)
        return
    output.put_table(
        [{"connector": row["connector"], "title": row["title"], "metrics": row["metrics"]} for row in rows]
    )
    output.next_step("okr connectors NAME")


def show_connector(name: str, *, as_json: bool) -> None:
    """
    Show one connector: settings, streams, metrics, limits.

    Raises:
        UsageError: when there is none of that name.
    """
    source, facts = find_connector(name), describe(name)
    if as_json:
        output.put_json([facts])
        return
    for key, value in facts.items():
        if value not in ("", [], None) and key not in {"settings", "words", "secrets"}:
            output.put_prose(f"{key + ':':<12} {output.cell(value)}")
    settings = list(settings_of(source))
    width = max((len(setting.name) for setting in settings), default=0)
    output.put("settings:" if settings else "settings:    none")
    for setting in settings:
        output.put_prose(f"{setting.name:<{width}}  {setting.described}")
    output.next_step(f"okr connect {name}")
