"""`okr open`: the newest page in a browser, or its path (flows.commands.open)."""

from pathlib import Path

import pytest

from flows.commands.open import open_page
from flows.project.quick_open import published_at
from okr_config.world import World
from tests.flows.command import ask


def test_open_shows_the_page(home: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """In the browser where there is one; its path in any case."""
    page = home / "warehouse" / "published" / "okr.html"
    page.parent.mkdir(parents=True)
    page.touch()
    opened: list[str] = []

    open_page(published_at(home, {}, world), lambda address: not opened.append(address), has_display=True)
    shown = capsys.readouterr()
    open_page(published_at(home, {}, world), lambda _address: False, has_display=True)
    not_shown = capsys.readouterr()
    open_page(published_at(home, {}, world), lambda address: not opened.append(address), has_display=False)

    assert [page.as_uri()] == opened
    assert [f"{page}\n"] * 2 == [shown.out, not_shown.out]
    assert shown.err.startswith("opened in your browser\n")
    assert not_shown.err.startswith("no browser could be opened here\n")


def test_open_without_a_page_is_told(home: Path) -> None:
    """What makes one stands with it."""
    result = ask(home, "open")

    assert (2, True) == (result.exit_code, "next: okr run" in result.output)
