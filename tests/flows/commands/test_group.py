"""The group of all commands (flows.commands._group, ._options), and its table in flows.cli."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner

from flows.cli import COMMANDS, okr
from tests.conftest import Clock, still_world
from tests.flows.command import invoke, line_of

WORLD = still_world(Clock())
NAMES = [name for group in COMMANDS.values() for name in group]


def test_the_groups_come_in_the_order_of_use() -> None:
    """From the first minute to the care of a folder, each command in one group."""
    assert ["begin", "sources", "run", "look", "decide", "people", "care"] == list(COMMANDS)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_what_the_command_says(name: str) -> None:
    """The first line of a command's own help is the one in the table, which is all that `okr --help` reads."""
    command = okr.get_command(Context(okr), name)

    assert command
    assert name == command.name
    assert {name: text for group in COMMANDS.values() for name, text in group.items()}[name] == (
        command.get_short_help_str(limit=1000).removesuffix(".")
    )


@pytest.mark.parametrize("width", [80, 110])
def test_every_command_has_one_full_line(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut or wrapped, from 80 columns on."""
    monkeypatch.setenv("COLUMNS", str(width))

    lines = CliRunner().invoke(okr, ["--help"], obj=WORLD, terminal_width=width).output.splitlines()

    for group, commands in COMMANDS.items():
        first = lines.index(f"{group.capitalize()}:") + 1
        shown = [line.split(maxsplit=1) for line in lines[first : first + len(commands)]]
        assert [[name, text] for name, text in commands.items()] == shown
    assert [] == [line for line in lines if len(line) > width or "..." in line.replace("[ARGS]...", "")]


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_no_marks_of_its_making(name: str) -> None:
    """Examples stand on lines of their own, and what keeps them there is not seen."""
    text = invoke(WORLD, name, "--help").output

    assert "\\b" not in text
    assert "\b" not in text
    assert [] == [line for line in text.splitlines() if "Example:" in line and not line.startswith("  Example: okr ")]


def test_help_imports_no_command() -> None:
    """`okr --help` reads the table alone."""
    code = (
        "import sys; from flows.cli import okr\n"
        "okr.main(['--help'], standalone_mode=False)\n"
        "dear = ('flows.commands.', 'warehouse', 'duckdb', 'pydantic')\n"
        "print([name for name in sys.modules if name.startswith(dear)])"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "['flows.commands._group']" == result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "what", "near"),
    [
        (["statsu"], "unknown command 'statsu'", "did you mean 'status'?"),
        (["connectors", "shopfy"], "unknown connector 'shopfy'", "did you mean 'shopify'?"),
        (["connect", "shopfy"], "unknown connector 'shopfy'", "did you mean 'shopify'?"),
        (["run", "--only", "shete"], "unknown source 'shete'", "did you mean 'sheet'?"),
        (["doctor", "shete"], "unknown source 'shete'", "did you mean 'sheet'?"),
        (["explain", "slaes"], "unknown key result or objective 'slaes'", "did you mean 'sales'?"),
        (["whatif", "slaes"], "unknown key result 'slaes'", "did you mean 'sales'?"),
        (["suggest", "slaes"], "unknown key result 'slaes'", "did you mean 'sales'?"),
        (["checkin", "slaes"], "unknown key result 'slaes'", "did you mean 'sales'?"),
        (["status", "--period", "2026-w49"], "unknown period '2026-w49'", "did you mean '2026-w48'?"),
        (["report", "--period", "2026-w49"], "unknown period '2026-w49'", "did you mean '2026-w48'?"),
        (
            ["suggest", "--metric", "shop.ordres", "--due", "2026-12-31"],
            "unknown metric 'shop.ordres'",
            "did you mean 'shop.orders'?",
        ),
    ],
)
def test_every_unknown_name_has_its_nearest(started: Path, arguments: list[str], what: str, near: str) -> None:
    """The error names the word that was typed, the nearest there is, and what lists them."""
    result = invoke(WORLD, *arguments, home=None if arguments[0] in {"statsu", "connectors"} else started)

    first, second, last = result.stderr.splitlines()
    assert (2, what, f"  {near}") == (result.exit_code, first, second)
    assert last.startswith("  next: okr ")


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["new", "connector", "x", "--kind", "socail"], "Did you mean 'social'?"),
        (["init", "x", "--lang", "enn"], "Did you mean 'en'?"),
        (["status", "--perid", "x"], "--period"),
        (["new", "conector", "x"], "connector"),
    ],
)
def test_choices_and_options_have_their_nearest(arguments: list[str], near: str) -> None:
    """What is mistyped after the command is helped, too."""
    result = invoke(WORLD, *arguments)

    assert (2, True) == (result.exit_code, near in result.stderr), result.stderr


def test_a_name_far_from_all_lists_them(started: Path) -> None:
    """Where nothing is near, what there is is told."""
    result = invoke(WORLD, "explain", "zzz", home=started)

    assert "  there are: " in result.stderr
    assert "sales" in result.stderr


def test_a_reader_that_leaves_does_not_end_the_run(started: Path) -> None:
    """`okr run --json | head -1` finishes and publishes; the exit code is the run's, and no word is said of it."""
    before = (started / "warehouse" / "published" / "okr.duckdb").stat().st_mtime_ns
    reader, writer = os.pipe()
    os.close(reader)
    command = line_of("run", "--json", "--home", str(started))

    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)

    assert (0, "") == (result.returncode, result.stderr)
    assert before < (started / "warehouse" / "published" / "okr.duckdb").stat().st_mtime_ns


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_leaves_ends_the_telling_alone(started: Path, stream: str) -> None:
    """Whichever stream nobody reads any more, a run and a status come to their end."""
    for words in (["run"], ["status"], ["sql"]):
        reader, writer = os.pipe()
        os.close(reader)
        command = line_of(*words, "--home", str(started))
        others = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writer}

        assert 0 == subprocess.run(command, check=False, **others).returncode, words  # type: ignore[call-overload]  # streams by name
        os.close(writer)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new folder that has run once, in November 2026."""
    home = tmp_path_factory.mktemp("started") / "shop"
    for result in (invoke(WORLD, "init", str(home)), invoke(WORLD, "run", home=home)):
        assert 0 == result.exit_code, result.output
    return home
