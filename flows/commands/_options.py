"""What commands share: options and their types, and the world they are run in."""

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from flows.project.paths import Published
from flows.project.quick_open import published_at
from okr_config.hints import did_you_mean
from okr_config.world import World, real_world

_Command = Callable[..., None]
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Instant(click.ParamType[date | datetime]):
    """A day (its end, in the project's zone) or an ISO instant; turned into UTC once the zone is known."""

    name = "day|instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:  # noqa: ANN401 - click's signature
        """Parse, or fail with the form that is wanted."""
        try:
            return date.fromisoformat(value) if len(value) == len("2026-01-31") else datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is neither a day like 2026-11-23 nor an instant like 2026-11-23T09:00+01:00", param, ctx
            )


INSTANT = Instant()


class Choice(click.Choice[str]):
    """One of some words; the nearest is named to someone who mistyped."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's signature
        """Return what is wrong, with the words there are."""
        near = did_you_mean(str(value), self.choices)
        return f"{super().get_invalid_choice_message(value, ctx)}{f' {near.capitalize()}' if near else ''}"


debug_option = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")


def project_options(command: _Command) -> _Command:
    """Add what every command on a project folder takes."""
    command = debug_option(command)
    home = click.Path(file_okay=False, path_type=Path)
    return click.option("--home", type=home, help="The project folder (default: OKR_HOME, else this one).")(command)


def json_option(command: _Command) -> _Command:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on stdout.")(command)


def pull_options(command: _Command) -> _Command:
    """Add what says which sources are pulled and from when, and how that is told."""
    lines = "Print one JSON object a line: start, step, log, end."
    again = "Read again now what sources change without telling (else each night)."
    due = "Leave out sources whose `every` is not over, as scheduled runs do."
    for option in (
        log_option,
        click.option("--json", "as_json", is_flag=True, help=lines),
        click.option("--reconcile", is_flag=True, help=again),
        click.option("--due", is_flag=True, help=due),
        click.option("--since", type=DAY, help="Read again from this day on."),
        click.option("--only", multiple=True, metavar="SOURCE", help="Pull this source only; may be repeated."),
    ):
        command = option(command)
    return command


def log_option(command: _Command) -> _Command:
    """Add --log."""
    words = "How stderr is written: text for people, json a line a happening for programs."
    kinds = Choice(["text", "json"])
    return click.option("--log", "log_as", type=kinds, default="text", show_default=True, help=words)(command)


def examples(*lines: str) -> str:
    """Return the end of a help text: each example on a line of its own, never wrapped."""
    return "\b\n" + "\n".join(f"Example: {line}" for line in lines)


def the_world() -> World:
    """Return the world that the command was called with, as tests do; else the real one."""
    given = click.get_current_context().find_object(World)
    return given or real_world()


def published_of(home: Path | None) -> Published:
    """Find what a project folder has published, without the cost of its config."""
    return published_at(home, os.environ, the_world())
