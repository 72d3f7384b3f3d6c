"""Who writes (flows.project.author)."""

import subprocess
from pathlib import Path

import pytest

from flows.project.author import author_of


def test_the_nearest_word_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stated, else OKR_AUTHOR, else git's name in the folder, else the system's user."""
    monkeypatch.setattr("getpass.getuser", lambda: "system")
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    before = author_of(environ, tmp_path)
    subprocess.run(["git", "init", "-q", tmp_path], check=True, env=environ)  # noqa: S607 - git of this machine
    subprocess.run(["git", "-C", tmp_path, "config", "user.name", "Åse"], check=True, env=environ)  # noqa: S607

    assert "system" == before
    assert "Åse" == author_of(environ, tmp_path)
    assert "kari" == author_of({**environ, "OKR_AUTHOR": "kari"}, tmp_path)
    assert "ola" == author_of({**environ, "OKR_AUTHOR": "kari"}, tmp_path, "ola")


def test_without_git_and_without_a_user_nobody_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may have neither; then the author is empty."""

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)

    assert not author_of({"PATH": str(tmp_path)}, tmp_path)
