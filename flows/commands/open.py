"""`okr open`: the newest page in a browser."""

import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import click

from flows.commands._options import project_options, published_of
from flows.console import output
from flows.project.paths import Published
from okr_config.errors import UsageError


@click.command()
@project_options
def open(home: Path | None) -> None:  # noqa: A001 - named as typed
    """Open the newest page in a browser."""
    # without these, Python would start a browser inside the terminal
    has_display = sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    open_page(published_of(home), webbrowser.open, has_display=has_display)


def open_page(published: Published, opener: Callable[[str], bool], *, has_display: bool) -> None:
    """
    Open the newest page in a browser; where there is none, its path has to do.

    Raises:
        UsageError: when no page has been written.
    """
    if not published.page.exists():
        raise UsageError("no page has been written yet", where=str(published.page), next_step="okr run, or okr report")
    output.put(str(published.page))
    if has_display and opener(published.page.as_uri()):
        output.say("opened in your browser")
        output.next_step("okr status, for the same in the terminal")
    else:
        output.say("no browser could be opened here")
        output.next_step("open the file in a browser, or okr serve to read it over the network")
