"""`okr demo`: what it leaves alone; that it plays is lived in tests/test_transcript.py (flows.commands.demo)."""

from pathlib import Path

from tests.conftest import Clock, still_world
from tests.flows.command import invoke


def test_a_folder_with_a_project_of_its_own_is_left_alone(home: Path) -> None:
    """It is said before anything is started or written."""
    (home / "okr_config" / "project.yaml").write_text("timezone: Europe/Oslo\n")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    refused = invoke(still_world(Clock()), "demo", str(home))

    assert (2, f"{home} holds a project of its own") == (refused.exit_code, refused.stderr.splitlines()[0])
    assert "  next: okr demo DIR, with a new folder" == refused.stderr.splitlines()[-1]
    assert before == {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
