"""The first five minutes, and the years after them, as written down, can be lived again."""

import importlib.util
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click import Context

from flows.cli import okr
from tests.flows.command import line_of

DOCS = Path(__file__).parents[1] / "docs"
TEXTS = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("first-five-minutes", "keeping")}


@pytest.fixture(scope="module")
def transcript() -> ModuleType:
    """Return the script that wrote it."""
    spec = importlib.util.spec_from_file_location("transcript", DOCS / "transcript.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # a dataclass looks its module up
    sys.modules["transcript"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_parses(transcript: ModuleType, name: str) -> None:
    """Each names a command and options that exist."""
    lines = [line for line, _ in transcript.commands(TEXTS[name]) if line.startswith("okr ")]

    for line in lines:
        _, called, *rest = line.split()
        command = okr.get_command(Context(okr), called)
        assert command, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if re.fullmatch(r"--?[a-z-]+", word)} <= known, line
    assert 9 <= len(lines)


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_every_exit_code_holds(transcript: ModuleType, tmp_path: Path, name: str) -> None:
    """Played again in an empty folder, each ends as it is told to; numbers and times may differ."""
    told = transcript.commands(TEXTS[name])
    programs, place = tmp_path / "programs", tmp_path / "place"
    programs.mkdir()
    place.mkdir()
    (programs / "okr").write_text(f'#!/bin/sh\nexec {shlex.join(line_of())} "$@"\n')
    (programs / "okr").chmod(0o700)

    played = [(one.command, one.code) for one in transcript.play([line for line, _ in told], place, programs)]

    assert told == played


def test_no_place_of_this_machine_is_told() -> None:
    """Paths begin at home, and no colour or cursor is in the text."""
    assert [] == re.findall(r"/tmp|/home|/root|/work|\x1b", "".join(TEXTS.values()))  # noqa: S108 - looked for, not used


def test_the_picture_is_small_enough() -> None:
    """The README loads fast: below 200 kB, and a PNG."""
    picture = (DOCS / "page.png").read_bytes()

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) < 200_000
