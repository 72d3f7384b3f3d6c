"""What the documents promise is there."""

import re
from pathlib import Path

import pytest
from click import Context

from flows.cli import COMMANDS, okr
from okr_config.world import World
from tests.conftest import Clock, still_world
from tests.flows.command import invoke

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = sorted(name for group in COMMANDS.values() for name in group)
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/sharing.md")


def test_the_readme_lists_every_command_and_no_other() -> None:
    """The table of commands is the command group's."""
    listed = re.findall(r"^\| `okr (\w+)", README, flags=re.MULTILINE)

    assert NAMES == sorted(listed)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_and_its_options_are_true(name: str) -> None:
    """Help exits 0, and every option the README names for a command exists."""
    result = invoke(still_world(Clock()), name, "--help")

    line = next(line for line in README.splitlines() if re.match(rf"\| `okr {name}\b", line))
    command = okr.get_command(Context(okr), name)
    assert command
    known = {option for parameter in command.params for option in parameter.opts}
    assert 0 == result.exit_code
    assert command.get_short_help_str()
    assert set(re.findall(r"`(--?[\w-]+)`", line)) <= known


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_okr_command_in_a_document_parses(document: str) -> None:
    """A command line in a document names a command and options that exist."""
    text = (ROOT / document).read_text(encoding="utf-8")

    for name, rest in re.findall(r"(?:^|`|\s)(?:uv run )?okr ([a-z]+)([^`#\n]*)", text, flags=re.MULTILINE):
        if name in {"and", "run"} and "okr_config" in rest:
            continue
        command = okr.get_command(Context(okr), name)
        assert command, f"{document}: okr {name}"
        known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
        assert set(re.findall(r"\s(--[\w-]+)", rest)) <= known, f"{document}: okr {name}{rest}"


def test_the_five_minutes_of_the_readme_work(tmp_path: Path, world: World) -> None:
    """Init, check, run, status, explain, sql and report: each exits 0 in a folder made a moment ago."""
    folder = tmp_path / "my-shop"

    results = [invoke(world, "init", str(folder))] + [
        invoke(world, *command, home=folder)
        for command in (
            ["check"],
            ["run"],
            ["status"],
            ["explain", "sales"],
            ["sql"],
            ["sql", "from scoreboard"],
            ["report"],
        )
    ]

    assert [0] * 8 == [result.exit_code for result in results], [
        result.output for result in results if result.exit_code
    ]
    assert all("next: " in result.output for result in results)


def test_paths_in_contributing_exist() -> None:
    """Every file and folder that CONTRIBUTING.md points at is there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:okr_config|connectors|warehouse|scorecard|flows|tests)/[\w/.-]*)`", text)

    assert [] == [path for path in paths if not (ROOT / path).exists()]
