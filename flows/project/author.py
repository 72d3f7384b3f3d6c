"""Who writes: as stated, else as the team's version control or the system knows them."""

import getpass
import subprocess
from collections.abc import Mapping
from pathlib import Path

_PATIENCE = 5.0


def author_of(environ: Mapping[str, str], home: Path, stated: str | None = None) -> str:
    """Return who writes: `stated`, else OKR_AUTHOR, else git's user.name in the folder, else the system's user."""
    return stated or environ.get("OKR_AUTHOR") or _git_name(environ, home) or _system_name()


def _git_name(environ: Mapping[str, str], home: Path) -> str:
    try:
        asked = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607 - whichever git is theirs
            cwd=home,
            env=dict(environ),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()


def _system_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
