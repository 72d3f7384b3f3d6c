"""Prefect's settings as this project wants them, set before Prefect is imported. This module does not import it."""

import os
import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from okr_config.errors import OkrError

DEFAULTS: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # the temporary server of a first run needs longer than the 20 s it is given
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # a run that was cut off must not keep its place for ever: in memory, who has it is forgotten with the server
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # its own chatter; the run tells what it does itself
    "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
}

JSON_LOG: Mapping[str, str] = {"PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "json"}
"""For a log of one JSON object a line, as the program's own is then."""


def apply_defaults(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set what the user has not set: telemetry off, a start-up time that suffices."""
    for name, value in DEFAULTS.items():
        environ.setdefault(name, value)


def api_configured(environ: Mapping[str, str]) -> bool:
    """Tell whether a Prefect API is configured, by `PREFECT_API_URL` or by the active profile."""
    if environ.get("PREFECT_API_URL"):
        return True
    home = Path(environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    profiles = Path(environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    try:
        content = tomllib.loads(profiles.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return False
    active = environ.get("PREFECT_PROFILE") or content.get("active")
    profile = content.get("profiles", {}).get(active, {})
    return bool(profile.get("PREFECT_API_URL"))


def no_answer(environ: Mapping[str, str]) -> OkrError:
    """Return the error of a configured Prefect API that does not answer."""
    return OkrError(
        "the Prefect server does not answer",
        where=environ.get("PREFECT_API_URL") or "the address in the active Prefect profile",
        next_step="start it, or go on without: okr run --no-prefect",
    )
